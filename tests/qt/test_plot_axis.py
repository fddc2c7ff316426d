import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.qt.plot_axis import log_ticks, time_label, time_step, time_ticks, value_step
from console.qt.plot_format import format_clock, format_value


@pytest.fixture
def in_kolkata() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Kolkata"
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.usefixtures("in_kolkata")
def test_ticks_stand_on_round_local_times() -> None:
    ticks = time_ticks(1_795_442_210, 1_795_442_210 + 3 * 3600, 3600)
    labels = [time_label(tick, 3600) for tick in ticks]
    assert labels == ["20:00", "21:00", "22:00"]
    assert format_clock(1_795_442_210) == "19:26:50"


@pytest.mark.usefixtures("in_kolkata")
def test_midnight_shows_the_day() -> None:
    ticks = time_ticks(1_795_442_210, 1_795_442_210 + 86_400, 21_600)
    assert [time_label(tick, 21_600) for tick in ticks] == ["24 Nov", "06:00", "12:00", "18:00"]


@given(st.floats(0.01, 1e8), st.floats(50, 4000))
def test_labels_have_room(span_s: float, pixels: float) -> None:
    step = time_step(span_s, pixels)
    assert step * pixels / span_s >= 80 or step == 365 * 86_400


@given(st.floats(1e-6, 1e15), st.floats(20, 2000))
def test_value_steps_are_round_and_far_enough_apart(span: float, pixels: float) -> None:
    step = value_step(span, pixels, whole=False)
    assert f"{step:e}"[0] in "125"
    assert step * pixels / span >= 29.9
    assert value_step(span, pixels, whole=True) >= 1


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.25, "ms", "0.25 ms"), (12.34, "ms", "12.3 ms"), (1500, "ms", "1.50 s"), (190_000, "ms", "3.17 min"),
        (0, "ms", "0 ms"), (1234, "B", "1.23 kB"), (123_456_789, "B", "123 MB"), (12, "B", "12 B"),
        (-2e6, "B", "-2.00 MB"), (42.5, "%", "42.5 %"), (7, "", "7"), (25_000, "", "25.0 k"), (412, "/s", "412/s"),
        (0.5, "/s", "0.50/s"), (23_456, "/s", "23.5 k/s"), (2_000, "/s", "2000/s"), (0.0001, "ms", "0.0001 ms"),
    ],
)  # fmt: skip
def test_numbers_with_units(value: float, unit: str, expected: str) -> None:
    assert format_value(value, unit) == expected


def test_powers_of_ten_with_steps_between_where_there_is_room() -> None:
    assert log_ticks(0, 3, 100) == [0, 1, 2, 3]
    assert log_ticks(0, 1, 200) == pytest.approx([0, 0.301, 0.699, 1], abs=1e-3)
    assert log_ticks(-3, 9, 100) == [-3, 0, 3, 6, 9]

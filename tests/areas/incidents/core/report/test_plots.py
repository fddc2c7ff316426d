"""Plots and lanes: what is drawn is what was counted, inside the picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.report.facts import TraceFacts, TraceRow
from console.areas.incidents.core.report.svg import LEFT, WIDTH, lines, sparkline, stacked_bars
from console.areas.incidents.core.report.trace import first_failure, trace_section
from tests.areas.incidents.core.report.hostile import AT
from tests.areas.incidents.core.report.page import Page

COUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=40)


@given(COUNTS)
def test_a_sparkline_has_a_bar_for_each_count(counts: list[int]) -> None:
    bars = Page(sparkline(counts)).all("rect")
    assert len(bars) == sum(n > 0 for n in counts)
    for bar in bars:
        assert float(bar["y"]) >= 0
        assert float(bar["y"]) + float(bar["height"]) == pytest.approx(24, abs=0.02)
        assert float(bar["x"]) + float(bar["width"]) <= 120.01


def test_stacked_bars_stand_on_each_other() -> None:
    page = Page(stacked_bars("t", AT, 1_000, {"high": (1, 0), "info": (3, 2)}))
    bars = page.all("rect")
    assert [bar["class"] for bar in bars] == ["s-high", "s-info", "s-info"]
    high, info, second = bars
    assert float(info["height"]) == pytest.approx(3 * float(high["height"]), abs=0.05)
    assert float(info["y"]) + float(info["height"]) == pytest.approx(float(high["y"]), abs=0.05)
    assert float(second["height"]) == pytest.approx(2 * float(high["height"]), abs=0.05)
    assert "4" in page.words, "the axis says how many the highest bar is"


def test_lines_break_where_nothing_was_timed() -> None:
    page = Page(lines("t", AT, 1_000, {"p50": (1.0, 2.0, None, 4.0)}, "4 ms", 4.0))
    [line] = page.all("polyline")
    assert len(line["points"].split()) == 2
    assert len(page.all("circle")) == 1
    assert float(page.all("circle")[0]["cy"]) == 10, "the largest is at the upper edge"


@pytest.mark.parametrize("empty", [{}, {"high": ()}, {"high": (0, 0)}])
def test_nothing_is_drawn_of_nothing(empty: dict[str, tuple[int, ...]]) -> None:
    assert stacked_bars("t", AT, 1_000, empty) == ""
    assert lines("t", AT, 1_000, empty, "0", 0.0) == ""
    assert sparkline(()) == ""


def row(event_id: int, at_ms: int, service: str = "server", duration: float | None = None, failed: bool = False) -> TraceRow:
    return TraceRow(event_id, at_ms, service, "performance", "info", f"event {event_id}", duration, failed)


def test_the_trace_has_a_lane_for_each_service_and_marks_the_first_failure() -> None:
    rows = (
        row(3, AT + 90, "server", failed=True),
        row(1, AT + 100, "pwa", 100.0),
        row(2, AT + 80, "server", 50.0, failed=True),
    )
    page = Page(trace_section(TraceFacts("corr-1", rows, 3)))
    assert first_failure(rows) == 2
    labels = [words for words in ("pwa", "server") if words in page.words]
    assert labels == ["pwa", "server"]
    assert page.words.index("pwa") < page.words.index("server"), "in the order in which they began"
    assert len([one for one in page.all("rect") if one["class"] == "ring"]) == 1
    assert "first failure: event 2" in page.words
    assert "+100 ms" in page.words


DURATIONS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
ROWS = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from("ab"), DURATIONS, st.booleans()),
    min_size=1,
    max_size=30,
)  # fmt: skip


@given(ROWS)
def test_whatever_lasted_however_long_stays_in_the_picture(told: list[tuple[int, str, float | None, bool]]) -> None:
    rows = tuple(row(i, AT + at, service, duration, failed) for i, (at, service, duration, failed) in enumerate(told))
    page = Page(trace_section(TraceFacts("c", rows, len(rows))))
    bars = [one for one in page.all("rect") if one["class"] != "ring"]
    assert len(bars) + len(page.all("circle")) == len(rows)
    for bar in bars:
        assert float(bar["x"]) >= LEFT
        assert float(bar["x"]) + float(bar["width"]) <= WIDTH

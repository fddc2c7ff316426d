import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.histogram import (
    BIN_COUNT,
    LARGEST_MS,
    QUANTILES,
    RELATIVE_ERROR,
    SMALLEST_MS,
    _tell,
    bin_of,
    duration_of,
    from_blob,
    from_durations,
    if_whole,
    quantiles,
    to_blob,
    to_counts,
)

durations = st.one_of(
    st.floats(SMALLEST_MS, LARGEST_MS), st.floats(0, SMALLEST_MS), st.sampled_from([0, 1, 5, 0.001, 1e9, 16.6])
)


@given(st.lists(durations, min_size=1, max_size=300))
def test_quantiles_stay_within_the_stated_error(values: list[float]) -> None:
    values.sort()
    for q, estimate in zip(QUANTILES, quantiles(from_durations(values)), strict=True):
        exact = values[math.floor(q * (len(values) - 1))]
        assert abs(estimate - exact) <= exact * RELATIVE_ERROR * (1 + 1e-9) + SMALLEST_MS


@settings(max_examples=50)
@given(st.lists(durations, max_size=50), st.lists(durations, max_size=50))
def test_adding_two_histograms_is_the_histogram_of_both(left: list[float], right: list[float]) -> None:
    assert from_durations(left) + from_durations(right) == from_durations(left + right)


@settings(max_examples=50)
@given(st.lists(durations, max_size=100))
def test_bytes_and_back(values: list[float]) -> None:
    histogram = from_durations(values)
    first, blob = to_blob(histogram)
    assert from_blob(first, blob) == histogram
    start, counts = to_counts(histogram)
    assert sum(counts) == len(values)
    if values:
        assert start == first == min(map(bin_of, values))
        assert counts[0]
        assert counts[-1]


@pytest.mark.parametrize(
    ("first", "blob"),
    [
        (-1, b"\1\0\0\0"),
        (BIN_COUNT, b"\1\0\0\0"),
        (BIN_COUNT - 1, b"\1\0\0\0" * 2),
        (2**62, b"\1\0\0\0"),
        (0, b"\1\0\0"),
        (0, bytes(4 * BIN_COUNT + 4)),
    ],
)
def test_bins_that_do_not_exist_are_damage(first: int, blob: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="is damaged"):
        from_blob(first, blob)
    _tell.cache_clear()
    for _ in range(3):
        assert if_whole(first, blob) is None
    assert [record.message.endswith("its durations are left out") for record in caplog.records] == [True]


def test_the_last_bin_is_one() -> None:
    assert if_whole(BIN_COUNT - 1, b"\1\0\0\0") == from_durations([1e300])


def test_an_empty_histogram_has_no_quantiles() -> None:
    assert quantiles(0) == []
    assert to_blob(0) == (0, b"")


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (0.0005, 0), (SMALLEST_MS, 1), (1e300, BIN_COUNT - 1)])
def test_ends_of_the_scale(value: float, expected: int) -> None:
    assert bin_of(value) == expected


def test_bins_rise_and_a_bin_reads_as_a_value_inside_it() -> None:
    for index in range(1, BIN_COUNT):
        assert bin_of(duration_of(index)) == index
        assert duration_of(index) > duration_of(index - 1)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.qt.plot_ring import SampleRing

values = st.floats(-1e9, 1e9, width=32)
batches = st.lists(
    st.lists(st.tuples(st.floats(0.25, 50, width=16), values), min_size=1, max_size=150), min_size=1, max_size=5
)


def filled(capacity: int, parts: list[list[tuple[float, float]]], steps_back: int = 0) -> tuple[SampleRing, dict]:
    """Return a ring and what it must hold; each batch begins `steps_back` samples before the end."""
    ring = SampleRing(capacity)
    expected: dict[float, float] = {}
    for part in parts:
        known = sorted(expected)
        start = known[-steps_back] if steps_back and len(known) >= steps_back else (known[-1] + 1 if known else 1e9)
        x = start + np.cumsum([step for step, _ in part]) - part[0][0]
        y = np.array([value for _, value in part])
        ring.replace_from(x, y)
        expected = {t: v for t, v in expected.items() if t < x[0]} | dict(zip(x.tolist(), y.tolist(), strict=True))
        expected = dict(sorted(expected.items())[-ring.capacity :])
    return ring, expected


@given(batches, st.integers(0, 20), st.sampled_from([8, 64, 400]))
def test_the_ring_holds_the_newest_samples(parts: list, back: int, capacity: int) -> None:
    ring, expected = filled(capacity, parts, back)
    x, y = ring.samples()
    assert dict(zip(x.tolist(), y.tolist(), strict=True)) == expected
    assert (np.diff(x) > 0).all()
    assert len(ring) == len(expected)


@settings(max_examples=60)
@given(batches, st.integers(0, 20), st.integers(1, 300), st.floats(0, 1), st.floats(0, 1))
def test_no_extreme_is_ever_lost(parts: list, back: int, columns: int, left: float, right: float) -> None:
    ring, _ = filled(400, parts, back)
    x, y = ring.samples()
    since, until = sorted((x[0] + left * (x[-1] - x[0]), x[0] + right * (x[-1] - x[0])))
    first, last, low, high = ring.reduce(since, until, columns)
    pixel = max(until - since, 1e-9) / columns
    assert (np.diff(first) > 0).all()
    assert (first[1:] > last[:-1]).all()
    assert ((last - first < pixel) | (first == last)).all()
    for i in np.flatnonzero((x >= since) & (x <= until)):
        holding = (first <= x[i]) & (x[i] <= last)
        assert holding.sum() == 1
        assert low[holding][0] <= y[i] <= high[holding][0]
    for begin, end, smallest, largest in zip(first, last, low, high, strict=True):
        covered = y[(x >= begin) & (x <= end)]
        assert (covered.min(), covered.max()) == (smallest, largest)


def test_a_full_ring_that_is_cut_back_forgets_what_was_overwritten() -> None:
    ring = SampleRing(8)
    ring.replace_from(np.arange(20.0), np.arange(20.0))
    ring.replace_from(np.array([15.0, 16.0]), np.array([1.0, 2.0]))
    assert ring.samples()[0].tolist() == [12, 13, 14, 15, 16]
    assert ring.reduce(0, 20, 100)[0].tolist() == [12, 13, 14, 15, 16]


def test_a_million_samples_become_a_few_points_per_pixel() -> None:
    ring = SampleRing(1_000_000)
    x = np.arange(1_000_000.0)
    y = np.zeros(1_000_000)
    y[[17, 500_003, 999_998]] = [5, -7, 9]
    ring.replace_from(x, y)
    first, _, low, high = ring.reduce(0, 1e6, 1000)
    assert len(first) < 10_000
    assert (low.min(), high.max()) == (-7, 9)
    assert sorted(high[high > 0]) == [5, 9]


def test_a_line_breaks_at_gaps_and_a_lone_sample_is_a_dash() -> None:
    ring = SampleRing(64)
    ring.replace_from(np.array([0.0, 1, 2, 10, 20, 21]), np.array([1.0, 2, 3, 4, 5, 6]))
    line = ring.line(0, 30, 1000, gap_s=3, dash_s=0.5)
    assert np.isnan(line.y).sum() == 2
    assert line.x.tolist() == [0, 1, 2, 2, 10, 10.5, 10, 20, 21]
    np.testing.assert_array_equal(line.y, [1, 2, 3, np.nan, 4, 4, np.nan, 5, 6])


def test_one_sample_is_drawn() -> None:
    ring = SampleRing(64)
    ring.replace_from(np.array([5.0]), np.array([7.0]))
    line = ring.line(0, 10, 100, gap_s=3, dash_s=1)
    assert (line.x.tolist(), line.y.tolist()) == ([5, 6], [7, 7])
    assert len(SampleRing(64).line(0, 10, 100, 3, 1).x) == 0


def test_the_value_under_the_crosshair() -> None:
    ring = SampleRing(8)
    assert ring.value_at(1, 10) is None
    ring.replace_from(np.arange(20.0), np.arange(20.0) * 2)
    assert ring.value_at(15.4, 1) == 30
    assert ring.value_at(99, 1) is None
    assert ring.value_at(19.9, 1) == 38


@pytest.mark.parametrize(
    ("x", "y"), [([1.0, 1], [0.0, 0]), ([1.0], [0.0, 1]), ([1.0], [np.nan]), ([np.inf], [1.0]), ([2.0, 1], [0.0, 0])]
)
def test_samples_that_cannot_be_drawn_are_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(ValueError, match="x"):
        SampleRing(8).replace_from(np.array(x), np.array(y))

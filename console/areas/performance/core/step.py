"""In which steps a range of time is drawn: coarse enough to be quick, fine enough to see."""

from typing import NamedTuple

LEVELS_MS = (10_000, 60_000, 600_000)
"""Widths of the buckets that are kept side by side; a read takes the coarsest that fits its step."""
MAX_POINTS = 600
_STEPS_MS = (*LEVELS_MS, 3_600_000, 21_600_000, 86_400_000)


class Grid(NamedTuple):
    """Steps from `since_ms` (on a step) up to, not including, `until_ms`; rows come from buckets of `level_ms`."""

    since_ms: int
    until_ms: int
    step_ms: int
    level_ms: int


def step_for(span_ms: int) -> int:
    """Return the smallest step in milliseconds that draws a span with at most MAX_POINTS points."""
    for step_ms in _STEPS_MS:
        if span_ms <= step_ms * MAX_POINTS:
            return step_ms
    day_ms = _STEPS_MS[-1]
    return -(-span_ms // (MAX_POINTS * day_ms)) * day_ms


def grid_for(since_ms: int, until_ms: int) -> Grid:
    """Return the steps that cover a range; both ends are moved outwards to whole steps.

    An empty or turned-around range gives the one step that holds `since_ms`.
    """
    step_ms = step_for(max(0, until_ms - since_ms))
    first = since_ms - since_ms % step_ms
    last = max(until_ms, since_ms + 1)
    return Grid(first, last + -last % step_ms, step_ms, max(level for level in LEVELS_MS if step_ms % level == 0))

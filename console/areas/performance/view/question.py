"""What the view asks the store, and the answer as plain data; runs on a pool thread."""

import sqlite3
from dataclasses import dataclass, replace

from console.areas.performance.core.metric import METRICS
from console.areas.performance.core.step import Grid, grid_for
from console.areas.performance.store import (
    OperationRow,
    Series,
    bounds,
    duration_series,
    gauge_series,
    ignored_values,
    operations,
    rate_series,
    slowest_operations,
)

TAIL_STEPS = 3
"""Steps that are read again while live: late events change the newest ones."""


@dataclass(frozen=True, slots=True)
class Question:
    """A range in Unix ms (None: from the first or up to the last bucket kept), and what to show of durations.

    While live, `now_ms` tells how much of the newest step has passed.
    `tail_of` is the range that was answered last: then only its newest steps are read.
    `with_before` asks for the range of the same length before it, too.
    """

    since_ms: int | None
    until_ms: int | None
    service: str | None
    operation: str | None
    quantiles: tuple[float, ...]
    now_ms: int | None = None
    tail_of: Grid | None = None
    with_before: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`grid` is the whole range to show, also when only its tail was read; None for a store without data."""

    grid: Grid | None
    durations: dict[float, Series]
    events: dict[str, Series]
    errors: dict[str, Series]
    gauges: dict[str, dict[str, Series]]
    operations: dict[str, list[str]]
    ignored: list[tuple[str, str, int]]
    before: "Answer | None" = None
    """The range before, its times moved into this one."""


@dataclass(frozen=True, slots=True)
class Slowest:
    """The slowest operations of a range."""

    rows: list[OperationRow]


def answer(connection: sqlite3.Connection, question: Question) -> Answer:
    """Read all series of the view."""
    grid = _grid(connection, question)
    if grid is None:
        return Answer(None, {}, {}, {}, {}, {}, [])
    part = grid
    tail = question.tail_of
    if tail is not None and tail.step_ms == grid.step_ms:
        since = max(grid.since_ms, tail.until_ms - TAIL_STEPS * tail.step_ms)
        part = grid._replace(since_ms=min(since, grid.until_ms))
    found = _read(connection, question, grid, part)
    whole = part is grid
    return replace(found, before=_before(connection, question, grid)) if question.with_before and whole else found


def _before(connection: sqlite3.Connection, question: Question, grid: Grid) -> Answer:
    span_ms = grid.until_ms - grid.since_ms
    past = grid._replace(since_ms=grid.since_ms - span_ms, until_ms=grid.since_ms)
    found = _read(connection, replace(question, now_ms=None), past, past)
    gauges = [series for by_service in found.gauges.values() for series in by_service.values()]
    for series in (*found.durations.values(), *found.events.values(), *found.errors.values(), *gauges):
        series.times_ms[:] = [time_ms + span_ms for time_ms in series.times_ms]
    return found


def _read(connection: sqlite3.Connection, question: Question, grid: Grid, part: Grid) -> Answer:
    events, errors = rate_series(connection, part)
    if question.now_ms is not None:
        for series in (*events.values(), *errors.values()):
            scale_unfinished(series, grid.step_ms, question.now_ms)
    return Answer(
        grid,
        duration_series(connection, part, question.service, question.operation, question.quantiles),
        events,
        errors,
        gauge_series(connection, part, [(metric.name, metric.shown) for metric in METRICS]),
        operations(connection),
        ignored_values(connection, grid),
    )


def scale_unfinished(series: Series, step_ms: int, now_ms: int) -> None:
    """Make the rate of a step that is not over one of the time passed, else each line would fall at its end.

    Less than a quarter of a step says too little: such a point is left out, unless it is the only one.
    """
    passed_ms = now_ms - series.times_ms[-1] if series.times_ms else step_ms
    if not 0 < passed_ms < step_ms:
        return
    if passed_ms * 4 >= step_ms:
        series.values[-1] *= step_ms / passed_ms
    elif len(series.times_ms) > 1:
        series.times_ms.pop()
        series.values.pop()


def slowest(connection: sqlite3.Connection, question: Question, order: str) -> Slowest:
    """Read the slowest operations, first those that are largest in the column `order`."""
    grid = _grid(connection, question)
    return Slowest([] if grid is None else slowest_operations(connection, grid, question.service, order=order))


def _grid(connection: sqlite3.Connection, question: Question) -> Grid | None:
    kept = bounds(connection)
    if kept is None:
        return None
    since = kept[0] if question.since_ms is None else question.since_ms
    return grid_for(since, kept[1] if question.until_ms is None else question.until_ms)

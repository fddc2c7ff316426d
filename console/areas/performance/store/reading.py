"""Queries of the Performance area: series over the steps of a `Grid`, and the slowest operations.

Times are Unix milliseconds; each point stands at the start of its step. A step without data has no point.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from console.areas.performance.core.step import LEVELS_MS, Grid
from console.model.histogram import QUANTILES, if_whole, quantiles

_FINE_MS = LEVELS_MS[0]
_FIRST_NUMBER = 2
# Wider rows hold what was rolled up; the newest ten-second rows stand for themselves (see `schema`).
_ROWS = """(level_ms = :level AND bucket_ms >= :since AND bucket_ms < :until
   OR :level > :fine AND level_ms = :fine AND bucket_ms < :until
      AND bucket_ms >= max(:since, coalesce((SELECT rolled_until_ms FROM performance_state), 0)))"""
_STEP = "bucket_ms - bucket_ms % :step"


@dataclass(slots=True)
class Series:
    """One line of a plot: `times_ms` rising, `values` beside them in the metric's unit."""

    times_ms: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, time_ms: int, value: float) -> None:
        self.times_ms.append(time_ms)
        self.values.append(value)


class OperationRow(NamedTuple):
    """One operation over a range; durations in milliseconds, `last_ts` when it was last seen."""

    service: str
    operation: str
    n: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    last_ts: int


def bounds(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """Return (start of the first bucket, end of the last) of all that is kept, or None when nothing is."""
    first, last = connection.execute(
        "SELECT min(bucket_ms), max(bucket_ms) FROM performance_rate WHERE level_ms = ?", (_FINE_MS,)
    ).fetchone()
    return None if first is None else (first, last + _FINE_MS)


def rate_series(connection: sqlite3.Connection, grid: Grid) -> tuple[dict[str, Series], dict[str, Series]]:
    """Return (events per second, errors per second) by service."""
    events: dict[str, Series] = {}
    errors: dict[str, Series] = {}
    rows = connection.execute(
        f"""SELECT {_STEP} AS step, service, sum(events), sum(errors)
            FROM performance_rate JOIN performance_series s ON s.id = series_id
            WHERE {_ROWS} GROUP BY step, service ORDER BY step""",
        _parameters(grid),
    )
    for time_ms, service, n, wrong in rows:
        events.setdefault(service, Series()).add(time_ms, n * 1000 / grid.step_ms)
        errors.setdefault(service, Series()).add(time_ms, wrong * 1000 / grid.step_ms)
    return events, errors


def gauge_series(
    connection: sqlite3.Connection, grid: Grid, metrics: Sequence[tuple[str, str]]
) -> dict[str, dict[str, Series]]:
    """Return series by metric and service for each of `metrics`: (metric, "mean" or "max")."""
    found: dict[str, dict[str, Series]] = {metric: {} for metric, _ in metrics}
    largest = dict(metrics)
    marks = ",".join(f":m{i}" for i in range(len(metrics)))
    rows = connection.execute(
        f"""SELECT {_STEP} AS step, metric, service, sum(sum) / sum(n), max(max)
            FROM performance_gauge JOIN performance_series s ON s.id = series_id
            WHERE {_ROWS} AND metric IN ({marks}) GROUP BY step, metric, service ORDER BY step""",
        _parameters(grid) | {f"m{i}": metric for i, (metric, _) in enumerate(metrics)},
    )
    for time_ms, metric, service, mean, highest in rows:
        value = highest if largest[metric] == "max" else mean
        found[metric].setdefault(service, Series()).add(time_ms, value)
    return found


def duration_series(
    connection: sqlite3.Connection,
    grid: Grid,
    service: str | None = None,
    operation: str | None = None,
    wanted: Sequence[float] = QUANTILES,
) -> dict[float, Series]:
    """Return a series of milliseconds for each wanted quantile, over all or one service and operation."""
    sums: dict[int, int] = {}
    for step, first_bin, bins in connection.execute(
        f"SELECT {_STEP}, first_bin, bins FROM performance_duration WHERE {_ROWS} AND {_IN_SERIES}",
        _parameters(grid) | {"service": service, "operation": operation},
    ):
        if histogram := if_whole(first_bin, bins):
            sums[step] = sums.get(step, 0) + histogram
    found = {quantile: Series() for quantile in wanted}
    for step in sorted(sums):
        for quantile, value in zip(wanted, quantiles(sums[step], wanted), strict=True):
            found[quantile].add(step, value)
    return found


_IN_SERIES = """(:service IS NULL AND :operation IS NULL OR series_id IN (
  SELECT id FROM performance_series WHERE service = coalesce(:service, service)
  AND operation = coalesce(:operation, operation)))"""


def slowest_operations(
    connection: sqlite3.Connection, grid: Grid, service: str | None = None, *, order: str = "p95_ms", limit: int = 200
) -> list[OperationRow]:
    """Return the operations of a range: largest first in a column of numbers, in order of text else.

    Raises ValueError when `order` is no field of OperationRow.
    """
    place = OperationRow._fields.index(order)
    sums: dict[int, list[Any]] = {}
    for series, n, max_ms, last_ts, first_bin, bins in connection.execute(
        f"""SELECT series_id, n, max_ms, last_ts, first_bin, bins FROM performance_duration
            WHERE {_ROWS} AND {_IN_SERIES}""",
        _parameters(grid) | {"service": service, "operation": None},
    ):
        if not (histogram := if_whole(first_bin, bins)):
            continue
        total = sums.setdefault(series, [0, 0.0, 0, 0])
        total[0] += n
        total[1] = max(total[1], max_ms)
        total[2] = max(total[2], last_ts)
        total[3] += histogram
    names = _names(connection, sums)
    rows = [_operation_row(names[series], *total) for series, total in sums.items() if series in names]
    rows.sort(key=lambda row: (row.service, row.operation))
    rows.sort(key=lambda row: row[place], reverse=place >= _FIRST_NUMBER)
    return rows[:limit]


def operations(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the known operations by service, both in order; services without operations are there too."""
    known: dict[str, list[str]] = {}
    for service, operation in connection.execute(
        "SELECT service, operation FROM performance_series ORDER BY service, operation"
    ):
        known.setdefault(service, []).extend([operation] if operation else [])
    return known


def ignored_values(connection: sqlite3.Connection, grid: Grid) -> list[tuple[str, str, int]]:
    """Return (service, field, how many) of the values in a range that were no usable numbers, most first."""
    return connection.execute(
        """SELECT service, field, sum(n) FROM performance_ignored JOIN performance_series s ON s.id = series_id
           WHERE bucket_ms = 0 OR bucket_ms >= ? AND bucket_ms < ? GROUP BY service, field ORDER BY 3 DESC, 1, 2""",
        (grid.since_ms, grid.until_ms),
    ).fetchall()


def _operation_row(name: tuple[str, str], n: int, max_ms: float, last_ts: int, histogram: int) -> OperationRow:
    # An estimate may exceed the largest duration by the histogram's error; that would look like a fault.
    p50, p95, p99 = (min(value, max_ms) for value in quantiles(histogram, (0.5, 0.95, 0.99)))
    return OperationRow(*name, n, p50, p95, p99, max_ms, last_ts)


def _names(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = connection.execute("SELECT id, service, operation FROM performance_series")
    wanted = set(ids)
    return {number: (service, operation) for number, service, operation in rows if number in wanted}


def _parameters(grid: Grid) -> dict[str, Any]:
    return {
        "level": grid.level_ms,
        "fine": _FINE_MS,
        "step": grid.step_ms,
        "since": grid.since_ms,
        "until": grid.until_ms,
    }

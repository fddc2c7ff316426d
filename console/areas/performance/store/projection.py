"""Adds each batch of events to the aggregates, in the transaction that stores the events."""

import sqlite3
from collections.abc import Sequence

from console.areas.performance.core.fold import BUCKET_MS, Fold, fold_events
from console.areas.performance.core.step import LEVELS_MS
from console.areas.performance.store.adding import ADD_GAUGE, ADD_RATE, add_durations
from console.areas.performance.store.rollup import roll_up, rolled_until, start_rolling
from console.areas.performance.store.series import SeriesIds
from console.store.projection import StoredEvent

_ADD_IGNORED = "INSERT INTO performance_ignored VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET n = n + excluded.n"
_OPEN_BUCKETS = 3
"""The newest buckets are rolled up later, so that clocks which differ by some seconds cost nothing."""


class PerformanceProjection:
    """Keeps no state of its own: a transaction that is rolled back leaves nothing behind."""

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        """Take the events of one transaction; raises sqlite3.Error when the file cannot be written."""
        if not events:
            return
        fold = fold_events([stored.event for stored in events])
        received = max(stored.received_ms for stored in events)
        _store(connection, fold, received - received % BUCKET_MS)
        if fold.rates:
            # Our own clock bounds it: an event from the far future would close all buckets up to its time.
            newest = min(max(bucket for bucket, _ in fold.rates), received)
            roll_up(connection, newest - newest % BUCKET_MS - _OPEN_BUCKETS * BUCKET_MS)


def projection() -> PerformanceProjection:
    """Return the fold that the writer runs in each of its transactions."""
    return PerformanceProjection()


def _store(connection: sqlite3.Connection, fold: Fold, now_ms: int) -> None:
    ids = SeriesIds(connection)
    rolled = rolled_until(connection)
    if rolled is None:
        rolled = start_rolling(connection, min([now_ms, *(bucket for bucket, _ in fold.rates)]))
    rates = [
        (level, bucket - bucket % level, ids.of(service), *counts)
        for (bucket, service), counts in fold.rates.items()
        for level in _levels(bucket, rolled)
    ]
    gauges = [
        (level, bucket - bucket % level, metric, ids.of(service), g.n, g.sum, g.min, g.max, g.last, g.last_ts)
        for (bucket, service, metric), g in fold.gauges.items()
        for level in _levels(bucket, rolled)
    ]
    connection.executemany(ADD_RATE, rates)
    connection.executemany(ADD_GAUGE, gauges)
    for (bucket, service, operation), durations in fold.durations.items():
        series = ids.of(service, operation)
        for level in _levels(bucket, rolled):
            add_durations(connection, (level, bucket - bucket % level, series), durations)
    ignored = [(bucket, ids.of(service), name, n) for (bucket, service, name), n in fold.ignored.items()]
    connection.executemany(_ADD_IGNORED, ignored)


def _levels(bucket_ms: int, rolled_until_ms: int) -> tuple[int, ...]:
    """Return the widths to write: a late event goes into the wider buckets too, as they were summed without it."""
    return LEVELS_MS if bucket_ms < rolled_until_ms else LEVELS_MS[:1]

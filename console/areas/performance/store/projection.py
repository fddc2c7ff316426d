"""Adds each batch of events to the aggregates, in the transaction that stores the events."""

import sqlite3
from collections.abc import Sequence

from console.areas.performance.core.fold import BUCKET_MS, Durations, Fold, fold_events
from console.areas.performance.core.step import LEVELS_MS
from console.areas.performance.store.adding import ADD_GAUGE, ADD_RATE, DurationSum, add_durations
from console.areas.performance.store.open_bucket import OpenBuckets
from console.areas.performance.store.retention import prune
from console.areas.performance.store.rollup import roll_up, start_rolling
from console.areas.performance.store.series import SeriesIds
from console.model.histogram import pack
from console.store.projection import StoredEvent

_ADD_IGNORED = "INSERT INTO performance_ignored VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET n = n + excluded.n"
_OPEN_BUCKETS = 3
"""The newest buckets are rolled up later, so that clocks which differ by some seconds cost nothing."""


class PerformanceProjection:
    """Remembers what the newest rows hold, so that a batch writes and hardly reads.

    Each batch counts `performance_state.batch` up by one, in its own transaction: when the number is not the one
    that the batch before left, that batch was rolled back (or another process wrote), and all is read anew.
    """

    def __init__(self) -> None:
        self._batch: int | None = None
        self._ids = SeriesIds()
        self._open = OpenBuckets()

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        """Take the events of one transaction; raises sqlite3.Error when the file cannot be written."""
        if not events:
            return
        fold = fold_events([stored.event for stored in events])
        received = max([stored.received_ms for stored in events])
        now_ms = received - received % BUCKET_MS
        rolled = self._begin(connection, min([now_ms, *(bucket for bucket, _ in fold.rates)]))
        self._store(connection, fold, rolled)
        if fold.rates:
            # Our own clock bounds it: an event from the far future would close all buckets up to its time.
            newest = min(max(bucket for bucket, _ in fold.rates), now_ms)
            until_ms = newest - _OPEN_BUCKETS * BUCKET_MS
            if until_ms > rolled:
                roll_up(connection, until_ms)
            self._open.keep_newest(newest)

    def prune(self, connection: sqlite3.Connection, before_ms: int) -> None:
        """Forget the buckets that end at or before `before_ms`."""
        self._batch = None
        prune(connection, before_ms)

    def _begin(self, connection: sqlite3.Connection, first_ms: int) -> int:
        """Count this batch, and return the time before which wider buckets hold everything (Unix ms)."""
        state = connection.execute("SELECT rolled_until_ms, batch FROM performance_state").fetchone()
        if state is None:
            state = (start_rolling(connection, first_ms), 0)
        rolled_until_ms, batch = state
        if batch != self._batch:
            self._ids.forget()
            self._open.forget()
        connection.execute("UPDATE performance_state SET batch = ?", (batch + 1,))
        self._batch = batch + 1
        return int(rolled_until_ms)

    def _store(self, connection: sqlite3.Connection, fold: Fold, rolled: int) -> None:
        ids = self._ids
        rates = [
            (level, bucket - bucket % level, ids.of(connection, service), *counts)
            for (bucket, service), counts in fold.rates.items()
            for level in _levels(bucket, rolled)
        ]
        gauges = [
            (level, bucket - bucket % level, metric, ids.of(connection, service), *numbers.row())
            for (bucket, service, metric), numbers in fold.gauges.items()
            for level in _levels(bucket, rolled)
        ]
        durations = [
            (bucket, ids.of(connection, service, operation), added)
            for (bucket, service, operation), added in fold.durations.items()
        ]
        connection.executemany(ADD_RATE, rates)
        connection.executemany(ADD_GAUGE, gauges)
        self._open.add(connection, durations)
        for bucket, series, added in durations:
            for level in _levels(bucket, rolled)[1:]:
                add_durations(connection, (level, bucket - bucket % level, series), _sum_of(added))
        if fold.ignored:
            ignored = [(b, ids.of(connection, service), name, n) for (b, service, name), n in fold.ignored.items()]
            connection.executemany(_ADD_IGNORED, ignored)


def projection() -> PerformanceProjection:
    """Return the fold that the writer runs in each of its transactions."""
    return PerformanceProjection()


def _sum_of(added: Durations) -> DurationSum:
    return DurationSum(added.n, float(added.sum_ms), float(added.max_ms), added.last_ts, pack(added.bins))


def _levels(bucket_ms: int, rolled_until_ms: int) -> tuple[int, ...]:
    """Return the widths to write: a late event goes into the wider buckets too, as they were summed without it."""
    return LEVELS_MS if bucket_ms < rolled_until_ms else LEVELS_MS[:1]

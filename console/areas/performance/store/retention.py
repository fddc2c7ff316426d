"""Forgets aggregates of the past, but those of the time of pinned sessions."""

import sqlite3
from collections.abc import Sequence

from console.areas.performance.core.step import LEVELS_MS
from console.store.retention import kept_runs, outside_times

_BY_LEVEL = ("performance_rate", "performance_duration", "performance_gauge")


def prune(connection: sqlite3.Connection, before_ms: int) -> None:
    """Forget the buckets that end at or before `before_ms`; series without any bucket left go too."""
    runs = kept_runs(connection)
    for table in _BY_LEVEL:
        for level in LEVELS_MS:
            outside = outside_times(runs, "bucket_ms", level)
            statement = f"DELETE FROM {table} WHERE level_ms = ? AND bucket_ms <= ? AND {outside}"
            connection.execute(statement, (level, before_ms - level))
    outside = outside_times(runs, "bucket_ms", LEVELS_MS[0])
    connection.execute(f"DELETE FROM performance_ignored WHERE bucket_ms <= ? AND {outside}", (before_ms - LEVELS_MS[0],))
    connection.execute(
        """DELETE FROM performance_series WHERE id NOT IN (
             SELECT series_id FROM performance_rate UNION SELECT series_id FROM performance_duration
             UNION SELECT series_id FROM performance_gauge UNION SELECT series_id FROM performance_ignored)"""
    )


def forget(connection: sqlite3.Connection, _event_ids: Sequence[int], range_ms: tuple[int, int]) -> None:
    """Forget the buckets in which no event is left after a person has deleted some; others keep their sums."""
    since_ms, until_ms = range_ms
    for table in _BY_LEVEL:
        for level in LEVELS_MS:
            connection.execute(
                f"""DELETE FROM {table} WHERE level_ms = {level} AND bucket_ms > ? AND bucket_ms <= ? AND NOT EXISTS
                      (SELECT 1 FROM events WHERE ts >= bucket_ms AND ts < bucket_ms + {level})""",
                (since_ms - level, until_ms),
            )
    # A batch of its own, so that the fold reads anew what it remembers.
    connection.execute("UPDATE performance_state SET batch = batch + 1")

"""Forgets aggregates of the past."""

import sqlite3

from console.areas.performance.core.step import LEVELS_MS


def prune(connection: sqlite3.Connection, before_ms: int) -> None:
    """Forget the buckets that end at or before `before_ms`; series without any bucket left go too."""
    for table in ("performance_rate", "performance_duration", "performance_gauge"):
        statement = f"DELETE FROM {table} WHERE level_ms = ? AND bucket_ms <= ?"
        connection.executemany(statement, [(level, before_ms - level) for level in LEVELS_MS])
    connection.execute("DELETE FROM performance_ignored WHERE bucket_ms <= ?", (before_ms - LEVELS_MS[0],))
    connection.execute(
        """DELETE FROM performance_series WHERE id NOT IN (
             SELECT series_id FROM performance_rate UNION SELECT series_id FROM performance_duration
             UNION SELECT series_id FROM performance_gauge UNION SELECT series_id FROM performance_ignored)"""
    )

"""Sums finished buckets of ten seconds into the wider ones, once each."""

import sqlite3

from console.areas.performance.core.step import LEVELS_MS
from console.areas.performance.store.adding import ROLL_GAUGE, ROLL_RATE, DurationSum, add_durations
from console.model.histogram import if_whole

_FINE_MS = LEVELS_MS[0]
_FINE_ROWS = """SELECT bucket_ms, series_id, n, sum_ms, max_ms, last_ts, first_bin, bins FROM performance_duration
  WHERE level_ms = ? AND bucket_ms >= ? AND bucket_ms < ? ORDER BY bucket_ms"""


def rolled_until(connection: sqlite3.Connection) -> int | None:
    """Return the time (Unix ms) before which wider buckets hold everything; None for an empty store."""
    row = connection.execute("SELECT rolled_until_ms FROM performance_state").fetchone()
    return None if row is None else int(row[0])


def start_rolling(connection: sqlite3.Connection, first_ms: int) -> int:
    """Remember that nothing before `first_ms` has been rolled up, and return it."""
    connection.execute("INSERT INTO performance_state (id, rolled_until_ms) VALUES (1, ?)", (first_ms,))
    return first_ms


def roll_up(connection: sqlite3.Connection, until_ms: int) -> None:
    """Sum the ten-second buckets before `until_ms` that are not yet summed; a time already passed does nothing."""
    since = rolled_until(connection)
    if since is None or until_ms <= since:
        return
    rows = connection.execute(_FINE_ROWS, (_FINE_MS, since, until_ms)).fetchall()
    for level in LEVELS_MS[1:]:
        span = {"level": level, "fine": _FINE_MS, "since": since, "until": until_ms}
        connection.execute(ROLL_RATE, span)
        connection.execute(ROLL_GAUGE, span)
        sums: dict[tuple[int, int], DurationSum] = {}
        for bucket, series, n, sum_ms, max_ms, last_ts, first_bin, bins in rows:
            key = (bucket - bucket % level, series)
            total = sums.get(key)
            if (histogram := if_whole(first_bin, bins)) is None:
                continue
            found = DurationSum(n, sum_ms, max_ms, last_ts, histogram)
            sums[key] = found if total is None else total.plus(*found)
        for (bucket, series), total in sums.items():
            add_durations(connection, (level, bucket, series), total)
    connection.execute("UPDATE performance_state SET rolled_until_ms = ?", (until_ms,))

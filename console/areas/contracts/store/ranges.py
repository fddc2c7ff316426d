"""Ranges with both ends, as the queries of this area want them."""

import sqlite3

_AHEAD_MS = 3_600_000


def whole_range(connection: sqlite3.Connection, since_ms: int | None, until_ms: int | None, now_ms: int) -> tuple[int, int]:
    """Return a range with both ends: an open start is the first exchange ever seen, an open end is the present.

    Clocks of producers may be ahead: up to an hour beyond the present the newest exchange is still in the range.
    """
    oldest, newest = connection.execute(
        "SELECT min(first_ms), max(CASE WHEN last_ms <= ? THEN last_ms END) FROM contracts_endpoint", (now_ms + _AHEAD_MS,)
    ).fetchone()
    if until_ms is None:
        until_ms = max(now_ms, newest or 0) + 1
    if since_ms is None:
        since_ms = until_ms - 1 if oldest is None else min(oldest, until_ms - 1)
    return since_ms, max(until_ms, since_ms + 1)

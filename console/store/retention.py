"""Keep the store within limits of age, count and bytes; oldest events go first, pinned ones stay."""

import sqlite3
from dataclasses import dataclass

from console.store.recording import ACTIVITY_MS
from console.store.rows import MARKER_QUARANTINE

CHUNK = 5_000
"""Events deleted in one transaction: about 50 ms, so that events keep coming in between."""
SHRINK_PAGES = 500


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be kept; None is no limit. Bytes are those of the file's used pages."""

    max_age_ms: int | None = None
    max_events: int | None = None
    max_bytes: int | None = None


def retain(connection: sqlite3.Connection, limits: Limits, now_ms: int) -> int:
    """Delete one chunk of what is over the limits; returns how many rows went (0: nothing is over). In a transaction."""
    victims = _over_age(connection, limits, now_ms) or _over_amount(connection, limits)
    if victims:
        delete_events(connection, victims)
    return len(victims)


def count_over(connection: sqlite3.Connection, limits: Limits, now_ms: int) -> int:
    """Return about how many events `retain` would delete: from rollups, pins and partial buckets not told apart."""
    by_age = 0
    if limits.max_age_ms is not None:
        oldest_bucket = (now_ms - limits.max_age_ms) // ACTIVITY_MS
        by_age = int(connection.execute("SELECT total(n) FROM activity WHERE bucket < ?", (oldest_bucket,)).fetchone()[0])
    return max(by_age, _amount_over(connection, limits))


def _over_age(connection: sqlite3.Connection, limits: Limits, now_ms: int) -> list[int]:
    if limits.max_age_ms is None:
        return []
    sql = f"""SELECT id FROM events INDEXED BY events_ts WHERE ts < ? AND id NOT IN (SELECT event_id FROM pins)
        ORDER BY ts LIMIT {CHUNK}"""
    return [row[0] for row in connection.execute(sql, (now_ms - limits.max_age_ms,))]


def _over_amount(connection: sqlite3.Connection, limits: Limits) -> list[int]:
    over = _amount_over(connection, limits)
    if over <= 0:
        return []
    sql = """SELECT id FROM events INDEXED BY events_ts WHERE id NOT IN (SELECT event_id FROM pins) ORDER BY ts LIMIT ?"""
    return [row[0] for row in connection.execute(sql, (min(over, CHUNK),))]


def _amount_over(connection: sqlite3.Connection, limits: Limits) -> int:
    over = 0
    events = int(connection.execute("SELECT total(n) FROM activity").fetchone()[0])
    if limits.max_events is not None:
        over = events - limits.max_events
    if limits.max_bytes is not None and events:
        used = used_bytes(connection)
        # Bytes an event differ, so this goes in steps and looks again.
        over = max(over, -(-(used - limits.max_bytes) * events // used) if used > limits.max_bytes else 0)
    return max(0, over)


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return the bytes of the pages in use (free pages are used again before the file grows)."""

    def pragma(name: str) -> int:
        return int(connection.execute(f"PRAGMA {name}").fetchone()[0])

    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")


def delete_events(connection: sqlite3.Connection, ids: list[int]) -> None:
    """Delete events and all that hangs on them: payloads, counts, quarantined bytes, whole search parts that empty.

    Gaps and intervals of unknown coverage are small and stay: they say where a stream resumes.
    """
    connection.execute(
        "INSERT OR REPLACE INTO meta SELECT 'last_id', max(coalesce((SELECT max(id) FROM events), 0), "
        "coalesce((SELECT value FROM meta WHERE key = 'last_id'), 0))"
    )
    marks = ",".join(map(str, ids))
    connection.execute(
        f"""INSERT INTO activity SELECT ts / {ACTIVITY_MS}, kind, -count(*) FROM events
        WHERE id IN ({marks}) AND kind IN (SELECT id FROM kinds WHERE marker = 0) GROUP BY 1, 2
        ON CONFLICT (bucket, kind) DO UPDATE SET n = n + excluded.n"""
    )
    connection.execute("DELETE FROM activity WHERE n <= 0")
    connection.execute(
        f"""DELETE FROM quarantine WHERE (source_id, received) IN (SELECT k.source_id, e.ts FROM events e
        JOIN kinds k ON k.id = e.kind WHERE k.marker = {MARKER_QUARANTINE} AND e.id IN ({marks}))"""
    )
    for table, column in (("events", "id"), ("payloads", "id"), ("degraded", "event_id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})")
    _drop_empty_parts(connection)


def _drop_empty_parts(connection: sqlite3.Connection) -> None:
    newest = connection.execute("SELECT max(part) FROM search_parts").fetchone()[0]
    empty = connection.execute(
        """SELECT part FROM search_parts WHERE part < ? AND NOT EXISTS
        (SELECT 1 FROM events WHERE id BETWEEN first_id AND last_id)""",
        (newest,),
    ).fetchall()
    for (part,) in empty:
        connection.execute(f"DROP TABLE search_{part}")
        connection.execute("DELETE FROM search_parts WHERE part = ?", (part,))


def shrink(connection: sqlite3.Connection) -> int:
    """Give free pages back to the disk, a few at a time; returns how many are still free."""
    free = int(connection.execute("PRAGMA freelist_count").fetchone()[0])
    if free:
        connection.execute(f"PRAGMA incremental_vacuum({SHRINK_PAGES})").fetchall()
    left = int(connection.execute("PRAGMA freelist_count").fetchone()[0])
    return left if left < free else 0

"""Keep the store within limits of age, count and bytes; oldest events go first, pinned ones stay.

What is pinned as a whole (a session) does not count against the limits either: else it would push out all that comes.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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


class Kept(NamedTuple):
    """A run of events that stay whatever their age: from one id and time (Unix ms) to another, both included."""

    first_id: int
    last_id: int
    events: int
    from_ms: int
    to_ms: int


_KNOWN = "SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = 'v_kept_events'"
_OLDEST_LOOSE = """SELECT ts FROM events INDEXED BY events_ts WHERE id NOT IN (SELECT event_id FROM pins) AND {outside}
  ORDER BY ts LIMIT 1"""


def kept_runs(connection: sqlite3.Connection) -> list[Kept]:
    """Return the runs that an area has pinned: the rows of the public view `v_kept_events`, where there is one."""
    if connection.execute(_KNOWN).fetchone() is None:  # a store that is older than that area, or without areas
        return []
    rows = connection.execute("SELECT first_id, last_id, events, from_ms, to_ms FROM v_kept_events ORDER BY first_id")
    return [Kept._make(row) for row in rows]


def outside_ids(runs: Sequence[Kept], column: str) -> str:
    """Return the condition that an id is in none of the runs."""
    return " AND ".join([f"{column} NOT BETWEEN {run.first_id} AND {run.last_id}" for run in runs]) or "1"


def outside_times(runs: Sequence[Kept], column: str, width_ms: int = 1) -> str:
    """Return the condition that a time, or a bucket of some width that begins at it, touches none of the runs."""
    return " AND ".join([f"{column} NOT BETWEEN {run.from_ms - width_ms + 1} AND {run.to_ms}" for run in runs]) or "1"


def oldest_loose_ms(connection: sqlite3.Connection) -> int | None:
    """Return the time of the oldest event that is not pinned, alone or in a run; None where there is none."""
    sql = _OLDEST_LOOSE.format(outside=outside_ids(kept_runs(connection), "id"))
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else None


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
        before_ms = now_ms - limits.max_age_ms
        old = connection.execute("SELECT total(n) FROM activity WHERE bucket < ?", (before_ms // ACTIVITY_MS,)).fetchone()[0]
        by_age = max(0, int(old) - sum(_older_in(connection, run, before_ms) for run in kept_runs(connection)))
    return max(by_age, _amount_over(connection, limits))


def _older_in(connection: sqlite3.Connection, run: Kept, before_ms: int) -> int:
    """Return how many events of a run are older than a time."""
    if run.to_ms < before_ms:
        return run.events
    sql = "SELECT count(*) FROM events WHERE id BETWEEN ? AND ? AND ts < ?"
    return int(connection.execute(sql, (run.first_id, run.last_id, before_ms)).fetchone()[0])


def _over_age(connection: sqlite3.Connection, limits: Limits, now_ms: int) -> list[int]:
    if limits.max_age_ms is None:
        return []
    sql = f"""SELECT id FROM events INDEXED BY events_ts WHERE ts < ? AND id NOT IN (SELECT event_id FROM pins)
        AND {outside_ids(kept_runs(connection), "id")} ORDER BY ts LIMIT {CHUNK}"""
    return [row[0] for row in connection.execute(sql, (now_ms - limits.max_age_ms,))]


def _over_amount(connection: sqlite3.Connection, limits: Limits) -> list[int]:
    over = _amount_over(connection, limits)
    if over <= 0:
        return []
    sql = f"""SELECT id FROM events INDEXED BY events_ts WHERE id NOT IN (SELECT event_id FROM pins)
        AND {outside_ids(kept_runs(connection), "id")} ORDER BY ts LIMIT ?"""
    return [row[0] for row in connection.execute(sql, (min(over, CHUNK),))]


def _amount_over(connection: sqlite3.Connection, limits: Limits) -> int:
    over = 0
    stored = int(connection.execute("SELECT total(n) FROM activity").fetchone()[0])
    events = max(0, stored - sum(run.events for run in kept_runs(connection)))
    if limits.max_events is not None:
        over = events - limits.max_events
    if limits.max_bytes is not None and events:
        used = used_bytes(connection) * events // stored
        # Bytes an event differ, so this goes in steps and looks again.
        over = max(over, -(-(used - limits.max_bytes) * events // used) if used > limits.max_bytes else 0)
    return max(0, over)


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return the bytes of the pages in use (free pages are used again before the file grows)."""

    def pragma(name: str) -> int:
        return int(connection.execute(f"PRAGMA {name}").fetchone()[0])

    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")


def delete_events(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
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

"""The rows of sessions: begun and ended with what is attached, counted with each batch."""

import sqlite3
from collections.abc import Collection, Sequence

from console.store.projection import StoredEvent

_BEGIN = "INSERT INTO incidents_session (name, sources, from_ms, first_id) VALUES (?, ?, ?, ?)"
_END = "UPDATE incidents_session SET to_ms = max(?, from_ms), last_id = ? WHERE to_ms IS NULL"
_ADD = """UPDATE incidents_session SET arrived = arrived + ?1, events = events + ?1,
  oldest_ms = min(coalesce(oldest_ms, ?2), ?2), newest_ms = max(coalesce(newest_ms, ?3), ?3) WHERE to_ms IS NULL"""
_COUNT = """SELECT count(*), min(ts), max(ts) FROM events WHERE id BETWEEN ? AND ?
  AND kind NOT IN (SELECT id FROM kinds WHERE marker != 0)"""
_OLD = """SELECT id, first_id, coalesce(last_id, 9223372036854775807) FROM incidents_session
  WHERE pinned = 0 AND events > 0 AND oldest_ms < ?"""
# A session that somebody named or wrote about is remembered without its events.
_FORGET = """DELETE FROM incidents_session WHERE events = 0 AND to_ms IS NOT NULL AND (arrived > 0 OR to_ms < ?)
  AND pinned = 0 AND name = '' AND note = ''"""
# Rows may be deleted, ids are never given out again: `meta` remembers the highest.
_HIGHEST_ID = """SELECT max(coalesce((SELECT max(id) FROM events), 0),
  coalesce((SELECT value FROM meta WHERE key = 'last_id'), 0))"""


def follow(connection: sqlite3.Connection, names: Collection[str], now_ms: int) -> None:
    """Take what is attached now: with the first source a session begins, with none left it ends."""
    before, now = attached(connection), tuple(sorted(map(_line, names)))
    connection.execute("INSERT OR REPLACE INTO incidents_state VALUES (1, ?)", ("\n".join(now),))
    if not now:
        end(connection, now_ms)
    elif not before:
        end(connection, now_ms)
        begin(connection, "", now, now_ms)
    else:
        _note_sources(connection, now)


def begin(connection: sqlite3.Connection, name: str, sources: Sequence[str], now_ms: int) -> int:
    """Begin a session; what arrives from now on belongs to it. Returns its id."""
    row = (name, "\n".join(sources), now_ms, _highest_id(connection) + 1)
    return int(connection.execute(_BEGIN, row).lastrowid or 0)


def end(connection: sqlite3.Connection, at_ms: int) -> bool:
    """End the session that lasts; returns whether there was one. One that brought nothing is forgotten."""
    if not connection.execute(_END, (at_ms, _highest_id(connection))).rowcount:
        return False
    connection.execute("DELETE FROM incidents_session WHERE last_id < first_id AND name = '' AND note = '' AND pinned = 0")
    return True


def end_leftover(connection: sqlite3.Connection) -> None:
    """End the session of a process that died: when its sources were heard last."""
    heard = connection.execute("SELECT coalesce(max(last_seen), 0) FROM sources").fetchone()[0]
    end(connection, heard)
    connection.execute("INSERT OR REPLACE INTO incidents_state VALUES (1, '')")


def add(connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
    """Count a batch in the session that lasts."""
    times = [stored.event.ts_ms for stored in events]
    connection.execute(_ADD, (len(events), min(times), max(times)))


def attached(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the names of the sources that are attached, as far as the store was told."""
    row = connection.execute("SELECT attached FROM incidents_state").fetchone()
    return split_names(row[0]) if row else ()


def split_names(text: str) -> tuple[str, ...]:
    """Return the names that a column holds by line."""
    return tuple(text.split("\n")) if text else ()


def recount(connection: sqlite3.Connection, before_ms: int) -> None:
    """Count anew the sessions that have lost events of before a time, and forget those that have none left."""
    for session_id, *ids in connection.execute(_OLD, (before_ms,)).fetchall():
        connection.execute(
            "UPDATE incidents_session SET events = ?, oldest_ms = ?, newest_ms = ? WHERE id = ?",
            (*connection.execute(_COUNT, ids).fetchone(), session_id),
        )
    connection.execute(_FORGET, (before_ms,))


def _note_sources(connection: sqlite3.Connection, now: Sequence[str]) -> None:
    row = connection.execute("SELECT id, sources FROM incidents_session WHERE to_ms IS NULL").fetchone()
    if row is not None:
        names = "\n".join(dict.fromkeys((*split_names(row[1]), *now)))
        connection.execute("UPDATE incidents_session SET sources = ? WHERE id = ?", (names, row[0]))


def _highest_id(connection: sqlite3.Connection) -> int:
    return int(connection.execute(_HIGHEST_ID).fetchone()[0])


def _line(name: str) -> str:
    return " ".join(name.encode("utf-8", "replace").decode("utf-8").splitlines())

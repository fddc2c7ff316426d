"""Deletes a session with its events, in parts, so that events keep coming in between."""

import sqlite3
from typing import Any

from console.areas.incidents.store.arguments import number
from console.store.retention import CHUNK, delete_events

_NEXT = f"""SELECT id, ts FROM events WHERE id BETWEEN ? AND ? AND id NOT IN (SELECT event_id FROM pins)
  ORDER BY id LIMIT {CHUNK}"""
_LEFT = "SELECT count(*) FROM events WHERE id BETWEEN ? AND ?"


def session_delete(connection: sqlite3.Connection, args: dict[str, Any], _now_ms: int) -> dict[str, Any]:
    """Delete the next part of a session's events; with the last of them the session goes.

    Areas forget what they keep of each of these events, and sums of times in which none is left.
    """
    from console.areas import area_forgets  # here, as that list names this area as well

    session_id, deleted, total = number(args, "id"), _count(args, "_deleted"), _count(args, "_total")
    ids = _ids_of(connection, session_id)
    part = connection.execute(_NEXT, ids).fetchall()
    if part:
        event_ids, times = zip(*part, strict=True)
        delete_events(connection, event_ids)
        for forget in area_forgets():
            forget(connection, event_ids, (min(times), max(times)))
        deleted += len(part)
        total = total or deleted + connection.execute(_LEFT, ids).fetchone()[0]
        again = {"id": session_id, "_deleted": deleted, "_total": total}
        return {"again": again, "progress": [deleted, total]}
    connection.execute("DELETE FROM incidents_session WHERE id = ?", (session_id,))
    return {"deleted": deleted, "kept": connection.execute(_LEFT, ids).fetchone()[0]}


def _count(args: dict[str, Any], key: str) -> int:
    """A number of the part before, 0 for the first."""
    return number(args, key) if key in args else 0


def _ids_of(connection: sqlite3.Connection, session_id: int) -> tuple[int, int]:
    row = connection.execute(
        "SELECT first_id, last_id, pinned FROM incidents_session WHERE id = ?", (session_id,)
    ).fetchone()
    if row is None:
        raise LookupError(f"there is no session {session_id}")
    first_id, last_id, pinned = row
    if last_id is None:
        raise ValueError(f"session {session_id} is still open: end it first")
    if pinned:
        raise ValueError(f"session {session_id} is pinned: unpin it first")
    return first_id, last_id

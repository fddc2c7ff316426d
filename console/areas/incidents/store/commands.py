"""What a person can do to sessions and notes.

`session_start`  {"name"?} → {"id"}: ends the one that lasts and begins another, as between two tries
`session_end`    {} → {"id"}: what comes then is in no session, until one is started or all sources were detached
`session`        {"id", "name"?, "note"?, "pinned"?: bool} → {"id"}
`session_delete` {"id"} → {"deleted": n, "kept": n}, in parts: with its events, but those that are pinned alone
`note`           {"id"?, "title", "markdown"} → {"id"}
`note_delete`    {"id"} → {}
"""

import sqlite3
from typing import Any

from console.areas.incidents.store import sessions
from console.areas.incidents.store.arguments import flag, number, text
from console.areas.incidents.store.deleting import session_delete
from console.areas.incidents.store.notes import add_note, change_note, delete_note
from console.store.projection import AreaCommand

NAME_LENGTH = 200
TEXT_LENGTH = 200_000


def session_start(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Begin a session now."""
    name, attached = text(args, "name", NAME_LENGTH), sessions.attached(connection)
    if not attached:
        raise ValueError("no source is attached: a session begins with the first")
    sessions.end(connection, now_ms)
    return {"id": sessions.begin(connection, name, attached, now_ms)}


def session_end(connection: sqlite3.Connection, _args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """End the session that lasts."""
    row = connection.execute("SELECT id FROM incidents_session WHERE to_ms IS NULL").fetchone()
    if row is None:
        raise LookupError("no session is open")
    sessions.end(connection, now_ms)
    return {"id": row[0]}


def change_session(connection: sqlite3.Connection, args: dict[str, Any], _now_ms: int) -> dict[str, Any]:
    """Change what a person says of a session."""
    session_id = number(args, "id")
    changes: dict[str, Any] = {}
    if "name" in args:
        changes["name"] = text(args, "name", NAME_LENGTH)
    if "note" in args:
        changes["note"] = text(args, "note", TEXT_LENGTH)
    if "pinned" in args:
        changes["pinned"] = flag(args, "pinned")
    if not changes:
        raise ValueError('give a "name", a "note" or "pinned"')
    places = ", ".join(f"{column} = ?" for column in changes)
    sql = f"UPDATE incidents_session SET {places} WHERE id = ?"
    if not connection.execute(sql, (*changes.values(), session_id)).rowcount:
        raise LookupError(f"there is no session {session_id}")
    return {"id": session_id}


def note(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Write a note, or write it anew."""
    title, markdown = text(args, "title", NAME_LENGTH).strip(), text(args, "markdown", TEXT_LENGTH)
    if not title:
        raise ValueError("a note wants a title")
    if "id" not in args:
        return {"id": add_note(connection, title, markdown, now_ms)}
    note_id = number(args, "id")
    change_note(connection, note_id, title, markdown, now_ms)
    return {"id": note_id}


def note_delete(connection: sqlite3.Connection, args: dict[str, Any], _now_ms: int) -> dict[str, Any]:
    """Delete a note."""
    delete_note(connection, number(args, "id"))
    return {}


COMMANDS: dict[str, AreaCommand] = {
    "session_start": session_start,
    "session_end": session_end,
    "session": change_session,
    "session_delete": session_delete,
    "note": note,
    "note_delete": note_delete,
}

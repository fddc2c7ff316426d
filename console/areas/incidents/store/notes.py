"""Notes in Markdown, beside the events that they tell of."""

import sqlite3
from typing import NamedTuple


class Note(NamedTuple):
    """`changed_ms` is Unix time."""

    id: int
    title: str
    markdown: str
    changed_ms: int


def notes(connection: sqlite3.Connection) -> tuple[Note, ...]:
    """Return all notes, the one that was changed last first."""
    rows = connection.execute("SELECT id, title, markdown, changed_ms FROM incidents_note ORDER BY changed_ms DESC, id DESC")
    return tuple(Note._make(row) for row in rows.fetchall())


def load_note(connection: sqlite3.Connection, note_id: int) -> Note:
    """Return one note. Raises LookupError."""
    row = connection.execute(
        "SELECT id, title, markdown, changed_ms FROM incidents_note WHERE id = ?", (note_id,)
    ).fetchone()
    if row is None:
        raise _unknown(note_id)
    return Note._make(row)


def add_note(connection: sqlite3.Connection, title: str, markdown: str, now_ms: int) -> int:
    """Write a new note; returns its id."""
    sql = "INSERT INTO incidents_note (title, markdown, changed_ms) VALUES (?, ?, ?)"
    return int(connection.execute(sql, (title, markdown, now_ms)).lastrowid or 0)


def change_note(connection: sqlite3.Connection, note_id: int, title: str, markdown: str, now_ms: int) -> None:
    """Write a note anew. Raises LookupError."""
    sql = "UPDATE incidents_note SET title = ?, markdown = ?, changed_ms = ? WHERE id = ?"
    if not connection.execute(sql, (title, markdown, now_ms, note_id)).rowcount:
        raise _unknown(note_id)


def delete_note(connection: sqlite3.Connection, note_id: int) -> None:
    """Delete a note. Raises LookupError."""
    if not connection.execute("DELETE FROM incidents_note WHERE id = ?", (note_id,)).rowcount:
        raise _unknown(note_id)


def _unknown(note_id: int) -> LookupError:
    return LookupError(f"there is no note {note_id}")

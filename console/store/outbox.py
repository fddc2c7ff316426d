"""Commands to services: rows on the disk before they are sent, and what became of each.

A row is `queued` (not sent yet), `sent`, or `unknown` (no answer by its deadline, or the link was lost after sending: it
is asked again with the same key on the next connection) until the service answers: `applied`, `duplicate`, `stale`,
`rejected` or `expired`. `recorded` rows are never sent: their source takes no commands.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

WAITING = ("queued", "sent", "unknown")
ANSWERS = ("applied", "duplicate", "stale", "rejected", "expired")
MAX_RESULT = 1024 * 1024
MAX_REASON = 2_000

OUTBOX = (
    """CREATE TABLE outbox (
         key TEXT PRIMARY KEY, source TEXT NOT NULL, area TEXT NOT NULL, name TEXT NOT NULL, args TEXT NOT NULL,
         deadline_ms INTEGER NOT NULL, state TEXT NOT NULL, created_ms INTEGER NOT NULL, sent_ms INTEGER,
         answered_ms INTEGER, attempts INTEGER NOT NULL DEFAULT 0, result TEXT, reason TEXT NOT NULL DEFAULT '')""",
    # The rows that wait are few beside those that are answered.
    """CREATE INDEX outbox_waiting ON outbox (source, created_ms)
       WHERE state IN ('queued', 'sent', 'unknown')""",
    # Whether a source's newest connection took commands.
    "CREATE TABLE command_sources (source TEXT PRIMARY KEY, takes INTEGER NOT NULL) WITHOUT ROWID",
)

_COLUMNS = """key, source, area, name, args, deadline_ms, state, created_ms, sent_ms, answered_ms, attempts, result,
  reason"""


class OutboxRow(NamedTuple):
    """One command. `deadline_ms` is how long after sending an answer is waited for; times are Unix ms."""

    key: str
    source: str
    area: str
    name: str
    args: dict[str, Any]
    deadline_ms: int
    state: str
    created_ms: int
    sent_ms: int | None
    answered_ms: int | None
    attempts: int
    result: Any
    reason: str


def put(
    connection: sqlite3.Connection, key: str, source: str, area: str, name: str, args: dict[str, Any], now_ms: int,
    *, deadline_ms: int = 10_000, recorded: bool = False,
) -> None:  # fmt: skip
    """Write a command down; it is sent when its source is there. Raises sqlite3.IntegrityError for a key used before."""
    row = (key, source, area, name, json.dumps(args), deadline_ms, "recorded" if recorded else "queued", now_ms)
    connection.execute(
        """INSERT INTO outbox (key, source, area, name, args, deadline_ms, state, created_ms)
           VALUES (?,?,?,?,?,?,?,?)""",
        row,
    )


def waiting(connection: sqlite3.Connection, source: str) -> list[str]:
    """Return the keys of the commands that a source is to be asked, or asked again, oldest first."""
    rows = connection.execute(
        """SELECT key FROM outbox WHERE source = ? AND state IN ('queued', 'sent', 'unknown')
           ORDER BY created_ms, rowid""",
        (source,),
    )
    return [row[0] for row in rows]


def note_source(connection: sqlite3.Connection, source: str, takes_commands: bool) -> None:
    """Note whether a source takes commands."""
    connection.execute("INSERT OR REPLACE INTO command_sources VALUES (?, ?)", (source, takes_commands))


def refuse_unsent(connection: sqlite3.Connection, source: str, reason: str, now_ms: int) -> list[OutboxRow]:
    """Answer in a source's stead, `rejected`, what it was never asked; returns those rows."""
    keys = connection.execute(
        """UPDATE outbox SET state = 'rejected', answered_ms = ?, reason = ?
           WHERE source = ? AND state = 'queued' AND attempts = 0 RETURNING key""",
        (now_ms, reason, source),
    ).fetchall()
    return [row for (key,) in keys if (row := find(connection, key)) is not None]


def mark_sent(connection: sqlite3.Connection, keys: Iterable[str], now_ms: int) -> list[OutboxRow]:
    """Note that these are being sent; returns those that are still waiting, in order."""
    marked = []
    for key in keys:
        changed = connection.execute(
            """UPDATE outbox SET state = 'sent', sent_ms = ?, attempts = attempts + 1
               WHERE key = ? AND state IN ('queued', 'sent', 'unknown')""",
            (now_ms, key),
        )
        if changed.rowcount and (row := find(connection, key)) is not None:
            marked.append(row)
    return marked


def mark_unknown(connection: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    """Note that no answer came to these; returns the areas that are concerned."""
    areas = set()
    for key in keys:
        rows = connection.execute(
            "UPDATE outbox SET state = 'unknown' WHERE key = ? AND state = 'sent' RETURNING area", (key,)
        )
        areas |= {row[0] for row in rows.fetchall()}
    return sorted(areas)


def answer(
    connection: sqlite3.Connection, key: str, source: str, state: str, result: Any, reason: str, now_ms: int
) -> OutboxRow | None:
    """Note what a source answered; returns the row, None where the source was never asked or has answered before."""
    if state not in ANSWERS:
        state, reason = "rejected", f"an answer that the protocol does not know: {state[:40]!r}. {reason}"
    try:
        text = json.dumps(result)
    except RecursionError:
        text, reason = "null", f"{reason} (its result was nested too deeply to be kept)".strip()
    if len(text) > MAX_RESULT:
        text, reason = "null", f"{reason} (its result of {len(text):,} characters was not kept)".strip()
    changed = connection.execute(
        """UPDATE outbox SET state = ?, answered_ms = ?, result = ?, reason = ?
           WHERE key = ? AND source = ? AND state IN ('queued', 'sent', 'unknown') AND attempts > 0""",
        (state, now_ms, text, _storable(reason)[:MAX_REASON], key, source),
    )
    return find(connection, key) if changed.rowcount else None


def withdraw(connection: sqlite3.Connection, key: str) -> bool:
    """Take back a command that was never sent; returns whether that was so."""
    sql = "DELETE FROM outbox WHERE key = ? AND attempts = 0 AND state IN ('queued', 'recorded')"
    return connection.execute(sql, (key,)).rowcount > 0


def find(connection: sqlite3.Connection, key: str) -> OutboxRow | None:
    """Return one command."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    args, result = json.loads(row[4]), json.loads(row[11]) if row[11] is not None else None
    return OutboxRow._make((*row[:4], args, *row[5:11], result, row[12]))


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")

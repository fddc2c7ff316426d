"""The append-only record of who settled what, how, and what the service said."""

import sqlite3
from typing import Any, NamedTuple

from console.areas.sync.store.answers import AuditEntry
from console.areas.sync.store.values import pack, storable, unpack

MAX_WORDS = 2_000


class Entry(NamedTuple):
    """What is recorded beside time, person and issue. `before` is what an undo of the step puts back."""

    what: str
    words: str
    hashes: dict[str, str] | None = None
    decision: Any = None
    patch: Any = None
    key: str | None = None
    answer: Any = None
    before: Any = None
    batch: int | None = None
    undoes: int | None = None


def record(connection: sqlite3.Connection, now_ms: int, who: str, issue_id: int | None, entry: Entry) -> int:
    """Write one entry; returns its id."""
    row = (
        now_ms, storable(who), issue_id, entry.what, storable(entry.words)[:MAX_WORDS], pack(entry.hashes),
        pack(entry.decision), pack(entry.patch), entry.key, pack(entry.answer), pack(entry.before), entry.batch,
        entry.undoes,
    )  # fmt: skip
    done = connection.execute(
        """INSERT INTO sync_audit (at_ms, who, issue_id, what, words, hashes, decision, patch, key, answer, before, batch,
             undoes) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)""",
        row,
    )
    assert done.lastrowid is not None
    return done.lastrowid


def audit(connection: sqlite3.Connection, issue_id: int | None = None, limit: int = 500) -> tuple[AuditEntry, ...]:
    """Return the newest entries, of one issue or of all, the newest first."""
    where, values = ("issue_id = ?", (issue_id, limit)) if issue_id is not None else ("1", (limit,))
    rows = connection.execute(
        f"""SELECT id, at_ms, who, issue_id, what, words, hashes, decision, patch, key, answer,
              EXISTS (SELECT 1 FROM sync_audit u WHERE u.undoes = coalesce(a.batch, a.id))
            FROM sync_audit a WHERE {where} ORDER BY id DESC LIMIT ?""",
        values,
    )
    return tuple(
        AuditEntry._make((*head, unpack(hashes), unpack(decision), unpack(patch), key, unpack(answer), bool(undone)))
        for *head, hashes, decision, patch, key, answer, undone in rows.fetchall()
    )

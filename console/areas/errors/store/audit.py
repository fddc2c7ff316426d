"""The append-only record of who changed what; what was before stands in it, so that it can be taken back."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

UNDOABLE = ("status", "merge", "split")
BARRIER = "regroup"
"""Groups are others after it: what was changed before cannot be taken back."""

Columns = Mapping[int, Mapping[str, Any]]
"""Values of some columns of `errors_group`, by group."""


class Change(NamedTuple):
    """One entry that can still be undone."""

    id: int
    what: str
    words: str
    before: dict[int, dict[str, Any]]


def record(
    connection: sqlite3.Connection,
    at_ms: int,
    who: str,
    what: str,
    words: str,
    before: Columns,
    after: Columns,
    undoes: int | None = None,
) -> int:
    """Write one entry; returns its id."""
    row = (at_ms, who, what, words, json.dumps(before), json.dumps(after), undoes)
    audit_id = connection.execute(
        "INSERT INTO errors_audit (at_ms, who, what, words, before, after, undoes) VALUES (?,?,?,?,?,?,?)", row
    ).lastrowid
    assert audit_id is not None
    connection.executemany("INSERT INTO errors_audit_group VALUES (?, ?)", [(group_id, audit_id) for group_id in after])
    return audit_id


def last_undoable(connection: sqlite3.Connection) -> Change | None:
    """Return the newest change that was not undone yet, None when there is none that could be."""
    marks = ",".join("?" * len(UNDOABLE))
    row = connection.execute(
        f"""SELECT id, what, words, before FROM errors_audit WHERE what IN ({marks})
        AND id NOT IN (SELECT undoes FROM errors_audit WHERE undoes IS NOT NULL)
        AND id > coalesce((SELECT max(id) FROM errors_audit WHERE what = ?), 0) ORDER BY id DESC LIMIT 1""",
        (*UNDOABLE, BARRIER),
    ).fetchone()
    if row is None:
        return None
    audit_id, what, words, before = row
    return Change(audit_id, what, words, {int(group_id): columns for group_id, columns in json.loads(before).items()})

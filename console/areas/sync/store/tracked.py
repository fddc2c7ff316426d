"""Issues as rows: load one, find the one that a telling belongs to, write it back."""

import sqlite3
from typing import Any

from console.areas.sync.core.issue import Issue
from console.areas.sync.core.tracking import Action, State, Step, Tracked, act
from console.areas.sync.store.values import join_lines, pack, split_lines, storable, unpack

CANDIDATES = 50
"""So many of an entity's newest issues are looked at for the one that is told again."""

_SELECT = """SELECT i.id, i.kind, i.entity_type, i.entity_id, i.source, i.target, i.state, i.first_ms, i.last_ms, i.times,
  i.services, i.words, i.fields, i.local_version, i.remote_version, i.severity, b.uid, b.local, b.remote, b.base, b.details,
  b.history, b.service FROM sync_issue i JOIN sync_body b ON b.issue_id = i.id"""


def load(connection: sqlite3.Connection, issue_id: int) -> Tracked:
    """Return an issue. Raises LookupError."""
    row = connection.execute(f"{_SELECT} WHERE i.id = ?", (issue_id,)).fetchone()
    if row is None:
        raise LookupError(f"there is no sync issue {issue_id}")
    return _read(row)[1]


def candidates(connection: sqlite3.Connection, issue: Issue) -> dict[int, Tracked]:
    """Return the newest issues of this kind and entity by id; those without an entity by key."""
    entity_id = storable(issue.entity_id)
    # What is told without an entity is the same only where all of it is.
    last, value = ("i.kind", issue.kind) if entity_id else ("i.key", issue.key)
    where = f"i.entity_id = ? AND i.entity_type = ? AND {last} = ?"
    values = (entity_id, storable(issue.entity_type), storable(value))
    rows = connection.execute(f"{_SELECT} WHERE {where} ORDER BY i.last_ms DESC LIMIT {CANDIDATES}", values)
    return dict(_read(row) for row in rows.fetchall())


def insert(connection: sqlite3.Connection, tracked: Tracked, severity: int, event_id: int | None) -> int:
    """Write a new issue; returns its id."""
    issue = tracked.issue
    names = tuple(map(storable, (issue.key, issue.kind, issue.entity_type, issue.entity_id, issue.source, issue.target)))
    done = connection.execute(
        """INSERT INTO sync_issue (key, kind, entity_type, entity_id, source, target, severity, state, first_ms, last_ms,
             times, services, words, fields, local_version, remote_version, event_id)
           VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)""",
        (*names, severity, tracked.state.value, *_told(tracked), event_id),
    )
    assert done.lastrowid is not None
    connection.execute("INSERT INTO sync_body VALUES (?,?,?,?,?,?,?,?)", (done.lastrowid, *_body(tracked)))
    return done.lastrowid


def save(
    connection: sqlite3.Connection, issue_id: int, tracked: Tracked, severity: int = 0, event_id: int | None = None
) -> None:
    """Write an issue back; severity only rises, and an event that is given becomes its newest."""
    issue = tracked.issue
    connection.execute(
        """UPDATE sync_issue SET key = ?, source = ?, target = ?, severity = max(severity, ?), state = ?, first_ms = ?,
             last_ms = ?, times = ?, services = ?, words = ?, fields = ?, local_version = ?, remote_version = ?,
             event_id = coalesce(?, event_id) WHERE id = ?""",
        (storable(issue.key), storable(issue.source), storable(issue.target), severity, tracked.state.value,
         *_told(tracked), event_id, issue_id),
    )  # fmt: skip
    connection.execute(
        """UPDATE sync_body SET uid = ?, local = ?, remote = ?, base = ?, details = ?, history = ?, service = ?
           WHERE issue_id = ?""",
        (*_body(tracked), issue_id),
    )


def move(connection: sqlite3.Connection, issue_id: int, action: Action, now_ms: int, who: str, note: str = "") -> Tracked:
    """Let an action happen to an issue. Raises LookupError, and ValueError where its state does not allow that."""
    tracked = act(load(connection, issue_id), action, now_ms, who, note)
    history = pack(_steps(tracked))
    connection.execute("UPDATE sync_issue SET state = ? WHERE id = ?", (tracked.state.value, issue_id))
    connection.execute("UPDATE sync_body SET history = ? WHERE issue_id = ?", (history, issue_id))
    return tracked


def _told(tracked: Tracked) -> tuple[Any, ...]:
    issue = tracked.issue
    versions = [None if one is None else storable(one) for one in (issue.local_version, issue.remote_version)]
    return (tracked.first_ms, tracked.last_ms, tracked.count, join_lines(tracked.services), storable(issue.words),
            join_lines(issue.fields), *versions)  # fmt: skip


def _body(tracked: Tracked) -> tuple[Any, ...]:
    issue = tracked.issue
    uid = None if issue.uid is None else storable(issue.uid)
    states = [pack(one) for one in (issue.local, issue.remote, issue.base, issue.details)]
    return (uid, *states, pack(_steps(tracked)), storable(issue.service))


def _steps(tracked: Tracked) -> list[list[Any]]:
    return [[step.at_ms, step.state.value, step.by, step.note] for step in tracked.history]


def _read(row: tuple[Any, ...]) -> tuple[int, Tracked]:
    issue_id, kind, entity_type, entity_id, source, target, state, first_ms, last_ms, times, services = row[:11]
    words, fields, local_version, remote_version, _, uid, local, remote, base, details, history, service = row[11:]
    issue = Issue(
        kind, entity_type, entity_id, service, first_ms, source, target, words, uid, unpack(local), unpack(remote),
        unpack(base), local_version, remote_version, split_lines(fields), unpack(details),
    )  # fmt: skip
    steps = tuple(Step(at_ms, State(name), by, note) for at_ms, name, by, note in unpack(history))
    return issue_id, Tracked(issue, State(state), first_ms, last_ms, times, split_lines(services), steps)

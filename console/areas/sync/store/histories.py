"""What happened to an entity, what was done about it, and what was not looked at."""

import sqlite3
from typing import NamedTuple

from console.areas.sync.store.answers import AuditEntry
from console.areas.sync.store.audit import audit
from console.areas.sync.store.values import storable, unpack

__all__ = ["AuditEntry", "HistoryEntry", "audit", "entity_history", "skipped"]


class HistoryEntry(NamedTuple):
    """One thing that happened to an entity. `what` is issue, step, or an audit entry's; `event_id` where one told it."""

    at_ms: int
    what: str
    who: str
    words: str
    issue: int
    event_id: int | None


def entity_history(
    connection: sqlite3.Connection, entity_type: str, entity_id: str, limit: int = 200
) -> tuple[HistoryEntry, ...]:
    """Return what happened to an entity, the newest first: tellings of its issues, their states, what was decided."""
    names = (storable(entity_type), storable(entity_id))
    found: list[HistoryEntry] = []
    issues = connection.execute(
        """SELECT i.id, b.history FROM sync_issue i JOIN sync_body b ON b.issue_id = i.id
           WHERE i.entity_type = ? AND i.entity_id = ? ORDER BY i.last_ms DESC LIMIT ?""",
        (*names, limit),
    ).fetchall()
    for issue_id, history in issues:
        found += [
            HistoryEntry(at_ms, "step", by, f"{state}{': ' + note if note else ''}", issue_id, None)
            for at_ms, state, by, note in unpack(history)
        ]
        found += [
            HistoryEntry(at_ms, "issue", service, words, issue_id, event_id)
            for at_ms, service, words, event_id in connection.execute(
                "SELECT ts, service, words, event_id FROM sync_issue_event WHERE issue_id = ? ORDER BY ts DESC LIMIT ?",
                (issue_id, limit),
            )
        ]
        found += [
            HistoryEntry(one.at_ms, one.what, one.who, one.words, issue_id, None)
            for one in audit(connection, issue_id, limit)
        ]
    found.sort(key=lambda one: -one.at_ms)
    return tuple(found[:limit])


def skipped(connection: sqlite3.Connection, limit: int = 50) -> list[tuple[int, str, str, int]]:
    """Return what was not looked at: (when, entity, reason, times), the newest first."""
    sql = "SELECT at_ms, entity, reason, times FROM sync_skipped ORDER BY at_ms DESC LIMIT ?"
    return list(connection.execute(sql, (limit,)).fetchall())

"""A window over a store of sync issues: reads it, and really runs the area's commands on a writing connection."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from console.areas.sync.store import COMMANDS, MIGRATIONS, on_answer, projection
from console.model.event import Event
from console.store.outbox import answer, mark_sent, note_source
from tests.command_shell import CommandShell, with_writer
from tests.store_filling import START_MS, fill_store, read_text

NOW_MS = START_MS + 600_000
BASE = {"title": "Plan", "topic": "old", "size": 3, "tags": ["a"], "notes": "one\ntwo\nthree\nfour\n", "same": True}
LOCAL = BASE | {"topic": "local topic", "size": 4, "notes": "one\nTWO local\nthree\nfour\n", "tags": ["a", "b"]}
REMOTE = BASE | {"topic": "remote topic", "notes": "one\nTWO remote\nthree\nfour!\n", "title": "Plan B"}
NO_BASE: Any = object()


def telling(
    number: int, local: Any = LOCAL, remote: Any = REMOTE, base: Any = BASE, *, kind: str = "conflict",
    entity_type: str = "conversation", service: str = "pwa", severity: str = "", versions: tuple[int, int] = (4, 5),
) -> Event:  # fmt: skip
    """Return what a service tells of the conflict of one entity."""
    details: dict[str, Any] = {
        "localState": local, "remoteState": remote, "localVersion": versions[0], "remoteVersion": versions[1],
        "conflictingFields": ["topic"],
    }  # fmt: skip
    details |= {} if base is NO_BASE else {"baseState": base}
    issue = {
        "id": f"issue-{number}", "issueType": kind, "source": "pwa", "target": "server", "entityType": entity_type,
        "entityId": f"e-{number}", "details": details,
    }  # fmt: skip
    at_ms = START_MS + number * 1_000
    body = {"eventType": "sync_update", "timestamp": at_ms, "service": service, "data": {"issue": issue}}
    return read_text(json.dumps(body | ({"severity": severity} if severity else {})), at_ms)


def store_conflicts(path: Path, events: list[Event], source: str = "pwa", *, takes_commands: bool = True) -> None:
    options = {"projections": [("sync", projection())], "migrations": [("sync", MIGRATIONS)]}
    fill_store(path, events, source, **options)
    with_writer(path, lambda connection: note_source(connection, source, takes_commands))


class SyncShell(CommandShell):
    """The service at the other end answers when a test lets it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, COMMANDS, NOW_MS)

    def service_answers(self, state: str, result: Any = None, reason: str = "") -> dict[str, Any]:
        """Let the service answer the newest command that waits; returns what it was asked."""

        def change(connection: sqlite3.Connection) -> dict[str, Any]:
            key, source = connection.execute(
                "SELECT key, source FROM outbox WHERE state IN ('queued', 'sent', 'unknown') ORDER BY rowid DESC"
            ).fetchone()
            mark_sent(connection, [key], self.now_ms)
            row = answer(connection, key, source, state, result, reason, self.now_ms)
            assert row is not None
            on_answer(connection, row, self.now_ms)
            return row.args

        found: dict[str, Any] = with_writer(self.path, change)
        return found

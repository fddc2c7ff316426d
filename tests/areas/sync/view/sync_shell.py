"""A window over a store of sync issues: reads it, and really runs the area's commands on a writing connection."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from console.areas.sync.store import COMMANDS, MIGRATIONS, on_answer, projection
from console.model.event import Event
from console.store.database import open_writer
from console.store.outbox import answer, mark_sent, note_source
from tests.fake_shell import FakeShell
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


def with_writer(path: Path, change: Callable[[sqlite3.Connection], Any]) -> Any:
    """Run one change in a transaction of its own; a refusal rolls it back."""
    connection = open_writer(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        found = change(connection)
        connection.execute("COMMIT")
        return found
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()


class SyncShell(FakeShell):
    """Commands run as the ingest process runs them. Answers wait until `deliver` hands them over."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, NOW_MS)
        self.path = path
        self.waiting: list[Callable[[], None]] = []

    def deliver(self) -> None:
        """Hand over all answers, also those to what is asked meanwhile."""
        while self.waiting:
            self.waiting.pop(0)()

    def read(
        self,
        owner: QObject,
        slot: str,
        query: Callable[[sqlite3.Connection], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self.slots.append(slot)
        self.reads += 1
        number = self._asked[id(owner), slot] = self.reads

        def hand_over() -> None:
            if self._asked[id(owner), slot] != number:
                return
            try:
                found = query(self.connection)
            except Exception as error:
                (failed or self._raise)(error)
            else:
                done(found)

        self.waiting.append(hand_over)

    def write(self, command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.sent.append(command)
        try:
            run = COMMANDS[command["do"]]
            result = with_writer(self.path, lambda connection: run(connection, command["args"], self.now_ms))
            found = {"ok": True, "result": result}
        except (ValueError, LookupError) as error:
            found = {"ok": False, "error": str(error)}
        if done is not None:
            self.waiting.append(lambda: done(found))

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

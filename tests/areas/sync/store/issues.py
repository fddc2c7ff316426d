"""Stores with sync issues, and what a person does about them, for tests."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from console.areas.sync.store import COMMANDS, MIGRATIONS, on_answer, projection
from console.store.database import open_writer
from console.store.outbox import OutboxRow, answer, mark_sent, note_source
from tests.store_filling import START_MS, fill_store, read_text

BASE = {"title": "plan", "archived": False, "tags": ["a"], "version": 1}
LOCAL = {**BASE, "title": "plan of may", "archived": True, "version": 2}
REMOTE = {**BASE, "title": "road map", "version": 3}
_SAME = object()


def conflict(
    number: int = 1, *, service: str = "pwa", at_ms: int = START_MS, local: Any = _SAME, remote: Any = _SAME,
    base: Any = _SAME, **issue: Any,
) -> str:  # fmt: skip
    """Return a `sync_update` that tells of a conflict about conversation c-<number>."""
    details = {
        "localState": LOCAL if local is _SAME else local,
        "remoteState": REMOTE if remote is _SAME else remote,
        "baseState": BASE if base is _SAME else base,
        "localVersion": 2,
        "remoteVersion": 3,
        "conflictingFields": ["title"],
    }
    about = {
        "id": f"issue-{number}", "issueType": "conflict", "source": "pwa", "target": "server",
        "entityType": "conversation", "entityId": f"c-{number}",
        "details": {name: value for name, value in details.items() if value is not None}, **issue,
    }  # fmt: skip
    state = {"pendingOperations": 1, "lastSyncTimestamp": at_ms - 500, "conflictCount": 1, "offlineQueue": 0}
    body = {"eventType": "sync_update", "timestamp": at_ms, "service": service, "data": {"issue": about}, "syncState": state}
    return json.dumps(body)


def event(at_ms: int, service: str = "pwa", **fields: Any) -> str:
    """Return a `sync_update` with this data."""
    return json.dumps({"eventType": "sync_update", "timestamp": at_ms, "service": service, "data": fields})


def fill(path: Path, texts: Sequence[str], source: str = "pwa", step_ms: int = 0) -> Path:
    """Write these events through the real writer with the area's fold."""
    events = [read_text(text, START_MS + number * step_ms) for number, text in enumerate(texts)]
    fill_store(path, events, source, projections=[("sync", projection())], migrations=[("sync", MIGRATIONS)])
    return path


@contextmanager
def desk(path: Path, takes: Sequence[str] = ("pwa",)) -> Iterator["Desk"]:
    """Work on a store; `takes` are the sources that take commands."""
    connection = open_writer(path)
    try:
        for source in ("pwa", "server"):
            note_source(connection, source, source in takes)
        yield Desk(connection)
    finally:
        connection.close()


class Desk:
    """Runs commands as the process that writes does: each in a transaction of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.now_ms = START_MS + 60_000

    def do(self, name: str, **args: Any) -> dict[str, Any]:
        wanted = {"who": "ana", **args}
        while True:
            result = self._transact(lambda given=wanted: COMMANDS[name](self.connection, given, self.now_ms))
            if "again" not in result:
                return dict(result)
            wanted = result["again"]

    def say(self, key: str, state: str, result: Any = None, reason: str = "") -> OutboxRow:
        """Send a command, and let its source answer."""

        def run() -> OutboxRow:
            (sent,) = mark_sent(self.connection, [key], self.now_ms)
            row = answer(self.connection, key, sent.source, state, result, reason, self.now_ms)
            assert row is not None
            on_answer(self.connection, row, self.now_ms)
            return row

        return self._transact(run)

    def one(self, sql: str, *values: object) -> Any:
        return self.connection.execute(sql, values).fetchone()[0]

    def _transact(self, work: Any) -> Any:
        self.now_ms += 1
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            result = work()
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        return result

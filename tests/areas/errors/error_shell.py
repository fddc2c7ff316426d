"""A window over a store of errors: reads it, and really runs the area's commands on a writing connection."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from console.areas.errors.store import COMMANDS, MIGRATIONS, projection
from console.model.event import Event
from console.qt.shell import Scope
from console.store.database import open_writer
from tests.fake_shell import FakeShell
from tests.store_filling import START_MS, fill_store, read_text

NOW_MS = START_MS + 600_000
MINUTE_MS = 60_000


def failure(function: str, at_ms: int, number: int = 0, *, kind: str = "AbortError", **more: Any) -> Event:
    """Return an error raised in `function`; the function and the kind decide its group, not the number."""
    stack = f"{kind}: cannot read item {number}\n    at {function} (/srv/app/{function}.ts:{10 + number}:7)"
    body = {
        "errorId": f"err-{function}-{at_ms}-{number}", "timestamp": at_ms, "category": "DATABASE_ERROR",
        "severity": more.pop("severity", "high"), "correlationId": f"corr-{number}",
        "message": more.pop("message", f"cannot read item {number}"),
        "source": {"service": more.pop("service", "server"), "stack": stack},
        "environment": {"appVersion": more.pop("version", "1.4.0")}, "user": {"userId": f"user-{number}"},
    }  # fmt: skip
    return read_text(json.dumps(body | more), at_ms)


def spread(function: str, count: int, last_ms: int, step_ms: int = 1_000, **more: Any) -> list[Event]:
    """Return `count` errors of one group, the last at `last_ms`."""
    return [failure(function, last_ms - (count - 1 - n) * step_ms, n, **more) for n in range(count)]


def store_errors(path: Path, events: list[Event], source: str = "server") -> None:
    options = {"projections": [("errors", projection())], "migrations": [("errors", MIGRATIONS)]}
    fill_store(path, sorted(events, key=lambda event: event.ts_ms), source, **options)


class ErrorShell(FakeShell):
    """Commands run as the ingest process runs them: in a transaction of their own, in parts where they ask for it.

    Answers wait until `deliver` hands them over.
    """

    def __init__(self, path: Path, scope: Scope | None = None) -> None:
        super().__init__(path, NOW_MS, scope or Scope(span_ms=15 * MINUTE_MS))
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

        def answer() -> None:
            if self._asked[id(owner), slot] != number:
                return
            try:
                found = query(self.connection)
            except Exception as error:
                (failed or self._raise)(error)
            else:
                done(found)

        self.waiting.append(answer)

    def write(self, command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.sent.append(command)
        answer = self._carry_out(command["do"], command["args"])
        if done is not None:
            self.waiting.append(lambda: done(answer))

    def _carry_out(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        connection = open_writer(self.path)
        try:
            while True:
                connection.execute("BEGIN IMMEDIATE")
                result = COMMANDS[name](connection, args, self.now_ms)
                connection.execute("COMMIT")
                if "again" not in result:
                    return {"ok": True, "result": result}
                args = result["again"]
        except (ValueError, LookupError) as error:
            connection.execute("ROLLBACK")
            return {"ok": False, "error": str(error)}
        finally:
            connection.close()

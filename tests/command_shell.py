"""A window that really runs an area's commands, on a writing connection to a real store."""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from console.qt.shell import Scope
from console.store.database import open_writer
from console.store.projection import AreaCommand
from tests.fake_shell import FakeShell


class CommandShell(FakeShell):
    """Commands run as the ingest process runs them: in a transaction of their own, in parts where they ask for it.

    Queries and answers wait until `deliver` hands them over.
    """

    def __init__(self, path: Path, commands: Mapping[str, AreaCommand], now_ms: int, scope: Scope | None = None) -> None:
        super().__init__(path, now_ms, scope)
        self.path = path
        self.waiting: list[Callable[[], None]] = []
        self._commands = commands

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
        asked = self._count(owner, slot)
        self.waiting.append(lambda: self._answer(query, done, failed)() if asked() else None)

    def write(self, command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.sent.append(command)
        answer = self._carry_out(command["do"], command["args"])
        if done is not None:
            self.waiting.append(lambda: done(answer))

    def _carry_out(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        try:
            run = self._commands[name]
            result = {"again": args}
            while "again" in result:
                result = with_writer(self.path, lambda connection, part=result["again"]: run(connection, part, self.now_ms))
        except (ValueError, LookupError) as error:
            return {"ok": False, "error": str(error)}
        return {"ok": True, "result": result}


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

"""A shell whose reads are answered at once from a real store, for the views' tests."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from console.model.area import Ref
from console.qt.shell import Action, Scope, Shell, Tick
from console.store.database import open_reader


class FakeShell(Shell):
    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self.path = path
        self.current = Scope()
        self.bounds: tuple[int | None, int | None] = (None, None)
        self.ranges: list[tuple[int | None, int | None]] = []
        self.places: list[Ref] = []
        self.sent: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.settings: dict[str, Any] = {}
        self.slots: list[str] = []
        self.actions: list[Action] = []
        self.answer: dict[str, Any] = {"ok": True}

    def scope(self) -> Scope:
        return self.current

    def bounds_ms(self) -> tuple[int | None, int | None]:
        return self.bounds

    def set_range(self, since_ms: int | None, until_ms: int | None) -> None:
        self.ranges.append((since_ms, until_ms))

    def read(
        self,
        owner: QObject,
        slot: str,
        query: Callable[[sqlite3.Connection], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        assert self.path is not None
        self.slots.append(slot)
        connection = open_reader(self.path)
        try:
            found = query(connection)
        except sqlite3.Error as error:
            if failed is None:
                raise
            failed(error)
            return
        finally:
            connection.close()
        done(found)

    def write(self, command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.sent.append(command)
        if done:
            done(self.answer)

    def navigate(self, ref: Ref) -> None:
        self.places.append(ref)

    def add_action(self, action: Action) -> None:
        self.actions.append(action)

    def notify(self, text: str, *, error: bool = False) -> None:
        self.notes.append(text)

    def setting(self, key: str, default: Any = None) -> Any:
        return self.settings.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self.settings[key] = value

    def tick(self, now_ms: int) -> None:
        self.ticked.emit(Tick(1, now_ms))

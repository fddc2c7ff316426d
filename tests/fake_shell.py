"""A window for one area: reads a real store, remembers what it was told."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from console.model.area import Ref
from console.qt.shell import Action, Scope, Shell, Tick
from console.store.database import open_reader
from console.store.reading import last_event_id


class FakeShell(Shell):
    """`now_ms` is the window's clock. Reads run at once, their answers come with the next turn of the event loop.

    With `at_once` an answer comes before `read` returns; the store then needs no events of its own.
    """

    def __init__(self, path: Path, now_ms: int = 0, scope: Scope | None = None, *, at_once: bool = False) -> None:
        super().__init__()
        self.connection: sqlite3.Connection = open_reader(path)
        self.at_once = at_once
        self.now_ms = now_ms
        self.current = scope or (Scope() if at_once else Scope(span_ms=None))
        self.bounds: tuple[int | None, int | None] | None = None
        """What `bounds_ms` returns instead of what follows from the scope."""
        self.answer: dict[str, Any] = {"ok": True}
        self._asked: dict[tuple[int, str], int] = {}
        self.reads = 0
        self.slots: list[str] = []
        self.inspected: list[int | None] = []
        self.sent: list[dict[str, Any]] = []
        self.actions: dict[str, Action] = {}
        self.notes: list[str] = []
        self.places: list[Ref] = []
        self.ranges: list[tuple[int | None, int | None]] = []
        self.settings: dict[str, Any] = {}

    def scope(self) -> Scope:
        return self.current

    def bounds_ms(self) -> tuple[int | None, int | None]:
        if self.bounds is not None:
            return self.bounds
        scope = self.current
        if scope.live and scope.span_ms is not None:
            return self.now_ms - scope.span_ms, None
        return scope.since_ms, scope.until_ms

    def _change(self, **changes: Any) -> None:
        self.current = replace(self.current, **changes)
        self.scope_changed.emit(self.current)

    def set_range(self, since_ms: int | None, until_ms: int | None) -> None:
        self.ranges.append((since_ms, until_ms))
        self._change(since_ms=since_ms, until_ms=until_ms, live=False)

    def set_span(self, span_ms: int | None) -> None:
        self._change(span_ms=span_ms, since_ms=None, until_ms=None, live=True)

    def set_filter(self, text: str) -> None:
        self._change(filter_text=text)

    def set_live(self, live: bool) -> None:
        since, until = self.bounds_ms()
        ends = (None, None) if live else (since, until or self.now_ms)
        self._change(live=live, since_ms=ends[0], until_ms=ends[1])

    def read(
        self,
        owner: QObject,
        slot: str,
        query: Callable[[sqlite3.Connection], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        asked = self._count(owner, slot)
        take = self._answer(query, done, failed)

        def deliver() -> None:
            if asked():
                take()

        if self.at_once:
            deliver()
        else:
            QTimer.singleShot(0, owner, deliver)

    def _count(self, owner: QObject, slot: str) -> Callable[[], bool]:
        """Note a read; returns what tells whether it is still the newest of its slot."""
        self.reads += 1
        self.slots.append(slot)
        number = self._asked[id(owner), slot] = self.reads
        return lambda: self._asked[id(owner), slot] == number

    def _answer(
        self,
        query: Callable[[sqlite3.Connection], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None,
    ) -> Callable[[], None]:
        """Run a query; returns what hands its answer over."""
        try:
            found = query(self.connection)
        except Exception as error:
            return partial(failed or self._raise, error)
        return partial(done, found)

    def _raise(self, error: Exception) -> None:
        raise error

    def write(self, command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.sent.append(command)
        if done is not None and self.at_once:
            done(self.answer)
        elif done is not None:
            QTimer.singleShot(0, self, lambda: done(self.answer))

    def navigate(self, ref: Ref) -> None:
        self.places.append(ref)

    def inspect(self, event_id: int | None) -> None:
        self.inspected.append(event_id)

    def add_action(self, action: Action) -> None:
        self.actions[action.id] = action

    def notify(self, text: str, *, error: bool = False) -> None:
        self.notes.append(text)

    def setting(self, key: str, default: Any = None) -> Any:
        return self.settings.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self.settings[key] = value

    def tick(self, now_ms: int | None = None) -> None:
        """The store moved; the clock goes on by two seconds or to `now_ms`, so that nothing waits for its turn."""
        self.now_ms = self.now_ms + 2_000 if now_ms is None else now_ms
        self.ticked.emit(Tick(1 if self.at_once else last_event_id(self.connection), self.now_ms))

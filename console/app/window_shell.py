"""The window's state and services behind the interface that area views know (`console.qt.shell.Shell`)."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from console.app import scope as scopes
from console.app.faults import Faults
from console.app.history import History, Visit
from console.app.ingest_child import IngestChild
from console.app.settings import Settings
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.actions import is_enabled
from console.qt.live import Live
from console.qt.query import Reads
from console.qt.shell import Action, Scope, Shell
from console.store.reading import last_event_id, summary
from console.store.rows import StoreSummary

T = TypeVar("T")
SUMMARY_MS = 2_000


class WindowShell(Shell):
    """State that all views share; the widgets that show it listen to the signals."""

    place_wanted = Signal(object)
    """Ref: bring this place to the front."""
    inspect_wanted = Signal(object)
    summary_changed = Signal(object)
    history_changed = Signal()
    actions_changed = Signal()

    def __init__(
        self, reads: Reads, settings: Settings, faults: Faults, child: IngestChild | None = None, clock: Clock = wall_clock
    ) -> None:
        super().__init__()
        self.reads, self.settings, self.faults, self.child, self.clock = reads, settings, faults, child, clock
        self.history = History()
        self.actions: dict[str, Action] = {}
        self.sources: list[dict[str, Any]] = []
        self.summary: StoreSummary | None = None
        self.place_now: Callable[[], Ref] = lambda: Ref("")
        self._scope = scopes.from_setting(settings.get("scope"))
        self.live = Live(self, clock=clock, busy=lambda: reads.busy(besides=self))
        self.live.polling = child is None
        self.live.ticked.connect(self.ticked)
        self.live.poll_wanted.connect(self._poll)
        self._summary_timer = QTimer(self)
        self._summary_timer.setInterval(SUMMARY_MS)
        self._summary_timer.timeout.connect(self.refresh_summary)
        self.action_wanted.connect(self._run_action)
        if child is not None:
            child.ticked.connect(self.live.moved)
            child.changed.connect(lambda _: self.live.touched())
            child.sources.connect(self._take_sources)
            child.fault.connect(lambda text: self.notify(text, error=True))
            child.lost.connect(lambda text: self.notify(text, error=True))
            child.ready.connect(self._poll)

    def start(self) -> None:
        """Begin to look at the store."""
        self.live.start()
        self._summary_timer.start()
        self._poll()
        self.refresh_summary()

    def stop(self) -> None:
        self.live.stop()
        self._summary_timer.stop()
        self.settings.set("scope", scopes.to_setting(self._scope))

    def scope(self) -> Scope:
        return self._scope

    def bounds_ms(self) -> tuple[int | None, int | None]:
        return scopes.bounds_ms(self._scope, self.clock())

    def set_range(self, since_ms: int | None, until_ms: int | None) -> None:
        self._change(scopes.ranged(self._scope, since_ms, until_ms), "range")

    def set_span(self, span_ms: int | None) -> None:
        self._change(scopes.resumed(replace(self._scope, span_ms=span_ms)), "span")

    def set_filter(self, text: str) -> None:
        self._change(replace(self._scope, filter_text=text), "filter")

    def set_live(self, live: bool) -> None:
        self._change(scopes.resumed(self._scope) if live else scopes.paused(self._scope, self.clock()), "live")

    def shift(self, steps: int) -> None:
        """Move the range by its own width, back (-1) or on (+1)."""
        self._change(scopes.shifted(self._scope, steps, self.clock()), "shift")

    def read(
        self,
        owner: QObject,
        slot: str,
        query: Callable[[sqlite3.Connection], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self.reads.read(owner, slot, query, done, failed or self._read_failed)

    def write(self, command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
        if self.child is not None:
            self.child.send(command, done)
            return
        text = "this window only reads: another process writes the store"
        if done is not None:
            done({"ok": False, "error": text})
        else:
            self.notify(text, error=True)

    def navigate(self, ref: Ref) -> None:
        self.history.touch(self.place_now())
        scope = self._scope
        if ref.since_ms is not None or ref.until_ms is not None:
            scope = scopes.ranged(scope, ref.since_ms, ref.until_ms)
        if ref.filter_text is not None:
            scope = replace(scope, filter_text=ref.filter_text)
        self._show(ref, scope)
        self._record(ref, "place")

    def go(self, steps: int) -> None:
        """Back (-1) or forward (+1) through the visited places."""
        self.history.touch(self.place_now())
        visit = self.history.go(steps)
        if visit is not None:
            self._show(visit.ref, visit.scope)
            self.history_changed.emit()

    def address(self) -> Ref:
        """Return the present place with range and filter, as it can be given to a colleague."""
        ref = self.place_now()
        since_ms, until_ms = self.bounds_ms() if not self._scope.live else (None, None)
        return Ref(ref.area, ref.id, since_ms, until_ms, self._scope.filter_text or None)

    def inspect(self, event_id: int | None) -> None:
        self.inspect_wanted.emit(event_id)

    def add_action(self, action: Action) -> None:
        self.actions[action.id] = action
        self.actions_changed.emit()

    def notify(self, text: str, *, error: bool = False) -> None:
        self.faults.add(text, error=error)

    def setting(self, key: str, default: Any = None) -> Any:
        return self.settings.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self.settings.set(key, value)

    def refresh_summary(self) -> None:
        """Ask for the counts of the status bar."""
        self.read(self, "summary", summary, self._take_summary)

    def _change(self, scope: Scope, kind: str) -> None:
        if scope == self._scope:
            return
        self._set_scope(scope)
        self._record(self.place_now(), kind)

    def _set_scope(self, scope: Scope) -> None:
        self._scope = scope
        self.live.sliding = scope.live
        self.scope_changed.emit(scope)

    def _show(self, ref: Ref, scope: Scope) -> None:
        if scope != self._scope:
            self._set_scope(scope)
        self.place_wanted.emit(ref)

    def _record(self, ref: Ref, kind: str) -> None:
        # A form is no place to come back to.
        place = Ref(ref.area, "" if ref.id == "new" else ref.id)
        self.history.record(Visit(place, self._scope, kind, self.clock()))
        self.history_changed.emit()

    def _run_action(self, name: str) -> None:
        action = self.actions.get(name)
        if action is not None and is_enabled(action):
            action.run()

    def _poll(self) -> None:
        self.read(self, "last_id", last_event_id, self.live.moved)

    def _take_summary(self, found: StoreSummary) -> None:
        self.summary = found
        self.summary_changed.emit(found)

    def _take_sources(self, states: list[dict[str, Any]]) -> None:
        self.sources = states
        self.source_states_changed.emit(states)

    def _read_failed(self, error: Exception) -> None:
        self.notify(f"The store could not be read: {error}", error=True)

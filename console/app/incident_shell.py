"""The shell of a window that shows somebody else's incident: time stands still, and nothing in it acts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.app import scope as scopes
from console.app.faults import Faults
from console.app.settings import Settings
from console.app.window_shell import WindowShell
from console.qt.query import Reads
from console.qt.shell import Action, Scope

READ_ONLY = "This is an incident, opened to read: nothing in it can be changed, sent or started from here."
STANDS_STILL = "An incident stands still: there is no present to follow."


class IncidentShell(WindowShell):
    """Its clock stands at the end of the incident, so that “the last 15 minutes” are those before it."""

    read_only = READ_ONLY

    def __init__(self, reads: Reads, settings: Settings, faults: Faults, from_ms: int, to_ms: int) -> None:
        end_ms = to_ms + 1  # the views leave the end of a range out, and the last event happened at `to_ms`
        super().__init__(reads, settings, faults, None, lambda: end_ms)
        self.live.polling = False  # nothing arrives
        self.live.sliding = False
        self._scope = scopes.ranged(Scope(), from_ms, end_ms)

    def write(self, command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
        if done is not None:
            done({"ok": False, "error": READ_ONLY})
        else:
            self.notify(READ_ONLY, error=True)

    def set_live(self, live: bool) -> None:
        if live:
            self.notify(STANDS_STILL)

    def add_action(self, action: Action) -> None:
        """What would write is there, disabled; its key says why."""
        if action.writes:
            action = replace(action, enabled=lambda: False, run=lambda: self.notify(READ_ONLY))
        super().add_action(action)

    def _set_scope(self, scope: Scope) -> None:
        super()._set_scope(scopes.paused(scope, self.clock()))

"""What the window offers to every area view: scope, live ticks, reads, navigation, actions.

`console.app` implements `Shell`; areas only know this module, so they stay independent of the window and
of each other.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from console.model.area import Ref

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the whole window looks at: one time range, one filter, live or paused.

    While `live`, the range is the last `span_ms` up to now and `until_ms` is None; paused or picked ranges
    have both ends. `span_ms` None means everything kept.
    """

    span_ms: int | None = 15 * 60_000
    since_ms: int | None = None
    until_ms: int | None = None
    filter_text: str = ""
    live: bool = True


@dataclass(frozen=True, slots=True)
class Tick:
    """The store moved: `last_id` is the newest event's id, `now_ms` the window's clock."""

    last_id: int
    now_ms: int


@dataclass(slots=True)
class Action:
    """One command of the window: in menus, in the palette, by key; `run` takes no arguments."""

    id: str
    title: str
    run: Callable[[], None]
    shortcut: str = ""
    menu: str = ""
    icon: QIcon | None = None
    checkable: bool = False
    enabled: Callable[[], bool] | None = None
    keywords: tuple[str, ...] = field(default=())
    writes: bool = False
    """It changes the store, or acts outside the window: a window that only reads does not offer it."""


class Shell(QObject):
    """The window as its areas see it. All methods run on the main thread; none blocks."""

    scope_changed = Signal(object)
    """Scope: range, filter or live/paused changed."""
    ticked = Signal(object)
    """Tick, at most 10 times a second while the store moves, and once a second while live so that ranges slide."""
    theme_changed = Signal()
    source_states_changed = Signal(object)
    """list[dict]: the newest status line of each source from ingest (see console.ingest.control)."""
    action_wanted = Signal(str)
    """The id of one of the window's actions, to run it."""
    incident_wanted = Signal(object)
    """Path: open this file of an incident in a window of its own."""
    read_only = ""
    """Why nothing here can be changed, in a sentence for tooltips; empty in a window that writes."""

    def scope(self) -> Scope:
        raise NotImplementedError

    def bounds_ms(self) -> tuple[int | None, int | None]:
        """Return (since, until) of the scope now, in Unix milliseconds; None is open."""
        raise NotImplementedError

    def set_range(self, since_ms: int | None, until_ms: int | None) -> None:
        """Show this range everywhere; the window is paused by it."""
        raise NotImplementedError

    def set_span(self, span_ms: int | None) -> None:
        """Follow the last `span_ms` up to now, live."""
        raise NotImplementedError

    def set_filter(self, text: str) -> None:
        raise NotImplementedError

    def set_live(self, live: bool) -> None:
        raise NotImplementedError

    def read(
        self,
        owner: QObject,
        slot: str,
        query: Callable[[sqlite3.Connection], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `query` on a pool thread with a read-only connection and hand its answer to `done` on the main thread.

        An answer is dropped when `owner` is gone or has asked again under the same `slot`.
        """
        raise NotImplementedError

    def write(self, command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
        """Send a command to the ingest process, the only writer: {"cmd": name, ...}; `done` gets its answer."""
        raise NotImplementedError

    def navigate(self, ref: Ref) -> None:
        """Go to a place; it is remembered for Back and Forward."""
        raise NotImplementedError

    def inspect(self, event_id: int | None) -> None:
        """Show an event in the inspector; None empties it."""
        raise NotImplementedError

    def add_action(self, action: Action) -> None:
        raise NotImplementedError

    def notify(self, text: str, *, error: bool = False) -> None:
        """Show one line of text to the person (never rich text)."""
        raise NotImplementedError

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a remembered value (layout, columns, profiles): JSON types only."""
        raise NotImplementedError

    def set_setting(self, key: str, value: Any) -> None:
        raise NotImplementedError


class AreaView(QWidget):
    """Base of an area's face. Constructed on first visit; asks the store only while active."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell

    def activate(self) -> None:
        """The view has come to the front."""

    def deactivate(self) -> None:
        """The view is hidden: it stops asking the store."""

    def show_ref(self, ref: Ref) -> None:
        """Show the place `ref.id` of this area; `new` asks for the form that makes something new, if there is one."""

    def place(self) -> Ref | None:
        """Return the place that is shown now, or None for the area as a whole."""
        return None

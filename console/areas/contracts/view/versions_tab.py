"""The versions of one contract side by side: where each came from, which one is checked, and what can be done with it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.areas.contracts.store.answers import VersionRow
from console.areas.contracts.view.commands import BUTTONS_OF_VERSION, COMMANDS
from console.areas.contracts.view.list_table import ListTable
from console.model.clock import Clock
from console.qt.little_buttons import button_row, little_button
from console.qt.plot_format import format_duration
from console.qt.shell import Shell
from console.qt.table import Column
from console.qt.text import visible
from console.qt.theme import current_theme
from console.qt.words import ago_words, counted, moment_words

ORIGINS = {
    "event": "told by a service",
    "file": "from a file",
    "openapi": "from an OpenAPI document",
    "edited": "edited here",
    "accepted": "accepted drift",
}


class VersionsTab(QWidget):
    """`commanded` carries the name of a command on the chosen version; `opened` its id, to look at all of it."""

    commanded = Signal(str)
    opened = Signal(int)
    event_wanted = Signal(int)

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        name = "Versions of the contract, newest first"
        self.table = ListTable(
            _columns(clock), lambda row: row.id, shell, "layout.contracts.versions", name, "promise", "note"
        )
        titles = {command.name: command for command in COMMANDS}
        self.buttons = {
            one: little_button(titles[one].words, titles[one].tooltip(), partial(self.commanded.emit, one))
            for one in BUTTONS_OF_VERSION
        }
        self.event_button = little_button("Event", "Show the event that told this version", self._show_event)
        above = button_row(*self.buttons.values(), self.event_button)
        above.setContentsMargins(8, 4, 8, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(above)
        layout.addWidget(self.table, 1)
        self.table.opened.connect(lambda row: self.opened.emit(row.id))
        self.table.chosen.connect(lambda _: self.show_possible())
        self.setFocusProxy(self.table)

    def show_versions(self, versions: Sequence[VersionRow]) -> None:
        """Show the versions of one endpoint."""
        self.table.show_rows(versions)
        if self.version() is None and versions:
            self.table.select_key(next((row.id for row in versions if row.is_current), versions[0].id))
        self.show_possible()

    def version(self) -> VersionRow | None:
        """Return the chosen version."""
        row = self.table.current_row()
        return row if isinstance(row, VersionRow) else None

    def show_possible(self) -> None:
        """Enable what the chosen version allows."""
        row, several = self.version(), len(self.table.list.rows) > 1
        for name, button in self.buttons.items():
            button.setEnabled(row is not None)
            if name == "compare":
                button.setEnabled(row is not None and several)
            elif name == "check_against":
                button.setEnabled(row is not None and not row.is_current)
        self.event_button.setVisible(row is not None and row.event_id is not None)

    def _show_event(self) -> None:
        row = self.version()
        if row is not None and row.event_id is not None:
            self.event_wanted.emit(row.event_id)


def origin_words(origin: str) -> str:
    """Return where a version came from; an unknown origin is shown as it is."""
    return ORIGINS.get(origin, visible(origin))


def promise_words(row: VersionRow) -> str:
    """Return in brief what a version promises: "2 parameters, answers 2xx, 4xx, time-out 1.50 s"."""
    contract = row.contract
    parts = [counted(len(contract.params), "parameter")] if contract.params else []
    parts += ["body"] if contract.request is not None else []
    parts += [f"answers {', '.join(visible(one) for one in contract.responses)}"] if contract.responses else []
    parts += [f"time-out {format_duration(contract.timeout_ms)}"] if contract.timeout_ms else []
    return ", ".join(parts) or "nothing"


def _columns(clock: Clock) -> list[Column[VersionRow]]:
    def checked(row: VersionRow) -> QColor | None:
        return QColor(current_theme().good) if row.is_current else None

    return [
        Column("version", "Version", lambda row: row.version, 110),
        Column("current", "Checked", lambda row: "✓ checked" if row.is_current else "", 86, color=checked),
        Column("origin", "Origin", lambda row: origin_words(row.origin), 150),
        Column("since", "Known", lambda row: ago_words(row.since_ms, clock()), 100,
               tooltip=lambda row: moment_words(row.since_ms)),
        Column("promise", "Promises", promise_words, 240),
        Column("note", "Note", lambda row: row.note, 140),
    ]  # fmt: skip

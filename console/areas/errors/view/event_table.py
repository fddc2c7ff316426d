"""The events of a group, newest first; the one that is chosen is shown in the inspector."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from console.model.clock import Clock
from console.qt.choosing import choose_row
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.theme import current_theme
from console.qt.words import ago_words, moment_words
from console.store.rows import Row


class GroupEventTable(RowTable):
    """Rows newest first. Letters are commands of the view."""

    older_wanted = Signal()
    """The person has come to the last row that was read."""

    def __init__(self, shell: Shell, clock: Clock) -> None:
        self.events: RowModel[Row] = RowModel(_columns(clock), key=lambda row: row.id)
        super().__init__(self.events, shell, "layout.errors.events", "Events of the group, newest first")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(24)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_events(self, rows: Sequence[Row]) -> None:
        """Show the newest events; those read before that follow on them stay."""
        kept = [row for row in self.events.rows if rows and (row.ts, row.id) < (rows[-1].ts, rows[-1].id)]
        joined = {row.id for row in rows} & {row.id for row in self.events.rows}
        top = self.verticalScrollBar().value()
        self.events.set_rows([*rows, *kept] if joined else rows)
        self.updateGeometries()
        self.verticalScrollBar().setValue(top)

    def add_older(self, rows: Sequence[Row]) -> None:
        known = {row.id for row in self.events.rows}
        self.show_events([*self.events.rows, *(row for row in rows if row.id not in known)])

    def step(self, step: int) -> Row | None:
        """Choose the next older event (1) or the next newer one (-1); returns it, None beyond the ends."""
        number = self.currentIndex().row() + step if self.currentIndex().isValid() else 0
        if not 0 <= number < len(self.events.rows):
            return None
        choose_row(self, number)
        if number == len(self.events.rows) - 1:
            self.older_wanted.emit()
        return self.events.rows[number]

    def select_event(self, event_id: int) -> bool:
        number = next((n for n, row in enumerate(self.events.rows) if row.id == event_id), None)
        if number is not None:
            choose_row(self, number)
        return number is not None

    def forget_choice(self) -> None:
        self.selectionModel().clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        returned = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        command = plain and bool(event.text()) and event.text().isprintable() and event.key() != Qt.Key.Key_Space
        shifted = returned and bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if command or shifted or event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _scrolled(self, value: int) -> None:
        if value and value >= self.verticalScrollBar().maximum():
            self.older_wanted.emit()


def _columns(clock: Clock) -> list[Column[Row]]:
    def color(row: Row) -> Any:
        return current_theme().severity_color(row.severity)

    return [
        Column("time", "When", lambda row: ago_words(row.ts, clock()), 86, tooltip=lambda row: moment_words(row.ts)),
        Column("severity", "Sev.", lambda row: SEVERITY_GLYPHS.get(row.severity, "○"), 40, color=color,
               tooltip=lambda row: row.severity),
        Column("service", "Service", lambda row: row.service or row.source, 70),
        Column("message", "Message", lambda row: row.message, 240),
        Column("id", "Event", lambda row: str(row.id), 70, numbers=True),
    ]  # fmt: skip

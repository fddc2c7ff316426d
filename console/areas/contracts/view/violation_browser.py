"""Violations, the one that is chosen in full, and the events behind it with ways to inspector, trace and timeline."""

import sqlite3
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.areas.contracts.store.answers import Occurrence, ViolationRow
from console.areas.contracts.store.reading import occurrences
from console.areas.contracts.view.violation_table import OccurrenceTable, ViolationTable
from console.areas.contracts.view.violation_words import facts_words, message_words, rule_words, title_words, what_words
from console.model.area import Ref
from console.model.clock import Clock
from console.qt.little_buttons import button_row, little_button
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.splitter import keep_sizes, split
from console.qt.text import clip, visible

_WORDS_CHARS = 700
_WIDE_PX, _FLAT_PX = 720, 420


class ViolationBrowser(QWidget):
    """Keys: Enter shows the event, T its trace, L the event in the Timeline, O the endpoint."""

    endpoint_wanted = Signal(int)

    def __init__(self, shell: Shell, clock: Clock, *, endpoint_column: bool = True) -> None:
        super().__init__()
        self._shell, self._clock = shell, clock
        self._of_all = endpoint_column
        self._shown: int | None = None
        self.table = ViolationTable(shell, clock, endpoint_column=endpoint_column)
        self.title = plain_label("", "groupTitle")
        self.rule = plain_label("", selectable=True)
        self.difference = plain_label("", "error")
        self.facts = plain_label("", "small")
        self.occurrences = OccurrenceTable(shell, clock)
        self.event_button = little_button("Event ⏎", "Show the event in the inspector (Enter)", self.show_event)
        self.trace_button = little_button("Trace T", "Show the trace of the event (T)", self.show_trace)
        self.timeline_button = little_button("Timeline L", "Show the event in the Timeline (L)", self.show_timeline)
        self.endpoint_button = little_button("Endpoint O", "Open the endpoint's contract (O)", self.show_endpoint)
        self.endpoint_button.setVisible(endpoint_column)
        self._build("page" if endpoint_column else "tab")
        self.table.chosen.connect(lambda _: self.show_chosen())
        self.table.opened.connect(lambda _: self.show_event())
        self.occurrences.opened.connect(lambda _: self.show_event())
        self.show_chosen()

    def _build(self, place: str) -> None:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(8, 4, 8, 0)
        column.setSpacing(3)
        for widget in (self.title, self.rule, self.difference, self.facts):
            column.addWidget(widget)
        buttons = (self.event_button, self.trace_button, self.timeline_button, self.endpoint_button)
        column.addWidget(button_row(*buttons))
        column.addWidget(self.occurrences, 1)
        self.occurrences.setMinimumHeight(72)
        self._splitter = split(Qt.Orientation.Vertical, "Violations, and the chosen one", (self.table, 1), (below, 1))
        keep_sizes(self._splitter, self._shell, f"layout.contracts.violations.{place}", [260, 240])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.setFocusProxy(self.table)

    def show_violations(self, rows: Sequence[ViolationRow]) -> None:
        """Show these; the chosen one is read anew."""
        self.table.show_rows(rows)
        self.show_chosen()

    def violation(self) -> ViolationRow | None:
        row = self.table.current_row()
        return row if isinstance(row, ViolationRow) else None

    def show_chosen(self) -> None:
        """Show the chosen violation and read its events."""
        row = self.violation()
        if row is None or row.id != self._shown:
            self.occurrences.show_rows([])
        self._shown = None if row is None else row.id
        for button in (self.event_button, self.trace_button, self.timeline_button, self.endpoint_button):
            button.setEnabled(row is not None)
        self.difference.setVisible(row is not None and bool(row.disagreement))
        if row is None:
            none = "Choose one to see the events behind it." if self.table.list.rows else "No violation is listed."
            self.title.setText(none)
            self.rule.setText("")
            self.facts.setText("")
            return
        self.title.setText(clip(title_words(row) if self._of_all else what_words(row), _WORDS_CHARS))
        self.rule.setText(clip(f"{rule_words(row)}\n{message_words(row)}".strip(), _WORDS_CHARS))
        self.difference.setText(clip(f"≠ {visible(row.disagreement)}", _WORDS_CHARS))
        self.facts.setText(facts_words(row, self._clock()))
        self._read(row.id)

    def show_event(self) -> None:
        event_id = self._event()
        if event_id is not None:
            self._shell.inspect(event_id)

    def show_trace(self) -> None:
        """Go to the trace of the chosen event; by its own id where it tells no correlation."""
        event_id = self._event()
        rows: list[Occurrence] = self.occurrences.list.rows
        correlation = next((row.correlation_id for row in rows if row.event_id == event_id), None)
        if event_id is not None:
            self._shell.navigate(Ref("trace", correlation or f"event:{event_id}"))

    def show_timeline(self) -> None:
        event_id = self._event()
        if event_id is not None:
            self._shell.navigate(Ref("timeline", str(event_id)))

    def show_endpoint(self) -> None:
        row = self.violation()
        if row is not None:
            self.endpoint_wanted.emit(row.endpoint_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is more width than height, the chosen one stands beside the list."""
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE_PX and event.size().height() <= _FLAT_PX
        self._splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_T: self.show_trace, Qt.Key.Key_L: self.show_timeline, Qt.Key.Key_O: self.show_endpoint}
        run = steps.get(Qt.Key(event.key()))
        if run is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            run()

    def _event(self) -> int | None:
        """Return the event that a command is about: the chosen one of the list below, else the newest."""
        row, occurrence = self.violation(), self.occurrences.current_row()
        if isinstance(occurrence, Occurrence):
            return occurrence.event_id
        return None if row is None else row.last_event

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_chosen()

    def _read(self, violation_id: int) -> None:
        """Read the events behind a violation, while somebody can see them."""
        if not self.isVisible():
            return

        def read(connection: sqlite3.Connection) -> tuple[Occurrence, ...]:
            return occurrences(connection, violation_id)

        def take(rows: tuple[Occurrence, ...]) -> None:
            if violation_id == self._shown:
                self.occurrences.show_rows(rows)

        def failed(error: Exception) -> None:
            self.facts.setText(f"Could not read the events: {visible(str(error))}")

        self._shell.read(self, "occurrences", read, take, failed)

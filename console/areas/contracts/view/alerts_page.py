"""The page of alerts: what was told when, acknowledged one by one or all, with the way to what it is about."""

import sqlite3
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from console.areas.contracts.store.answers import CLASSES, AlertRow
from console.areas.contracts.store.reading import alerts
from console.areas.contracts.view.commanding import send_command
from console.areas.contracts.view.drift_words import class_color, class_words
from console.areas.contracts.view.list_table import ListTable
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.holding import hold, refuses
from console.qt.little_buttons import button_row, little_button
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.plain import plain_label
from console.qt.reading_page import ReadingPage
from console.qt.shell import Shell, Tick
from console.qt.table import Column
from console.qt.text import visible
from console.qt.theme import current_theme
from console.qt.two_lines import TwoLines
from console.qt.words import ago_words, counted, moment_words

READ_EVERY_MS = 1_000
LIMIT = 1_000


class AlertsPage(ReadingPage):
    """Keys: Enter opens what an alert is about, O its endpoint, A acknowledges it, Shift+A all."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell, clock)
        name = "Alerts about contracts, newest first"
        self.table = ListTable(
            _columns(clock), lambda row: row.id, shell, "layout.contracts.alerts", name, "words", keeps_one=True
        )
        self.table.set_two_lines(partial(_lines, clock))
        self.all = QCheckBox("Acknowledged too")
        self.all.setAccessibleName("Show acknowledged alerts too")
        self.state = plain_label("", "small")
        self.open_button = little_button("Open ⏎", "Open what the alert is about (Enter)", self.open_chosen)
        self.endpoint_button = little_button("Endpoint O", "Open the endpoint's contract (O)", self.open_endpoint)
        self.acknowledge_button = little_button("Acknowledge A", "Acknowledge this alert (A)", self.acknowledge)
        self.all_button = little_button("Acknowledge all Shift+A", "Acknowledge all alerts (Shift+A)", self.acknowledge_all)
        hold(shell, self.acknowledge_button, self.all_button)
        self._lay_out((self._above(),), self.table)
        self.setFocusProxy(self.table)
        self.all.clicked.connect(lambda *_: self.refresh())
        self.table.opened.connect(lambda _: self.open_chosen())
        self.table.chosen.connect(lambda _: self._show_possible())
        shell.ticked.connect(self._ticked)
        self.notice.show_text("Loading…", "Reading the alerts.")

    def _above(self) -> QWidget:
        above = QWidget()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(button_row(self.open_button, self.endpoint_button, self.acknowledge_button, self.all_button), 1)
        row.addWidget(self.all)
        column = QVBoxLayout(above)
        column.setContentsMargins(8, 6, 8, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.state)
        return above

    def show_ref(self, ref: Ref) -> None:
        """Choose the alert whose number is `ref.id`, where it is listed."""
        if ref.id.isdecimal():
            self.table.select_key(int(ref.id))

    def refresh(self) -> None:
        self._read_ms, with_all = self._clock(), self.all.isChecked()

        def read(connection: sqlite3.Connection) -> tuple[AlertRow, ...]:
            return alerts(connection, limit=LIMIT, all=with_all)

        self._shell.read(self, "alerts", read, self._show, self._failed)

    def open_chosen(self) -> None:
        """Go to the violation or the finding, else to the endpoint."""
        row = self._chosen()
        if row is None:
            return
        if row.violation_id is not None:
            self._shell.navigate(Ref("contracts", f"violation:{row.violation_id}"))
        elif row.finding_id is not None:
            self._shell.navigate(Ref("contracts", f"finding:{row.finding_id}"))
        else:
            self.open_endpoint()

    def open_endpoint(self) -> None:
        row = self._chosen()
        if row is not None:
            self._shell.navigate(Ref("contracts", str(row.endpoint_id)))

    def acknowledge(self) -> None:
        """Acknowledge the chosen alert."""
        row = self._chosen()
        if row is not None and not row.is_acknowledged and not refuses(self._shell):
            last = self.table.currentIndex().row() == len(self.table.list.rows) - 1
            self.table.step(-1 if last else 1)  # what is acknowledged leaves the list
            send_command(self._shell, "acknowledge", {"alerts": [row.id]}, lambda _: self.refresh())

    def acknowledge_all(self) -> None:
        """Acknowledge every alert, also those that are not listed."""

        def taken(_: dict[str, object]) -> None:
            self._shell.notify("All alerts are acknowledged.")
            if self._active:
                self.refresh()

        if not refuses(self._shell):
            send_command(self._shell, "acknowledge", {"alerts": []}, taken)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_A: self.acknowledge_all if shifted else self.acknowledge,
            Qt.Key.Key_O: self.open_endpoint,
            Qt.Key.Key_J: partial(self.table.step, 1),
            Qt.Key.Key_K: partial(self.table.step, -1),
        }
        run = keys.get(Qt.Key(event.key()))
        if run is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            run()

    def _ticked(self, tick: Tick) -> None:
        if self._active and tick.now_ms - self._read_ms >= READ_EVERY_MS:
            self.refresh()
            self._read_ms = tick.now_ms

    def _chosen(self) -> AlertRow | None:
        row = self.table.current_row()
        return row if isinstance(row, AlertRow) else None

    def _show(self, rows: tuple[AlertRow, ...]) -> None:
        self.table.show_rows(rows)
        waiting = sum(not row.is_acknowledged for row in rows)
        first = f"the newest {LIMIT:,} alerts" if len(rows) == LIMIT else counted(len(rows), "alert")
        self.state.setText(f"{first}, {waiting:,} not acknowledged")
        self.all_button.setEnabled(waiting > 0)
        self._show_possible()
        self._stack.setCurrentIndex(1 if rows else 0)
        if not rows and self.all.isChecked():
            words = "One alert comes with the first violation of a kind, and again at ten times as many."
            self.notice.show_text("No alert yet", words)
        elif not rows:
            steps = [("Show acknowledged ones", self._show_all)]
            self.notice.show_text("Nothing to acknowledge", "No alert waits for somebody.", steps)

    def _show_all(self) -> None:
        self.all.setChecked(True)
        self.refresh()

    def _show_possible(self) -> None:
        row = self._chosen()
        self.open_button.setEnabled(row is not None)
        self.endpoint_button.setEnabled(row is not None)
        self.acknowledge_button.setEnabled(row is not None and not row.is_acknowledged)


def severity_words(severity: str) -> str:
    """Return glyph and word: a class of drift, or a severity as everywhere."""
    return class_words(severity) if severity in CLASSES else f"{SEVERITY_GLYPHS.get(severity, '?')} {visible(severity)}"


def about_words(row: AlertRow) -> str:
    return "violation" if row.violation_id is not None else "drift" if row.finding_id is not None else "endpoint"


def alert_state_words(row: AlertRow) -> str:
    return "✓ acknowledged" if row.is_acknowledged else "● waits"


def _color(row: AlertRow) -> QColor:
    theme = current_theme()
    return QColor(class_color(row.severity, theme)) if row.severity in CLASSES else theme.severity_color(row.severity)


def _lines(clock: Clock, key: str, row: AlertRow) -> TwoLines | None:
    """Two things a cell, so that what happened has the room."""
    theme = current_theme()
    muted, text = theme.muted, theme.muted if row.is_acknowledged else theme.text
    match key:
        case "at":
            return TwoLines(ago_words(row.at_ms, clock()), alert_state_words(row), text, text)
        case "severity":
            return TwoLines(severity_words(row.severity), about_words(row), _color(row).name(), muted)
        case "words":
            where, _, what = visible(row.words).partition(": ")
            return TwoLines(what, where, text, muted) if what else TwoLines(where, "", text, muted)
    return None


def _columns(clock: Clock) -> list[Column[AlertRow]]:
    def quiet(row: AlertRow) -> QColor | None:
        return QColor(current_theme().muted) if row.is_acknowledged else None

    return [
        Column("at", "When", lambda row: ago_words(row.at_ms, clock()), 116, color=quiet,
               tooltip=lambda row: f"{moment_words(row.at_ms)}\n{alert_state_words(row)}"),
        Column("severity", "Severity", lambda row: severity_words(row.severity), 96, color=_color),
        Column("about", "About", about_words, 84, shown=False, color=quiet),
        Column("words", "What and where", lambda row: row.words, 300, color=quiet),
        Column("state", "State", alert_state_words, 118, shown=False, color=quiet),
        Column("count", "Times", lambda row: f"{row.count:,}", 72, numbers=True, color=quiet,
               tooltip=lambda row: f"it had been seen {counted(row.count, 'time')} when this alert came"),
    ]  # fmt: skip

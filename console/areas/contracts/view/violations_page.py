"""The page of all violations over all endpoints: open ones first of all, and where services see it differently."""

import sqlite3
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from console.areas.contracts.store.answers import ViolationRow
from console.areas.contracts.view.question import MAX_VIOLATIONS, ask_violations
from console.areas.contracts.view.violation_browser import ViolationBrowser
from console.areas.contracts.view.violation_words import STATES, matches, state_words
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.plain import plain_label
from console.qt.reading_page import ReadingPage
from console.qt.shell import Shell, Tick
from console.qt.words import counted

READ_EVERY_MS = 1_000
_TYPED_MS = 200
_WORDS_LIMIT = 200


class ViolationBar(QWidget):
    """`changed` when a person asks for other violations."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.states = {state: _chip(state) for state in STATES}
        self.differing = QCheckBox("Only disagreements")
        self.differing.setAccessibleName("Show only violations about which services and console disagree")
        self.words = QLineEdit()
        self.words.setMaxLength(_WORDS_LIMIT)
        self.words.setClearButtonEnabled(True)
        self.words.setPlaceholderText("Words… (/)")
        self.words.setAccessibleName("Words that the violations must have")
        self.state = plain_label("", "small")
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.changed)
        self.words.textEdited.connect(lambda _: self._typed.start())
        self.differing.clicked.connect(lambda *_: self.changed.emit())
        row = QHBoxLayout()
        row.setSpacing(8)
        for chip in self.states.values():
            chip.clicked.connect(lambda *_: self.changed.emit())
            row.addWidget(chip)
        row.addWidget(self.words, 1)
        row.addWidget(self.differing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.state)

    def wanted(self) -> tuple[str, ...]:
        """Return the states that are asked for."""
        return tuple(state for state, chip in self.states.items() if chip.isChecked())

    def fits(self, row: ViolationRow) -> bool:
        return matches(row, self.words.text()) and (bool(row.disagreement) or not self.differing.isChecked())

    def is_narrowed(self) -> bool:
        """Tell whether words or boxes leave something out."""
        return bool(self.words.text().strip()) or self.differing.isChecked() or self.wanted() != STATES

    def focus_words(self) -> None:
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def widen(self) -> None:
        """Leave out nothing by words; asks nothing."""
        self._typed.stop()
        self.words.clear()
        self.differing.setChecked(False)

    def clear(self) -> None:
        """Ask for everything."""
        self.widen()
        for chip in self.states.values():
            chip.setChecked(True)
        self.changed.emit()


class ViolationsPage(ReadingPage):
    """Reads once a second while it is shown and the window is live."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell, clock)
        self._wanted: int | None = None
        self._named: int | None = None
        self.bar = ViolationBar()
        self.browser = ViolationBrowser(shell, clock)
        self._lay_out((self.bar,), self.browser)
        self.setFocusProxy(self.browser)
        self.bar.changed.connect(self._asked_anew)
        self.bar.words.returnPressed.connect(self.browser.setFocus)
        self.browser.endpoint_wanted.connect(lambda number: shell.navigate(Ref("contracts", str(number))))
        shell.ticked.connect(self._ticked)
        self.notice.show_text("Loading…", "Reading the violations.")

    def show_ref(self, ref: Ref) -> None:
        """Choose the violation whose number is `ref.id`, whatever its state and range."""
        if ref.id.isdecimal():
            self._wanted = self._named = int(ref.id)
            self.bar.widen()
            if self._active:
                self.refresh()

    def chosen_id(self) -> int | None:
        row = self.browser.violation()
        return None if row is None else row.id

    def named_id(self) -> int | None:
        """Return the violation that a person or a link chose."""
        row = self.browser.table.named_row()
        return row.id if isinstance(row, ViolationRow) else None

    def refresh(self) -> None:
        self._read_ms = self._clock()
        bounds, states, named, now_ms = self._shell.bounds_ms(), self.bar.wanted(), self._named, self._read_ms

        def read(connection: sqlite3.Connection) -> tuple[ViolationRow, ...]:
            return ask_violations(connection, bounds, states, named, now_ms)

        self._shell.read(self, "violations", read, self._show, self._failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Slash: self.bar.focus_words,
            Qt.Key.Key_J: partial(self.browser.table.step, 1),
            Qt.Key.Key_K: partial(self.browser.table.step, -1),
        }
        if event.key() == Qt.Key.Key_Escape and self.bar.words.hasFocus():
            self.browser.setFocus()
            return
        run = keys.get(Qt.Key(event.key()))
        if run is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            run()

    def _asked_anew(self) -> None:
        self._named = None
        self.refresh()

    def _ticked(self, tick: Tick) -> None:
        if self._active and self._shell.scope().live and tick.now_ms - self._read_ms >= READ_EVERY_MS:
            self.refresh()
            self._read_ms = tick.now_ms

    def _show(self, found: tuple[ViolationRow, ...]) -> None:
        rows = [row for row in found if self.bar.fits(row)]
        self.browser.show_violations(rows)
        self._show_state(rows, len(found) >= MAX_VIOLATIONS)
        self._choose_wanted()
        if rows:
            self._stack.setCurrentIndex(1)
            return
        self._stack.setCurrentIndex(0)
        steps = [("Whole time", lambda: self._shell.set_span(None))]
        if self.bar.is_narrowed():
            steps.insert(0, ("Show all", self.bar.clear))
            self.notice.show_text("No such violation", "None fits the states and words in this range.", steps)
        else:
            words = "Either all exchanges kept to their contracts, or none was checked: contracts stand under Endpoints."
            endpoints = ("Go to the endpoints", lambda: self._shell.navigate(Ref("contracts", "endpoints")))
            self.notice.show_text("No violation in this range", words, [endpoints, *steps])

    def _choose_wanted(self) -> None:
        if self._wanted is not None and not self.browser.table.select_key(self._wanted):
            self._shell.notify(f"Violation {self._wanted} is not kept any more.")
        self._wanted = None

    def _show_state(self, rows: list[ViolationRow], cut: bool) -> None:
        parts = [f"{counted(len(rows), 'violation')}, {counted(sum(row.count for row in rows), 'time')}"]
        differing = sum(bool(row.disagreement) for row in rows)
        parts += [f"≠ service and console disagree about {differing:,}"] if differing else []
        parts += [f"looked for in the newest {MAX_VIOLATIONS:,}"] if cut else []
        parts.append("live" if self._shell.scope().live else "paused: new ones do not show")
        self.bar.state.setText(" · ".join(parts))


def _chip(state: str) -> QToolButton:
    chip = QToolButton()
    chip.setText(state_words(state))
    chip.setCheckable(True)
    chip.setChecked(state != "closed")
    chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    chip.setAccessibleName(f"Show {state} violations")
    return chip

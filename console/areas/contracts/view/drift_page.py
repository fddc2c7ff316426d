"""The page of drift: where services part from what they promised, the worst first."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent

from console.areas.contracts.store.answers import CLASSES, FINDING_STATES, FindingRow
from console.areas.contracts.store.reading import findings
from console.areas.contracts.view.drift_bar import DriftBar, Wanted, fits
from console.areas.contracts.view.drift_commands import DriftCommands
from console.areas.contracts.view.drift_detail import WRITES, DriftDetail
from console.areas.contracts.view.drift_table import DriftTable
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.holding import hold, refuses
from console.qt.reading_page import ReadingPage
from console.qt.shell import Shell, Tick
from console.qt.splitter import split

READ_EVERY_MS = 1_000
_WRITING_KEYS = (Qt.Key.Key_A, Qt.Key.Key_M, Qt.Key.Key_U, Qt.Key.Key_C)
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class Found(NamedTuple):
    """`rows` fit what is asked for, `of_states` are all of the wanted states; `any` tells whether there is any at all."""

    rows: tuple[FindingRow, ...]
    of_states: tuple[FindingRow, ...]
    any: bool


def ask_findings(connection: sqlite3.Connection, wanted: Wanted, now_ms: int) -> Found:
    """Return the findings that fit, and those of the same states."""
    of_states = findings(connection, states=wanted.states, classes=CLASSES, now_ms=now_ms)
    rows = tuple(row for row in of_states if fits(row, wanted))
    known = bool(of_states) or bool(findings(connection, states=FINDING_STATES, classes=CLASSES, now_ms=now_ms))
    return Found(rows, of_states, known)


class DriftPage(ReadingPage):
    """A (accept), M (mute), U (unmute), C (class), O (endpoint), J and K go through the list, / to its words."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell, clock)
        self._wanted_id: int | None = None
        self.bar = DriftBar()
        self.table = DriftTable(shell, clock=clock)
        self.detail = DriftDetail(clock)
        self.commands = DriftCommands(shell, self, self.table.selected, clock, self.refresh)
        self._build()
        self.bar.changed.connect(self.refresh)
        self.bar.words.returnPressed.connect(self.table.setFocus)
        self.table.chosen.connect(lambda _: self.detail.show_finding(self.table.current()))
        self.table.opened.connect(lambda _: self.commands.inspect())
        self.detail.event_wanted.connect(shell.inspect)
        self.detail.command.connect(self._run)
        hold(shell, *(button for name, button in self.detail.buttons.items() if name in WRITES))
        shell.ticked.connect(self._ticked)
        shell.theme_changed.connect(self.detail.retint)
        self.notice.show_text("Loading…", "Reading the findings.")

    def refresh(self) -> None:
        """Read the findings anew."""
        now_ms = self._read_ms = self._clock()
        wanted = self.bar.wanted()
        self._shell.read(
            self, "findings", lambda connection: ask_findings(connection, wanted, now_ms), self._show, self._failed
        )

    def select(self, finding_id: int) -> None:
        """Choose a finding, at once or when it is read; one that the bar leaves out is asked for."""
        self._wanted_id = finding_id
        if self._active and not self._choose_wanted():
            self.refresh()

    def selected_id(self) -> int | None:
        """Return the finding that is shown below."""
        row = self.table.current()
        return None if row is None else row.id

    def named_id(self) -> int | None:
        """Return the finding that a person or a link chose."""
        row = self.table.table.named_row()
        return row.id if isinstance(row, FindingRow) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        commands: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Slash: self.bar.focus_words, Qt.Key.Key_A: self.commands.accept, Qt.Key.Key_M: self.commands.mute,
            Qt.Key.Key_U: self.commands.unmute, Qt.Key.Key_C: self._ask_class, Qt.Key.Key_O: self.commands.open_endpoint,
            Qt.Key.Key_J: partial(self.table.table.step, 1), Qt.Key.Key_K: partial(self.table.table.step, -1),
        }  # fmt: skip
        if event.key() == Qt.Key.Key_Escape and self.bar.words.hasFocus():
            self.table.setFocus()
            return
        run = commands.get(Qt.Key(event.key()))
        if run is None or event.modifiers() & ~_PLAIN:
            super().keyPressEvent(event)
        elif not refuses(self._shell, event.key() in _WRITING_KEYS):
            run()

    def _build(self) -> None:
        parts = (self.table, 3), (self.detail, 2)
        body = split(Qt.Orientation.Vertical, "Findings of drift, and the chosen one", *parts, sizes=[340, 260])
        self._lay_out((self.bar,), body)
        self.setFocusProxy(self.table)

    def _run(self, name: str) -> None:
        if refuses(self._shell, name in WRITES):
            return
        if name == "ask_class":
            self._ask_class()
        else:
            getattr(self.commands, name)()

    def _ask_class(self) -> None:
        button = self.detail.buttons["ask_class"]
        self.commands.ask_class(button.mapToGlobal(QPoint(0, button.height())))

    def _ticked(self, tick: Tick) -> None:
        if self._active and tick.now_ms - self._read_ms >= READ_EVERY_MS:
            self.refresh()
            self._read_ms = tick.now_ms

    def _show(self, found: Found) -> None:
        self.bar.show_counts(found.of_states)
        self.bar.show_services(sorted({row.service for row in found.of_states}))
        self.bar.show_total(len(found.rows), len(found.of_states), sum(row.is_unbumped for row in found.of_states))
        self.table.show_findings(found.rows)
        if not self._choose_wanted() and self._wanted_id is not None:
            self._ask_for_all(found)
        self.detail.show_finding(self.table.current())
        self._stack.setCurrentIndex(1 if found.rows else 0)
        if found.rows:
            return
        if found.any:
            steps = [("Show open findings", self.bar.clear), ("Show all states", self.bar.show_everything)]
            self.notice.show_text("No such finding", "There are findings of other classes, states or services.", steps)
        else:
            self.notice.show_text(
                "No drift found",
                "What services send is compared with what they promised, and with what they sent before. "
                "That wants some hundred exchanges of an endpoint.",
                [("Attach a source", lambda: self._shell.navigate(Ref("sources", "new")))],
            )

    def _choose_wanted(self) -> bool:
        if self._wanted_id is None or not self.table.select(self._wanted_id):
            return False
        self._wanted_id = None
        return True

    def _ask_for_all(self, found: Found) -> None:
        """What a link names may be settled, or left out by the bar: then all is asked for, once."""
        wanted = self.bar.wanted()
        everything = wanted.states == FINDING_STATES and not (wanted.classes or wanted.service or wanted.words)
        if everything or not found.any:
            self._shell.notify(f"Finding {self._wanted_id} is not kept any more.")
            self._wanted_id = None
        else:
            self.bar.show_everything()

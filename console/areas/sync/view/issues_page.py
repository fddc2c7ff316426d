"""The page of all sync issues: by type, with their life, and ways to the events, the stepper and the timeline."""

import sqlite3
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from console.areas.sync.store.reading import UNSETTLED, Conflict, Queue, QueueRow, issues, load_conflict
from console.areas.sync.view.issue_bar import IssueBar
from console.areas.sync.view.issue_detail import IssueDetail
from console.areas.sync.view.issue_table import IssueTable
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.choosing import choose_row
from console.qt.reading_page import ReadingPage
from console.qt.shell import Shell, Tick
from console.qt.splitter import split
from console.store.filter import quote_value

READ_EVERY_MS = 1_000


class IssuesPage(ReadingPage):
    """All sync issues of the window's range."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell, clock)
        self._wanted: int | None = None
        self.bar = IssueBar()
        self.table = IssueTable(shell, clock)
        self.detail = IssueDetail(shell, clock)
        self._build()
        self.bar.changed.connect(self.refresh)
        self.bar.words.returnPressed.connect(self.table.setFocus)
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _: self.detail.show_event())
        self.detail.event_wanted.connect(shell.inspect)
        self.detail.stepper_wanted.connect(lambda issue_id: shell.navigate(stepper_place(issue_id)))
        self.detail.entity_wanted.connect(lambda kind, name: shell.navigate(entity_place(kind, name)))
        shell.ticked.connect(self._ticked)
        self.notice.show_text("Loading…", "Reading the sync issues.")

    def _build(self) -> None:
        parts = (self.table, 3), (self.detail, 2)
        splitter = split(Qt.Orientation.Vertical, "Sync issues, and the chosen one", *parts, sizes=[360, 260])
        self._lay_out((self.bar,), splitter)
        self.setFocusProxy(self.table)

    def show_ref(self, ref: Ref) -> None:
        """Choose the issue whose number stands last in `ref.id`."""
        number = ref.id.rpartition("/")[2]
        if number.isdecimal():
            self._wanted = int(number)
            self._choose_wanted()

    def refresh(self) -> None:
        """Read the list, and the chosen issue, anew."""
        self._read_ms = self._clock()
        wanted = self.bar.question(*self._shell.bounds_ms())
        self._shell.read(self, "issues", lambda connection: issues(connection, wanted), self._show, self._failed)
        self._read_chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.bar.words.hasFocus():
            self.table.setFocus()
            return
        commands: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Slash: self.bar.focus_words,
            Qt.Key.Key_J: partial(self._step, 1),
            Qt.Key.Key_K: partial(self._step, -1),
            Qt.Key.Key_O: self.detail.open_stepper,
            Qt.Key.Key_A: self.detail.show_entity,
        }
        run = commands.get(Qt.Key(event.key()))
        if run is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            run()

    def _step(self, by: int) -> None:
        """Go to the next issue (1) or the one before (-1)."""
        choose_row(self.table, self.table.currentIndex().row() + by)

    def _ticked(self, tick: Tick) -> None:
        if self._active and tick.now_ms - self._read_ms >= READ_EVERY_MS:
            self.refresh()
            self._read_ms = tick.now_ms

    def _choose(self, row: QueueRow | None) -> None:
        self.detail.show_row(row)
        self._read_chosen()

    def _read_chosen(self) -> None:
        issue_id = self.detail.issue_id
        if issue_id is not None:

            def load(connection: sqlite3.Connection) -> Conflict:
                return load_conflict(connection, issue_id)

            self._shell.read(self, "issue", load, self.detail.show_conflict, self.detail.show_failure)

    def _choose_wanted(self) -> None:
        place = next((n for n, row in enumerate(self.table.issues.rows) if row.id == self._wanted), None)
        if place is not None:
            self._wanted = None
            choose_row(self.table, place)

    def _show(self, found: Queue) -> None:
        unsettled = sum(found.counts.get("state", {}).get(state, 0) for state in UNSETTLED)
        self.bar.show_counts(found.counts.get("kind", {}))
        self.bar.show_total(len(found.rows), found.total, unsettled)
        place = self.table.currentIndex().row()
        self.table.issues.set_rows(found.rows)
        self._choose_wanted()
        if self._wanted is not None:
            self._shell.notify(f"Issue {self._wanted} is not among those that are listed: another range, type or state.")
            self._wanted = None
        if found.rows:
            if self.table.current_row() is None:  # one that left gives way to its neighbour
                choose_row(self.table, max(0, min(place, len(found.rows) - 1)))
            self._stack.setCurrentIndex(1)
            return
        self.detail.show_row(None)
        self._stack.setCurrentIndex(0)
        if any(found.counts.get("state", {}).values()):
            steps = [("Show all types", self.bar.clear), ("Whole time", lambda: self._shell.set_span(None))]
            self.notice.show_text("No such issue in this range", "There are issues of other types or other times.", steps)
        else:
            self.notice.show_text(
                "No sync issue yet",
                "Issues come from sync updates, from reports about synchronisation, and from what the console finds itself.",
                [("Attach a source", lambda: self._shell.navigate(Ref("sources", "new")))],
            )


def stepper_place(issue_id: int) -> Ref:
    """Return the place of an issue in the stepper."""
    return Ref("sync", f"conflicts/{issue_id}")


def entity_place(entity_type: str, entity_id: str) -> Ref:
    """Return the place of an entity's events in the timeline."""
    name = f"{entity_type}/{entity_id}" if entity_type else entity_id
    return Ref("timeline", filter_text=f"entity:{quote_value(name)}")

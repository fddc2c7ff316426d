"""One session set against another: groups of errors that are new, gone or changed in rate, and latency."""

import sqlite3
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from console.areas.incidents.core.comparing import GroupChange
from console.areas.incidents.store.reading import Comparison, SessionRow, compare
from console.areas.incidents.view.letter_table import LetterTable
from console.areas.incidents.view.session_words import comparison_words, group_columns, latency_columns, session_title
from console.model.area import Ref
from console.model.clock import Clock
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.text import visible

_WHAT = "Choose an earlier session: what is new, gone, slower or faster since then is listed here. C takes the one before."


class ComparePanel(QWidget):
    """The chosen session is the later of the two, whichever began first: what it has more is “new”."""

    compared = Signal()

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        self._shell, self._clock = shell, clock
        self._after: SessionRow | None = None
        self._groups: LetterTable | None = None
        self.facts = plain_label("", selectable=True)
        self.words = plain_label(_WHAT, selectable=True)
        self.choice = QComboBox()
        self.choice.setAccessibleName("The session to compare with")
        self.choice.activated.connect(lambda _: self.compare())
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("What differs")
        self.latency = LetterTable(
            latency_columns(), lambda row: (row.service, row.operation), shell, "layout.incidents.latency",
            "Latency of operations in both sessions", "operation",
        )  # fmt: skip
        self._build()
        self.tabs.hide()

    def _build(self) -> None:
        label = QLabel("Compare with")
        label.setBuddy(self.choice)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.choice, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(6)
        layout.addWidget(self.facts)
        layout.addLayout(row)
        layout.addWidget(self.words)
        layout.addWidget(self.tabs, 1)
        layout.addStretch(0)

    def show_session(self, row: SessionRow | None, others: Sequence[SessionRow], facts: str) -> None:
        """Offer the others to compare with; what was compared stays while the session is the same one."""
        is_same = row is not None and self._after is not None and row.id == self._after.id
        self._after = row
        self.facts.setText(facts)
        kept = self.choice.currentData() if is_same else None
        self.choice.clear()
        self.choice.addItem("Choose a session…", None)
        for other in others:
            if row is None or other.id != row.id:
                self.choice.addItem(session_title(other, self._clock), other.id)
        self.choice.setEnabled(self.choice.count() > 1)
        self.choice.setCurrentIndex(max(0, self.choice.findData(kept)))
        if not is_same:
            self.tabs.hide()
            self.words.setText(_WHAT if self.choice.count() > 1 else "There is no other session to compare with yet.")

    def open_choice(self) -> None:
        """Take the next older session, or let the person choose when there is none."""
        older = [self.choice.itemData(n) for n in range(1, self.choice.count())]
        after = self._after
        best = max((one for one in older if after is not None and one < after.id), default=older[0] if older else None)
        self.choice.setCurrentIndex(max(0, self.choice.findData(best)))
        self.choice.setFocus()
        self.compare()

    def groups_shown(self) -> list[GroupChange]:
        """Return the changes that are listed."""
        return [] if self._groups is None else list(self._groups.list.rows)

    def compare(self) -> None:
        """Read what differs."""
        before, after = self.choice.currentData(), self._after
        if before is None or after is None:
            return
        self.words.setText("Comparing…")

        def read(connection: sqlite3.Connection) -> Comparison:
            return compare(connection, before, after.id)

        self._shell.read(self, "compare", read, self._show, self._failed)

    def _show(self, found: Comparison) -> None:
        self.words.setText(comparison_words(found))
        number = self.tabs.currentIndex()
        self.tabs.clear()
        if self._groups is not None:
            self._groups.deleteLater()
        self._groups = LetterTable(
            group_columns(found), lambda row: row.group_id, self._shell, "layout.incidents.groups",
            "Groups of errors that differ", "group",
        )  # fmt: skip
        self._groups.opened.connect(self._open_group)
        self._groups.show_rows(found.groups)
        self.latency.show_rows(found.latency)
        self.tabs.addTab(self._groups, f"Errors {len(found.groups):,}")
        self.tabs.addTab(self.latency, f"Latency {sum(one.is_changed for one in found.latency):,}")
        self.tabs.setCurrentIndex(max(0, number))
        self.tabs.show()
        self.compared.emit()

    def _open_group(self, row: GroupChange) -> None:
        self._shell.navigate(Ref("errors", str(row.group_id)))

    def _failed(self, error: Exception) -> None:
        self.tabs.hide()
        self.words.setText(f"The sessions could not be compared: {visible(str(error))}")

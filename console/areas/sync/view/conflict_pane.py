"""The middle of the stepper: one conflict, its fields, and the buttons below them."""

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.areas.sync.core.merge.values import MISSING, NO_BASE
from console.areas.sync.store.answers import Conflict
from console.areas.sync.view.action_bar import ActionBar
from console.areas.sync.view.answer_words import answer_words, column_titles, head_words
from console.areas.sync.view.commands import Command
from console.areas.sync.view.conflict_feed import Opened
from console.areas.sync.view.conflict_head import ConflictHead
from console.areas.sync.view.field_list import FieldList
from console.areas.sync.view.queue_list import entity_words
from console.areas.sync.view.stepping import count_lines
from console.model.clock import Clock
from console.qt.notice import Notice

_NO_BASE = "No base: what both sides came from is not known, so nothing is merged by itself and every difference is asked."
_NO_SIDES = "Nothing to step through: no service told what either side holds. It can be rejected, or watched until one does."
_MERGED = "No field is in conflict: the merge settles all of them. Look it over and send it, or decide otherwise."
_EQUAL = "Both sides are equal by now: send the result to close it, or reject it."


class ConflictPane(QWidget):
    """Shows what it is given; asks nothing. `conflict` is the open one."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.conflict: Conflict | None = None
        self._shown: Opened | None = None
        self.head, self.fields, self.bar, self.notice = ConflictHead(), FieldList(), ActionBar(), Notice()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.fields, 1)
        column.addWidget(self.bar)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.notice)
        self._stack.addWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setMinimumWidth(380)

    def show_conflict(self, opened: Opened, place: str) -> None:
        """Show a conflict as the store has it; `place` is where it stands in the queue."""
        before, self.conflict = self.conflict, opened.conflict
        conflict = opened.conflict
        anew = before is None or before.issue.id != conflict.issue.id
        self.head.title.setText(entity_words(conflict.issue))
        self.head.words.setText(head_words(conflict.issue, self._clock()))
        self.head.show_titles(column_titles(conflict))
        self.head.show_answer(answer_words(conflict, self._clock()))
        self.head.no_base.show_text(_warning(conflict))
        if anew or self.fields.fields.lines != opened.lines:
            self.fields.show_lines(opened.lines, anew=anew)
        self.show_place(place)
        self._stack.setCurrentIndex(1)

    def show_place(self, place: str) -> None:
        """Show "3 of 17 fields, 12 of 40 conflicts"."""
        self.head.counter.setText(f"{count_lines(self.fields.fields.lines).words}, {place}")

    def show_possible(self, can_run: Callable[[Command], bool]) -> None:
        """Enable the buttons that have something to work on."""
        conflict = self.conflict
        ready = conflict is not None and conflict.settlement.is_complete and conflict.issue.state in ("open", "reopened")
        self.bar.show_possible(can_run, ready)

    def show_nothing(self, title: str, detail: str) -> None:
        """Say why there is no conflict here."""
        self.conflict = None
        self.notice.show_text(title, detail)
        self._stack.setCurrentIndex(0)

    def is_shown(self) -> bool:
        """Tell whether a conflict is open."""
        return self.conflict is not None


def _warning(conflict: Conflict) -> str:
    if conflict.local is MISSING and conflict.remote is MISSING:
        return _NO_SIDES
    if conflict.base is NO_BASE:
        return _NO_BASE
    if conflict.issue.state not in ("open", "reopened"):
        return ""
    if all(one.is_unchanged for one in conflict.decisions):
        return _EQUAL
    return "" if any(one.is_open for one in conflict.decisions) or conflict.settlement.choices else _MERGED

"""The left side of the stepper: which conflicts are asked for, how many there are, and their queue."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from console.areas.sync.store.answers import Queue
from console.areas.sync.view.conflict_words import STATE_GLYPHS, kind_words
from console.areas.sync.view.queue_list import QueueList
from console.model.clock import Clock
from console.qt.flow import flow_row
from console.qt.notice import Notice
from console.qt.plain import plain_label
from console.qt.text import clip, visible
from console.qt.words import counted

STATES = {"open": ("open", "reopened"), "resolving": ("resolving",), "resolved": ("resolved",), "rejected": ("rejected",)}
"""The chips, and the states that each stands for."""
FIRST_STATES = ("open", "resolving")
FIRST_KIND = "conflict"
"""Of the other kinds seldom is known what both sides hold: they are watched on the page of issues."""
_POPUP_PX = 190
_BOXES = {
    "kind": ("Kind", "All kinds"),
    "entity_type": ("Entity type", "All entities"),
    "service": ("Service", "All services"),
}
"""What each is about, and what it says while nothing is asked for."""


class QueuePanel(QWidget):
    """`changed` when the person asks for other conflicts."""

    changed = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.list = QueueList(clock)
        self.total = 0
        """How many conflicts fit; the list may hold fewer."""
        self.notice = Notice()
        self.state = plain_label("", "small")
        self.stack = QStackedWidget()
        self._chips = {name: self._chip(name) for name in STATES}
        self._boxes = {name: self._box(*words) for name, words in _BOXES.items()}
        self._boxes["kind"].addItem(FIRST_KIND, FIRST_KIND)
        self._boxes["kind"].setCurrentIndex(1)
        chips = flow_row()
        for chip in self._chips.values():
            chips.layout().addWidget(chip)  # type: ignore[union-attr]  # flow_row gives it one
        row = QHBoxLayout()
        row.setSpacing(4)
        for name in ("entity_type", "service"):
            row.addWidget(self._boxes[name], 1)
        head = QVBoxLayout()
        head.setContentsMargins(8, 6, 8, 4)
        head.setSpacing(4)
        head.addWidget(chips)
        head.addWidget(self._boxes["kind"])
        head.addLayout(row)
        head.addWidget(self.state)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.notice)
        self.stack.setCurrentWidget(self.notice)
        self.notice.show_text("Loading…", "Reading the queue of conflicts.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        self.setMinimumWidth(250)

    def states(self) -> tuple[str, ...]:
        """Return the states that are asked for."""
        return tuple(state for name, chip in self._chips.items() if chip.isChecked() for state in STATES[name])

    def wanted(self, name: str) -> str | None:
        """Return the entity type, service or kind that is asked for, None for any."""
        value = self._boxes[name].currentData()
        return value if isinstance(value, str) else None

    def show_all(self) -> None:
        """Ask for everything."""
        for chip in self._chips.values():
            chip.setChecked(True)
        for box in self._boxes.values():
            box.setCurrentIndex(0)
        self.changed.emit()

    def show_states(self, states: tuple[str, ...]) -> None:
        """Ask for these states; tells nobody."""
        for name, chip in self._chips.items():
            chip.setChecked(STATES[name][0] in states)

    def show_counts(self, states: Mapping[str, int], choices: Mapping[str, Mapping[str, int]]) -> None:
        """Show how many there are of each state, and of each entity type, service and kind."""
        for name, chip in self._chips.items():
            number = sum(states.get(state, 0) for state in STATES[name])
            chip.setText(f"{STATE_GLYPHS[name]} {name} {number:,}")
            chip.setAccessibleName(f"Show {name} conflicts, {number:,}")
        for name, box in self._boxes.items():
            _fill(box, _BOXES[name][1], choices.get(name, {}))

    def show_queue(self, found: Queue, states: Mapping[str, int], current: int | None) -> None:
        """Show the rows, what is counted, and the words for an empty queue."""
        self.total = found.total
        self.show_counts(states, found.counts)
        part = f"the first {len(found.rows):,} of " if len(found.rows) < found.total else ""
        self.state.setText(f"{part}{counted(found.total, 'conflict')}, worst and oldest first")
        self.list.show_rows(found.rows, current)
        every = sum(found.counts.get("state", {}).values())
        if not found.rows and every:
            title = "No such conflict" if self._is_narrowed() else "No conflict waits for a decision"
            detail = f"{counted(every, 'issue')} not shown, by what is asked for: state, entity, service, kind."
            self.notice.show_text(title, detail, [("Show all", self.show_all)])
        elif not found.rows:
            self.notice.show_text(
                "No conflict", "Conflicts show here as services report them, or as their updates disagree."
            )
        shown = self.list if found.rows else self.notice
        had_focus = self.list.hasFocus() or self.notice.hasFocus()
        self.stack.setCurrentWidget(shown)
        if had_focus:
            shown.setFocus()

    def show_failure(self, words: str, again: Callable[[], None]) -> None:
        """Say in the place of the queue why it could not be read."""
        self.state.setText("")
        self.notice.show_text("Could not read the store", words, [("Try again", again)])
        self.stack.setCurrentWidget(self.notice)

    def _is_narrowed(self) -> bool:
        kind = self.wanted("kind")
        return bool(self.wanted("entity_type") or self.wanted("service")) or kind not in (None, FIRST_KIND)

    def _chip(self, name: str) -> QToolButton:
        chip = QToolButton()
        chip.setText(f"{STATE_GLYPHS[name]} {name}")
        chip.setCheckable(True)
        chip.setChecked(name in FIRST_STATES)
        chip.setAccessibleName(f"Show {name} conflicts")
        chip.clicked.connect(self.changed)
        return chip

    def _box(self, words: str, any_words: str) -> QComboBox:
        box = QComboBox()
        box.addItem(any_words, None)
        box.setAccessibleName(f"{words} of the conflicts that are shown")
        box.setToolTip(f"{words}: which conflicts are shown")
        box.view().setMinimumWidth(_POPUP_PX)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.setMinimumContentsLength(4)
        box.activated.connect(lambda _: self.changed.emit())
        return box


def _fill(box: QComboBox, any_words: str, counts: Mapping[str, int]) -> None:
    """Show the choices with their counts; the one that is chosen stays, also when there is none of it left."""
    chosen = box.currentData()
    entries: list[tuple[str, str | None]] = [(any_words, None)]
    kept = {chosen: 0} if isinstance(chosen, str) and chosen not in counts else {}
    entries += [(f"{clip(kind_words(visible(name)), 40)} {number:,}", name) for name, number in {**counts, **kept}.items()]
    if [box.itemText(n) for n in range(box.count())] == [text for text, _ in entries]:
        return
    box.clear()
    for text, value in entries:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)) if chosen is not None else 0)

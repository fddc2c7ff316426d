"""One group: what it is and how it stands, why it is one, what may cause it, and its events."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from console.areas.errors.store.answers import GroupRow
from console.areas.errors.view.commands import WRITES
from console.areas.errors.view.event_table import GroupEventTable
from console.areas.errors.view.facets import FacetTable
from console.areas.errors.view.page_words import cause_words, facts_words, history_pairs, status_line, why_pairs
from console.areas.errors.view.question import PageAnswer
from console.areas.errors.view.range_bars import RangeBars
from console.areas.errors.view.section import PairList, Section
from console.areas.errors.view.words import status_color
from console.model.clock import Clock
from console.qt.holding import hold
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.splitter import split
from console.qt.text import clip, visible
from console.qt.theme import current_theme

_TITLE_CHARS, _LINE_CHARS = 240, 400
BUTTONS = (
    ("resolve", "Resolve", "R"),
    ("ignore", "Ignore", "I"),
    ("workaround", "Workaround…", "W"),
    ("reopen", "Reopen", "O"),
    ("split", "Split…", "X"),
    ("timeline", "Timeline", "Shift+Enter"),
)
"""Command, title and key of each button."""


class GroupPage(QWidget):
    """Shows an answer; `commanded` carries the name of a command, as keys and menus do."""

    commanded = Signal(str)
    closed = Signal()

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.answer: PageAnswer | None = None
        self._title = plain_label(selectable=True)
        self._title.setObjectName("groupTitle")
        self._culprit = plain_label(selectable=True)
        self._culprit.setObjectName("muted")
        self._facts, self._status = plain_label(selectable=True), plain_label(selectable=True)
        self._facts.setObjectName("small")
        self.buttons = {name: _button(title, key, self._command(name)) for name, title, key in BUTTONS}
        hold(shell, *(button for name, button in self.buttons.items() if name in WRITES))
        self.close_button = _button("Close", "Esc", self.closed.emit)
        self.bars = RangeBars()
        self._why, self._history = PairList(), PairList()
        self._causes = plain_label(selectable=True)
        self._facets = FacetTable(shell)
        self.events = GroupEventTable(shell, clock)
        self._build()

    def _command(self, name: str) -> Callable[[], None]:
        return lambda: self.commanded.emit(name)

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in self.buttons.values():
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 0)
        layout.setSpacing(4)
        for widget in (self._title, self._culprit, self._facts, self._status):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addWidget(self._middle(), 1)
        self.setMinimumHeight(200)

    def _middle(self) -> QSplitter:
        reading = QWidget()
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 4, 12, 12)
        column.setSpacing(12)
        parts = (
            ("Over the range", self.bars),
            ("Likely causes", self._causes),
            ("Why these are one group", self._why),
            ("Values", self._facets),
            ("History", self._history),
        )
        for title, body in parts:
            column.addWidget(Section(title, body))
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(reading)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("About the group")
        scroll.setObjectName("page")
        sides = (scroll, 0), (self.events, 0)
        return split(Qt.Orientation.Horizontal, "About the group, and its events", *sides, sizes=[420, 480])

    @property
    def row(self) -> GroupRow | None:
        return None if self.answer is None else self.answer.detail.row

    def show_answer(self, answer: PageAnswer, since_ms: int, until_ms: int) -> None:
        """Show a group; the same group again only brings new figures."""
        same = self.answer is not None and self.answer.detail.row.id == answer.detail.row.id
        self.answer = answer
        detail, row = answer.detail, answer.detail.row
        if not same:
            self.events.clearSelection()
            self.events.events.set_rows([])
        glyph = SEVERITY_GLYPHS.get(row.severity, SEVERITY_GLYPHS["info"])
        self._title.setText(f"{glyph} {clip(visible(row.title), _TITLE_CHARS)}")
        self._culprit.setText(clip(visible(row.culprit or row.category), _LINE_CHARS))
        self.bars.show_values(row.spark, since_ms, until_ms, row.severity)
        self._causes.setText(visible(cause_words(detail.likely_causes, row.kept), lines=True))
        self._why.show_pairs(why_pairs(detail))
        self._facets.show_facets(detail.facets)
        self.events.show_events(answer.events)
        self.buttons["reopen"].setEnabled(row.status not in ("pending", "regressed"))
        self.show_ages()

    def forget(self) -> None:
        """No group is open any more."""
        self.answer = None
        self.events.events.set_rows([])

    def show_ages(self) -> None:
        """Write what moves on with the clock."""
        if self.answer is None:
            return
        row, now_ms = self.answer.detail.row, self._clock()
        self._facts.setText(visible(facts_words(row, now_ms)))
        self._status.setText(clip(visible(status_line(row, now_ms)), _LINE_CHARS))
        palette = self._status.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(status_color(row.status, current_theme())))
        self._status.setPalette(palette)
        self._history.show_pairs(history_pairs(self.answer.detail.audit, now_ms) or [("", "No change yet.")])

    def texts(self) -> Sequence[str]:
        """Return all words of the page, from top to bottom."""
        labels = (self._title, self._culprit, self._facts, self._status, self._causes)
        return [*(label.text() for label in labels), self._why.text(), self._history.text()]


def _button(title: str, key: str, run: Callable[[], None]) -> QPushButton:
    button = QPushButton(title)
    button.setAutoDefault(False)
    button.setToolTip(f"{title} ({key})")
    button.setAccessibleName(f"{title.removesuffix('…')} the group" if key not in ("Esc", "Shift+Enter") else title)
    button.clicked.connect(run)
    return button

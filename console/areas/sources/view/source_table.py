"""The table of sources: first what says that something is wrong, with a sparkline of each rate."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem

from console.areas.sources.view.line import HISTORY, Line, cell, detail_words, retry_words
from console.model.clock import Clock
from console.qt.choosing import choose_row
from console.qt.shell import Shell
from console.qt.sparkline import paint_curve
from console.qt.table import Column, RowModel, RowTable
from console.qt.text import plain_tooltip, visible
from console.qt.theme import current_theme
from console.qt.two_lines import TWO_LINES_PX, TwoLines, paint_ground, paint_two_lines

COLUMNS_SETTING = "layout.sources.columns"
NAME, RATE = 1, 2
_WIDE = 3
"""Columns that a name takes where its words matter more than rate and lag."""
_WORDY = ("connecting", "waiting", "refused", "stopped", "disabled", "detached")
_TEXTS = ("state", "name", "service", "mode", "url")
_TROUBLE = ("gaps", "unknown_intervals", "quarantined")
# key, title, width, shown at first
_COLUMNS = (
    ("state", "State", 114, True), ("name", "Name", 220, True), ("rate", "Rate, last 60 s", 140, True),
    ("lag_ms", "Lag", 68, True), ("stored", "Stored", 74, True), ("gaps", "Gaps", 88, True),
    ("unknown_intervals", "Unknown", 80, True), ("retry", "Retry", 52, True), ("rtt_ms", "Round trip", 86, False),
    ("quarantined", "Quarantined", 96, False), ("reconnects", "Reconnects", 88, False), ("degraded", "Degraded", 80, False),
    ("duplicates", "Duplicates", 86, False), ("service", "Service", 130, False), ("mode", "Mode", 84, False),
    ("url", "Address", 260, False),
)  # fmt: skip
_HINTS = {
    "rate": "Events per second; the curve is the last minute, its right end is now",
    "lag_ms": "Time from the event's own clock to its arrival here",
    "stored": "Events stored since it was attached",
    "gaps": "Holes of known length, and how many events they lack",
    "unknown_intervals": "Stretches of time in which events may be missing, none knows how many",
    "retry": "Time until it is dialled again",
    "degraded": "Stored, but a field had a wrong type",
    "quarantined": "No JSON object at all: kept aside as raw bytes",
}
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class SourceModel(RowModel[Line]):
    """One row per Line; headers say what their numbers mean."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(_columns(clock), key=lambda line: line.name)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(_HINTS.get(self.columns[section].key, ""))
        return super().headerData(section, orientation, role)

    def row_of(self, name: str) -> int | None:
        return next((number for number, line in enumerate(self.rows) if line.name == name), None)

    def redraw(self) -> None:
        """Texts moved on with the clock."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))


class NameDelegate(QStyledItemDelegate):
    """The name, and below it in smaller letters why the source is in its state."""

    def __init__(self, parent: QAbstractItemView, clock: Clock) -> None:
        super().__init__(parent)
        self._clock = clock

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = _line(index)
        self.initStyleOption(option, index)
        name = option.text
        paint_ground(painter, option)
        theme = current_theme()
        troubled = line.state() in ("waiting", "refused")
        first = theme.muted if line.state() in ("detached", "disabled") else theme.text
        second = _state_color(line) if troubled else theme.muted
        words = visible(detail_words(line, self._clock()))
        paint_two_lines(painter, option.rect, option.font, TwoLines(name, words, first, second, bold=True))


class RateDelegate(QStyledItemDelegate):
    """The last minute's rates, and the newest as a number beside them."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        line = _line(index)
        if line.status:
            paint_curve(painter, QRectF(option.rect.adjusted(8, 8, -74, -9)), line.rates, HISTORY)


class SourceTable(RowTable):
    """The table: the name takes what the other columns leave; more of them are in the menu of the header."""

    def __init__(self, shell: Shell, clock: Clock) -> None:
        self.sources = SourceModel(clock)
        super().__init__(self.sources, shell, COLUMNS_SETTING, "Sources")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegateForColumn(NAME, NameDelegate(self, clock))
        self.setItemDelegateForColumn(RATE, RateDelegate(self))
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)  # the span of `show_lines` stands on the order of the columns
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)

    def show_lines(self, lines: list[Line]) -> None:
        """Show these lines; with none chosen yet, the first is. One without traffic says why in the room of its rate."""
        self.sources.set_rows(lines)
        if lines and self.current_row() is None:
            choose_row(self, 0)
        for number, line in enumerate(lines):
            columns = _WIDE if line.state() in _WORDY else 1
            if self.columnSpan(number, NAME) != columns:
                self.setSpan(number, NAME, 1, columns)

    def show_column_menu(self) -> None:
        """Offer the columns, as the menu of the header does."""
        self.horizontalHeader().customContextMenuRequested.emit(self.horizontalHeader().rect().bottomRight())


def _columns(clock: Clock) -> list[Column[Line]]:
    def column(key: str, title: str, width: int, shown: bool) -> Column[Line]:
        def text(line: Line) -> str:
            return _retry(line, clock()) if key == "retry" else cell(line, key)

        def tooltip(line: Line) -> str:
            return detail_words(line, clock()) if key in ("state", "name") else text(line)

        return Column(
            key, title, text, width, numbers=key not in _TEXTS, shown=shown, color=lambda line: _color(line, key),
            tooltip=tooltip if key in _TEXTS else None,
        )  # fmt: skip

    return [column(*one) for one in _COLUMNS]


def _retry(line: Line, now_ms: int) -> str:
    return retry_words(line, now_ms).removeprefix("retry in ").replace("retrying now", "now") or "–"


def _line(index: _Index) -> Line:
    model = index.model()
    assert isinstance(model, SourceModel)
    return model.rows[index.row()]


def _state_color(line: Line) -> str:
    theme = current_theme()
    calm = {"live": theme.good, "finished": theme.good, "refused": theme.error}
    quiet = ("disabled", "stopped", "detached")
    return theme.muted if line.state() in quiet else calm.get(line.state(), theme.warning)


def _color(line: Line, key: str) -> QColor | None:
    theme = current_theme()
    if key == "state":
        return QColor(_state_color(line))
    if key in _TROUBLE and line.status.get(key):
        return QColor(theme.warning)
    if key == "retry" and line.retry_at_ms is not None:
        return QColor(theme.warning)
    return QColor(theme.muted) if not line.status or cell(line, key) in ("–", "0") else None

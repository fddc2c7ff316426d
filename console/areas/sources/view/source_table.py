"""The table of sources, with a sparkline of each rate."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from console.areas.sources.view.line import HISTORY, Line, cell
from console.qt.text import plain_tooltip
from console.qt.theme import current_theme, mono_font

COLUMNS = (
    ("State", "state", 128), ("Name", "name", 96), ("Rate", "rate", 128), ("Lag", "lag_ms", 72),
    ("Round trip", "rtt_ms", 86), ("Stored", "stored", 88), ("Gaps", "gaps", 108), ("Unknown", "unknown_intervals", 80),
    ("Quarantined", "quarantined", 96), ("Reconnects", "reconnects", 88), ("Retry in", "retry_in_ms", 76),
    ("Degraded", "degraded", 80), ("Duplicates", "duplicates", 86), ("Service", "service", 120), ("Mode", "mode", 84),
    ("Address", "url", 230),
)  # fmt: skip
RATE = 2
_TEXTS = ("state", "name", "service", "mode", "url")
_HINTS = {
    "lag_ms": "Time from the event's own clock to its arrival here",
    "gaps": "Holes of known length, and how many events they lack",
    "unknown_intervals": "Stretches of time in which events may be missing, none knows how many",
    "degraded": "Stored, but a field had a wrong type",
    "quarantined": "No JSON object at all: kept aside as raw bytes",
}
_TROUBLE = {"gaps", "unknown_intervals", "quarantined"}
LineRole = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class SourceModel(QAbstractTableModel):
    """One row per Line."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self._mono = mono_font()

    def show_lines(self, lines: list[Line]) -> None:
        """Show these lines; a selection survives when names and order stay the same."""
        if [line.name for line in lines] != [line.name for line in self._lines]:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
        elif lines:
            self._lines = lines
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(COLUMNS) - 1))

    def line(self, row: int) -> Line:
        return self._lines[row]

    def row_of(self, name: str) -> int | None:
        return next((row for row, line in enumerate(self._lines) if line.name == name), None)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section][0]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(section)
            if role == Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(_HINTS.get(COLUMNS[section][1], ""))
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, (_, name, _) = self._lines[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(line, name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.FontRole and name not in _TEXTS:
            return self._mono
        if role == Qt.ItemDataRole.ForegroundRole:
            return _color(line, name)
        if role == Qt.ItemDataRole.ToolTipRole and name in ("state", "name", "service", "url"):
            detail = str(line.status.get("detail") or "") if name == "state" else ""
            return plain_tooltip(detail or cell(line, name))
        return line if role == LineRole else None


class SparklineDelegate(QStyledItemDelegate):
    """Paints the last minute's rates beside the number."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        line = index.data(LineRole)
        rates = list(line.rates)
        top = max(rates, default=0.0)
        if len(rates) < 2 or top <= 0:
            return
        area = option.rect.adjusted(6, 5, -74, -5)
        step = area.width() / (HISTORY - 1)
        first = area.right() - step * (len(rates) - 1)
        points = [
            QPointF(first + number * step, area.bottom() - rate / top * area.height()) for number, rate in enumerate(rates)
        ]
        painter.save()
        painter.setPen(QPen(QColor(current_theme().accent), 1))
        painter.drawPolyline(QPolygonF(points))
        painter.restore()


class SourceTable(QTableView):
    """The table: first what says that something is wrong; the address takes what is left."""

    def __init__(self) -> None:
        super().__init__()
        self.sources = SourceModel()
        self.setModel(self.sources)
        self.setAccessibleName("Sources")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegateForColumn(RATE, SparklineDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(48)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, (_, _, width) in enumerate(COLUMNS):
            header.resizeSection(column, width)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if COLUMNS[column][1] in _TEXTS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _color(line: Line, name: str) -> QColor | None:
    theme = current_theme()
    if name == "state":
        colors = {"live": theme.good, "finished": theme.good, "refused": theme.error, "disabled": theme.muted,
                  "stopped": theme.muted}  # fmt: skip
        return QColor(colors.get(line.state(), theme.warning))
    if name in _TROUBLE and line.status.get(name):
        return QColor(theme.warning)
    return QColor(theme.muted) if cell(line, name) in ("–", "0") else None

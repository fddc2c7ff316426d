"""The table of the slowest operations."""

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from console.areas.performance.store import OperationRow
from console.qt.plot_format import format_duration
from console.qt.text import plain_tooltip, visible
from console.qt.theme import mono_font

_COLUMNS = (
    ("Operation", "operation"), ("Service", "service"), ("Count", "n"), ("p50", "p50_ms"), ("p95", "p95_ms"),
    ("p99", "p99_ms"), ("Max", "max_ms"), ("Last seen", "last_ts"),
)  # fmt: skip
_FIRST_NUMBER = 2
_FIRST_ORDER = 4
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class OperationModel(QAbstractTableModel):
    """Rows as the store ordered them."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[OperationRow] = []
        self._mono: QFont = mono_font()
        self.ordered_by = _FIRST_ORDER

    def show_rows(self, rows: list[OperationRow]) -> None:
        """Show other rows; a selection and the scroll position survive when the number stays the same."""
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        elif rows != self._rows:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(_COLUMNS) - 1))

    def row(self, number: int) -> OperationRow:
        return self._rows[number]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            # An arrow of the style would stand on top of a title that is aligned to the right.
            arrow = " ▴" if section < _FIRST_NUMBER else " ▾"
            return _COLUMNS[section][0] + (arrow if section == self.ordered_by else "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.FontRole and column >= _FIRST_NUMBER:
            return self._mono
        value = self._rows[index.row()][_FIELDS[column]]
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(_COLUMNS[column][1], value)
        if role == Qt.ItemDataRole.ToolTipRole and column < _FIRST_NUMBER:
            return plain_tooltip(str(value))
        return None


class OperationTable(QTableView):
    """Click or Return on a row opens its events; a click on a header orders by that column."""

    opened = Signal(object)
    """The OperationRow whose events are wanted."""
    order_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.operations = OperationModel()
        self.setModel(self.operations)
        self.setAccessibleName("Slowest operations")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate((120, 70, 88, 88, 88, 88, 100), 1):
            header.resizeSection(column, width)
        header.sectionClicked.connect(self._order_by)
        self.clicked.connect(lambda index: self.opened.emit(self.operations.row(index.row())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.operations.row(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def _order_by(self, column: int) -> None:
        self.operations.ordered_by = column
        self.operations.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_COLUMNS) - 1)
        self.order_changed.emit(_COLUMNS[column][1])


_FIELDS = [OperationRow._fields.index(name) for _, name in _COLUMNS]


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < _FIRST_NUMBER else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _shown(name: str, value: Any) -> str:
    if name == "n":
        return f"{value:,}"
    if name == "last_ts":
        return datetime.fromtimestamp(value / 1000).astimezone().strftime("%H:%M:%S")
    return visible(value) if isinstance(value, str) else format_duration(value)

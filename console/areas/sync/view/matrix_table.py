"""Replicas against replicas: in each cell how the two stand, as glyph, colour and word."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from console.areas.sync.core.divergence import Cell, Matrix
from console.areas.sync.view.health_words import standing_color, standing_words
from console.qt.text import clip, plain_tooltip, visible
from console.qt.theme import current_theme

Index = QModelIndex | QPersistentModelIndex
Pair = tuple[str, str, Cell]
_ROOT = QModelIndex()
_NAME_CHARS = 40
_ROW_PX = 28
_CELL_PX = 98
_LEAST_PX = 204
"""Six replicas are seen at once."""
EMPTY = Matrix((), {})


class MatrixModel(QAbstractTableModel):
    """A square of cells; the diagonal, and pairs that were never compared, are empty."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.matrix = EMPTY

    def set_matrix(self, matrix: Matrix) -> None:
        """Show a matrix; with the same replicas only the cells are drawn anew, so that the chosen one stays."""
        if matrix.replicas == self.matrix.replicas:
            self.matrix = matrix
            if last := len(matrix.replicas):
                self.dataChanged.emit(self.index(0, 0), self.index(last - 1, last - 1))
            return
        self.beginResetModel()
        self.matrix = matrix
        self.endResetModel()

    def pair(self, index: Index) -> Pair | None:
        """Return both replicas and their cell, None where nothing is compared."""
        names = self.matrix.replicas
        if not index.isValid() or max(index.row(), index.column()) >= len(names):
            return None
        one, other = names[index.row()], names[index.column()]
        cell = self.matrix.cells.get((one, other))
        return None if cell is None else (one, other, cell)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.matrix.replicas)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.matrix.replicas)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if section >= len(self.matrix.replicas):
            return None
        name = self.matrix.replicas[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return clip(visible(name), _NAME_CHARS)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(name)
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Vertical:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = self.pair(index)
        if found is None:
            return "·" if role == Qt.ItemDataRole.DisplayRole and index.row() == index.column() else None
        one, other, cell = found
        if role == Qt.ItemDataRole.DisplayRole:
            return standing_words(cell.standing)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{visible(one)} and {visible(other)}: {cell.standing.value}, {visible(cell.rule)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(f"{one} and {other}: {cell.standing.value}\n{cell.rule}")
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(standing_color(cell.standing, current_theme()))
        return None


class MatrixTable(QTableView):
    """`chosen` tells the pair that the keys or the mouse come to, None where there is none."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.pairs = MatrixModel(self)
        self.setModel(self.pairs)
        self.setAccessibleName("How each two replicas stand to each other")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.horizontalHeader().setMinimumSectionSize(_CELL_PX)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for header in (self.verticalHeader(), self.horizontalHeader()):
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
        self.selectionModel().currentChanged.connect(lambda now, _: self.chosen.emit(self.pairs.pair(now)))

    def show_matrix(self, matrix: Matrix) -> None:
        """Show a matrix and tell of the chosen pair as it is now."""
        self.pairs.set_matrix(matrix)
        rows = self.horizontalHeader().sizeHint().height() + len(matrix.replicas) * _ROW_PX
        most = rows + self.horizontalScrollBar().sizeHint().height() + 4
        self.setMaximumHeight(most)
        self.setMinimumHeight(min(most, _LEAST_PX))
        self.chosen.emit(self.pairs.pair(self.currentIndex()))

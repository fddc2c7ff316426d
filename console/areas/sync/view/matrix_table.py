"""Replicas against replicas: in each cell how the two stand, as glyph, colour and word."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from console.areas.sync.core.divergence import Cell, Matrix
from console.areas.sync.view.health_words import standing_color, standing_words
from console.qt.text import clip, plain_tooltip, visible
from console.qt.theme import SMALL_PX, current_theme

Index = QModelIndex | QPersistentModelIndex
Pair = tuple[str, str, Cell]
_ROOT = QModelIndex()
_NAME_CHARS = 40
_ROW_PX = 24
_CELL_PX = 90
LEAST_PX, LEAST_BESIDE_PX = 176, 76
"""Six replicas are seen at once; fewer where something else stands below."""
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
    opened = Signal()
    """Enter, or a double click."""

    def __init__(self) -> None:
        super().__init__()
        self.least_px = LEAST_PX
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
        font = self.font()
        font.setPixelSize(SMALL_PX)
        self.setFont(font)
        for header in (self.verticalHeader(), self.horizontalHeader()):
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
        self.doubleClicked.connect(lambda _: self.opened.emit())
        self.selectionModel().currentChanged.connect(lambda now, _: self.chosen.emit(self.pairs.pair(now)))

    def show_matrix(self, matrix: Matrix) -> None:
        """Show a matrix and tell of the chosen pair as it is now."""
        self.pairs.set_matrix(matrix)
        self._fit()
        self.chosen.emit(self.pairs.pair(self.currentIndex()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.pairs.pair(self.currentIndex()) is not None:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def show_least(self, least_px: int) -> None:
        """Take at least so much of the height."""
        if least_px != self.least_px:
            self.least_px = least_px
            self._fit()

    def _fit(self) -> None:
        """Take the height of the rows, and of the scroll bar only where the columns need one."""
        count = len(self.pairs.matrix.replicas)
        wide = count * self.horizontalHeader().minimumSectionSize() > self.viewport().width()
        bar = self.horizontalScrollBar().sizeHint().height() if wide else 0
        most = self.horizontalHeader().sizeHint().height() + count * _ROW_PX + bar + 4
        self.setMaximumHeight(most)
        self.setMinimumHeight(min(most, self.least_px))

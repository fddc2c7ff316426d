"""Lists of the area: one row is chosen, letters are commands of the page around them, one column takes the room."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem

from console.qt.choosing import choose_row
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.two_lines import TWO_LINES_PX, TwoLines, paint_ground, paint_two_lines

R = TypeVar("R")
Lines = Callable[[str, Any], TwoLines | None]
"""What a cell says in two lines, by the key of its column and its row; None for one line as everywhere."""
_Index = QModelIndex | QPersistentModelIndex
_LEAST_PX = 24


def is_command(event: QKeyEvent) -> bool:
    """Tell whether a key is for the page around a list, which does not search by typing."""
    plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    letter = plain and event.text().isprintable() and bool(event.text().strip())
    return letter or event.key() == Qt.Key.Key_Escape


class ListTable(RowTable):
    """`wide` is the key of the column that takes the room that is left."""

    def __init__(
        self, columns: Sequence[Column[R]], key: Callable[[R], Any], shell: Shell, setting: str, name: str, wide: str
    ) -> None:
        self.list: RowModel[Any] = RowModel(columns, key=key)
        super().__init__(self.list, shell, setting, name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(_LEAST_PX)
        header.setStretchLastSection(False)
        header.setSectionResizeMode([column.key for column in columns].index(wide), QHeaderView.ResizeMode.Stretch)

    def set_two_lines(self, lines: Lines) -> None:
        """Draw cells in two lines."""
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)
        self.setItemDelegate(_TwoLineDelegate(self, lines))

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows; choice and scroll position stay."""
        top = self.verticalScrollBar().value()
        self.list.set_rows(rows)
        self.updateGeometries()
        self.verticalScrollBar().setValue(top)

    def select_key(self, key: Any) -> bool:
        """Choose the row with this key; returns False when it is not listed."""
        place = next((number for number, row in enumerate(self.list.rows) if self.list.key(row) == key), None)
        if place is not None:
            choose_row(self, place)
        return place is not None

    def step(self, by: int) -> None:
        """Go to the next row (1) or the one before (-1)."""
        last, place = len(self.list.rows) - 1, self.currentIndex().row()
        if last >= 0:
            choose_row(self, min(last, max(0, place + by if place >= 0 else 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chosen row stays in sight when there is less room."""
        super().resizeEvent(event)
        if event.size().height() < event.oldSize().height() and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_command(event):
            event.ignore()
        else:
            super().keyPressEvent(event)


class _TwoLineDelegate(QStyledItemDelegate):
    def __init__(self, table: ListTable, lines: Lines) -> None:
        super().__init__(table)
        self._table, self._lines = table, lines

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row, key = self._table.list.rows[index.row()], self._table.list.columns[index.column()].key
        lines = self._lines(key, row)
        if lines is None:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        paint_ground(painter, option)
        paint_two_lines(painter, option.rect, option.font, lines)

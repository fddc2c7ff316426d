"""Lists of the area: one row is chosen, letters are commands of the page around them, one column takes the room."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from console.qt.choosing import choose_row
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.theme import current_theme
from console.qt.two_lines import TWO_LINES_PX, TwoLines, paint_ground, paint_two_lines
from console.qt.wide_columns import fit_wide

R = TypeVar("R")
Lines = Callable[[str, Any], TwoLines | None]
"""What a cell says in two lines, by the key of its column and its row; None for one line as everywhere."""
_Index = QModelIndex | QPersistentModelIndex
_LEAST_PX, _READABLE_PX = 24, 150
_TOO = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


def is_command(event: QKeyEvent) -> bool:
    """Tell whether a key is for the page around a list, which does not search by typing."""
    plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    letter = plain and event.text().isprintable() and bool(event.text().strip())
    return letter or event.key() == Qt.Key.Key_Escape


class ListModel(RowModel[Any]):
    """Titles of `right` columns stand at the right, above figures that do."""

    def __init__(self, columns: Sequence[Column[Any]], key: Callable[[Any], Any], right: Collection[str] = ()) -> None:
        super().__init__(columns, key=key)
        self._right = frozenset(right)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[section].key in self._right:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return super().headerData(section, orientation, role)


class ListTable(RowTable):
    """`wide` are the keys of the columns that share the room that is left; they always have enough to be read.

    With `keeps_one` a row is always chosen while there are any: what stands beside the list is never empty.
    `right` are the columns whose titles stand at the right.
    """

    def __init__(
        self, columns: Sequence[Column[R]], key: Callable[[R], Any], shell: Shell, setting: str, name: str, *wide: str,
        keeps_one: bool = False, right: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._keeps_one = keeps_one
        self._unasked: Any = None
        self.list = ListModel(columns, key, right)
        super().__init__(self.list, shell, setting, name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.chosen.connect(self._note_choice)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(_LEAST_PX)
        header.setStretchLastSection(False)
        self._wide = {
            number: min(column.width_px, _READABLE_PX) for number, column in enumerate(columns) if column.key in wide
        }

    def set_two_lines(self, lines: Lines) -> None:
        """Draw cells in two lines."""
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)
        self.setItemDelegate(_TwoLineDelegate(self, lines))

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows; all that is chosen and the scroll position stay. One that left gives way to its neighbour."""
        top, place = self.verticalScrollBar().value(), self.currentIndex().row()
        chosen = {self.list.key(self.list.rows[index.row()]) for index in self.selectionModel().selectedRows()}
        self.list.set_rows(rows)
        self._choose_again_all(chosen, place)
        self.updateGeometries()
        self.verticalScrollBar().setValue(top)

    def named_row(self) -> Any:
        """Return the row that a person or a link chose; None also for one that was chosen for want of any."""
        row = self.current_row()
        return None if row is None or self.list.key(row) == self._unasked else row

    def forget_choice(self) -> None:
        """Choose nothing: other rows come that have to do with nothing before."""
        self.selectionModel().clear()

    def select_key(self, key: Any) -> bool:
        """Choose the row with this key; returns False when it is not listed."""
        place = next((number for number, row in enumerate(self.list.rows) if self.list.key(row) == key), None)
        if place is not None:
            self._unasked = None
            choose_row(self, place)
        return place is not None

    def step(self, by: int) -> None:
        """Go to the next row (1) or the one before (-1)."""
        last, place = len(self.list.rows) - 1, self.currentIndex().row()
        if last >= 0:
            choose_row(self, min(last, max(0, place + by if place >= 0 else 0)))

    def _choose_again_all(self, chosen: set[Any], place: int) -> None:
        """Choose all rows again that were chosen and are still there; the current one stood at `place`."""
        rows = self.list.rows
        left = [number for number, row in enumerate(rows) if self.list.key(row) in chosen] if chosen else []
        if rows and self.current_row() is None and (left or self._keeps_one):
            number = left[0] if left else max(0, min(place, len(rows) - 1))
            self._unasked = self._unasked if left else self.list.key(rows[number])
            choose_row(self, number)
        if len(left) > len(self.selectionModel().selectedRows()):
            for number in left:
                self.selectionModel().select(self.list.index(number, 0), _TOO)

    def _note_choice(self, row: Any) -> None:
        if row is None or self.list.key(row) != self._unasked:
            self._unasked = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chosen row stays in sight when there is less room."""
        super().resizeEvent(event)
        fit_wide(self, self._wide)
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
        self.initStyleOption(option, index)
        lines = self._lines(key, row) or self._one_line(option, index)
        paint_ground(painter, option)
        paint_two_lines(painter, option.rect, option.font, lines)

    def _one_line(self, option: QStyleOptionViewItem, index: _Index) -> TwoLines:
        """Return a cell's only line: it stands in line with the others, and keeps its colour when it is chosen."""
        color = index.data(Qt.ItemDataRole.ForegroundRole) or current_theme().color("text")
        right = self._table.list.columns[index.column()].numbers
        return TwoLines(option.text, "", color.name(), "", right=right)

"""The list of groups: keys, choosing several, and rows that stay put while figures move on."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem

from console.areas.errors.store.answers import GroupRow
from console.areas.errors.view.group_columns import ORDER_OF_COLUMN, GroupTexts, Line, Mark, line_key
from console.model.clock import Clock
from console.qt.shell import Shell
from console.qt.sparkline import paint_bars
from console.qt.table import RowModel, RowTable
from console.qt.text import visible
from console.qt.theme import current_theme
from console.qt.two_lines import TWO_LINES_PX, TwoLines, paint_ground, paint_two_lines

COLUMNS_SETTING = "layout.errors.columns"
_MARK_PX = 26
_TWO_LINED = ("group", "count", "seen", "where", "status")
_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
_STEPS = {"j": 1, "k": -1}


class GroupModel(RowModel[Line]):
    """Groups, and the mark between new and seen ones, which cannot be chosen."""

    def __init__(self, clock: Clock) -> None:
        self.texts = GroupTexts(clock)
        self.order = "last"
        super().__init__(self.texts.columns(), key=line_key)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = super().headerData(section, orientation, role)
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            orders = ORDER_OF_COLUMN.get(self.columns[section].key, ())
            if self.order in orders:
                return f"{'First seen' if self.order == 'first' else found} ▾"
        return found

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.AccessibleTextRole and index.isValid():
            column = self.columns[index.column()]
            words = column.tooltip(self.rows[index.row()]) if column.tooltip else ""
            return visible(words) or super().data(index)
        return super().data(index, role)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.rows[index.row()], Mark):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def set_order(self, order: str) -> None:
        self.order = order
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def redraw(self) -> None:
        """Texts moved on with the clock, or colours with the theme."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))


class GroupDelegate(QStyledItemDelegate):
    """Draws two lines a cell, the bars of the range, and the mark."""

    def __init__(self, table: "GroupTable") -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = self._table.groups
        line, key = model.rows[index.row()], model.columns[index.column()].key
        self.initStyleOption(option, index)
        theme = current_theme()
        if isinstance(line, Mark):
            painter.fillRect(option.rect, QColor(theme.panel))
            paint_two_lines(painter, option.rect, option.font, TwoLines(visible(line.words), "", theme.accent, ""))
            return
        if key in _TWO_LINED:
            paint_ground(painter, option)
            paint_two_lines(painter, option.rect, option.font, model.texts.lines(key, line))
        elif key == "trend":
            paint_ground(painter, option)
            color = theme.severity_color(line.severity)
            paint_bars(painter, QRectF(option.rect.adjusted(8, 9, -8, -9)), line.spark, color)
        else:
            super().paint(painter, option, index)
        if index.row() == self._table.currentIndex().row() and index.column() == self._table.first_column():
            painter.fillRect(option.rect.left(), option.rect.top(), 3, option.rect.height(), QColor(theme.accent))


class GroupTable(RowTable):
    """The list. Space picks several: from then on moving leaves the choice alone, until Escape or a click."""

    order_wanted = Signal(str)
    selection_moved = Signal()

    def __init__(self, shell: Shell, clock: Clock) -> None:
        self.groups = GroupModel(clock)
        self.picking = False
        super().__init__(self.groups, shell, COLUMNS_SETTING, "Error groups")
        self.setItemDelegate(GroupDelegate(self))
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(20)
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)  # the mark spans all columns, in their order
        header.setSectionResizeMode(self._number("group"), QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._header_clicked)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_moved.emit())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines; choice, current row and scroll position stay. A current row that left gives way to the next."""
        chosen, place = {row.id for row in self.chosen_rows()}, self.currentIndex().row()
        current, top = self.current_row(), self.verticalScrollBar().value()
        before = self.groups.rows
        self.groups.set_rows(lines)
        if [line_key(line) for line in before] != [line_key(line) for line in lines]:
            self._lay_out_mark()
            self._choose(chosen)
            if current is not None and self.current_row() is None:
                self.move_to(min(place, len(lines) - 1))
            self.updateGeometries()
            self.verticalScrollBar().setValue(top)

    def chosen_rows(self) -> list[GroupRow]:
        """Return the selected groups from top to bottom."""
        spans = self.selectionModel().selection().toList()
        numbers = sorted({number for span in spans for number in range(span.top(), span.bottom() + 1)})
        found = (self.groups.rows[number] for number in numbers if number < len(self.groups.rows))
        return [row for row in found if isinstance(row, GroupRow)]

    def row_of(self, group_id: int) -> int | None:
        return next((n for n, line in enumerate(self.groups.rows) if line_key(line) == group_id), None)

    def select_group(self, group_id: int) -> bool:
        """Choose a group that is in the list; tells whether it is."""
        number = self.row_of(group_id)
        if number is not None and number != self.currentIndex().row():
            self.move_to(number)
        return number is not None

    def move_to(self, number: int) -> None:
        """Make row `number` the current one, past the mark."""
        rows = self.groups.rows
        if 0 <= number < len(rows) and isinstance(rows[number], Mark):
            number += 1 if number >= self.currentIndex().row() and number + 1 < len(rows) else -1
        if 0 <= number < len(rows):
            flag = _Flag.NoUpdate if self.picking else _Flag.ClearAndSelect | _Flag.Rows
            self.selectionModel().setCurrentIndex(self.groups.index(number, self._number("group")), flag)
            self.scrollTo(self.currentIndex())

    def step(self, step: int) -> None:
        """Move to the next group (1) or the one before (-1)."""
        current = self.currentIndex().row()
        self.move_to(0 if current < 0 else current + step)

    def stop_picking(self) -> bool:
        """Leave only the current row chosen; tells whether several were picked."""
        was, self.picking = self.picking, False
        if was:
            self.move_to(self.currentIndex().row())
        return was

    def first_column(self) -> int:
        return next(number for number in range(len(self.groups.columns)) if not self.isColumnHidden(number))

    def event(self, event: QEvent) -> bool:
        # Space pauses the window everywhere else; here it chooses.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() == Qt.Key.Key_Space:
            self._pick()
        elif plain and event.text() in _STEPS:
            self.step(_STEPS[event.text()])
        elif self.picking and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            event.ignore()  # a command of the view
        elif plain and event.text().isprintable() and event.text():
            event.ignore()  # no search by typing: letters are commands of the view
        elif event.key() == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Undo):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.picking = False
        super().mousePressEvent(event)

    def _pick(self) -> None:
        index = self.currentIndex()
        if not index.isValid():
            self.step(1)
            return
        first, self.picking = not self.picking, True
        flag = _Flag.Select if first else _Flag.Toggle
        self.selectionModel().select(index, flag | _Flag.Rows)
        self.selection_moved.emit()

    def _choose(self, ids: set[int]) -> None:
        """Choose exactly these groups: after a reset the base class chose the current row, which may not be picked."""
        chosen = QItemSelection()
        for number, line in enumerate(self.groups.rows):
            if line_key(line) in ids:
                index = self.groups.index(number, 0)
                chosen.append(QItemSelectionRange(index, index))
        self.selectionModel().select(chosen, _Flag.ClearAndSelect | _Flag.Rows)

    def _lay_out_mark(self) -> None:
        self.clearSpans()
        for number, line in enumerate(self.groups.rows):
            if isinstance(line, Mark):
                self.setSpan(number, 0, 1, len(self.groups.columns))
                self.setRowHeight(number, _MARK_PX)

    def _number(self, key: str) -> int:
        return next(number for number, column in enumerate(self.groups.columns) if column.key == key)

    def _header_clicked(self, section: int) -> None:
        orders = ORDER_OF_COLUMN.get(self.groups.columns[section].key)
        if orders:
            now = self.groups.order
            self.order_wanted.emit(orders[(orders.index(now) + 1) % len(orders)] if now in orders else orders[0])

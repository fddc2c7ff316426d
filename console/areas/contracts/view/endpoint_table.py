"""The list of endpoints below their services: keys, order by column, and rows that stay put while figures move on."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView

from console.areas.contracts.store.answers import EndpointRow
from console.areas.contracts.view.endpoint_columns import FIGURES, EndpointTexts
from console.areas.contracts.view.endpoint_order import ORDERS, Line, ServiceHead, line_key
from console.areas.contracts.view.endpoint_painting import EndpointDelegate
from console.areas.contracts.view.list_table import is_command
from console.model.clock import Clock
from console.qt.choosing import choose_row
from console.qt.shell import Shell
from console.qt.table import RowModel, RowTable
from console.qt.text import visible
from console.qt.two_lines import TWO_LINES_PX
from console.qt.wide_columns import fit_wide

COLUMNS_SETTING = "layout.contracts.endpoints"
_HEAD_PX = 26
_LEAST_PX, _NAME_PX = 24, 210
_Index = QModelIndex | QPersistentModelIndex


class EndpointModel(RowModel[Line]):
    """Endpoints, and the lines of their services, which cannot be chosen."""

    def __init__(self, clock: Clock) -> None:
        self.texts = EndpointTexts(clock)
        self.order = "endpoint"
        super().__init__(self.texts.columns(), key=line_key)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = super().headerData(section, orientation, role)
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return f"{found} ▾" if self.columns[section].key == self.order else found
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[section].key in FIGURES:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return found

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.AccessibleTextRole and index.isValid():
            column = self.columns[index.column()]
            return visible(column.tooltip(self.rows[index.row()]) if column.tooltip else "") or super().data(index)
        return super().data(index, role)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.rows[index.row()], ServiceHead):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def set_order(self, order: str) -> None:
        self.order = order
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def redraw(self) -> None:
        """Texts moved on with the clock, or colours with the theme."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))


class EndpointTable(RowTable):
    """Enter opens an endpoint; letters are commands of the page."""

    order_wanted = Signal(str)

    def __init__(self, shell: Shell, clock: Clock) -> None:
        self.endpoints = EndpointModel(clock)
        super().__init__(self.endpoints, shell, COLUMNS_SETTING, "Endpoints below their services")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(EndpointDelegate(self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(_LEAST_PX)
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)  # a service's line spans all columns, in their order
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._header_clicked)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines; choice and scroll position stay. A current row that left gives way to its neighbour."""
        place, chosen, top = self.currentIndex().row(), self.endpoint(), self.verticalScrollBar().value()
        before = [line_key(line) for line in self.endpoints.rows]
        self.endpoints.set_rows(lines)
        if before != [line_key(line) for line in lines]:
            self._lay_out_heads()
            if chosen is not None and self.endpoint() is None:
                self.move_to(min(place, len(lines) - 1))
            self.updateGeometries()
            self.verticalScrollBar().setValue(top)

    def endpoint(self) -> EndpointRow | None:
        """Return the endpoint that the keys stand on."""
        row = self.current_row()
        return row if isinstance(row, EndpointRow) else None

    def select(self, endpoint_id: int) -> bool:
        """Choose an endpoint; returns False when it is not listed."""
        wanted = ("endpoint", endpoint_id)
        place = next((n for n, line in enumerate(self.endpoints.rows) if line_key(line) == wanted), None)
        if place is not None and place != self.currentIndex().row():
            self.move_to(place)
        return place is not None

    def step(self, by: int) -> None:
        """Go to the next endpoint (1) or the one before (-1)."""
        place = self.currentIndex().row()
        self.move_to(place + by if place >= 0 else 0, by)

    def move_to(self, place: int, by: int = 1) -> None:
        """Make a row the current one; from a service's line on in the direction `by`."""
        rows = self.endpoints.rows
        if 0 <= place < len(rows) and isinstance(rows[place], ServiceHead):
            place += by
        if 0 <= place < len(rows):
            choose_row(self, place)
            self.scrollTo(self.currentIndex())

    def first_column(self) -> int:
        return next(number for number in range(len(self.endpoints.columns)) if not self.isColumnHidden(number))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chosen endpoint stays in sight when its page takes room."""
        super().resizeEvent(event)
        fit_wide(self, {0: _NAME_PX})
        if event.size().height() < event.oldSize().height() and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_command(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _lay_out_heads(self) -> None:
        self.clearSpans()
        for number, line in enumerate(self.endpoints.rows):
            head = isinstance(line, ServiceHead)
            if head:
                self.setSpan(number, 0, 1, len(self.endpoints.columns))
            height = _HEAD_PX if head else TWO_LINES_PX
            if self.rowHeight(number) != height:
                self.setRowHeight(number, height)

    def _header_clicked(self, section: int) -> None:
        key = self.endpoints.columns[section].key
        if key in ORDERS:
            self.order_wanted.emit(key)

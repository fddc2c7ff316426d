"""A list in which one row is chosen, letters are commands of the page around it, and one column takes the room."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from console.qt.choosing import choose_row
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable


class LetterTable(RowTable):
    """`wide` is the key of the column that takes what room is left."""

    def __init__(
        self, columns: Sequence[Column[Any]], key: Callable[[Any], Any], shell: Shell, setting: str, name: str, wide: str
    ) -> None:
        self.list: RowModel[Any] = RowModel(columns, key=key)
        super().__init__(self.list, shell, setting, name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode([column.key for column in columns].index(wide), QHeaderView.ResizeMode.Stretch)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows; with nothing chosen yet, the first is."""
        self.list.set_rows(rows)
        if rows and self.current_row() is None:
            choose_row(self, 0)

    def select_key(self, key: Any) -> bool:
        """Choose the row with this key; returns False when it is not listed."""
        place = next((number for number, row in enumerate(self.list.rows) if self.list.key(row) == key), None)
        if place is not None:
            choose_row(self, place)
        return place is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        letter = plain and event.text().isprintable() and bool(event.text().strip())
        if letter or event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

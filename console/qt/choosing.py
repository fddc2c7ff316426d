"""Choose a row from the program's side."""

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QAbstractItemView, QTableView

_ONLY = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


def choose_row(view: QAbstractItemView, row: int) -> None:
    """Make a row the current one and the only one chosen; a row that is not there changes nothing.

    Qt's own `selectRow` and `setCurrentIndex` read the keyboard: with Shift or Ctrl held down they extend the selection,
    take the row out of it or do nothing. A list that is refreshed while somebody holds a key must not do so.
    """
    column = view.horizontalHeader().logicalIndex(0) if isinstance(view, QTableView) else 0
    index = view.model().index(row, max(0, column))
    if index.isValid():
        view.selectionModel().setCurrentIndex(index, _ONLY)

"""A row chosen by the program is chosen whatever key a person holds."""

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QTableView
from pytestqt.qtbot import QtBot

from console.qt.choosing import choose_row

KEYS = [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier]
MODES = [QAbstractItemView.SelectionMode.SingleSelection, QAbstractItemView.SelectionMode.ExtendedSelection]


def chosen(view: QAbstractItemView) -> list[int]:
    return sorted({index.row() for index in view.selectionModel().selectedIndexes()})


@pytest.mark.parametrize("held", KEYS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", [QTableView, QListView])
def test_one_row_is_chosen_whatever_is_held(
    kind: type[QAbstractItemView], mode: QAbstractItemView.SelectionMode, held: Qt.KeyboardModifier, qtbot: QtBot
) -> None:
    view = kind()
    qtbot.addWidget(view)
    view.setModel(QStringListModel(["a", "b", "c"], view))
    view.setSelectionMode(mode)
    view.show()
    QTest.keyClick(view, Qt.Key.Key_F12, held)
    assert QApplication.keyboardModifiers() == held
    for row in (1, 1, 2, 0):
        choose_row(view, row)
        assert chosen(view) == [row]
        assert view.currentIndex().row() == row
    choose_row(view, 3)
    assert chosen(view) == [0], "there is no such row"


def test_no_key_is_held_when_a_test_begins(qapp: QApplication) -> None:
    """The one before this held Ctrl; see `no_key_held` in conftest."""
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier

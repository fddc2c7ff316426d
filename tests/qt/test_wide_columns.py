"""Columns that take the room that is left: shared where there is enough, readable where there is not."""

from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from console.qt.wide_columns import fit_wide


def table_of(qtbot: QtBot, width: int) -> QTableWidget:
    """Return a table of four columns, 100 pixels each, without rows."""
    table = QTableWidget(0, 4)
    qtbot.addWidget(table)
    table.horizontalHeader().setMinimumSectionSize(20)
    for number in range(4):
        table.setColumnWidth(number, 100)
    table.resize(width, 200)
    table.show()
    return table


def test_wide_columns_share_the_room_that_is_left(qtbot: QtBot) -> None:
    table = table_of(qtbot, 900)
    fit_wide(table, {0: 150, 2: 120})
    widths = [table.columnWidth(number) for number in range(4)]
    assert widths[1] == widths[3] == 100
    assert abs(widths[0] - widths[2]) <= 1
    assert sum(widths) == table.viewport().width()


def test_too_little_room_leaves_each_its_least_and_more_room_is_shared_again(qtbot: QtBot) -> None:
    table = table_of(qtbot, 300)
    fit_wide(table, {0: 150, 2: 120})
    assert [table.columnWidth(number) for number in range(4)] == [150, 100, 120, 100]
    table.resize(900, 200)
    fit_wide(table, {0: 150, 2: 120})
    assert sum(table.columnWidth(number) for number in range(4)) == table.viewport().width()


def test_a_hidden_column_takes_no_room(qtbot: QtBot) -> None:
    table = table_of(qtbot, 330)
    table.setColumnHidden(1, True)
    table.setColumnHidden(2, True)
    fit_wide(table, {0: 150, 2: 120})
    assert table.columnWidth(0) == table.viewport().width() - 100

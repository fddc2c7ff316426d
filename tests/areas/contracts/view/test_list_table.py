"""Lists of the area: what stays chosen while rows come and go, and what a person chose."""

from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from console.areas.contracts.view.list_table import ListTable
from console.qt.table import Column
from tests.fake_shell import FakeShell
from tests.store_filling import fill_store


class Row(NamedTuple):
    id: int
    words: str = "words"


COLUMNS = [
    Column[Row]("words", "Words", lambda row: row.words, 200),
    Column[Row]("number", "Number", lambda row: str(row.id), 80),
]


@pytest.fixture
def table(tmp_path: Path, qtbot: QtBot) -> ListTable:
    fill_store(tmp_path / "a.db", [])
    table = ListTable(
        COLUMNS, lambda row: row.id, FakeShell(tmp_path / "a.db"), "layout.list", "A list", "words", keeps_one=True,
        right=("number",),
    )  # fmt: skip
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    return table


def rows(*numbers: int) -> list[Row]:
    return [Row(number) for number in numbers]


def chosen(table: ListTable) -> list[int]:
    return sorted(table.list.rows[index.row()].id for index in table.selectionModel().selectedRows())


def test_one_is_always_chosen_and_one_that_left_gives_way_to_its_neighbour(table: ListTable) -> None:
    table.show_rows(rows(1, 2, 3))
    assert chosen(table) == [1]
    table.show_rows(rows(4, 1, 2, 3))
    assert chosen(table) == [1]
    table.select_key(3)
    table.show_rows(rows(4, 1, 2))
    assert chosen(table) == [2]
    table.show_rows([])
    assert table.current_row() is None
    table.show_rows(rows(7))
    assert chosen(table) == [7]


def test_several_stay_chosen_and_the_current_one_too(table: ListTable) -> None:
    table.setSelectionMode(ListTable.SelectionMode.ExtendedSelection)
    table.show_rows(rows(1, 2, 3))
    table.selectAll()
    table.show_rows(rows(9, 1, 3, 4))
    assert chosen(table) == [1, 3]
    assert table.current_row().id in (1, 3)


def test_only_what_a_person_or_a_link_chose_has_a_name(table: ListTable, qtbot: QtBot) -> None:
    table.show_rows(rows(1, 2, 3))
    assert table.named_row() is None
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.named_row() == Row(2)
    table.show_rows(rows(1, 2, 3, 4))
    assert table.named_row() == Row(2)
    table.step(-1)
    assert table.named_row() == Row(1)
    table.forget_choice()
    table.show_rows(rows(1, 2))
    assert table.named_row() is None
    table.select_key(1)
    assert table.named_row() == Row(1)


def test_titles_of_figures_stand_at_the_right(table: ListTable) -> None:
    align = Qt.ItemDataRole.TextAlignmentRole
    sides = [table.list.headerData(number, Qt.Orientation.Horizontal, align) for number in range(2)]
    assert bool(sides[1] & Qt.AlignmentFlag.AlignRight)
    assert bool(sides[0] & Qt.AlignmentFlag.AlignLeft)


def test_the_wide_column_is_readable_where_there_is_little_room(table: ListTable) -> None:
    table.resize(120, 300)
    assert table.columnWidth(0) == 150
    table.resize(600, 300)
    assert table.columnWidth(0) + table.columnWidth(1) == table.viewport().width()


def test_a_click_on_what_was_chosen_for_want_of_any_changes_nothing(table: ListTable, qtbot: QtBot) -> None:
    table.show_rows(rows(1, 2))
    told: list[object] = []
    table.chosen.connect(told.append)
    center = table.visualRect(table.list.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(center.x(), center.y()))
    assert chosen(table) == [1]
    assert told == []

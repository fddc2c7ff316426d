"""The shared table: plain text, chosen columns that come back, copying, selection that stays."""

from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable


class Line(NamedTuple):
    id: int
    name: str


class Memory(Shell):
    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Any] = {}

    def setting(self, key: str, default: Any = None) -> Any:
        return self.kept.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self.kept[key] = value


COLUMNS = (
    Column[Line]("id", "Id", lambda row: str(row.id), 60, numbers=True),
    Column[Line]("name", "Name", lambda row: row.name),
    Column[Line]("more", "More", lambda row: row.name.upper(), shown=False),
)


@pytest.fixture
def table(qapp: Any, qtbot: Any) -> RowTable:
    model = RowModel(COLUMNS, lambda row: row.id)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    shell = Memory()
    made = RowTable(model, shell, "test/columns", "Lines")
    made.model_kept, made.shell_kept = model, shell  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    model.set_rows([Line(1, "one"), Line(2, "<b>\u202etwo"), Line(3, "three")])
    return made


def test_text_is_visible_and_rows_are_copied(table: Any, qtbot: Any) -> None:
    assert table.model_kept.data(table.model_kept.index(1, 1)) == "<b>⟨U+202E⟩two"
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Id\tName\n2\t<b>⟨U+202E⟩two"


def test_the_choice_stays_when_rows_come_and_go(table: Any) -> None:
    table.selectRow(1)
    table.model_kept.set_rows([Line(0, "zero"), Line(1, "one"), Line(2, "two again")])
    assert table.current_row() == Line(2, "two again")
    table.model_kept.set_rows([Line(0, "zero")])
    assert table.current_row() is None


def test_enter_opens(table: Any, qtbot: Any) -> None:
    table.selectRow(2)
    with qtbot.waitSignal(table.opened) as caught:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert caught.args == [Line(3, "three")]


def test_columns_come_back_and_the_last_one_stays(table: Any, qtbot: Any) -> None:
    table.setColumnWidth(0, 99)
    table.horizontalHeader().moveSection(1, 0)
    table._show_column(1, False)
    table._show_column(0, False)
    assert not table.isColumnHidden(0)
    table._show_column(2, True)
    table.setColumnWidth(0, 99)
    table.save_columns()
    other = RowTable(RowModel(COLUMNS, lambda row: row.id), table.shell_kept, "test/columns", "Lines")
    qtbot.addWidget(other)
    assert other.columnWidth(0) == 99
    assert other.isColumnHidden(1)
    assert other._order() == [1, 0, 2]
    other.reset_columns()
    assert not other.isColumnHidden(1)
    table.shell_kept.kept["test/columns"] = [7, {"key": "gone"}, {"key": "id", "width": "wide"}]
    other.restore_columns()
    assert other.columnWidth(0) == 60


def test_focus_alone_chooses_nothing(table: Any, qtbot: Any) -> None:
    chosen: list[Any] = []
    table.chosen.connect(chosen.append)
    table.show()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    assert chosen == []
    assert table.current_row() is None
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert chosen == [Line(1, "one")]

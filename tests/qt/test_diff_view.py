"""Differences as rows and as a list: folded, unfolded, copied; at any width nothing is cut off."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from console.qt.compare_dialog import CompareDialog, compare_events
from console.qt.diff_rows import DiffRow, diff_rows, diff_rows_with_base, summary_words
from console.qt.diff_view import FIRST_LINES, DiffView
from console.qt.value_dialog import ValueDialog
from console.store.rows import EventDetail, Row

TITLES = ("left", "right")
LEFT = {"a": 1, "b": 2, "c": {"d": "x"}, "gone": True, "text": "one\ntwo\nthree"}
RIGHT = {"a": 1, "b": 2, "c": {"d": "y"}, "new": None, "text": "one\n2\nthree"}

values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def test_rows_say_what_stands_on_each_side() -> None:
    rows = diff_rows(TITLES, LEFT, RIGHT)
    assert rows.rows == (
        DiffRow("$.a", "same", ("1", "1")),
        DiffRow("$.b", "same", ("2", "2")),
        DiffRow("$.c.d", "changed", ('"x"', '"y"')),
        DiffRow("$.gone", "removed", ("true", "")),
        DiffRow("$.text", "changed", ("line 2:\ntwo", "line 2:\n2")),
        DiffRow("$.new", "added", ("", "null")),
    )
    assert summary_words(rows) == "≠ 2 changed, + 1 added, − 1 removed, = 2 equal"


def test_a_base_stands_before_both_sides() -> None:
    rows = diff_rows_with_base(("base", *TITLES), {"a": 0, "c": {"d": "x"}}, LEFT, RIGHT)
    cells = {row.path: row.cells for row in rows.rows}
    assert cells["$.a"] == ("0", "1", "1")
    assert cells["$.c.d"] == ('"x"', '"x"', '"y"')
    assert cells["$.new"] == ("", "", "null")


@given(values, values, values)
def test_rows_can_be_made_of_any_values(base: object, left: object, right: object) -> None:
    rows = diff_rows(TITLES, left, right)
    assert all(len(row.cells) == 2 for row in rows.rows)
    assert all(row.kind == "same" for row in diff_rows(TITLES, left, left).rows)
    with_base = diff_rows_with_base(("base", *TITLES), base, left, right)
    assert [row.cells[1:] for row in with_base.rows] == [row.cells for row in rows.rows]


@pytest.fixture
def view(qtbot):
    made = DiffView(diff_rows(TITLES, LEFT, RIGHT))
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_equal_fields_fold_and_unfold(view: DiffView, qtbot) -> None:
    assert "= 2 equal fields" in view.shown_text()
    assert "$.a" not in view.shown_text()
    view.list.setCurrentIndex(view.list.differences.index(0))
    height = view.list.height()
    qtbot.keyClick(view.list, Qt.Key.Key_Return)
    assert "= $.a (equal)" in view.shown_text()
    assert view.list.height() > height
    view.show_equal(False)
    assert view.list.height() == height


@pytest.mark.parametrize("width", [240, 700])
def test_the_list_is_as_high_as_its_rows_and_never_wider(view: DiffView, width: int) -> None:
    view.resize(width, 600)
    heights = [view.list.sizeHintForIndex(view.list.differences.index(row)).height() for row in range(5)]
    assert view.list.height() == sum(heights) + 2
    assert view.list.horizontalScrollBar().maximum() == 0
    assert view.list.verticalScrollBar().maximum() == 0


def test_many_fields_come_in_parts(qtbot) -> None:
    made = DiffView(diff_rows(TITLES, {f"k{n}": n for n in range(500)}, {f"k{n}": n + 1 for n in range(500)}))
    qtbot.addWidget(made)
    model = made.list.differences
    assert len(model.shown) == FIRST_LINES + 1
    assert model.index(FIRST_LINES).data() == f"▸ {500 - FIRST_LINES} more fields"
    for _ in range(2):
        made.list.setCurrentIndex(model.index(len(model.shown) - 1))
        qtbot.keyClick(made.list, Qt.Key.Key_Return)
    assert len(model.shown) == 500


def test_a_field_is_copied_and_opened_whole(view: DiffView, qtbot) -> None:
    view.list.setCurrentIndex(view.list.differences.index(1))
    qtbot.keyClick(view.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == '≠ $.c.d (changed)\nleft: "x"\nright: "y"'
    qtbot.keyClick(view.list, Qt.Key.Key_Return)
    dialog = view.list.findChild(ValueDialog)
    assert 'right: "y"' in dialog.text.edit.toPlainText()
    dialog.reject()


def detail(number: int, payload: str) -> EventDetail:
    row = Row(number, 1, 1, "s", "s", "error", "error", "high", "", "<b>m</b>", None, None, None, None, None, 0, 0, 0)
    return EventDetail(row, None, None, payload, None, None)


def test_two_events_are_compared_without_their_secrets(qtbot) -> None:
    left = detail(1, json.dumps({"token": "abc", "n": 1, "same": 0}))
    right = detail(2, json.dumps({"token": "abd", "n": 2, "same": 0}))
    dialog = CompareDialog(left, right, compare_events(left, right), None, ["version 2 is <b>common</b> here"])
    qtbot.addWidget(dialog)
    text = dialog.diff.shown_text()
    assert "$.n (changed)" in text
    assert "abc" not in text
    assert "<b>common</b>" in dialog.telling.text()
    dialog.equal.setChecked(True)
    assert "$.same (equal)" in dialog.diff.shown_text()


def test_payloads_that_are_no_json_are_compared_as_text() -> None:
    rows = compare_events(detail(1, "not json"), detail(2, "[" * 5_000))
    assert rows.rows[0].kind == "changed"
    assert rows.rows[0].cells[0] == '"not json"'

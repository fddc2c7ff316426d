"""Words for every state, columns that are remembered, repeats that fold, the strip."""

import itertools

import pytest
from PySide6.QtCore import QPoint, Qt

from console.areas.timeline.columns import COLUMNS, KEYS
from console.areas.timeline.filter_menu import extend_filter, filter_choices
from console.areas.timeline.header import SETTING
from console.areas.timeline.rows import RowsModel
from console.qt.shell import Scope
from console.store.filter import Field, Pattern, parse_filter
from console.store.migrations import create_store
from console.store.rows import Row
from tests.areas.timeline.conftest import LAST_MS
from tests.areas.timeline.test_view import settle
from tests.fake_shell import FakeShell

# The offscreen platform says so whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def row(event_id, message="same", ts=None, **changes):
    base = Row(
        event_id, ts if ts is not None else event_id * 10, 0, "s", "pwa", "info", "info", "info", "", message, None, None,
        None, None, None, 0, 0, 0,
    )  # fmt: skip
    return base._replace(**changes)


def buttons(view):
    return {button.text(): button for button in view.notice.buttons()}


def test_empty_store_without_sources(tmp_path, open_view, qtbot):
    path = tmp_path / "empty.db"
    create_store(path)
    view = open_view(path, FakeShell(path, LAST_MS, Scope()))
    assert view.notice.isVisible()
    assert view.notice.title.text() == "No events in the last 15 m"
    assert "No source" in view.notice.detail.text()
    qtbot.mouseClick(buttons(view)["Open Sources"], Qt.MouseButton.LeftButton)
    assert view.shell.places[0].area == "sources"
    view.shell.source_states_changed.emit([{"name": "a"}])
    assert "1 source is attached" in view.notice.detail.text()


def test_no_match_offers_to_clear_the_filter(view, qtbot):
    view.shell.set_filter("nosuchwordatall")
    settle(qtbot, view)
    assert "matches the filter" in view.notice.title.text()
    qtbot.mouseClick(buttons(view)["Clear filter"], Qt.MouseButton.LeftButton)
    settle(qtbot, view)
    assert view.table.isVisible()
    assert view.model.lines


def test_a_wrong_filter_keeps_the_rows_and_says_where(view, qtbot):
    view.shell.set_filter("level:")
    qtbot.waitUntil(view.banner.isVisible)
    assert "at character" in view.banner.label.text()
    assert view.model.lines
    view.shell.set_filter("level:error")
    settle(qtbot, view)
    assert not view.banner.isVisible()


def test_paused_without_rows_says_so(view, qtbot):
    view.shell.set_range(1000, 2000)
    settle(qtbot, view)
    assert "paused" in view.notice.detail.text()
    assert "Go live" in buttons(view)


def test_columns_are_remembered(filled, open_view, qtbot):
    shell = FakeShell(filled, LAST_MS)
    view = open_view(filled, shell)
    menu = view.columns.menu()
    entries = dict(zip(KEYS, menu.actions(), strict=False))
    assert not entries["entity"].isChecked()
    entries["entity"].trigger()
    entries["severity"].trigger()
    header = view.table.horizontalHeader()
    header.resizeSection(KEYS.index("service"), 177)
    header.moveSection(header.visualIndex(KEYS.index("id")), 0)
    view.columns.save()
    other = FakeShell(filled, LAST_MS)
    other.settings = dict(shell.settings)
    again = open_view(filled, other).table.horizontalHeader()
    assert not again.isSectionHidden(KEYS.index("entity"))
    assert again.isSectionHidden(KEYS.index("severity"))
    assert again.sectionSize(KEYS.index("service")) == 177
    assert again.logicalIndex(0) == KEYS.index("id")


@pytest.mark.parametrize(("width_px", "gone"), [(870, []), (752, ["category"]), (576, ["category", "type", "duration"])])
def test_a_narrow_list_leaves_columns_out_before_it_squeezes_the_message(filled, open_view, qtbot, width_px, gone):
    shell = FakeShell(filled, LAST_MS)
    view = open_view(filled, shell)
    view.resize(width_px + view.table.verticalScrollBar().width(), 600)  # how wide a bar is depends on the machine
    header = view.table.horizontalHeader()
    defaults = [column.key for column in COLUMNS if column.shown]
    hidden = [key for key in defaults if header.isSectionHidden(KEYS.index(key))]
    assert sorted(hidden) == sorted(gone)
    assert header.sectionSize(KEYS.index("message")) >= 200
    assert view.table.horizontalScrollBar().maximum() == 0
    titles = [action.text() for action in view.columns.menu().actions()]
    assert ("Category (no room now)" in titles) == ("category" in gone)
    view.columns.save()
    assert {one["key"] for one in shell.settings[SETTING] if one["shown"]} == set(defaults)
    view.resize(1200, 600)
    assert not any(header.isSectionHidden(KEYS.index(key)) for key in defaults)


def test_nonsense_in_the_settings_gives_the_default(filled, open_view):
    shell = FakeShell(filled, LAST_MS)
    shell.settings[SETTING] = [{"key": "nope"}, 5, {"key": "time", "width": -3, "shown": False}]
    header = open_view(filled, shell).table.horizontalHeader()
    assert header.isSectionHidden(KEYS.index("time"))
    assert not header.isSectionHidden(KEYS.index("message"))


def test_the_last_column_stays(view):
    for number in range(len(KEYS)):
        view.columns.show_column(number, False)
    assert sum(not view.table.horizontalHeader().isSectionHidden(i) for i in range(len(KEYS))) == 1
    assert view.shell.notes == ["The last column stays."]


def test_repeats_fold_open_and_close(qtbot):
    model = RowsModel()
    model.set_rows([row(1, "a"), *(row(i) for i in range(2, 39)), row(39, "z")])
    assert [line.repeats for line in model.lines] == [1, 37, 1]
    assert model.line_of(20) == 1
    assert "37 times" in model.spoken(1)
    assert model.open_run(1, True)
    assert len(model.lines) == 39
    assert not model.open_run(20, True)
    model.set_rows([*model.rows[:-1], row(39), row(40)])
    assert len(model.lines) == 40
    assert model.open_run(20, False)
    assert [line.repeats for line in model.lines] == [1, 39]
    model.set_folding(False)
    assert len(model.lines) == 40


def test_model_updates_are_what_qt_expects(qtmodeltester):
    model = RowsModel()
    qtmodeltester.check(model)
    for rows in ([], [row(i) for i in range(5)], [row(i, str(i % 2)) for i in range(3, 9)], [row(9), row(2, ts=5000)]):
        model.set_rows(sorted(rows, key=lambda one: (one.ts, one.id)))
        assert [line.row.id for line in model.lines if line.repeats == 1] or not rows or model.lines
    qtmodeltester.check(model)


def test_keys_unfold_in_the_view(view, qtbot):
    view.model.set_rows([row(1, "a"), row(2), row(3), row(4)])
    view.table.select_event(3)
    qtbot.keyClick(view.table, Qt.Key.Key_Right)
    assert len(view.model.lines) == 4
    assert view.table.current_line().row.id == 3
    qtbot.keyClick(view.table, Qt.Key.Key_Left)
    assert len(view.model.lines) == 2
    assert view.table.current_line().repeats == 3


def test_hostile_text_is_visible_and_plain(qtbot):
    model = RowsModel()
    model.set_rows([row(1, "<b>bold</b>\x1b[31m\u202eevil", service="a\nb")])
    index = model.index(0, KEYS.index("message"))
    assert "\x1b" not in index.data()
    assert "\u202e" not in index.data()
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in tip
    assert "\n" not in model.index(0, KEYS.index("service")).data()


def test_filters_of_an_event_parse_and_keep_what_was_typed():
    hostile = row(1, service='a b"(', category="X*", correlation_id="c,d", entity_type="message", entity_id="m 1")
    for text, choice in itertools.product(("", "level:error OR boom", "x"), (0, 1, 2, 3, 4, 5)):
        made = filter_choices(hostile, text)[choice].text
        assert parse_filter(made)
        assert text in made
    assert extend_filter("a OR b", Field("service", ":", (Pattern("pwa"),))) == "(a OR b) service:pwa"
    assert extend_filter("service:pwa x", Field("service", ":", (Pattern("pwa"),))) == "service:pwa x"


def test_strip_counts_what_the_store_holds(view, qtbot):
    strip = view.strip
    qtbot.waitUntil(lambda: bool(strip.activity.edges_ms))
    assert 1000 <= sum(sum(counts) for counts in strip.activity.counts.values()) <= 1003  # markers may be counted
    assert len(strip.activity.gaps) == 2
    assert "events, 2 gaps" in strip.accessibleDescription()


def test_dragging_picks_a_range_and_double_click_goes_live(view, qtbot):
    strip = view.strip
    qtbot.waitUntil(lambda: bool(strip.activity.edges_ms))
    low, high = strip.ms_of(200), strip.ms_of(400)
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
    qtbot.mouseMove(strip, QPoint(300, 50))
    qtbot.mouseMove(strip, QPoint(400, 50))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(400, 50))
    scope = view.shell.scope()
    assert not scope.live
    assert abs(scope.since_ms - low) < 1000
    assert abs(scope.until_ms - high) < 1000
    settle(qtbot, view)
    assert all(scope.since_ms <= one.ts <= scope.until_ms for one in view.model.rows)
    qtbot.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(100, 50))
    assert view.shell.scope().live


def test_the_strip_by_keys(view, qtbot):
    strip = view.strip
    qtbot.waitUntil(lambda: bool(strip.activity.edges_ms))
    edges = strip.activity.edges_ms
    width = edges[1] - edges[0]
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert "Enter shows it" in strip.accessibleDescription()
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    scope = view.shell.scope()
    assert scope.until_ms - scope.since_ms == 2 * width
    assert not scope.live
    qtbot.keyClick(strip, Qt.Key.Key_Escape)
    assert view.shell.scope().live


def test_hovering_tells_time_and_counts(view, qtbot):
    strip = view.strip
    qtbot.waitUntil(lambda: bool(strip.activity.edges_ms))
    qtbot.mouseMove(strip, QPoint(301, 50))
    qtbot.mouseMove(strip, QPoint(300, 50))
    reading = strip.reading()
    assert " – " in reading
    assert "info" in reading

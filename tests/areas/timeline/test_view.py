"""The timeline on a real store: order, following, standing still, jumping, keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from console.model.area import Ref
from console.qt.shell import Scope
from console.store.rows import MARKER_GAP, MARKER_QUARANTINE, MARKER_UNKNOWN
from tests.areas.timeline.conftest import LAST_MS
from tests.fake_shell import FakeShell
from tests.store_filling import fill_store, read_text, sample_events

# The offscreen platform says so whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def settle(qtbot, view):
    qtbot.waitUntil(lambda: not view.loader.busy)


def positions(view):
    return [(row.ts, row.id) for row in view.model.rows]


def info(i, ts, message="hello"):
    return read_text(f'{{"eventType":"info","timestamp":{ts},"service":"pwa","data":{{"message":"{message} {i}"}}}}')


def test_opens_at_the_newest_rows_in_order(view):
    assert len(view.model.rows) == 500
    assert positions(view) == sorted(positions(view))
    assert view.table.at_end()
    assert view.loader.following
    assert not view.newest.isVisible()
    assert {row.marker for row in view.model.rows} == {0, MARKER_GAP, MARKER_UNKNOWN, MARKER_QUARANTINE}


def test_gap_rows_are_bands_with_their_words(view):
    number = next(i for i, line in enumerate(view.model.lines) if line.row.marker == MARKER_GAP)
    assert "214" in view.model.lines[number].row.message
    assert view.model.spoken(number).startswith("Gap: ")
    assert view.model.lines[number].repeats == 1
    view.table.select_event(view.model.lines[number].row.id)
    view.run_command("pin")
    assert view.shell.sent == []
    assert view.shell.notes == ["A gap is no event."]


def test_every_row_is_reached_by_scrolling_up_and_the_place_holds(view, qtbot):
    bar = view.table.verticalScrollBar()
    while view.loader.window.older:
        anchor_before = view.model.lines[view.table.rowAt(0)].row.id
        bar.setValue(0)
        anchor = view.model.lines[view.table.rowAt(0)].row.id
        assert anchor != anchor_before
        settle(qtbot, view)
        assert view.model.lines[view.table.rowAt(0)].row.id == anchor
    assert len(view.model.rows) == 1003
    assert positions(view) == sorted(set(positions(view)))
    assert not view.loader.following
    assert view.newest.isVisible()


def test_end_follows_again_and_up_stops(view, qtbot):
    qtbot.keyClick(view.table, Qt.Key.Key_Up)
    assert not view.loader.following
    qtbot.keyClick(view.table, Qt.Key.Key_End)
    settle(qtbot, view)
    assert view.loader.following
    assert view.table.at_end()
    assert not view.newest.isVisible()


@pytest.fixture
def growing(tmp_path, open_view):
    path = tmp_path / "store.db"
    fill_store(path, sample_events(600, seed=5))
    return path, open_view(path)


def test_following_shows_new_and_late_events_and_keeps_the_selection(growing, qtbot):
    path, view = growing
    chosen = view.model.rows[-3].id
    view.table.select_event(chosen)
    last_ms = view.model.rows[-1].ts
    fill_store(path, [info(1, last_ms + 10), info(2, last_ms + 20), info(3, last_ms - 10_000 + 1, "late")], source="pwa")
    view.shell.tick()
    settle(qtbot, view)
    assert positions(view) == sorted(positions(view))
    assert [row.message for row in view.model.rows[-2:]] == ["hello 1", "hello 2"]
    assert "late 3" in [row.message for row in view.model.rows]
    assert view.table.at_end()
    assert view.table.current_line().row.id == chosen
    assert view.shell.inspected == [chosen]


def test_standing_still_counts_what_came_and_moves_nothing(growing, qtbot):
    path, view = growing
    bar = view.table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    shown, value = positions(view), bar.value()
    fill_store(path, [info(i, view.model.rows[-1].ts + 1 + i) for i in range(7)], source="pwa")
    view.shell.tick()
    qtbot.waitUntil(lambda: "7 new" in view.newest.text())
    assert positions(view) == shown
    assert bar.value() == value
    assert view.newest.isVisible()
    qtbot.mouseClick(view.newest, Qt.MouseButton.LeftButton)
    settle(qtbot, view)
    assert view.model.rows[-1].message == "hello 6"
    assert view.table.at_end()


def test_paused_asks_nothing(growing, qtbot):
    path, view = growing
    view.shell.set_live(False)
    settle(qtbot, view)
    qtbot.waitUntil(lambda: not view.feed._busy)
    reads = view.shell.reads
    fill_store(path, [info(1, view.model.rows[-1].ts + 1)], source="pwa")
    view.shell.tick()
    assert view.shell.reads == reads


def test_hidden_asks_nothing_and_catches_up(growing, qtbot):
    path, view = growing
    view.deactivate()
    reads = view.shell.reads
    fill_store(path, [info(1, view.model.rows[-1].ts + 1)], source="pwa")
    view.shell.tick()
    assert view.shell.reads == reads
    view.activate()
    settle(qtbot, view)
    assert view.model.rows[-1].message == "hello 1"


def test_a_quiet_tick_asks_for_no_rows(view, qtbot):
    view.shell.tick()
    settle(qtbot, view)
    view.loader._asked_ms = view.loader._clock()
    last = view.loader._last_id
    reads = view.shell.reads
    from console.qt.shell import Tick

    view.loader.on_tick(Tick(last, view.shell.now_ms))
    assert view.shell.reads == reads


def test_show_ref_loads_around_an_old_event(view, qtbot):
    view.show_ref(Ref("timeline", "37"))
    settle(qtbot, view)
    assert view.table.current_line().row.id == 37
    assert view.shell.inspected[-1] == 37
    assert view.place() == Ref("timeline", "37")
    assert not view.loader.following
    assert view.loader.window.newer


def test_show_ref_of_what_is_gone_or_no_id_says_so(view, qtbot):
    view.show_ref(Ref("timeline", "999999"))
    settle(qtbot, view)
    view.show_ref(Ref("timeline", "abc"))
    assert view.shell.notes == ["Event 999999 is not in the store (any more).", "“abc” is no event id."]


def test_show_ref_behind_the_filter_offers_to_show_it(view, qtbot):
    view.shell.set_filter("severity>=critical")
    settle(qtbot, view)
    hidden = 1
    view.show_ref(Ref("timeline", str(hidden)))
    qtbot.waitUntil(view.banner.isVisible)
    assert "hidden" in view.banner.label.text()
    qtbot.mouseClick(view.banner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.table.selected_id == hidden)
    assert view.shell.scope().filter_text == ""


def test_jump_pauses_and_shows_the_moment(view, qtbot):
    moment = LAST_MS - 60_000
    view.jump_to(moment)
    settle(qtbot, view)
    assert not view.shell.scope().live
    assert abs(view.table.current_line().row.ts - moment) <= 100
    view.jump_to(LAST_MS - 90_000)
    settle(qtbot, view)
    assert abs(view.table.current_line().row.ts - (LAST_MS - 90_000)) <= 100


def test_jump_outside_the_range_moves_the_range(filled, open_view, qtbot):
    view = open_view(filled, FakeShell(filled, LAST_MS, Scope(span_ms=10_000)))
    view.jump_to(LAST_MS - 90_000)
    settle(qtbot, view)
    scope = view.shell.scope()
    assert scope.since_ms <= LAST_MS - 90_000 <= scope.until_ms
    assert abs(view.table.current_line().row.ts - (LAST_MS - 90_000)) <= 100


def test_jump_dialog(view, qtbot):
    view.shell.actions["timeline.jump"].run()
    dialog = view.findChild(__import__("PySide6.QtWidgets", fromlist=["QDialog"]).QDialog)
    dialog.line.setText("nonsense")
    assert not dialog.ok.isEnabled()
    assert "is no time" in dialog.answer.text()
    dialog.line.setText(str(LAST_MS - 50_000))
    dialog.accept()
    qtbot.waitUntil(lambda: view.table.current_line() is not None)
    assert abs(view.table.current_line().row.ts - (LAST_MS - 50_000)) <= 100


def test_n_walks_from_error_to_error(view, qtbot):
    seen = []
    for _ in range(3):
        view.run_command("previous_error")
        qtbot.waitUntil(lambda: view.table.selected_id not in (None, *seen))
        seen.append(view.table.selected_id)
        assert view.table.current_line().row.severity in ("high", "critical", "fatal")
    view.run_command("next_error")
    qtbot.waitUntil(lambda: view.table.selected_id == seen[1])


def test_letters_move_and_select(view, qtbot):
    view.table.select_event(view.model.rows[-5].id)
    qtbot.keyClick(view.table, Qt.Key.Key_J)
    assert view.table.selected_id == view.model.lines[-4].row.id
    qtbot.keyClick(view.table, Qt.Key.Key_K)
    qtbot.keyClick(view.table, Qt.Key.Key_K)
    assert view.table.selected_id == view.model.lines[-6].row.id
    qtbot.keyClick(view.table, Qt.Key.Key_G)
    settle(qtbot, view)
    assert view.model.rows[0].id == 1
    qtbot.waitUntil(lambda: view.table.selected_id == 1)


def test_g_with_nothing_older(view, qtbot):
    view.shell.set_filter("id:5")
    settle(qtbot, view)
    qtbot.keyClick(view.table, Qt.Key.Key_Home)
    assert view.table.selected_id == 5


def test_pin_goes_to_ingest_and_shows_at_once(view, qtbot):
    event_id = view.model.rows[-2].id
    view.table.select_event(event_id)
    qtbot.keyClick(view.table, Qt.Key.Key_P)
    assert view.shell.sent == [{"cmd": "pin", "event": event_id, "note": ""}]
    qtbot.waitUntil(lambda: view.table.current_line().row.pinned == 1)
    qtbot.keyClick(view.table, Qt.Key.Key_P)
    assert view.shell.sent[-1] == {"cmd": "unpin", "event": event_id}


def test_bookmark_asks_for_a_note(view, qtbot):
    from PySide6.QtWidgets import QInputDialog

    view.table.select_event(view.model.rows[-2].id)
    qtbot.keyClick(view.table, Qt.Key.Key_B)
    dialog = view.table.findChild(QInputDialog)
    dialog.setTextValue(" look here ")
    dialog.accept()
    assert view.shell.sent == [{"cmd": "pin", "event": view.model.rows[-2].id, "note": "look here"}]


def test_copying_from_the_list(view, qtbot):
    error = next(row for row in reversed(view.model.rows) if row.event_type == "error")
    view.table.select_event(error.id)
    actions = view.actions_on_event
    for run, expected in (
        (actions.copy_json, '{"errorId": '),
        (actions.copy_markdown, "| Field | Value |"),
        (actions.copy_curl, "curl --globoff -X POST --url http://localhost/api/v1/messages"),
        (actions.copy_pytest, "from typing import Any"),
        (actions.copy_rows, "Time\tSeverity\tService"),
        (actions.copy_id, str(error.id)),
    ):
        QGuiApplication.clipboard().clear()
        run()
        qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() != "")
        assert QGuiApplication.clipboard().text().startswith(expected)


def test_no_curl_is_said(view, qtbot):
    row = next(row for row in view.model.rows if row.event_type == "performance")
    view.table.select_event(row.id)
    view.actions_on_event.copy_curl()
    qtbot.waitUntil(lambda: bool(view.shell.notes))
    assert "no request" in view.shell.notes[0]


def test_x_twice_compares(view, qtbot):
    errors = [row.id for row in view.model.rows if row.event_type == "error"][-2:]
    view.table.select_event(errors[0])
    qtbot.keyClick(view.table, Qt.Key.Key_X)
    assert view.table.cells.marked == errors[0]
    view.table.select_event(errors[1])
    with qtbot.waitSignal(view.actions_on_event.comparing) as opened:
        qtbot.keyClick(view.table, Qt.Key.Key_X)
    dialog = opened.args[0]
    text = dialog.diff.shown_text()
    assert "(changed)" in text
    assert "(equal)" not in text
    dialog.equal.setChecked(True)
    assert "(equal)" in dialog.diff.shown_text()
    assert "equal" in dialog.summary.text()
    dialog.close()
    assert view.table.cells.marked is None


def test_menu_filters_by_the_event(view, qtbot):
    row = next(row for row in view.model.rows if row.correlation_id)
    view.table.select_event(row.id)
    menu = view.menus.context_menu()
    titles = {action.text(): action for action in menu.actions()}
    titles["Only this correlation"].trigger()
    settle(qtbot, view)
    assert view.shell.scope().filter_text == f"correlation:{row.correlation_id}"
    assert {one.correlation_id for one in view.model.rows if not one.marker} == {row.correlation_id}
    menu.deleteLater()


def test_resizing_keeps_the_end_in_sight(view, qtbot):
    for height in (400, 700, 300):
        view.resize(900, height)
        assert view.table.at_end()
        assert view.loader.following


def test_ctrl_c_copies_the_selected_rows(view, qtbot):
    view.table.select_event(view.model.rows[-40].id)
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(view.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3


def test_folding_is_an_action_and_remembered(view, qtbot):
    view.shell.actions["timeline.fold"].run()
    assert not view.model.folding
    assert view.shell.settings["timeline/folding"] is False


def test_a_page_of_repeats_still_fills_the_list(tmp_path, open_view, qtbot):
    path = tmp_path / "store.db"
    same = [
        read_text(f'{{"eventType":"info","timestamp":{LAST_MS + i},"service":"pwa","data":{{"message":"same"}}}}')
        for i in range(1200)
    ]
    fill_store(path, same)
    view = open_view(path, FakeShell(path, LAST_MS))
    qtbot.waitUntil(lambda: [line.repeats for line in view.model.lines] == [1200])
    assert view.loader.following


def test_focus_alone_chooses_nothing(view, qtbot):
    view.strip.setFocus()
    view.table.setFocus()
    assert view.table.selected_id is None
    assert not view.table.currentIndex().isValid()
    assert view.shell.inspected == []
    qtbot.keyClick(view.table, Qt.Key.Key_Up)
    assert view.table.currentIndex().row() >= len(view.model.lines) - 2
    assert len(view.shell.inspected) == 1

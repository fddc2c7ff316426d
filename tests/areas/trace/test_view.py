from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from console.areas.trace.store import MIGRATIONS, loading, projection
from console.areas.trace.view import TraceView
from console.areas.trace.view.scene import AXIS_PX, LABEL_PX
from console.areas.trace.words import local_words
from console.model.area import Ref
from console.model.facts import Arrived
from console.qt.shell import Scope
from console.store.writer import Writer
from tests.areas.trace.conftest import NOW_MS
from tests.areas.trace.samples import said, told, trace_store


def shown(view: TraceView, trace_id: str) -> TraceView:
    view.show_ref(Ref("trace", trace_id))
    return view


def chosen(view: TraceView) -> str:
    placed = view.pane.lanes.chosen_event()
    return placed.event.message if placed else ""


def press(qtbot: QtBot, view: TraceView, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(view.pane.lanes, key)


def test_the_newest_traces_and_what_they_tell(view: TraceView, qtbot: QtBot) -> None:
    listed = view.recent.list
    assert [trace.trace_id for trace in listed.recent.traces] == ["skewed", "plain"]
    words = listed.recent.index(1, 0).data()
    assert words == "high: duplicate key (2 failed, pwa, server, 5 events · 51 ms)"
    qtbot.mouseClick(view.recent.singles, Qt.MouseButton.LeftButton)
    assert [trace.trace_id for trace in listed.recent.traces] == ["skewed", "single", "plain"]
    assert view.shell.settings["trace.singles"] is True
    listed.choose("plain")
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=listed.visualRect(listed.recent.index(0, 0)).center())
    assert view.shell.places == [Ref("trace", "plain"), Ref("trace", "skewed")]


def test_a_trace_is_shown_at_its_first_failure(view: TraceView) -> None:
    assert view.place() is None
    assert view.notice.title.text() == "Choose a trace"
    shown(view, "plain")
    assert view.place() == Ref("trace", "plain")
    assert chosen(view) == "duplicate key"
    assert view.recent.list.chosen_id() == "plain"
    header = view.pane.header
    assert header.title.text() == "plain"
    assert header.summary.text() == "5 events · 2 services · 51.0 ms · 2 failed · clocks agree"
    assert not header.corrected.isEnabled()
    rows = view.pane.event_model.rows
    assert [row.placed.event.message for row in rows][:2] == ["POST /api/v1/sync/push 50 ms", "pushing"]
    assert view.pane.events.current_row().placed.event.message == "duplicate key"
    assert {row.part for row in rows} == {"", "first failure", "follows: same request"}
    assert [row.step.step for row in view.pane.step_model.rows] == [
        "request", "processing", "processing", "database", "response", "error",
    ]  # fmt: skip


def test_an_event_is_shown_in_its_trace(view: TraceView) -> None:
    shown(view, "event:4")
    assert chosen(view).endswith("50 ms")
    assert view.place() == Ref("trace", "event:4")
    shown(view, "event:12")
    assert view.pane.header.title.text() == "event:12 (it has no id)"
    assert chosen(view) == "without an id"


def test_keys_go_from_event_to_event_and_lane_to_lane(view: TraceView, qtbot: QtBot) -> None:
    shown(view, "event:1")
    assert chosen(view) == "pushing"
    press(qtbot, view, Qt.Key.Key_Right)
    assert chosen(view).endswith("30 ms")
    press(qtbot, view, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert chosen(view).endswith("50 ms")
    press(qtbot, view, Qt.Key.Key_End)
    assert chosen(view) == "push failed"
    press(qtbot, view, Qt.Key.Key_Down)
    assert view.pane.lanes.chosen_event().event.service == "server"
    press(qtbot, view, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert view.pane.lanes.chosen_event().event.service == "pwa"
    press(qtbot, view, Qt.Key.Key_E)
    assert chosen(view) == "duplicate key"
    press(qtbot, view, Qt.Key.Key_Return)
    assert view.shell.inspected == [2]
    assert "first failure" in view.pane.lanes.accessibleDescription().lower()


def test_without_a_choice_the_arrows_begin_at_an_end(
    open_view: Callable[[Path], TraceView], tmp_path: Path, qtbot: QtBot
) -> None:
    path = trace_store(tmp_path / "calm.db", [said(i, "pwa", f"m{i}", correlationId="c") for i in range(3)])
    view = shown(open_view(path), "c")
    assert chosen(view) == ""
    press(qtbot, view, Qt.Key.Key_E, Qt.Key.Key_Return)
    assert (chosen(view), view.shell.inspected) == ("", [])
    assert not view.pane.header.failure.isEnabled()
    press(qtbot, view, Qt.Key.Key_Right)
    assert chosen(view) == "m0"
    shown(view, "c")
    press(qtbot, view, Qt.Key.Key_Left)
    assert chosen(view) == "m2"
    shown(view, "c")
    press(qtbot, view, Qt.Key.Key_Down)
    assert chosen(view) == "m0"


def test_clocks_are_corrected_and_can_be_shown_as_told(view: TraceView, qtbot: QtBot) -> None:
    shown(view, "skewed")
    pane = view.pane
    assert "clocks corrected" in pane.header.summary.text()
    assert "51.0 ms" in pane.header.summary.text()
    before = chosen(view)
    press(qtbot, view, Qt.Key.Key_O)
    assert "clocks as told" in pane.header.summary.text()
    assert "5.04 s" in pane.header.summary.text()
    assert chosen(view) == before
    assert pane.events.current_row().placed.event.message == before
    assert not pane.header.corrected.isChecked()
    qtbot.mouseClick(pane.header.corrected, Qt.MouseButton.LeftButton)
    assert "clocks corrected" in pane.header.summary.text()


def test_zooming_and_panning(view: TraceView, qtbot: QtBot) -> None:
    lanes = shown(view, "event:4").pane.lanes
    camera = lanes.camera
    whole = camera.whole
    assert (camera.since_ms, camera.span_ms) == whole
    qtbot.keyClick(lanes, Qt.Key.Key_Plus)
    assert camera.span_ms == pytest.approx(whole[1] / 1.6)
    for _ in range(60):
        qtbot.keyClick(lanes, Qt.Key.Key_Plus)
    assert 0 < camera.span_ms <= 0.01
    for _ in range(60):
        qtbot.keyClick(lanes, Qt.Key.Key_Minus)
    assert (camera.since_ms, camera.span_ms) == pytest.approx(whole)
    place = QPointF(LABEL_PX + 200, 100)
    at_ms = camera.ms_of(place.x())
    wheel(lanes.viewport(), place, QPoint(0, 240))
    assert camera.ms_of(place.x()) == pytest.approx(at_ms)
    assert camera.span_ms == pytest.approx(whole[1] / 1.6**2)
    since = camera.since_ms
    wheel(lanes.viewport(), place, QPoint(0, 120), Qt.KeyboardModifier.ShiftModifier)
    assert camera.since_ms < since
    lanes.horizontalScrollBar().setValue(lanes.horizontalScrollBar().maximum())
    assert camera.since_ms + camera.span_ms == pytest.approx(whole[0] + whole[1], abs=0.01)
    press(qtbot, view, Qt.Key.Key_F)
    assert (camera.since_ms, camera.span_ms) == whole


def wheel(widget: QWidget, at: QPointF, turned: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, widget.mapToGlobal(at), QPoint(), turned, Qt.MouseButton.NoButton, keys, phase, False)
    QGuiApplication.sendEvent(widget, event)


def test_the_mouse_chooses_opens_and_drags(view: TraceView, qtbot: QtBot) -> None:
    lanes = shown(view, "plain").pane.lanes
    scene = lanes._scene
    index = lanes.index_of(1)
    at = QPoint(round(lanes.camera.x_of(float(scene.starts[index]))), AXIS_PX + int(scene.y_of()[index]) + 8)
    qtbot.mouseClick(lanes.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen(view) == "pushing"
    assert view.pane.events.current_row().placed.event.message == "pushing"
    qtbot.mouseDClick(lanes.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.shell.inspected == [1]
    assert "pushing" in lanes._tooltip(at)
    assert "reference clock" in lanes._tooltip(QPoint(20, AXIS_PX + 10))
    assert lanes._tooltip(QPoint(20, 3)) == ""
    lanes.zoom(4.0)
    since = lanes.camera.since_ms
    viewport = lanes.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(500, 150))
    qtbot.mouseMove(viewport, QPoint(400, 150))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(400, 150))
    assert lanes.camera.since_ms != since
    assert chosen(view) == "pushing"


def test_tables_and_lanes_have_the_same_choice(view: TraceView, qtbot: QtBot) -> None:
    pane = shown(view, "plain").pane
    pane.events.selectRow(0)
    assert chosen(view).endswith("50 ms")
    qtbot.keyClick(pane.events, Qt.Key.Key_Return)
    pane.steps.selectRow(3)
    assert chosen(view) == "duplicate key"
    qtbot.keyClick(pane.steps, Qt.Key.Key_Return)
    assert view.shell.inspected == [4, 2]


def test_no_such_trace_is_said_with_the_next_step(view: TraceView, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(view, "<b>none\u202e</b>")
    assert view.notice.title.text() == "No such trace"
    assert "<b>none⟨U+202E⟩</b> is kept" in view.notice.detail.text()
    assert view.notice.buttons() == []
    monkeypatch.setattr(loading, "MAX_SHARED", 3)
    shown(view, "plain")
    (button,) = view.notice.buttons()
    button.click()
    assert view.shell.places == [Ref("timeline", filter_text="correlation:plain")]
    monkeypatch.undo()
    shown(view, "plain")
    assert view.pane.isVisible()


def test_empty_lists_say_why(view: TraceView, open_view: Callable[[Path], TraceView], tmp_path: Path) -> None:
    view.shell.set_filter("nowhereatall")
    assert view.recent.words.text().startswith("No traces in this range match the filter.")
    view.shell.set_filter("wrong:(")
    assert view.recent.words.text().startswith("The traces could not be read. The filter is not understood")
    view.shell.set_filter("")
    assert view.recent.list.isVisible()
    empty = open_view(trace_store(tmp_path / "empty.db", []))
    assert empty.recent.words.text().startswith("No traces in this range. A trace is all events that share")


def test_live_it_reads_every_two_seconds_and_follows_the_shown_trace(
    open_view: Callable[[Path], TraceView], tmp_path: Path
) -> None:
    path = tmp_path / "live.db"
    first = said(0, "pwa", "first", correlationId="c")
    trace_store(path, [first, said(1, "pwa", "second", correlationId="c")])
    view = shown(open_view(path), "c")
    view.pane.choose_event(2)
    view.pane.lanes.zoom(2.0)
    span = view.pane.lanes.camera.span_ms
    view.shell.slots.clear()
    for late_ms in range(0, 4_000, 100):
        view.shell.tick(NOW_MS + late_ms)
    assert view.shell.slots == ["recent"]
    writer = Writer(path, projections=[("trace", projection())], migrations=[("trace", MIGRATIONS)])
    writer.submit(Arrived("server", "epoch-1", 3, [said(50, "server", "third", correlationId="c")], NOW_MS))
    writer.close()
    view.shell.tick(NOW_MS + 5_000)
    assert view.shell.slots == ["recent", "recent", "trace"]
    assert len(view.pane.event_model.rows) == 3
    assert chosen(view) == "second"
    assert view.pane.lanes.camera.span_ms == span
    view.shell.current = Scope(live=False)
    view.shell.tick(NOW_MS + 9_000)
    view.shell.current = Scope()
    view.deactivate()
    view.shell.tick(NOW_MS + 19_000)
    view.shell.scope_changed.emit(view.shell.current)
    assert view.shell.slots == ["recent", "recent", "trace"]


def test_a_person_on_the_way_through_the_list_is_not_taken_back(view: TraceView, qtbot: QtBot) -> None:
    shown(view, "skewed")
    listed = view.recent.list
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    assert listed.chosen_id() == "plain"
    view.recent.singles.setChecked(True)
    view.shell.tick(NOW_MS + 5_000)
    assert listed.chosen_id() == "plain"
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert view.shell.places == [Ref("trace", "plain")]


def test_every_control_has_a_name(view: TraceView) -> None:
    shown(view, "plain")
    named = [view.recent.list, view.pane.lanes, view.pane.events, view.pane.steps, view.pane.tabs]
    buttons = [one for one in view.findChildren(QAbstractButton) if one.isVisible() and one.focusPolicy()]
    assert len(buttons) >= 6
    assert all(widget.accessibleName() for widget in [*named, *buttons])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_hostile_text_is_drawn_as_text(
    open_view: Callable[[Path], TraceView], tmp_path: Path, qapp: object, theme: str
) -> None:
    text = "<img src=x>\x1b[1m\u202e" + "y" * 1_000_000
    data = {"message": text, "correlationId": "c", "severity": "??", "requestId": text}
    events = [told("error", i, f"<b>{text[:60]}", data) for i in range(3)]
    view = shown(open_view(trace_store(tmp_path / "hostile.db", events)), "c")
    view.shell.theme_changed.emit()
    assert not view.grab().isNull()
    assert "\x1b" not in view.pane.header.title.text()
    assert "\u202e" not in view.recent.list.recent.index(0, 0).data()
    assert "\u202e" not in view.pane.lanes.accessibleDescription()


def test_times_beyond_the_calendar_are_shown_at_its_edge() -> None:
    assert local_words(9e18, day=True) == local_words(253_370_764_800_000, day=True)
    assert local_words(-5.0) == local_words(0.0)

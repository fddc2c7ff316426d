"""The window as a whole: one scope, places, palette, themes, layout, and an end without leftovers."""

import gc
import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton, QWidget

from console.app.application import GC_THRESHOLDS, Session, settle_memory
from console.app.options import RunOptions
from console.model.area import Area, Ref
from console.qt.palettes import DARK
from console.qt.theme import current_theme


def test_views_are_built_on_their_first_visit_and_sleep_behind(session: Session) -> None:
    stack = session.window.stack
    assert stack.view("second") is None
    first = stack.view("first")
    session.shell.navigate(Ref("second", "7"))
    second = stack.view("second")
    assert first.calls == ["activate", "deactivate"]
    assert second.calls == ["activate", "show 7"]
    session.window.hide()
    assert second.calls[-1] == "deactivate"
    session.window.show()
    assert second.calls[-1] == "activate"


def test_an_unknown_area_is_said(session: Session) -> None:
    session.shell.navigate(Ref("nowhere"))
    assert "no area 'nowhere'" in session.faults.notices[-1].text
    assert session.window.stack.current_area() == "first"


def test_one_scope_for_bar_and_views(session: Session, qtbot: Any) -> None:
    bar, shell = session.window.scope_bar, session.shell
    seen: list[Any] = []
    shell.scope_changed.connect(seen.append)
    shell.set_filter("level:error")
    assert bar.filter.text() == "level:error"
    bar.live.click()
    assert not shell.scope().live
    assert "paused" in bar.live.text()
    shell.set_span(60_000)
    assert bar.range.choice.text().strip().startswith("Last minute")
    assert bar.live.isChecked()
    shell.set_range(1_000, 2_000)
    assert shell.bounds_ms() == (1_000, 2_000)
    assert not bar.live.isChecked()
    bar.filter.setText("wrong:(")
    bar.filter.commit()
    assert shell.scope().filter_text == "level:error"
    assert len(seen) == 4


def test_space_pauses_but_types_in_fields_and_presses_buttons(session: Session, qtbot: Any) -> None:
    window = session.window
    window.stack.currentWidget().setFocus()
    session.shell.actions["view.live"].run()
    assert not session.shell.scope().live
    window.focus_filter()
    session.shell.actions["view.live"].run()
    assert not session.shell.scope().live
    clicked: list[bool] = []
    button = next(b for b in window.area_bar.findChildren(QToolButton) if b.text() == "Second")
    button.clicked.connect(lambda *_: clicked.append(True))
    button.setFocus()
    session.shell.actions["view.live"].run()
    assert len(clicked) == 1
    assert not session.shell.scope().live


def test_back_and_forward_through_places_filters_and_ranges(session: Session) -> None:
    shell, window = session.shell, session.window
    shell.navigate(Ref("second", "7"))
    shell.set_filter("level:error")
    shell.navigate(Ref("first", since_ms=5_000, until_ms=9_000, filter_text=""))
    assert shell.bounds_ms() == (5_000, 9_000)
    window.scope_bar.back.click()
    assert window.stack.place() == Ref("second", "7")
    assert shell.scope().filter_text == "level:error"
    assert shell.scope().live
    window.scope_bar.back.click()
    assert shell.scope().filter_text == ""
    window.scope_bar.forward.click()
    window.scope_bar.forward.click()
    assert window.stack.current_area() == "first"
    assert shell.bounds_ms() == (5_000, 9_000)
    assert not window.scope_bar.forward.isEnabled()


def test_an_address_is_copied_and_followed(session: Session) -> None:
    shell = session.shell
    shell.navigate(Ref("second", "7", 5_000, 9_000, "level:error"))
    shell.actions["go.copy"].run()
    assert QGuiApplication.clipboard().text() == "console://second/7?since=5000&until=9000&filter=level%3Aerror"
    shell.navigate(Ref("first", filter_text=""))
    shell.actions["go.paste"].run()
    assert (session.window.stack.place().area, session.window.stack.place().id) == ("second", "7")
    assert shell.scope().filter_text == "level:error"
    QGuiApplication.clipboard().setText("no place")
    shell.actions["go.paste"].run()
    assert session.faults.notices[-1].error


def test_the_palette_finds_and_runs(session: Session, qtbot: Any) -> None:
    palette = session.window.command_palette
    palette.open()
    qtbot.keyClicks(palette.box, "second")
    assert palette.entries()[0].title == "Second"
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert session.window.stack.current_area() == "second"
    assert not palette.isVisible()
    palette.open()
    palette.box.setText("corr-3")
    by_group = {entry.group: entry for entry in palette.entries()}
    by_group["Correlation"].run()
    assert session.shell.scope().filter_text == "correlation:corr-3"
    palette.box.setText("console://first?filter=x")
    palette.entries()[0].run()
    assert session.window.stack.current_area() == "first"
    asked: list[Any] = []
    session.shell.inspect_wanted.connect(asked.append)
    palette.box.setText("12")
    palette.choose()
    assert asked == [12]


def test_the_palette_takes_any_text(session: Session) -> None:
    palette = session.window.command_palette
    for text in ("<b>x</b>", "\u202e\x00", "console://", "9" * 40, "x" * 3_000):
        palette.box.setText(text)
        assert all(isinstance(entry.title, str) for entry in palette.entries())


def test_themes_switch_live_and_are_remembered(session: Session) -> None:
    changed: list[None] = []
    session.shell.theme_changed.connect(lambda: changed.append(None))
    before = session.window.grab().toImage()
    session.shell.actions["view.theme.dark"].run()
    assert current_theme() is DARK
    assert changed == [None]
    assert session.window.grab().toImage() != before
    assert session.settings.get("theme") == "dark"
    session.shell.actions["view.theme.light"].run()


def test_layout_scope_and_area_come_back(
    qapp: QApplication, qtbot: Any, options: RunOptions, areas: tuple[Area, ...]
) -> None:
    one = Session(qapp, options, areas=areas)
    one.window.show()
    one.window.resize(780, 600)  # the offscreen screen has 800 × 800
    one.window.dock.hide()
    one.shell.navigate(Ref("second"))
    one.shell.set_filter("level:error")
    one.shell.set_span(3_600_000)
    one.window.close()
    two = Session(qapp, options, areas=areas)
    two.window.show()
    assert two.window.size().height() == 600
    assert not two.window.dock.isVisible()
    assert two.window.stack.current_area() == "second"
    assert two.shell.scope().filter_text == "level:error"
    assert two.window.scope_bar.filter.text() == "level:error"
    assert two.shell.scope().span_ms == 3_600_000
    two.shell.actions["view.reset"].run()
    assert two.window.dock.isVisible()
    two.window.close()


def test_every_control_has_a_name_and_can_be_reached(session: Session) -> None:
    nameless = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in session.window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not (widget.accessibleName() or getattr(widget, "text", lambda: "")())
        and not widget.objectName().startswith("qt_")
        and type(widget).__name__ != "QTabBar"
    ]
    assert nameless == []
    keys = [a.shortcut for a in session.shell.actions.values() if a.shortcut]
    flat = [key for shortcut in keys for key in shortcut.split("|")]
    assert len(flat) == len(set(flat))


def test_the_window_closes_without_leftovers(
    qapp: QApplication, qtbot: Any, options: RunOptions, areas: tuple[Area, ...]
) -> None:
    before = threading.active_count()
    session = Session(qapp, options, areas=areas)
    session.window.show()
    session.start()
    qtbot.waitUntil(lambda: session.shell.summary is not None)
    session.window.close()
    assert threading.active_count() <= before
    assert not session.shell.live._timer.isActive()
    assert not session.window.lateness._timer.isActive()
    assert session.reads._connections == []
    session.close()


def test_a_store_that_another_process_writes_is_followed_by_polling(session: Session, qtbot: Any, filling: Any) -> None:
    ticks: list[int] = []
    session.shell.ticked.connect(lambda tick: ticks.append(tick.last_id))
    qtbot.waitUntil(lambda: bool(ticks))
    filling.fill_store(session.options.db, filling.sample_events(50, seed=2), source="second")
    qtbot.waitUntil(lambda: ticks[-1] >= 250)


def test_an_empty_store_says_the_next_steps(
    qapp: QApplication, qtbot: Any, options: RunOptions, areas: tuple[Area, ...], filling: Any
) -> None:
    options.db.unlink()
    session = Session(qapp, options, areas=areas)
    qtbot.addWidget(session.window)
    session.window.show()
    assert session.window.empty.isVisible()
    assert session.window.empty.title.text() == "Preparing the store"
    filling.fill_store(options.db, [])
    session.window.store_ready()
    qtbot.waitUntil(lambda: session.window.empty.title.text() == "No source yet")
    assert session.window.empty.demo.isVisible()
    session.window.empty.attach.click()
    assert session.window.stack.current_area() == "sources"
    assert session.window.stack.view("sources").calls[-1] == "show new"
    session.window.close()


def test_an_area_that_needs_no_events_shows_itself_in_an_empty_store(
    qapp: QApplication, qtbot: Any, options: RunOptions, filling: Any
) -> None:
    options.db.unlink()
    filling.fill_store(options.db, [])
    session = Session(qapp, options)
    qtbot.addWidget(session.window)
    session.window.show()
    for area in ("timeline", "contracts", "sync", "incidents", "errors", "sources"):
        session.shell.navigate(Ref(area))
        is_empty = area in ("timeline", "sync", "errors")
        qtbot.waitUntil(lambda is_empty=is_empty: session.window.empty.isVisible() == is_empty)
    session.window.close()
    session.close()


@pytest.mark.parametrize("place", ["console://second?filter=level:error", "nonsense"])
def test_the_first_place_may_be_given(
    qapp: QApplication, qtbot: Any, options: RunOptions, areas: tuple[Area, ...], place: str
) -> None:
    from dataclasses import replace

    session = Session(qapp, replace(options, place=place), areas=areas)
    qtbot.addWidget(session.window)
    expected = "second" if place.startswith("console") else "first"
    assert session.window.stack.current_area() == expected
    assert bool(session.faults.notices) == (expected == "first")
    session.window.close()


def test_status_chips_tell_states_apart(session: Session) -> None:
    bar = session.window.statusBar()
    states = [
        {"name": "server", "state": "live", "rate": 412.4, "lag_ms": 80},
        {"name": "network", "state": "waiting", "retry_in_ms": 2_000},
        {"name": "<b>\u202ex", "state": "refused", "detail": "token"},
    ]
    session.shell._take_sources(states)
    texts = [chip.text() for chip in bar._chips]
    assert texts[0] == "● server 412/s"
    assert texts[1] == "◌ network reconnecting in 2.0 s"
    assert texts[2] == "✖ <b>⟨U+202E⟩x refused"
    assert bar.lag.text() == "lag 80 ms"
    many = [{"name": f"source-{i}", "state": "live" if i < 20 else "refused"} for i in range(30)]
    session.shell._take_sources(many)
    shown = [chip for chip in bar._chips if chip.isVisible()]
    assert bar.more.text() == f"+{30 - len(shown)} more"
    assert bar.more.property("state") == "bad"
    assert bar.more.geometry().right() <= bar._holder.width()
    assert session.window.minimumSizeHint().width() <= 1024
    session.shell._take_sources(many[:1])
    assert bar.more.isHidden()
    bar._chips[0].click()
    assert session.window.stack.place().area == "sources"


def test_the_window_fits_a_small_screen(session: Session) -> None:
    session.shell._take_sources([{"name": "s" * 80, "state": "waiting", "retry_in_ms": 2_000}] * 9)
    session.shell.set_range(1_795_442_000_000, 1_795_542_000_000)
    smallest = session.window.minimumSizeHint()
    assert (smallest.width(), smallest.height()) <= (1024, 640)
    assert smallest.height() <= 640


def test_a_fault_inside_the_console_is_shown_and_logged(
    session: Session, qtbot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    import sys

    from console.app.faults import install_hooks, remove_hooks

    install_hooks(session.faults)
    try:
        sys.excepthook(ValueError, ValueError("<b>boom</b>"), None)
    finally:
        remove_hooks()
    assert session.window.toast.isVisible()
    assert "<b>boom</b>" in session.window.toast.label.text()
    assert session.window.statusBar().fault.text() == "⚠ 1"
    assert "boom" in caplog.text


def test_another_store_opens_in_a_window_of_its_own(session: Session, qtbot: Any) -> None:
    launched: list[list[str]] = []

    def launch(_program: str, arguments: list[str]) -> bool:
        launched.append(arguments)
        return arguments[-1] != "/no/such"

    session.window.launch = launch
    session.window.open_store()  # comes back at once: the dialog does not hold the window up
    dialog = session.window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.fileSelected.emit("/tmp/other.db")
    assert launched == [["-m", "console", "--db", "/tmp/other.db"]]
    assert not session.faults.notices[-1].error
    session.window.open_store_file("/no/such")
    assert session.faults.notices[-1].error
    dialog.close()


def test_the_demo_starts_with_a_short_range_when_nothing_is_remembered(
    qapp: QApplication, qtbot: Any, options: RunOptions, areas: tuple[Area, ...]
) -> None:
    from dataclasses import replace

    one = Session(qapp, replace(options, demo=True, theme=""), areas=areas)
    qtbot.addWidget(one.window)
    assert one.shell.scope().span_ms == 5 * 60_000
    one.shell.set_span(3_600_000)
    one.window.close()
    two = Session(qapp, replace(options, demo=True), areas=areas)
    qtbot.addWidget(two.window)
    assert two.shell.scope().span_ms == 3_600_000
    two.window.close()


def test_escape_leaves_the_filter_and_f6_goes_round(session: Session, qtbot: Any) -> None:
    window = session.window
    window.activateWindow()
    window.focus_filter()
    qtbot.waitUntil(lambda: window.scope_bar.filter.hasFocus())
    qtbot.keyClick(window.scope_bar.filter, Qt.Key.Key_Escape)
    assert window.stack.currentWidget().hasFocus()
    session.shell.inspect(3)
    qtbot.waitUntil(lambda: window.inspector.detail is not None)
    window.focus_next_part()
    assert window.inspector.document.hasFocus()
    window.focus_next_part()
    assert window.area_bar.isAncestorOf(QApplication.focusWidget())
    window.focus_next_part()
    assert window.scope_bar.filter.hasFocus()
    window.focus_next_part()
    assert window.stack.currentWidget().hasFocus()


def test_start_up_leaves_the_rounds_of_the_garbage_collector(qapp: QApplication) -> None:
    thresholds = gc.get_threshold()
    try:
        settle_memory()
        assert gc.get_freeze_count() > 1_000
        assert gc.get_threshold() == GC_THRESHOLDS
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)

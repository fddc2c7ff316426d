"""What the list of groups shows while events arrive, while the filter changes, and while there is nothing to show."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.areas.errors.view import ErrorsView
from console.model.area import Ref
from tests.areas.errors.error_shell import NOW_MS, ErrorShell, failure, store_errors
from tests.areas.errors.error_window import Opened

KEY = Qt.Key


def test_live_reads_at_most_once_a_second_and_not_when_hidden_or_paused(opened: Opened) -> None:
    shell = opened.shell
    shell.slots.clear()
    for _ in range(9):
        shell.now_ms += 100
        shell.tick(shell.now_ms)
        opened.wait()
    assert shell.slots == []
    shell.tick(shell.now_ms + 100)
    opened.wait()
    assert shell.slots == ["groups"]
    shell.set_live(False)
    opened.wait()
    assert "paused" in opened.view.list.bar.state()
    shell.slots.clear()
    opened.tick()
    opened.view.deactivate()
    shell.set_live(True)
    opened.tick()
    assert shell.slots == []


def test_rows_do_not_jump_while_somebody_works_in_the_list(opened: Opened, path: Path) -> None:
    opened.focus("save")
    store_errors(path, [failure("merge", NOW_MS, 50), failure("brandnew", NOW_MS, 1)], "later")
    opened.tick()
    assert opened.titles() == ["load", "save", "merge"]
    assert opened.row("merge").count == 10
    assert opened.line() == "1 new and the order has changed: press . to refresh"
    opened.keys(".")
    assert opened.titles() == ["brandnew", "merge", "load", "save"] or opened.titles()[:2] == ["merge", "brandnew"]
    assert opened.view.list.table.current_row() == opened.row("save")
    assert opened.line() == ""
    opened.view.list.bar.words.setFocus()
    store_errors(path, [failure("load", NOW_MS + 1_000, 51)], "latest")
    opened.tick()
    assert opened.titles()[0] == "load"


def test_what_came_since_i_looked_is_marked_until_i_have_looked(opened: Opened, path: Path) -> None:
    assert "—" not in opened.titles()
    opened.keys("m")
    assert opened.shell.settings["errors.looked_ms"] == NOW_MS
    opened.shell.now_ms += 5_000
    store_errors(path, [failure("save", NOW_MS + 4_000, 7), failure("brandnew", NOW_MS + 4_500, 1)], "later")
    opened.tick()
    assert opened.titles() == ["brandnew", "save", "—", "load", "merge"]
    model = opened.view.list.table.groups
    assert [model.index(number, 0).data() for number in (0, 1, 3)] == ["●", "•", ""]
    assert model.index(2, 0).data().startswith("▲ 2 groups with events since you last looked")
    table = opened.view.list.table
    table.setFocus()
    table.move_to(1)
    opened.keys("j")
    assert table.current_row() == opened.row("load")
    opened.key(KEY.Key_Up)
    assert table.current_row() == opened.row("save")
    opened.keys("m")
    assert "—" not in opened.titles()


def test_the_filter_of_the_window_leaves_groups_with_matching_events(opened: Opened) -> None:
    opened.shell.set_filter("service:pwa OR service:network")
    opened.wait()
    assert opened.titles() == ["save", "merge"]
    opened.shell.set_filter("service:nobody")
    opened.wait()
    assert opened.view.list.notice.title.text() == "No error in the last 15 min matches the filter"
    opened.shell.set_filter("severity:bogus(")
    opened.wait()
    assert opened.view.list.notice.title.text() == "The filter is not understood."
    opened.view.list.notice.buttons()[0].click()
    opened.wait()
    assert len(opened.titles()) == 3


def test_a_bad_filter_keeps_the_last_good_groups(opened: Opened) -> None:
    opened.shell.set_filter("severity:bogus(")
    opened.wait()
    assert opened.line().startswith("The filter is not understood.")
    assert len(opened.titles()) == 3


def test_an_empty_store_says_what_to_do_next(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "empty.db"
    store_errors(path, [])
    opened = Opened(path, qtbot)
    notice = opened.view.list.notice
    assert notice.title.text() == "No error in the last 15 min"
    assert "No source is attached" in notice.detail.text()
    assert [button.text() for button in notice.buttons()] == ["Open Sources", "Show everything kept"]
    notice.buttons()[0].click()
    assert opened.shell.places == [Ref("sources")]
    opened.shell.source_states_changed.emit([{"name": "server"}])
    assert notice.detail.text() == "1 source attached; errors show here as they arrive."
    opened.shell.set_span(None)
    opened.wait()
    assert notice.title.text() == "No error in the whole store"
    opened.shell.set_live(False)
    opened.wait()
    assert "The window is paused" in notice.detail.text()


def test_before_the_first_answer_it_says_that_it_reads(path: Path, qtbot: QtBot) -> None:
    view = ErrorsView(ErrorShell(path))
    qtbot.addWidget(view)
    assert view.list.notice.title.text() == "Loading…"

"""What is done with groups, there and back through the writer; and saved views."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.areas.errors.view.commands import COMMANDS, context_menu
from console.areas.errors.view.split_dialog import SplitDialog
from console.areas.errors.view.triage import person
from console.model.area import Ref
from console.qt.actions import is_enabled
from console.qt.note_dialog import NoteDialog
from console.qt.shell import Scope
from tests.areas.errors.error_shell import MINUTE_MS, NOW_MS, failure, spread, store_errors
from tests.areas.errors.error_window import Opened

KEY = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def chips(opened: Opened) -> dict[str, str]:
    return {status: chip.text().split(" ")[-1] for status, chip in opened.view.list.bar._chips.items()}


def test_resolve_moves_on_to_the_next_group_and_undo_brings_it_back(opened: Opened) -> None:
    opened.focus("load")
    opened.keys("r")
    assert opened.shell.sent[-1]["args"] == {
        "groups": [opened.shell.sent[-1]["args"]["groups"][0]],
        "status": "resolved",
        "who": "ada",
    }
    assert opened.titles() == ["save", "merge"]
    assert opened.view.list.table.current_row() == opened.row("save")
    assert opened.shell.notes[-1] == "1 group resolved. Ctrl+Z takes it back."
    assert opened.line() == "1 group resolved."
    assert chips(opened)["resolved"] == "1"
    opened.key(KEY.Key_Z, CONTROL)
    assert opened.titles() == ["load", "save", "merge"]
    assert opened.shell.notes[-1] == "Taken back: resolved."
    opened.key(KEY.Key_Z, CONTROL)
    assert "nothing to undo" in opened.shell.notes[-1]


def test_the_offer_to_undo_is_a_button_too(opened: Opened) -> None:
    opened.focus("load")
    opened.keys("i")
    assert chips(opened)["ignored"] == "1"
    opened.view.list.line.button.click()
    opened.wait()
    assert len(opened.titles()) == 3


def test_the_offer_to_undo_goes_away_by_itself(opened: Opened) -> None:
    opened.focus("load")
    opened.keys("i")
    opened.tick()
    assert opened.line() == "1 group ignored."
    for _ in range(10):
        opened.tick()
    assert opened.line() == ""


def test_many_at_once_with_space_and_shift(opened: Opened) -> None:
    table = opened.view.list.table
    opened.focus("load")
    opened.key(KEY.Key_Space)
    opened.keys("jj")
    opened.key(KEY.Key_Space)
    assert [row.culprit.split(" ")[0] for row in table.chosen_rows()] == ["load", "merge"]
    assert opened.view.list.bar.state().startswith("2 groups chosen: R resolve")
    opened.tick()
    assert len(table.chosen_rows()) == 2
    opened.keys("r")
    assert opened.titles() == ["save"]
    assert opened.shell.notes[-1] == "2 groups resolved. Ctrl+Z takes it back."
    opened.key(KEY.Key_Z, CONTROL)
    opened.focus("load")
    opened.key(KEY.Key_Down, SHIFT)
    opened.keys("i")
    assert opened.shell.notes[-1] == "2 groups ignored. Ctrl+Z takes it back."
    assert opened.titles() == ["merge"]


def test_escape_leaves_one_group_chosen_before_it_closes_the_page(opened: Opened) -> None:
    table = opened.view.list.table
    opened.view.open_group(opened.row("load").id, take_focus=False)
    opened.focus("load")
    opened.key(KEY.Key_Space)
    opened.keys("j")
    opened.key(KEY.Key_Space)
    opened.key(KEY.Key_Escape)
    assert [row.culprit.split(" ")[0] for row in table.chosen_rows()] == ["save"]
    assert opened.view.page.isVisible()
    opened.key(KEY.Key_Escape)
    assert not opened.view.page.isVisible()


def test_a_workaround_wants_a_note_and_enter_sends_it(opened: Opened) -> None:
    opened.focus("save")
    opened.keys("w")
    dialog = opened.dialog(NoteDialog)
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert not ok.isEnabled()
    dialog.note.setText("restart it")
    QTest.keyClick(dialog.note, KEY.Key_Return)
    opened.wait()
    assert opened.titles() == ["load", "merge"]
    opened.view.list._show_all()
    opened.wait()
    row = opened.row("save")
    assert (row.status, row.note, row.who) == ("workaround", "restart it", "ada")
    opened.view.open_group(row.id)
    opened.wait()
    text = "\n".join(opened.view.page.texts())
    assert "◐ workaround by ada" in text
    assert "restart it" in text
    assert "just now, ada: workaround: restart it" in text


def test_resolve_with_a_note_and_reopen_from_the_page(opened: Opened) -> None:
    opened.view.list._show_all()
    opened.wait()
    opened.view.open_group(opened.row("save").id)
    opened.wait()
    assert not opened.view.page.buttons["reopen"].isEnabled()
    QTest.keyClick(opened.view.page.events, "R", SHIFT)
    opened.wait()
    dialog = opened.dialog(NoteDialog)
    assert dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
    dialog.note.setText("fixed in 1.5")
    dialog.accept()
    opened.wait()
    assert opened.view.page.row is not None
    assert (opened.view.page.row.status, opened.view.page.row.note) == ("resolved", "fixed in 1.5")
    opened.view.page.buttons["reopen"].click()
    opened.wait()
    assert opened.view.page.row.status == "pending"


def test_a_resolved_group_that_comes_back_is_regressed(opened: Opened, path: Path) -> None:
    opened.focus("load")
    opened.keys("r")
    store_errors(path, [failure("load", NOW_MS + 60_000, 77)], "later")
    opened.shell.now_ms = NOW_MS + 61_000
    opened.keys(".")
    assert opened.row("load").status == "regressed"
    assert chips(opened)["regressed"] == "1"


def test_merge_goes_into_the_group_with_the_most_events(opened: Opened) -> None:
    opened.focus("load")
    opened.keys("g")
    assert opened.shell.notes[-1].startswith("Choose the groups to merge")
    opened.keys("a")
    opened.keys("g")
    assert opened.titles() == ["merge"]
    assert opened.row("merge").count == 16
    opened.key(KEY.Key_Return)
    assert "Merged into it: " in "\n".join(opened.view.page.texts())
    opened.key(KEY.Key_Z, CONTROL)
    assert sorted(opened.titles()) == ["load", "merge", "save"]


def test_split_by_a_field_by_a_value_and_by_messages(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "split.db"
    events = spread("load", 4, NOW_MS - 60_000) + spread("load", 3, NOW_MS - 50_000, version="2.0.0", message="other words")
    store_errors(path, events)
    opened = Opened(path, qtbot)
    opened.focus("load")
    for choose, groups in ((0, 2), (1, 2)):
        opened.keys("x")
        dialog = opened.dialog(SplitDialog)
        ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
        assert not ok.isEnabled()
        lines = dialog._lines.rows
        start = next(n for n, line in enumerate(lines) if line.facet == "version")
        assert [(line.value, line.n) for line in lines[start : start + 3]] == [("", 7), ("1.4.0", 4), ("2.0.0", 3)]
        dialog.table.selectRow(start + choose)
        assert ok.isEnabled()
        QTest.keyClick(dialog.table, KEY.Key_Return)
        opened.wait()
        assert opened.shell.notes[-1].startswith("Split: ")
        assert len(opened.titles()) == groups
        opened.key(KEY.Key_Z, CONTROL)
        assert len(opened.titles()) == 1
        opened.view.list.table.move_to(0)
    opened.keys("x")
    dialog = opened.dialog(SplitDialog)
    dialog.pattern.setText("other *")
    assert dialog.rule() == {"message": "other *"}
    dialog.accept()
    opened.wait()
    assert sorted(row.count for row in opened.view.list.table.groups.rows) == [3, 4]


def test_a_group_of_equal_events_can_only_be_split_by_messages(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "alike.db"
    store_errors(path, [failure("load", NOW_MS - n, 1) for n in range(3)])
    opened = Opened(path, qtbot)
    opened.focus("load")
    opened.keys("x")
    dialog = opened.dialog(SplitDialog)
    assert not dialog.table.isVisible()
    assert dialog.rule() == {}
    dialog.pattern.setText("* *")
    assert dialog.rule() == {}
    dialog.reject()


def test_a_refused_change_is_said(opened: Opened, qtbot: QtBot) -> None:
    opened.view.triage.split(opened.row("load").id, {"facet": "environment", "value": "nowhere"})
    opened.wait()
    assert opened.shell.notes[-1].startswith("Not done: ")
    assert opened.line() == ""


def test_grouping_anew_is_offered_done_and_told(opened: Opened, path: Path) -> None:
    opened.shell._carry_out("producer", {"use": True, "who": "ada"})
    opened.keys(".")
    line = opened.view.list.regroup_line
    assert line.label.text().endswith(".")
    assert line.button.text() == "Group anew"
    line.button.click()
    opened.wait()
    assert opened.shell.notes[-1].startswith("Grouped anew: 16 events in ")
    assert not line.isVisible()


def test_while_events_are_grouped_anew_the_list_says_how_far_it_is(opened: Opened) -> None:
    opened.view.list.set_regrouping(True)
    opened.wait()
    assert opened.view.list.regroup_line.label.text().startswith("Grouping anew")
    assert not opened.view.list.regroup_line.button.isVisible()
    opened.view.list.set_regrouping(False)
    opened.wait()
    assert not opened.view.list.regroup_line.isVisible()


def test_every_command_is_an_action_and_runs_or_says_why_not(opened: Opened) -> None:
    actions = opened.shell.actions
    for command in COMMANDS:
        assert is_enabled(actions[f"errors.{command.name}"]) == (not command.needs), command.name
    for command in COMMANDS:
        action = actions[f"errors.{command.name}"]
        if command.name not in ("save_view", "regroup"):
            action.run()
            opened.wait()
    opened.focus("load")
    assert is_enabled(actions["errors.resolve"])
    assert not is_enabled(actions["errors.merge"])
    opened.view.deactivate()
    assert not any(is_enabled(actions[f"errors.{command.name}"]) for command in COMMANDS)
    sent = len(opened.shell.sent)
    actions["errors.resolve"].run()
    assert len(opened.shell.sent) == sent


def test_saved_views_are_kept_chosen_renamed_and_deleted(opened: Opened, qtbot: QtBot) -> None:
    view, shell = opened.view, opened.shell
    view.list.show_question(frozenset({"resolved", "ignored"}), "net", "count")
    shell.set_filter("service:network")
    shell.set_span(5 * MINUTE_MS)
    shell.actions["errors.save_view"].run()
    dialog = opened.dialog(NoteDialog)
    dialog.note.setText("Network\n closed")
    QTest.keyClick(dialog.note, KEY.Key_Return)
    opened.wait()
    (kept,) = shell.settings["errors.views"]
    assert kept == {"name": "Network  closed", "statuses": ["ignored", "resolved"], "words": "net", "order": "count",
                    "filter_text": "service:network", "span_ms": 5 * MINUTE_MS}  # fmt: skip
    view.list.show_question(frozenset({"pending"}), "", "last")
    shell.set_filter("")
    shell.set_span(None)
    action = shell.actions["errors.view.1"]
    assert action.title == "Errors: Network  closed"
    action.run()
    opened.wait()
    assert view.list.bar.statuses() == {"resolved", "ignored"}
    assert view.list.bar.words.text() == "net"
    assert view.list.table.groups.order == "count"
    assert shell.scope() == Scope(span_ms=5 * MINUTE_MS, filter_text="service:network")
    view.saved.rename("Network  closed", "Closed")
    assert shell.actions["errors.view.1"].title == "Errors: Closed"
    menu = view.list.bar.views.menu()
    menu.aboutToShow.emit()
    assert [one.text() for one in menu.actions()] == ["Closed", "", "Save this view…\tCtrl+Shift+S", "Rename", "Delete"]
    view.saved.delete("Closed")
    assert not is_enabled(shell.actions["errors.view.1"])
    assert shell.settings["errors.views"] is None
    view.deactivate()
    shell.actions["errors.view.1"].run()


def test_keys_of_titles_are_keys(opened: Opened) -> None:
    """What an action's title promises in brackets is what the key does."""
    for command in COMMANDS:
        if command.title.endswith(")"):
            key = command.title.rpartition("(")[2][:-1]
            assert not QKeySequence(key).isEmpty(), key
        if command.shortcut:
            assert not QKeySequence(command.shortcut).isEmpty()


def test_every_control_has_a_name_and_tab_reaches_it(opened: Opened) -> None:
    opened.view.open_group(opened.row("load").id)
    opened.wait()
    controls = [one for one in opened.view.findChildren(QWidget)
                if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled()
                and not one.objectName().startswith("qt_")]  # fmt: skip
    assert len(controls) > 12
    unnamed = [one for one in controls if not (one.accessibleName() or getattr(one, "text", str)())]
    assert unnamed == []


def test_the_person_is_the_systems_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "grace")
    assert person() == "grace"
    monkeypatch.setattr("getpass.getuser", lambda: (_ for _ in ()).throw(KeyError("uid")))
    assert person() == "unknown"


def test_a_saved_view_leads_back_to_the_area(opened: Opened) -> None:
    opened.view.saved.save("mine")
    opened.view.deactivate()
    opened.view.saved.choose(0)
    assert opened.shell.places == [Ref("errors")]


def test_a_group_that_leaves_takes_nothing_of_the_choice_with_it(opened: Opened) -> None:
    opened.focus("load")
    opened.key(KEY.Key_Space)
    opened.keys("j")
    opened.shell._carry_out("status", {"groups": [opened.row("merge").id], "status": "ignored", "who": "bob"})
    opened.tick()
    assert opened.titles() == ["load", "save"]
    assert [row.culprit.split(" ")[0] for row in opened.view.list.table.chosen_rows()] == ["load"]
    assert opened.view.list.table.current_row() == opened.row("save")


def test_the_menu_of_the_list_does_what_the_keys_do(opened: Opened) -> None:
    opened.focus("save")
    menu = context_menu(opened.view.list.table, opened.view.run, opened.view.can_run)
    entries = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert not entries["Merge the chosen groups"].isEnabled()
    assert entries["Ignore"].text().endswith("\tI")
    entries["Ignore"].trigger()
    opened.wait()
    menu.deleteLater()
    assert opened.titles() == ["load", "merge"]

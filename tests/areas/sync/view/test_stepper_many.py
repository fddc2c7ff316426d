"""Steps over many conflicts, the queue's questions, the pages, and what a screen reader hears."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from console.areas.sync.view.commands import COMMANDS, context_menu
from console.areas.sync.view.history_dialog import HistoryDialog
from console.areas.sync.view.rules_dialog import RulesDialog
from console.areas.sync.view.similar_dialog import SimilarDialog
from console.model.area import Ref
from console.qt.actions import is_enabled
from tests.areas.sync.view.sync_shell import BASE, LOCAL, REMOTE, store_conflicts, telling
from tests.areas.sync.view.sync_window import Opened

KEY = Qt.Key


def decided(opened: Opened) -> dict[str, int]:
    return {row.entity_id: row.decided for row in opened.page.queue.list.queue.rows}


def test_similar_conflicts_are_decided_alike_but_those_taken_out_and_one_undo_takes_it_back(opened: Opened) -> None:
    opened.keys("a")
    assert opened.shell.notes[-1].startswith("Decide something first")
    opened.keys("23a")
    dialog = opened.dialog(SimilarDialog)
    words = [dialog.others.item(row).text() for row in range(2)]
    assert words == ["conversation e-2, pwa ↔ server: topic", "conversation e-3, pwa ↔ server: topic"]
    assert dialog.others.rowCount() == 2
    dialog.others.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert "1 taken out" in dialog.words.text()
    assert dialog.buttons.button(dialog.buttons.StandardButton.Ok).text() == "Apply to 1"
    dialog.accept()
    opened.wait()
    assert decided(opened) == {"e-1": 2, "e-2": 0, "e-3": 2, "e-4": 0}
    (sent,) = opened.shell.connection.execute("SELECT count(*) FROM outbox").fetchone()
    assert sent == 0
    opened.page.run("undo_bulk")
    opened.wait()
    assert decided(opened) == {"e-1": 2, "e-2": 0, "e-3": 0, "e-4": 0}
    assert opened.shell.notes[-1] == "Taken back for 1 conflict."


def test_what_similar_refused_is_said(opened: Opened) -> None:
    opened.keys("23a")
    dialog = opened.dialog(SimilarDialog)
    opened.page.settling.do("reject", {"issue": 2, "note": "meanwhile"})
    dialog.accept()
    opened.wait()
    assert opened.shell.notes[-1].startswith("Applied to none; conflict 2 refused: ")


def test_rules_are_tried_first_and_settle_only_when_told(opened: Opened) -> None:
    opened.page.run("rules")
    opened.wait()
    dialog = opened.dialog(RulesDialog)
    dialog.add_rule("conversation", "topic", "server_wins")
    dialog.attempt.click()
    opened.wait()
    assert dialog.outcome.toPlainText().startswith("would settle 0 of 4, these 4 remain:\n  3 because ")
    assert not dialog.settle.isEnabled()
    dialog.add_rule("conversation", "notes", "client_wins")
    dialog.add_rule("message", "**", "manual")
    dialog.attempt.click()
    opened.wait()
    words = dialog.outcome.toPlainText()
    assert words.startswith("would settle 3 of 4, ")
    assert "conflict 4: topic is to be settled by hand" in words
    assert [row.state for row in opened.page.queue.list.queue.rows] == ["open"] * 4
    assert dialog.settle.isEnabled()
    dialog.table.item(0, 1).setText("title")
    assert not dialog.settle.isEnabled()
    dialog.table.item(0, 1).setText("topic")
    dialog.attempt.click()
    opened.wait()
    dialog.settle.click()
    opened.wait()
    assert [row.state for row in opened.page.queue.list.queue.rows] == ["open", *["resolving"] * 3]
    opened.page.run("undo_bulk")
    opened.wait()
    assert all(row.state != "resolving" for row in opened.page.queue.list.queue.rows)


def test_only_what_can_be_done_with_the_chosen_rule_is_offered(opened: Opened) -> None:
    opened.page.run("rules")
    opened.wait()
    dialog = opened.dialog(RulesDialog)

    def offered() -> list[str]:
        return [words for words, button in dialog.edits.items() if button.isEnabled()]

    assert offered() == ["Add"]
    dialog.edits["Add"].click()
    assert offered() == ["Add", "Remove"]
    dialog.edits["Add"].click()
    assert offered() == ["Add", "Remove", "Up"]
    dialog.edits["Up"].click()
    assert offered() == ["Add", "Remove", "Down"]
    dialog.edits["Remove"].click()
    dialog.edits["Remove"].click()
    assert offered() == ["Add"]


def test_rules_are_kept_in_order_and_wrong_ones_are_refused(opened: Opened) -> None:
    opened.page.run("rules")
    opened.wait()
    dialog = opened.dialog(RulesDialog)
    dialog.add_rule("a", "x", "merge")
    dialog.add_rule("b", "y", "manual")
    dialog._shift(-1)
    assert [rule["entity_type"] for rule in dialog.rules()] == ["b", "a"]
    dialog.attempt.click()
    opened.wait()
    dialog.add_rule("c", "", "merge")
    dialog.attempt.click()
    opened.wait()
    assert opened.shell.notes[-1].startswith("Not done: ")
    dialog.reject()
    opened.page.run("rules")
    opened.wait()
    again = opened.dialog(RulesDialog)
    assert [rule["entity_type"] for rule in again.rules()] == ["b", "a"]
    again._remove()
    assert len(again.rules()) == 1


def test_strategies_for_a_whole_conflict(opened: Opened) -> None:
    opened.page.run("merge")
    opened.wait()
    assert "cannot be merged" in opened.shell.notes[-1]
    opened.page.run("server_wins")
    opened.wait()
    assert opened.shell.notes[-1] == "conversation e-1: resolved, server wins."
    assert opened.shell.service_answers("applied", {})["result"] == REMOTE


def test_the_history_tells_who_when_what_and_the_answer(opened: Opened) -> None:
    opened.keys("23")
    opened.send("agreed\u202e")
    opened.shell.service_answers("applied", {"version": 6})
    opened.tick()
    opened.keys("h")
    text = opened.dialog(HistoryDialog).text.edit.toPlainText()
    for part in ("ada  choose", "topic: local", "notes, part 2: remote", "ada  send", "⟨U+202E⟩", "pwa  answer", "local: ",
                 "patch: [", "✓ resolved", "Told by", "event 1"):  # fmt: skip
        assert part in text, part
    assert "\u202e" not in text


def test_the_queue_can_be_asked_for_less(opened: Opened) -> None:
    entity = opened.page.queue._boxes["entity_type"]
    assert [entity.itemText(n) for n in range(entity.count())] == ["All entities", "conversation 3", "message 1"]
    entity.setCurrentIndex(2)
    entity.activated.emit(2)
    opened.wait()
    assert opened.queued() == ["e-4 open"]
    assert opened.page.queue._chips["open"].text() == "○ open 1"
    opened.page.queue._chips["open"].click()
    opened.wait()
    assert opened.page.queue.notice.title.text() == "No such conflict"
    opened.page.queue.notice.buttons()[0].click()
    opened.wait()
    assert len(opened.queued()) == 4


def test_other_kinds_wait_until_they_are_asked_for(tmp_path: Path, qtbot: QtBot) -> None:
    store_conflicts(tmp_path / "kinds.db", [telling(1, None, None, None, kind="divergence")])
    opened = Opened(tmp_path / "kinds.db", qtbot)
    assert opened.page.queue.notice.title.text() == "No conflict waits for a decision"
    opened.page.queue.notice.buttons()[0].click()
    opened.wait()
    assert opened.queued() == ["e-1 open"]
    kinds = opened.page.queue._boxes["kind"]
    assert [kinds.itemText(n) for n in range(kinds.count())] == ["All kinds", "divergence 1"]
    opened.view.deactivate()


def test_a_merge_without_conflicts_is_sent_as_it_is(tmp_path: Path, qtbot: QtBot) -> None:
    store_conflicts(tmp_path / "merged.db", [telling(1, BASE | {"size": 9}, BASE | {"topic": "new"})])
    opened = Opened(tmp_path / "merged.db", qtbot)
    assert opened.pane.head.no_base.label.text().startswith("No field is in conflict")
    assert opened.pane.bar.buttons["send"].property("primary") is True
    opened.send()
    args = opened.shell.service_answers("applied", {})
    assert (args["strategy"], args["result"]) == ("merge", BASE | {"size": 9, "topic": "new"})
    opened.view.deactivate()


def test_the_chosen_states_are_remembered(opened: Opened, path: Path, qtbot: QtBot) -> None:
    opened.page.queue._chips["resolved"].click()
    assert opened.shell.settings["sync.queue"] == ["open", "resolving", "resolved"]


def test_an_empty_store_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    store_conflicts(tmp_path / "none.db", [])
    opened = Opened(tmp_path / "none.db", qtbot)
    assert opened.page.queue.notice.title.text() == "No conflict"
    assert opened.pane.notice.title.text() == "No conflict is open"
    for letter in "123bedusrjknpaho":
        opened.keys(letter)
    assert opened.shell.sent == []
    store_conflicts(tmp_path / "none.db", [telling(1)])
    opened.tick()
    assert opened.entity() == "conversation e-1"
    opened.view.deactivate()


def test_hostile_text_shows_as_it_is(tmp_path: Path, qtbot: QtBot) -> None:
    hostile = "<b>x</b>\u202e\x1b[31m" + "y" * 1_000_000
    store_conflicts(tmp_path / "bad.db", [telling(1, LOCAL | {"topic": hostile}, REMOTE, entity_type="<i>t</i>\u202e")])
    opened = Opened(tmp_path / "bad.db", qtbot)
    assert opened.entity() == "<i>t</i>⟨U+202E⟩ e-1"
    shown = opened.pane.fields.fields.data(opened.pane.fields.currentIndex())
    assert "<b>x</b>⟨U+202E⟩␛[31m" in shown
    assert len(shown) < 10_000
    opened.host.grab()
    opened.view.deactivate()


def test_everything_has_a_name_and_a_way_by_keys(opened: Opened) -> None:
    controls: list[QWidget] = [*opened.page.findChildren(QAbstractButton), *opened.page.findChildren(QComboBox)]
    named = [control for control in controls if control.isVisible()]
    assert all(control.accessibleName() for control in named)
    assert all(control.focusPolicy() & Qt.FocusPolicy.TabFocus for control in named)
    words = opened.page.queue.list.queue.data(opened.page.queue.list.queue.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert "conversation e-1: conflict, open, severity" in words
    assert {f"sync.{command.name}" for command in COMMANDS} <= opened.shell.actions.keys()
    assert set(opened.page._runs) == {command.name for command in COMMANDS}


def test_buttons_and_menu_offer_what_makes_sense(opened: Opened) -> None:
    buttons = opened.pane.bar.buttons
    assert buttons["local"].isEnabled()
    assert not buttons["undo"].isEnabled()
    assert not buttons["reopen"].isEnabled()
    buttons["remote"].click()
    opened.wait()
    assert opened.lines()["topic"].choice == "remote"
    assert buttons["undo"].isEnabled()
    opened.keys("3")
    assert buttons["send"].property("primary") is True
    menu = context_menu(opened.pane.fields, ("field",), opened.page.run, opened.page.can_run)
    assert [action.text().split("\t")[1] for action in menu.actions()] == ["1", "2", "3", "B", "E", "D"]
    assert is_enabled(opened.shell.actions["sync.history"])
    opened.view.deactivate()
    assert not is_enabled(opened.shell.actions["sync.history"])


def test_pages_are_built_when_first_shown_and_only_the_one_in_front_asks(opened: Opened) -> None:
    assert set(opened.view._pages) == {"conflicts"}
    opened.view.show_ref(Ref("sync", "issues"))
    opened.wait()
    assert (opened.view.page(), opened.view.bar.currentIndex()) == ("issues", 2)
    assert not opened.page.feed.active
    assert opened.view.place() == Ref("sync", "issues")
    opened.shell.actions["sync.page_health"].run()
    assert opened.shell.places == [Ref("sync", "health")]
    opened.view.bar.setCurrentIndex(1)
    opened.wait()
    assert opened.view.page() == "health"
    opened.view.show_ref(Ref("sync", "2"))
    opened.wait()
    assert (opened.view.page(), opened.entity()) == ("conflicts", "conversation e-2")

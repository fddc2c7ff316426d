"""The editor: checked while one types, tried on samples, saved to a real store, and nothing lost on a refusal."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.areas.contracts.store.reading import all_versions
from console.areas.contracts.view.editor_dialog import EditorDialog
from console.areas.contracts.view.editor_forms import document_text
from tests.areas.contracts.view.contract_store import SEARCH, ContractsShell, changed, make_store

CONTROL = Qt.KeyboardModifier.ControlModifier
BREAKING = changed(SEARCH)
BREAKING["expectedResponse"]["properties"]["total"]["type"] = ["integer", "null"]


class Opened:
    """A dialog over a store that knows version 2.0.0 of the search."""

    def __init__(self, path: Path, host: QWidget, document: dict[str, Any] | None) -> None:
        self.shell = ContractsShell(path)
        self.dialog = EditorDialog(self.shell, document, parent=host)
        self.panes = self.dialog.panes
        self.saved: list[tuple[int, int]] = []
        self.dialog.saved.connect(lambda *ids: self.saved.append(ids))
        self.dialog.open()
        self.wait()

    def wait(self) -> None:
        """Let what was typed be checked, and answers come."""
        self.shell.deliver()
        if self.dialog._typed.isActive():
            self.dialog._typed.stop()
            self.dialog._ask()
        self.shell.deliver()
        QApplication.processEvents()

    def type(self, document: Any, language: str = "json") -> None:
        text = document if isinstance(document, str) else document_text(document, "json" if language == "json" else "yaml")
        self.panes.edit.setPlainText(text)
        self.wait()

    def marks(self) -> list[str]:
        return [self.panes.marks.item(place).text() for place in range(self.panes.marks.count())]

    def sample(self, text: str) -> str:
        self.panes.sample.edit.setPlainText(text)
        self.panes.sample.changed.emit()
        self.wait()
        return self.panes.sample.result.text()

    def versions(self) -> dict[str, str]:
        return {row.version: row.note for row in all_versions(self.shell.connection)}

    def is_open(self) -> bool:
        return self.dialog.isVisible()


Open = Callable[[dict[str, Any] | None], Opened]


@pytest.fixture
def open_editor(tmp_path: Path, qtbot: QtBot) -> Iterator[Open]:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    path = make_store(tmp_path / "contracts.db", SEARCH)
    yield lambda document: Opened(path, host, document)
    host.close()


def test_a_new_contract_says_what_it_lacks_and_is_saved_when_it_lacks_nothing(open_editor: Open) -> None:
    opened = open_editor(None)
    assert opened.dialog.windowTitle() == "New contract"
    assert opened.panes.state.text() == "1 mistake"
    assert not opened.panes.save.isEnabled()
    opened.type(SEARCH | {"endpoint": "/circles", "contractVersion": "0.1.0"})
    assert opened.panes.standing.text() == "This endpoint has no contract yet."
    opened.panes.note.setText("first")
    opened.panes.save.click()
    opened.wait()
    assert opened.versions() == {"2.0.0": "", "0.1.0": "first"}
    assert opened.shell.notes == ["Version 0.1.0 of GET /circles is saved."]
    assert opened.saved == [(2, 2)]


def test_mistakes_are_listed_with_their_line_and_enter_goes_there(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.type('{"serviceName": "a",\n "endpoint": "/x" "b"\n}')
    assert opened.marks() == ["✖ line 2, column 19: is no JSON: Expecting ',' delimiter"]
    assert len(opened.panes.edit.extraSelections()) == 1
    opened.panes.marks.itemActivated.emit(opened.panes.marks.item(0))
    cursor = opened.panes.edit.textCursor()
    assert (cursor.blockNumber(), cursor.positionInBlock()) == (1, 18)
    assert opened.panes.place.text() == "line 2, column 19"
    assert not opened.panes.save.isEnabled()


def test_an_unchanged_contract_has_nothing_to_save(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    assert opened.panes.state.text() == "✓ No mistake"
    assert opened.panes.standing.text() == "Version 2.0.0 is there already with this very content."
    assert not opened.panes.save.isEnabled()
    QTest.keyClick(opened.panes.edit, Qt.Key.Key_Escape)
    assert not opened.is_open()


def test_the_advised_number_is_taken_by_a_button_and_undone_by_one_step(open_editor: Open) -> None:
    opened = open_editor(BREAKING)
    assert opened.panes.take_number.text() == "Take 3.0.0"
    opened.panes.take_number.click()
    opened.wait()
    assert json.loads(opened.dialog.text()) == BREAKING | {"contractVersion": "3.0.0"}
    assert opened.panes.save.isEnabled()
    opened.panes.edit.undo()
    opened.wait()
    assert json.loads(opened.dialog.text()) == BREAKING
    assert not opened.panes.save.isEnabled()


def test_a_version_that_is_there_is_replaced_only_when_a_person_says_so(open_editor: Open) -> None:
    opened = open_editor(BREAKING)
    assert opened.panes.replace.isVisible()
    opened.dialog.accept()
    assert opened.shell.sent == []
    opened.panes.replace.setChecked(True)
    QTest.keyClick(opened.panes.edit, Qt.Key.Key_Return, CONTROL)
    opened.wait()
    assert [command["args"]["replace"] for command in opened.shell.sent] == [True]
    (row,) = all_versions(opened.shell.connection)
    assert row.document["expectedResponse"] == BREAKING["expectedResponse"]


def test_what_is_refused_stays_in_the_editor(open_editor: Open, tmp_path: Path) -> None:
    opened = open_editor(BREAKING | {"contractVersion": "3.0.0"})
    other = ContractsShell(opened.shell.path)
    other.write({"cmd": "area", "area": "contracts", "do": "save",
                 "args": {"document": SEARCH | {"contractVersion": "3.0.0"}, "origin": "edited"}})  # fmt: skip
    opened.panes.save.click()
    opened.wait()
    assert opened.is_open()
    assert opened.panes.problem.text().startswith("Not saved: version 3.0.0 is there with another content")
    assert json.loads(opened.dialog.text())["expectedResponse"] == BREAKING["expectedResponse"]
    assert opened.panes.save.isEnabled()


def test_a_refusal_after_the_editor_was_closed_is_said_by_the_window(open_editor: Open) -> None:
    opened = open_editor(BREAKING | {"contractVersion": "3.0.0"})
    opened.shell.write({"cmd": "area", "area": "contracts", "do": "save",
                        "args": {"document": SEARCH | {"contractVersion": "3.0.0"}, "origin": "edited"}})  # fmt: skip
    opened.dialog.accept()
    opened.dialog.reject()
    QApplication.sendPostedEvents(opened.dialog, QEvent.Type.DeferredDelete)
    opened.shell.deliver()
    assert opened.shell.notes[0].startswith("Not done: version 3.0.0 is there with another content")


def test_saving_at_once_after_typing_waits_for_the_check(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.panes.edit.setPlainText(document_text(SEARCH | {"contractVersion": "2.0.1"}, "json"))
    opened.dialog.accept()
    assert opened.shell.sent == []
    opened.wait()
    assert sorted(opened.versions()) == ["2.0.0", "2.0.1"]


def test_a_mistake_typed_last_is_never_saved(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.panes.edit.setPlainText("{")
    opened.dialog.accept()
    opened.wait()
    assert opened.shell.sent == []
    assert opened.is_open()


def test_an_answer_to_an_older_text_is_not_shown(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.panes.edit.setPlainText("{")
    opened.dialog._typed.stop()
    opened.dialog._ask()
    opened.panes.edit.setPlainText(document_text(SEARCH, "json"))
    opened.shell.deliver()
    assert opened.marks() == []
    assert opened.panes.state.text() == "Checking…"


def test_changes_are_let_go_at_the_second_escape_only(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.type("{}")
    opened.dialog.reject()
    assert opened.is_open()
    assert opened.panes.problem.text() == "Not saved. Escape again lets the changes go."
    opened.dialog.close()
    assert not opened.is_open()


def test_typing_on_takes_the_warning_back(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.type("{}")
    opened.dialog.reject()
    opened.type("{ }")
    opened.dialog.reject()
    assert opened.is_open()
    opened.dialog.reject()
    assert not opened.is_open()


def test_yaml_shows_the_same_contract_and_saves_it(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.panes.yaml.click()
    opened.wait()
    assert opened.dialog.text().startswith("serviceName: server\nendpoint: /acus/search\n")
    assert opened.panes.state.text() == "✓ No mistake"
    opened.panes.edit.setPlainText(opened.dialog.text().replace("2.0.0", "2.0.1"))
    opened.wait()
    opened.panes.save.click()
    opened.wait()
    assert sorted(opened.versions()) == ["2.0.0", "2.0.1"]


def test_looking_at_yaml_is_no_change(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.panes.yaml.click()
    opened.wait()
    opened.dialog.reject()
    assert not opened.is_open()


def test_a_broken_text_stays_in_its_language(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.type('{"serviceName": ')
    opened.panes.yaml.click()
    opened.wait()
    assert opened.panes.json.isChecked()
    assert opened.dialog.text() == '{"serviceName": '
    assert opened.panes.problem.text().startswith("Not laid out: it is no JSON")


def test_format_lays_the_text_out(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.type(json.dumps(SEARCH))
    opened.panes.format.click()
    opened.wait()
    assert opened.dialog.text() == document_text(SEARCH, "json")


def test_a_sample_says_whether_it_keeps_to_the_contract_and_where_not(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    good = {"hits": [{"id": "a", "quality": 0.5}], "total": 1}
    assert opened.sample(json.dumps(good)) == "✓ It keeps to the contract."
    words = opened.sample(json.dumps(good | {"hits": [{"id": "a"}, {"quality": "0.5"}]}))
    assert words.startswith("✖ It breaks the contract in 2 places:")
    assert "hits[1].id" in words
    assert "hits[1].quality" in words
    assert "not JSON" in opened.sample("{")
    assert opened.sample("") == "Paste an answer above: it is checked as you type."


def test_a_sample_is_checked_again_when_the_contract_changes(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    sample = json.dumps({"hits": [], "total": None})
    assert opened.sample(sample).startswith("✖")
    opened.type(BREAKING)
    assert opened.panes.sample.result.text() == "✓ It keeps to the contract."


def test_parameters_are_tried_as_they_come_in_a_query(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    part = opened.panes.sample.part
    part.setCurrentIndex(part.findData("params"))
    assert opened.sample('{"q": "x", "limit": "10"}') == "✓ It keeps to the contract."
    assert "limit" in opened.sample('{"q": "x", "limit": "ten"}')
    assert "q" in opened.sample("{}")


def test_what_can_be_tried_follows_the_contract(open_editor: Open) -> None:
    opened = open_editor(changed(SEARCH, expectedRequest={"type": "object"}, expectedResponses={"404": True}))
    part = opened.panes.sample.part
    assert [part.itemText(place) for place in range(part.count())] == [
        "an answer 2xx", "an answer 404", "a request's body", "parameters, as an object",
    ]  # fmt: skip
    opened.type("{")
    assert not part.isEnabled()
    assert opened.panes.sample.result.text().startswith("A sample is checked once")


def paste(opened: Opened, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    opened.panes.sample.edit.insertFromMimeData(data)


def test_a_long_line_of_json_is_pasted_in_lines(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    value = {"hits": [{"id": str(number)} for number in range(2_000)], "total": 2_000}
    paste(opened, json.dumps(value))
    assert opened.panes.sample.edit.toPlainText() == json.dumps(value, indent=2)


@pytest.mark.parametrize("text", ["x" * 20_000, json.dumps({"a": "x" * 20_000}), "a\n" * 600_000])
def test_what_no_editor_can_lay_out_is_not_pasted(open_editor: Open, text: str) -> None:
    opened = open_editor(SEARCH)
    paste(opened, text)
    assert opened.panes.sample.edit.toPlainText() == ""
    assert opened.panes.sample.result.text().startswith("Not pasted: ")


def test_pastes_that_are_too_much_together_are_refused(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    text = ("x" * 999 + "\n") * 300
    paste(opened, text)
    assert len(opened.panes.sample.edit.toPlainText()) == len(text)
    paste(opened, text)
    assert len(opened.panes.sample.edit.toPlainText()) == len(text)
    assert opened.panes.sample.result.text() == "Not pasted: with it there would be more than 500,000 characters."


def test_a_contract_too_large_to_edit_says_what_to_do(open_editor: Open) -> None:
    opened = open_editor(changed(SEARCH, title="x" * 50_000))
    assert opened.panes.edit.isReadOnly()
    assert opened.panes.problem.text().endswith("Export it, edit the file, and import it.")
    assert not opened.panes.save.isEnabled()
    assert opened.panes.state.text() != "Checking…"
    opened.dialog.reject()
    assert not opened.is_open()


def test_hostile_words_of_a_contract_are_shown_as_they_are(open_editor: Open) -> None:
    opened = open_editor(changed(SEARCH, endpoint="/<b>\u202ex</b>", contractVersion="1\u202e"))
    assert opened.dialog.windowTitle() == "Edit server GET /<b>⟨U+202E⟩x</b> 1⟨U+202E⟩"
    assert "\\u202e" in opened.dialog.text()


def test_a_store_that_cannot_be_read_is_said(open_editor: Open) -> None:
    opened = open_editor(SEARCH)
    opened.dialog._failed(ValueError("disk\ngone"))
    assert opened.marks() == ["✖ could not be checked: disk↵gone"]


def test_every_control_has_a_name_and_the_keys_reach_it(open_editor: Open) -> None:
    panes = open_editor(BREAKING).panes
    named = [panes.json, panes.yaml, panes.edit, panes.marks, panes.take_number, panes.replace, panes.note,
             panes.sample.part, panes.sample.edit]  # fmt: skip
    assert all(control.accessibleName() for control in named)
    assert all(control.focusPolicy() & Qt.FocusPolicy.TabFocus for control in named)
    assert panes.edit.tabChangesFocus()

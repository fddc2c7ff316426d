"""The import: what is shown before, what is ticked, and what reaches the store."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from console.areas.contracts.store.reading import all_versions
from console.areas.contracts.view.import_dialog import ImportDialog
from tests.areas.contracts.view.contract_store import MESSAGES, SEARCH, ContractsShell, changed, make_store


class Opened:
    def __init__(self, path: Path, host: QWidget) -> None:
        self.shell = ContractsShell(path)
        self.dialog = ImportDialog(self.shell, host)
        self.imported = 0
        self.dialog.imported.connect(self._count)
        self.dialog.open()
        self.wait()

    def _count(self) -> None:
        self.imported += 1

    def wait(self) -> None:
        self.shell.deliver()
        QApplication.processEvents()

    def read(self, *paths: Path) -> None:
        self.dialog.read(paths)
        self.wait()

    def kinds(self) -> list[str]:
        model = self.dialog.table.candidates
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def versions(self) -> set[tuple[str, str, float | None]]:
        rows = all_versions(self.shell.connection)
        return {(row.contract.endpoint, row.version, row.contract.timeout_ms) for row in rows}


Open = Callable[[], Opened]
BEFORE = {("/acus/search", "2.0.0", 1500.0), ("/conversations/:id/messages", "1.0.0", None)}


@pytest.fixture
def open_import(tmp_path: Path, qtbot: QtBot) -> Iterator[Open]:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    path = make_store(tmp_path / "contracts.db", SEARCH, MESSAGES)
    yield lambda: Opened(path, host)
    host.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """One that is there already, a new version, one of another content, and 120 new endpoints."""
    many = [changed(SEARCH, endpoint=f"/things/{number}") for number in range(120)]
    documents: list[Any] = [SEARCH, changed(SEARCH, contractVersion="3.0.0"), changed(MESSAGES, timeout=7), *many]
    path = tmp_path / "all.json"
    path.write_text(json.dumps(documents), "utf-8")
    return path


def test_nothing_chosen_says_what_can_be(open_import: Open) -> None:
    opened = open_import()
    assert opened.dialog.notice.title.text() == "Choose files, or drop them here"
    assert not opened.dialog.take.isEnabled()
    assert not opened.dialog.troubles.isVisible()


def test_what_files_hold_is_shown_before_anything_is_written(open_import: Open, file: Path) -> None:
    opened = open_import()
    opened.read(file)
    assert opened.kinds()[:4] == ["= there already", "+ new version", "✖ other content", "+ new endpoint"]
    assert opened.dialog.words.text() == ("1 file: 120 new endpoints, 1 new version, 1 there already, 1 with other content")
    assert opened.dialog.take.text() == "Import 121"
    assert opened.shell.sent == []
    assert opened.versions() == BEFORE


def test_an_import_goes_in_parts_and_leaves_what_differs(open_import: Open, file: Path) -> None:
    opened = open_import()
    opened.read(file)
    opened.dialog.take.click()
    opened.wait()
    assert len(opened.shell.sent) == 3
    assert all(command["args"]["replace"] is False for command in opened.shell.sent)
    assert len(opened.versions()) == 2 + 121
    assert opened.versions() > BEFORE
    assert opened.shell.notes == ["121 contracts imported."]
    assert opened.imported == 1
    assert not isValid(opened.dialog)


def test_what_differs_is_replaced_when_it_is_ticked(open_import: Open, file: Path) -> None:
    opened = open_import()
    opened.read(file)
    opened.dialog.conflicts.click()
    assert opened.dialog.take.text() == "Import 122"
    opened.dialog.accept()
    opened.wait()
    replacing = [command["args"] for command in opened.shell.sent if command["args"]["replace"]]
    assert [len(args["documents"]) for args in replacing] == [1]
    assert ("/conversations/:id/messages", "1.0.0", 7.0) in opened.versions()
    assert opened.shell.notes == ["121 contracts imported, 1 replaced."]


def test_space_ticks_and_unticks_a_contract(open_import: Open, file: Path) -> None:
    opened = open_import()
    opened.read(file)
    table = opened.dialog.table
    table.setCurrentIndex(table.candidates.index(1, 0))
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert opened.dialog.take.text() == "Import 120"
    table.setCurrentIndex(table.candidates.index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert opened.dialog.take.text() == "Import 120"
    table.setCurrentIndex(table.candidates.index(2, 0))
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert opened.dialog.take.text() == "Import 121"


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_enter_in_the_list_imports(open_import: Open, file: Path, modifier: Qt.KeyboardModifier) -> None:
    opened = open_import()
    opened.read(file)
    QTest.keyClick(opened.dialog.table, Qt.Key.Key_Return, modifier)
    opened.wait()
    assert opened.shell.notes == ["121 contracts imported."]


def test_problems_are_listed_with_their_place(open_import: Open, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("serviceName: x\nendpoint: /a\ncontractVersion: 1.0.0\nexpectedResponse:\n  type: objekt\n", "utf-8")
    opened = open_import()
    opened.read(bad, tmp_path / "none.json")
    model = opened.dialog.troubles.troubles
    cells = [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]
    assert cells == [["bad.yaml", "5", "expectedResponse.type"], ["none.json", "", ""]]
    assert opened.dialog.troubles.isVisible()
    assert opened.dialog.notice.title.text() == "No contract found"


def test_what_the_store_refuses_is_said_and_the_dialog_stays(open_import: Open, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps([changed(SEARCH, endpoint="/" + "x" * 500), changed(SEARCH, endpoint="/fine")]), "utf-8")
    opened = open_import()
    opened.read(path)
    opened.dialog.accept()
    opened.wait()
    assert opened.dialog.told.text().startswith("1 contract imported, 1 refused.\n✖ ")
    assert "longer than 400 characters" in opened.dialog.told.text()
    assert opened.dialog.isVisible()


def test_a_failing_writer_stops_the_rest(open_import: Open, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_import()
    opened.read(file)

    def failing(command: dict[str, Any], done: Callable[[dict[str, Any]], None]) -> None:
        opened.shell.sent.append(command)
        opened.shell.waiting.append(lambda: done({"ok": False, "error": "this window only reads"}))

    monkeypatch.setattr(opened.shell, "write", failing)
    opened.dialog.accept()
    opened.wait()
    assert len(opened.shell.sent) == 1
    assert opened.dialog.told.text() == "0 contracts imported.\nThe rest was not imported: this window only reads"
    assert opened.dialog.take.isEnabled()
    assert opened.imported == 0


def test_closing_in_between_stops_after_the_part(open_import: Open, file: Path) -> None:
    opened = open_import()
    opened.read(file)
    opened.dialog.accept()
    assert not opened.dialog.take.isEnabled()
    opened.dialog.reject()
    QApplication.sendPostedEvents(opened.dialog, QEvent.Type.DeferredDelete)
    opened.wait()
    assert len(opened.shell.sent) == 1
    assert not isValid(opened.dialog)


def test_files_are_dropped(open_import: Open, file: Path) -> None:
    opened = open_import()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, button, none)
    opened.dialog.dragEnterEvent(entered)
    assert entered.isAccepted()
    opened.dialog.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, button, none))
    opened.wait()
    assert opened.dialog.take.text() == "Import 121"


def test_what_is_no_file_is_not_taken(open_import: Open) -> None:
    opened = open_import()
    data = QMimeData()
    data.setText("hello")
    entered = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    entered.setAccepted(False)
    opened.dialog.dragEnterEvent(entered)
    assert not entered.isAccepted()


def test_files_are_chosen_in_the_systems_dialog(open_import: Open, file: Path) -> None:
    opened = open_import()
    opened.dialog.choose_files()
    (chooser,) = opened.dialog.findChildren(QFileDialog)
    chooser.filesSelected.emit([str(file)])
    opened.wait()
    assert opened.dialog.take.text() == "Import 121"
    chooser.reject()


def test_the_examples_that_ship_are_whole_and_can_be_imported(open_import: Open) -> None:
    opened = open_import()
    opened.dialog.read_examples()
    opened.wait()
    assert opened.dialog.table.candidates.rowCount() >= 8
    assert opened.dialog.troubles.troubles.rowCount() == 0
    opened.dialog.accept()
    opened.wait()
    assert len(opened.versions()) > 8


def test_every_control_has_a_name(open_import: Open) -> None:
    dialog = open_import().dialog
    for control in (dialog.table, dialog.troubles, dialog.progress):
        assert control.accessibleName()
    for button in (dialog.choose, dialog.examples, dialog.take):
        assert button.text()

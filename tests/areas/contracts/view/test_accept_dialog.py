"""Accepting drift: the version that would be, against the one there is, made by the store out of what it observed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from console.areas.contracts.store.reading import all_versions
from console.areas.contracts.view.accept_dialog import AcceptDialog
from tests.areas.contracts.view.contract_store import SEARCH, ContractsShell, changed, read_findings
from tests.areas.contracts.view.drifting import store_drift
from tests.command_shell import with_writer

CONTROL = Qt.KeyboardModifier.ControlModifier


class Opened:
    """A dialog over what 600 exchanges gave: `quality` came as a text, `limit` never came."""

    def __init__(self, path: Path, host: QWidget, *kinds: str) -> None:
        self.path = path
        self.shell = ContractsShell(path)
        self.accepted: list[tuple[int, str]] = []
        findings = [row for row in read_findings(path) if row.kind in kinds]
        assert len(findings) == len(kinds)
        self.dialog = AcceptDialog(self.shell, findings, host, lambda *told: self.accepted.append(told))
        self.dialog.open()
        self.wait()

    def wait(self) -> None:
        self.shell.deliver()
        QApplication.processEvents()

    def save(self, number: str) -> None:
        args = {"document": changed(SEARCH, contractVersion=number), "origin": "edited"}
        self.shell.write({"cmd": "area", "area": "contracts", "do": "save", "args": args})

    def diff(self) -> str:
        assert self.dialog.diff is not None
        return self.dialog.diff.shown_text()

    def current(self) -> tuple[str, str, str]:
        (row,) = (row for row in all_versions(self.shell.connection) if row.is_current)
        return row.version, row.origin, row.note


Open = Callable[..., Opened]


@pytest.fixture
def open_accept(tmp_path: Path, qtbot: QtBot) -> Iterator[Open]:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    path = store_drift(tmp_path / "contracts.db")
    yield lambda *kinds: Opened(path, host, *kinds)
    host.close()


def test_the_version_that_would_be_stands_beside_the_one_there_is(open_accept: Open) -> None:
    opened = open_accept("type_change")
    assert opened.dialog.words.text() == "• type change: answer 2xx, hits[].quality (breaking)"
    assert opened.dialog.number.text() == "3.0.0"
    assert opened.dialog.effect.text().startswith("Against version 2.0.0: 1 breaking change.")
    assert "$.expectedResponse.properties.hits.items.properties.quality.type" in opened.diff()
    assert opened.shell.sent == []


def test_the_number_follows_what_the_new_version_does_to_callers(open_accept: Open) -> None:
    opened = open_accept("unseen_field")
    assert opened.dialog.effect.text().startswith("Against version 2.0.0: 1 risky change.")
    assert opened.dialog.number.text() == "2.1.0"


def test_the_producers_own_id_is_no_change(open_accept: Open) -> None:
    before = open_accept("type_change")
    before.shell.write({"cmd": "area", "area": "contracts", "do": "save", "args": {
        "document": changed(SEARCH, id="c-77", timeout=1501), "origin": "edited", "replace": True}})  # fmt: skip
    opened = open_accept("type_change")
    assert "$.id" not in opened.diff()
    assert opened.dialog.diff is not None
    assert sum(row.kind != "same" for row in opened.dialog.diff.list.differences.rows.rows) == 2


def test_accepting_makes_a_version_that_is_checked_from_then_on(open_accept: Open) -> None:
    opened = open_accept("type_change")
    opened.dialog.note.setText("agreed with the search team")
    assert opened.dialog.diff is not None
    QTest.keyClick(opened.dialog.diff.list, Qt.Key.Key_Return, CONTROL)
    opened.wait()
    assert opened.current() == ("3.0.0", "accepted", "agreed with the search team")
    (row,) = (row for row in all_versions(opened.shell.connection) if row.is_current)
    items = row.document["expectedResponse"]["properties"]["hits"]["items"]
    assert sorted(items["properties"]["quality"]["type"]) == ["number", "string"]
    assert {row.kind: row.state for row in read_findings(opened.path)}["type_change"] == "accepted"
    assert opened.accepted == [(row.id, "3.0.0")]
    assert not isValid(opened.dialog)


def test_another_number_is_taken(open_accept: Open) -> None:
    opened = open_accept("type_change")
    opened.dialog.number.setText("2.5.0-rc.1")
    opened.dialog.accept()
    opened.wait()
    assert opened.current()[0] == "2.5.0-rc.1"


def test_a_number_that_is_there_or_none_cannot_be_taken(open_accept: Open) -> None:
    opened = open_accept("type_change")
    opened.dialog.number.setText("2.0.0")
    assert opened.dialog.problem.text() == "There is a version 2.0.0 already."
    opened.dialog.accept()
    opened.dialog.number.setText(" ")
    opened.dialog.accept()
    opened.wait()
    assert opened.shell.sent == []


def test_a_number_that_is_taken_is_not_proposed(open_accept: Open) -> None:
    before = open_accept("type_change")
    before.save("3.0.0")
    before.shell.write({"cmd": "area", "area": "contracts", "do": "current", "args": {"version": 1}})
    opened = open_accept("type_change")
    assert opened.dialog.number.text() == "4.0.0"
    assert opened.dialog.effect.text().startswith("Against version 2.0.0: ")


def test_a_refusal_is_said_and_nothing_is_lost(open_accept: Open) -> None:
    opened = open_accept("type_change")
    opened.dialog.note.setText("a long note")
    with_writer(opened.path, lambda connection: connection.execute("UPDATE contracts_finding SET state = 'closed'"))
    opened.dialog.accept()
    opened.wait()
    assert opened.dialog.problem.text().startswith("Not accepted: finding ")
    assert opened.dialog.problem.text().endswith(" is closed: what it told of is gone")
    assert opened.dialog.note.text() == "a long note"
    assert opened.accepted == []


def test_two_findings_make_one_version(open_accept: Open) -> None:
    opened = open_accept("type_change", "unseen_field")
    assert opened.dialog.words.text().count("•") == 2
    opened.dialog.accept()
    opened.wait()
    assert len(opened.shell.sent) == 1
    states = {row.kind: row.state for row in read_findings(opened.path)}
    assert (states["type_change"], states["unseen_field"]) == ("accepted", "accepted")


def test_what_would_change_nothing_is_not_accepted(open_accept: Open) -> None:
    opened = open_accept("type_change")
    opened.shell.write({"cmd": "area", "area": "contracts", "do": "save", "args": {
        "document": _widened(), "origin": "edited"}})  # fmt: skip
    opened.shell.write({"cmd": "area", "area": "contracts", "do": "current", "args": {"version": 2}})
    again = open_accept("type_change")
    assert again.dialog.problem.text().startswith("No version can be proposed: these findings tell of nothing")
    again.dialog.accept()
    again.wait()
    assert again.shell.sent == []


def test_an_endpoint_that_is_gone_is_said(open_accept: Open, qtbot: QtBot) -> None:
    opened = open_accept("type_change")
    gone = read_findings(opened.path)[0]._replace(endpoint_id=77)
    host = QWidget()
    qtbot.addWidget(host)
    dialog = AcceptDialog(opened.shell, [gone], host)
    opened.wait()
    assert dialog.problem.text().startswith("No version can be proposed: ")
    assert not dialog.number.isEnabled()


def test_every_control_has_a_name(open_accept: Open) -> None:
    dialog = open_accept("type_change").dialog
    assert dialog.number.accessibleName()
    assert dialog.note.accessibleName()


def _widened() -> dict[str, object]:
    document = changed(SEARCH, contractVersion="3.0.0")
    document["expectedResponse"]["properties"]["hits"]["items"]["properties"]["quality"]["type"] = ["number", "string"]
    return document

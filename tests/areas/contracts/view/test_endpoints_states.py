"""The Endpoints page as time goes on, over odd stores, and without anything to show."""

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from console.areas.contracts.view.commands import COMMANDS
from console.areas.contracts.view.import_dialog import ImportDialog
from console.model.area import Ref
from console.qt.shell import Scope
from tests.areas.contracts.view.contract_store import NOW_MS, SEARCH, changed
from tests.areas.contracts.view.exchanges import (
    BAD,
    DOCUMENTS,
    Opened,
    exchange,
    store_contracts,
)
from tests.store_filling import fill_store

KEY = Qt.Key


def test_selection_scrolling_and_open_page_survive_a_refresh(alone: Opened) -> None:
    alone.open("GET /acus/search")
    alone.page.observed.table.select_key(("response", "2xx", "total"))
    alone.shell.write({"cmd": "area", "area": "contracts", "do": "save", "args": {
        "document": changed(SEARCH, serviceName="aaa", endpoint="/first"), "origin": "edited"}})  # fmt: skip
    alone.tick()
    assert alone.lines()[1] == "GET /first"
    assert alone.current() == "GET /acus/search"
    assert alone.page.observed.table.current_row().path == "total"


def test_live_it_reads_once_a_second_and_paused_or_hidden_not_at_all(opened: Opened) -> None:
    opened.open("GET /acus/search")
    opened.shell.slots.clear()
    for late_ms in range(0, 2_000, 100):
        opened.shell.tick(NOW_MS + 1_000 + late_ms)
        opened.wait()
    assert [slot for slot in opened.shell.slots if slot == "overview"] == ["overview"] * 2
    assert opened.shell.slots.count("endpoint") == 2
    opened.shell.slots.clear()
    opened.shell.current = Scope(live=False, since_ms=0, until_ms=NOW_MS)
    opened.shell.tick(NOW_MS + 9_000)
    assert opened.shell.slots == []
    opened.shell.current = Scope()
    opened.view.deactivate()
    opened.shell.tick(NOW_MS + 19_000)
    opened.shell.scope_changed.emit(opened.shell.current)
    assert opened.shell.slots == []


def test_paused_is_said_in_words(opened: Opened) -> None:
    opened.shell.set_range(0, NOW_MS)
    opened.wait()
    assert opened.endpoints.bar.state.text().endswith("paused: new exchanges do not show")


def test_an_empty_store_says_the_next_steps(tmp_path: Path, qtbot: QtBot) -> None:
    opened = Opened(store_contracts(tmp_path / "empty.db", []), qtbot)
    notice = opened.endpoints.notice
    assert notice.title.text() == "No contract and no exchange yet"
    assert [button.text() for button in notice.buttons()] == [
        "Import an OpenAPI document…", "Import the examples…", "Write a contract…", "Attach a source",
    ]  # fmt: skip
    notice.buttons()[0].click()
    opened.wait()
    opened.dialog(ImportDialog).done(0)
    notice.buttons()[3].click()
    assert opened.shell.places == [Ref("sources", "new")]
    opened.view.deactivate()


def test_the_examples_are_imported_from_the_empty_page(tmp_path: Path, qtbot: QtBot) -> None:
    opened = Opened(store_contracts(tmp_path / "empty.db", []), qtbot)
    opened.endpoints.notice.buttons()[1].click()
    opened.wait()
    opened.dialog(ImportDialog).accept()
    opened.wait()
    assert len(opened.lines()) > 1
    opened.view.deactivate()


def test_exchanges_without_any_contract_say_so(tmp_path: Path, qtbot: QtBot) -> None:
    opened = Opened(store_contracts(tmp_path / "bare.db", [exchange(1)]), qtbot)
    assert "no contract says what they promised" in opened.endpoints.line.label.text()
    assert opened.lines()[1:] == ["GET /acus/search"]
    opened.view.deactivate()


def test_a_store_without_the_area_is_a_message_and_no_crash(tmp_path: Path, qtbot: QtBot) -> None:
    fill_store(tmp_path / "old.db", [])
    opened = Opened(tmp_path / "old.db", qtbot)
    assert opened.endpoints.notice.title.text() == "Could not read the store"
    opened.view.deactivate()


def test_hostile_text_is_shown_as_it_is(tmp_path: Path, qtbot: QtBot) -> None:
    bad = changed(SEARCH, serviceName="<b>x</b>\u202e", endpoint="/<i>\x1b[31m" + "y" * 300, title="<script>")
    broken = exchange(1, response=BAD | {"hits": [{"id": "<b>\u202e", "quality": "<img src=x>" + "z" * 5_000}]})
    opened = Opened(store_contracts(tmp_path / "hostile.db", [broken], bad, *DOCUMENTS), qtbot)
    assert any("<b>x</b>⟨U+202E⟩" in line for line in opened.lines())
    opened.open("GET /<i>␛[31m")
    assert opened.page.head.title.textFormat() == Qt.TextFormat.PlainText
    assert "\u202e" not in opened.page.head.title.text()
    opened.open("GET /acus/search")
    opened.keys("2")
    opened.page.violations.table.selectRow(0)
    opened.wait()
    assert opened.page.violations.rule.textFormat() == Qt.TextFormat.PlainText
    assert len(opened.page.violations.rule.text()) <= 700
    tooltip = opened.page.violations.table.list.data(
        opened.page.violations.table.list.index(0, 1, QModelIndex()), Qt.ItemDataRole.ToolTipRole
    )
    assert "<img" not in tooltip
    opened.view.deactivate()


def test_every_control_has_a_name_and_every_command_is_in_the_palette(opened: Opened) -> None:
    opened.open("GET /acus/search")
    for page in ("violations", "alerts"):
        opened.view.show_page(page)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    named = [widget for kind in kinds for widget in opened.view.findChildren(kind)
             if widget.parent() is not None and widget.__class__.__module__.startswith("console")]  # fmt: skip
    assert named
    assert all(widget.accessibleName() for widget in named)
    assert {f"contracts.{command.name}" for command in COMMANDS} <= opened.shell.actions.keys()
    letters = [command.key for command in COMMANDS if len(command.key) == 1]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize("command", [command.name for command in COMMANDS if command.needs in ("version", "endpoint")])
def test_a_command_without_anything_to_work_on_does_nothing(opened: Opened, command: str) -> None:
    action = opened.shell.actions[f"contracts.{command}"]
    assert action.enabled is not None
    assert not action.enabled()
    action.run()
    opened.wait()
    assert opened.shell.sent == []


def test_retention_keeps_the_page_alive_when_its_endpoint_goes(alone: Opened) -> None:
    alone.open("GET /old")
    version = alone.page.version()
    assert version is not None
    alone.shell.write({"cmd": "area", "area": "contracts", "do": "remove", "args": {"version": version.id}})
    alone.tick()
    assert not alone.page.isVisible()
    assert "GET /old" not in alone.lines()

"""The Endpoints page: what it lists, the contract that it opens, its keys and its places."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from console.areas.contracts.view.contract_page import TABS
from console.areas.contracts.view.editor_dialog import EditorDialog
from console.areas.contracts.view.endpoint_order import ServiceHead
from console.areas.contracts.view.versions_dialog import VersionsDialog
from console.model.area import Ref
from tests.areas.contracts.view.contract_store import NOW_MS
from tests.areas.contracts.view.exchanges import (
    FIRST_MS,
    Opened,
    exchange,
    receive,
)

KEY = Qt.Key


def test_endpoints_stand_below_their_services_with_their_counts(opened: Opened) -> None:
    assert opened.lines() == [
        "archive  ·  1 endpoint  ·  0 checks",
        "GET /old",
        "server  ·  3 endpoints  ·  47 checks  ·  6 violated (12.8 %)  ·  ✖ 2 breaking  ·  2 unbumped",
        "GET /acus/search",
        "POST /conversations/:id/messages",
        "GET /health",
    ]
    model = opened.endpoints.table.endpoints
    cells = {column.key: column.text(model.rows[3]) for column in model.columns}
    assert (cells["checks"], cells["violated"]) == ("46", "13.0 %")
    assert cells["latency"].endswith(" of 1.50 s")
    assert cells["drift"] == "✖ 2 breaking (2 unbumped)"
    assert opened.endpoints.bar.state.text() == (
        "4 endpoints of 2 services · 3 contracts · 47 checks, 6 violated (12.8 %) · 4 alerts wait · live"
    )


def test_a_service_line_cannot_be_chosen_and_keys_pass_it(opened: Opened) -> None:
    model = opened.endpoints.table.endpoints
    heads = [row for row, line in enumerate(model.rows) if isinstance(line, ServiceHead)]
    assert all(model.flags(model.index(row, 0)) == Qt.ItemFlag.NoItemFlags for row in heads)
    opened.keys("j")
    assert opened.current() == "GET /old"
    opened.keys("j")
    assert opened.current() == "GET /acus/search"
    opened.keys("jjj")
    assert opened.current() == "GET /health"
    opened.keys("kkk")
    assert opened.current() == "GET /old"
    opened.keys("k")
    assert opened.current() == "GET /old"


def test_they_are_found_by_words_service_standing_and_trouble(opened: Opened) -> None:
    bar = opened.endpoints.bar
    bar.words.setText("search")
    bar.changed.emit()
    opened.wait()
    assert opened.lines()[1:] == ["GET /acus/search"]
    bar.words.setText("nothing has this")
    bar.changed.emit()
    opened.wait()
    assert opened.endpoints.notice.title.text() == "No such endpoint"
    opened.endpoints.notice.buttons()[0].click()
    opened.wait()
    assert len(opened.lines()) == 6
    bar.service.setCurrentIndex(bar.service.findData("archive"))
    bar.changed.emit()
    opened.wait()
    assert opened.lines()[1:] == ["GET /old"]
    bar.clear()
    bar.standing.setCurrentIndex(bar.standing.findData("unseen"))
    bar.changed.emit()
    opened.wait()
    assert [line for line in opened.lines() if "·" not in line] == ["GET /old", "POST /conversations/:id/messages"]
    bar.clear()
    bar.trouble.click()
    opened.wait()
    assert [line for line in opened.lines() if "·" not in line] == ["GET /acus/search", "GET /health"]


def test_a_header_orders_and_the_order_is_remembered(opened: Opened, filled: Path, qtbot: QtBot) -> None:
    table = opened.endpoints.table
    table.horizontalHeader().sectionClicked.emit([column.key for column in table.endpoints.columns].index("violated"))
    assert opened.lines()[0].startswith("server")
    assert table.endpoints.headerData(2, Qt.Orientation.Horizontal) == "Violated ▾"
    assert opened.shell.settings["contracts.order"] == "violated"


def test_an_order_is_held_below_the_hand_until_it_is_asked_for(alone: Opened) -> None:
    def named() -> list[str]:
        return [line for line in alone.lines() if "·" not in line]

    alone.endpoints.set_order("checks")
    before = named()
    assert before[:2] == ["GET /acus/search", "GET /health"]
    alone.keys("j")
    receive(alone.shell.path, [exchange(number, path="/health", response={}) for number in range(100, 130)], "other")
    alone.tick()
    assert named() == before
    model = alone.endpoints.table.endpoints
    assert [model.rows[row].checks for row in (1, 2)] == [9, 31]
    alone.keys(".")
    assert named()[:2] == ["GET /health", "GET /acus/search"]
    assert alone.current() == "GET /acus/search"


def test_enter_opens_the_contract_and_escape_goes_back(opened: Opened) -> None:
    opened.keys("jj")
    opened.key(KEY.Key_Return)
    assert opened.page.isVisible()
    assert opened.page.head.title.text() == "GET /acus/search  ·  server"
    assert opened.page.observed.table.hasFocus()
    assert opened.page.tabs.tabText(1) == "Violations 2"
    opened.key(KEY.Key_Escape)
    assert opened.endpoints.table.hasFocus()
    assert opened.page.isVisible()
    opened.keys("j")
    assert opened.page.head.title.text().startswith("POST /conversations/:id/messages")
    opened.key(KEY.Key_Escape)
    assert not opened.page.isVisible()
    assert opened.view.place() == Ref("contracts", "endpoints")


def test_next_and_previous_take_the_open_page_with_them(opened: Opened) -> None:
    opened.open("GET /acus/search")
    assert opened.page.observed.table.hasFocus()
    opened.keys("j")
    assert opened.page.head.title.text().startswith("POST /conversations/:id/messages")
    assert opened.page.isAncestorOf(opened.host.focusWidget())
    opened.keys("k")
    assert opened.page.head.title.text().startswith("GET /acus/search")


def test_typing_words_keeps_the_keys_and_enter_leads_to_the_list(opened: Opened) -> None:
    opened.keys("/")
    bar = opened.endpoints.bar
    assert bar.words.hasFocus()
    bar.words.setText("nothing has this")
    bar.changed.emit()
    opened.wait()
    assert bar.words.hasFocus()
    bar.words.setText("search")
    bar.changed.emit()
    opened.wait()
    opened.key(KEY.Key_Return)
    assert opened.endpoints.table.hasFocus()
    opened.keys("/")
    opened.key(KEY.Key_Escape)
    assert opened.endpoints.table.hasFocus()


def test_events_behind_violations_are_read_only_where_they_show(opened: Opened) -> None:
    opened.open("GET /acus/search")
    opened.page.violations.table.selectRow(0)
    opened.wait()
    assert "occurrences" not in opened.shell.slots
    opened.keys("2")
    assert opened.shell.slots[-1] == "occurrences"
    assert opened.page.violations.occurrences.list.rows


def test_expected_stands_beside_observed_and_examples_open(opened: Opened) -> None:
    opened.open("GET /acus/search")
    table = opened.page.observed.table
    rows = {(row.direction, row.path): row for row in table.list.rows}
    quality = rows["response", "hits[].quality"]
    assert (quality.expected, quality.types, quality.standing) == ("number", {"number": 41, "string": 5}, "breaks")
    assert table.select_key(("response", "2xx", "hits[].quality"))
    assert "observed number 89.1 %, string 10.9 % in 46 observations" in opened.page.observed.words.text()
    newest = max(quality.examples)
    opened.key(KEY.Key_Return)
    opened.page.observed.examples[-1].click()
    assert opened.shell.inspected == [newest, min(quality.examples)]


def test_digits_lead_to_every_tab_and_each_says_what_it_has(opened: Opened) -> None:
    opened.open("GET /acus/search")
    opened.keys("2")
    assert [row.path for row in opened.page.violations.table.list.rows] == ["q", "hits[].quality"]
    opened.keys("3")
    assert {row.path for row in opened.page.drift.table.list.rows} == {"q", "hits[].quality"}
    opened.keys("4")
    plots = opened.page.timeline.plots
    assert plots["checks"].names() == ["checked", "violated"]
    assert plots["latency"].names() == ["p95", "p50", "time-out"]
    assert opened.page.timeline.versions.text().startswith("No version began in this range; 2.0.0")
    opened.keys("5")
    assert [(row.version, row.is_current) for row in opened.page.versions.table.list.rows] == [
        ("2.0.0", True),
        ("1.0.0", False),
    ]
    opened.keys("6")
    assert opened.page.tabs.currentIndex() == len(TABS) - 1
    assert opened.page.document.box is not None
    assert '"contractVersion": "2.0.0"' in opened.page.document.box.shown_text()


def test_keys_lead_on_from_every_tab(opened: Opened) -> None:
    opened.open("GET /acus/search")
    for tab in "123456":
        opened.keys(tab)
        assert opened.page.isAncestorOf(opened.host.focusWidget())
        opened.keys("j")
        assert opened.page.head.title.text().startswith("POST /conversations"), tab
        opened.keys("k")
        assert opened.page.head.title.text().startswith("GET /acus/search"), tab
        assert opened.page.tabs.currentIndex() == int(tab) - 1


def test_versions_are_marked_where_they_began(opened: Opened) -> None:
    opened.shell.bounds = (FIRST_MS - 120_000, NOW_MS)
    opened.open("GET /acus/search")
    opened.keys("4")
    assert opened.page.timeline.versions.text().startswith("Versions that began: 2.0.0 (file) since ")
    at = (FIRST_MS - 60_000) / 1000
    assert list(opened.page.timeline.plots["checks"]._marks) == [(at, "2.0.0, 1.0.0")]


def test_a_finding_leads_to_the_drift_page(opened: Opened) -> None:
    opened.open("GET /acus/search")
    opened.keys("3")
    opened.page.drift.table.selectRow(0)
    opened.page.drift_buttons["finding"].click()
    row = opened.page.drift.current()
    assert row is not None
    assert opened.shell.places == [Ref("contracts", f"finding:{row.id}")]


def test_what_nobody_declared_says_so_and_can_be_proposed(opened: Opened, qtbot: QtBot) -> None:
    opened.open("GET /health")
    assert opened.page.head.facts.text() == "? no contract declares it"
    assert opened.page.head.versions.isHidden()
    assert not opened.page.head.buttons["edit"].isEnabled()
    assert opened.page.document.notice.title.text() == "No contract"
    opened.page.head.buttons["propose"].click()
    opened.wait()
    dialog = opened.dialog(EditorDialog)
    assert '"/health"' in dialog.panes.edit.toPlainText()
    dialog.done(0)


def test_another_version_can_be_looked_at_and_compared(opened: Opened) -> None:
    opened.open("GET /acus/search")
    head = opened.page.head
    assert [head.versions.itemText(n) for n in range(head.versions.count())] == ["2.0.0 (checked)", "1.0.0"]
    head.versions.setCurrentIndex(1)
    head.versions.activated.emit(1)
    opened.wait()
    assert head.facts.text().startswith("version 1.0.0 · from a file")
    assert "not checked: 2.0.0 is" in head.facts.text()
    opened.keys("c")
    dialog = opened.dialog(VersionsDialog)
    dialog.done(0)
    opened.open("GET /old")
    assert opened.page.answer is not None
    assert opened.page.answer.page.shown is not None
    assert opened.page.answer.page.shown.version == "0.9.0"


def test_a_version_becomes_the_checked_one_and_can_be_removed(alone: Opened) -> None:
    alone.open("GET /acus/search")
    alone.keys("5")
    alone.page.versions.table.select_key(next(r.id for r in alone.page.versions.table.list.rows if r.version == "1.0.0"))
    alone.keys("v")
    alone.wait()
    assert alone.page.head.versions.currentText() == "1.0.0 (checked)"
    assert alone.shell.notes == ["Traffic is checked against version 1.0.0 from now on."]
    alone.keys("v")
    assert alone.shell.notes[-1] == "Version 1.0.0 is the one that is checked already."
    alone.key(KEY.Key_Delete)
    (box,) = alone.endpoints.findChildren(QMessageBox)
    assert box.text() == "Remove version 1.0.0 of GET /acus/search?"
    assert box.textFormat() == Qt.TextFormat.PlainText
    box.button(QMessageBox.StandardButton.Ok).click()
    alone.wait()
    assert [row.version for row in alone.page.versions.table.list.rows] == ["2.0.0"]
    assert alone.page.head.versions.currentText() == "2.0.0 (checked)"


def test_editing_begins_with_the_shown_version(opened: Opened) -> None:
    opened.open("GET /acus/search")
    opened.keys("e")
    dialog = opened.dialog(EditorDialog)
    assert '"contractVersion": "2.0.0"' in dialog.panes.edit.toPlainText()
    dialog.done(0)


def test_the_document_is_copied_whole(opened: Opened) -> None:
    opened.open("GET /acus/search")
    opened.keys("y")
    assert '"serviceName": "server"' in QGuiApplication.clipboard().text()


def test_places_come_back(opened: Opened) -> None:
    opened.open("GET /acus/search")
    place = opened.view.place()
    assert place == Ref("contracts", str(opened.endpoints.opened))
    opened.key(KEY.Key_Escape)
    opened.key(KEY.Key_Escape)
    opened.view.show_ref(place)
    opened.wait()
    assert opened.page.isVisible()
    assert opened.current() == "GET /acus/search"
    assert opened.view.place() == place
    opened.view.show_ref(Ref("contracts", "9999"))
    opened.wait()
    assert not opened.page.isVisible()
    assert opened.shell.notes == ["The endpoint could not be read: there is no endpoint 9999"]
    opened.view.show_ref(Ref("contracts", "no place"))
    assert opened.shell.notes[-1] == "“no place” is no place among the contracts."

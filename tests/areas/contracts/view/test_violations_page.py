"""Violations over all endpoints: what is listed, the events behind each, and the ways on from them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.areas.contracts.view.violations_page import ViolationsPage
from console.model.area import Ref
from console.model.event import Event
from console.qt.shell import Scope
from tests.areas.contracts.view.contract_store import NOW_MS
from tests.areas.contracts.view.exchanges import DOCUMENTS, FIRST_MS, Opened, exchange, store_contracts, traffic
from tests.store_filling import read_text


def told(number: int) -> Event:
    """Return an exchange that holds, about which the service says that it does not."""
    event = exchange(number)
    body = json.loads(json.dumps(event.data))
    body["contractState"] = {"checked": 1, "violations": 1, "lastViolation": {
        "id": f"v{number}", "contractId": "c1", "timestamp": FIRST_MS, "violationType": "response_mismatch",
        "expectedContract": {"serviceName": "server", "endpoint": "/acus/search", "contractVersion": "2.0.0"},
        "deviation": "total: expected at least 5", "severity": "high"}}  # fmt: skip
    return read_text(json.dumps(body), event.ts_ms)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five broken answers, one missing parameter, and one that only the service finds wrong."""
    events = [*traffic(), told(90)]
    return store_contracts(tmp_path_factory.mktemp("contracts") / "contracts.db", events, *DOCUMENTS)


class OnViolations(Opened):
    """The Violations page in front."""

    def __init__(self, path: Path, qtbot: QtBot) -> None:
        super().__init__(path, qtbot)
        self.view.show_page("violations")
        self.wait()

    @property
    def violations(self) -> ViolationsPage:
        return self.view.violations

    def listed(self) -> list[str]:
        return [row.path for row in self.violations.browser.table.list.rows]

    def choose(self, path: str) -> None:
        self.violations.browser.table.selectRow(self.listed().index(path))
        self.wait()


@pytest.fixture
def opened(filled: Path, qtbot: QtBot) -> Iterator[OnViolations]:
    opened = OnViolations(filled, qtbot)
    yield opened
    opened.view.deactivate()


def test_equal_violations_are_one_line_with_a_count(opened: OnViolations) -> None:
    rows = {row.path: row for row in opened.violations.browser.table.list.rows}
    assert (rows["hits[].quality"].count, rows["hits[].quality"].by) == (5, "console")
    assert (rows["q"].count, rows["q"].kind) == (1, "param_mismatch")
    assert opened.violations.bar.state.text().startswith("3 violations, 7 times · ≠ service and console disagree about 1")


def test_the_first_violation_is_chosen_and_told_at_once(opened: OnViolations) -> None:
    browser = opened.violations.browser
    assert browser.violation() == browser.table.list.rows[0]
    assert browser.title.text().endswith(str(browser.table.list.rows[0].path))
    assert browser.occurrences.list.rows


def test_a_violation_that_leaves_the_list_gives_way_to_another(opened: OnViolations) -> None:
    opened.choose("q")
    opened.violations.bar.words.setText("quality")
    opened.violations.bar.changed.emit()
    opened.wait()
    assert opened.violations.chosen_id() == opened.violations.browser.table.list.rows[0].id
    assert "hits[].quality" in opened.violations.browser.title.text()


def test_a_disagreement_is_told_in_words(opened: OnViolations) -> None:
    opened.violations.bar.differing.click()
    opened.wait()
    assert opened.listed() == ["total"]
    opened.choose("total")
    browser = opened.violations.browser
    assert browser.violation() is not None
    assert browser.difference.isVisible()
    assert browser.difference.text().startswith("≠ ")
    opened.violations.bar.differing.click()
    opened.wait()
    opened.choose("q")
    assert not browser.difference.isVisible()


def test_words_and_states_leave_out(opened: OnViolations) -> None:
    bar = opened.violations.bar
    bar.words.setText("quality")
    bar.changed.emit()
    opened.wait()
    assert opened.listed() == ["hits[].quality"]
    bar.words.setText("nothing like it")
    bar.changed.emit()
    opened.wait()
    assert opened.violations.notice.title.text() == "No such violation"
    opened.violations.notice.buttons()[0].click()
    opened.wait()
    assert len(opened.listed()) == 3
    bar.states["open"].click()
    opened.wait()
    assert opened.violations.notice.title.text() == "No such violation"


def test_a_violation_leads_to_its_event_trace_timeline_and_endpoint(opened: OnViolations) -> None:
    opened.choose("hits[].quality")
    browser = opened.violations.browser
    events = [row.event_id for row in browser.occurrences.list.rows]
    assert len(events) == 5
    assert events == sorted(events, reverse=True)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_T, Qt.Key.Key_L, Qt.Key.Key_O):
        QTest.keyClick(browser.table, key)
    assert opened.shell.inspected == [events[0]]
    row = browser.violation()
    assert row is not None
    assert opened.shell.places == [
        Ref("trace", "corr-44"), Ref("timeline", str(events[0])), Ref("contracts", str(row.endpoint_id)),
    ]  # fmt: skip
    browser.occurrences.selectRow(2)
    QTest.keyClick(browser.occurrences, Qt.Key.Key_Return)
    QTest.keyClick(browser.occurrences, Qt.Key.Key_T)
    assert opened.shell.inspected[-1] == events[2]
    assert opened.shell.places[-1] == Ref("trace", "corr-42")


def test_places_of_violations_come_back_whatever_their_range(opened: OnViolations) -> None:
    opened.choose("q")
    place = opened.view.place()
    assert place == Ref("contracts", f"violation:{opened.violations.chosen_id()}")
    opened.choose("total")
    opened.violations.bar.words.setText("total")
    opened.shell.current = Scope(live=False, since_ms=0, until_ms=1)
    opened.view.show_ref(place)
    opened.wait()
    assert opened.listed() == ["q"]
    assert opened.view.place() == place
    opened.view.show_ref(Ref("contracts", "violation:9999"))
    opened.wait()
    assert opened.shell.notes == ["Violation 9999 is not kept any more."]


def test_a_tick_keeps_the_choice_and_hidden_it_asks_nothing(opened: OnViolations) -> None:
    opened.choose("q")
    opened.tick()
    assert opened.violations.chosen_id() is not None
    assert [row.event_id for row in opened.violations.browser.occurrences.list.rows]
    opened.shell.slots.clear()
    opened.view.deactivate()
    opened.shell.tick(NOW_MS + 60_000)
    assert opened.shell.slots == []


def test_no_violation_says_what_that_means(tmp_path: Path, qtbot: QtBot) -> None:
    opened = OnViolations(store_contracts(tmp_path / "good.db", [exchange(1)], *DOCUMENTS), qtbot)
    opened.violations.bar.clear()
    opened.wait()
    assert opened.violations.notice.title.text() == "No violation in this range"
    opened.violations.notice.buttons()[0].click()
    assert opened.shell.places == [Ref("contracts", "endpoints")]
    opened.view.deactivate()


def test_the_words_give_the_keys_back_to_the_list(opened: OnViolations, qtbot: QtBot) -> None:
    words, table = opened.violations.bar.words, opened.violations.browser.table
    opened.host.activateWindow()
    qtbot.waitUntil(opened.host.isActiveWindow, timeout=10_000)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        QTest.keyClick(table, Qt.Key.Key_Slash)
        qtbot.waitUntil(words.hasFocus, timeout=10_000)
        QTest.keyClick(words, key)
        qtbot.waitUntil(table.hasFocus, timeout=10_000)

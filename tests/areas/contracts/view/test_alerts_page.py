"""Alerts: listed until somebody acknowledges them, with the way to what they are about."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.areas.contracts.view.alerts_page import AlertsPage
from console.model.area import Ref
from tests.areas.contracts.view.exchanges import DOCUMENTS, Opened, store_contracts, traffic

KEY = Qt.Key


class OnAlerts(Opened):
    """The Alerts page in front."""

    def __init__(self, path: Path, qtbot: QtBot) -> None:
        super().__init__(path, qtbot)
        self.view.show_page("alerts")
        self.wait()

    @property
    def alerts(self) -> AlertsPage:
        return self.view.alerts

    def about(self) -> list[str]:
        return ["violation" if row.violation_id else "finding" for row in self.alerts.table.list.rows]


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[OnAlerts]:
    opened = OnAlerts(store_contracts(tmp_path / "alerts.db", traffic(), *DOCUMENTS), qtbot)
    yield opened
    opened.view.deactivate()


def test_one_is_acknowledged_and_the_next_is_chosen(opened: OnAlerts) -> None:
    assert opened.about() == ["finding", "finding", "violation", "violation"]
    assert opened.alerts.state.text() == "4 alerts, 4 not acknowledged"
    opened.alerts.table.selectRow(0)
    second = opened.alerts.table.list.rows[1]
    QTest.keyClick(opened.alerts.table, KEY.Key_A)
    opened.wait()
    assert len(opened.about()) == 3
    assert opened.alerts.table.current_row().id == second.id


def test_all_are_acknowledged_and_can_still_be_seen(opened: OnAlerts) -> None:
    QTest.keyClick(opened.alerts.table, KEY.Key_A, Qt.KeyboardModifier.ShiftModifier)
    opened.wait()
    assert opened.alerts.notice.title.text() == "Nothing to acknowledge"
    assert opened.shell.notes == ["All alerts are acknowledged."]
    opened.alerts.notice.buttons()[0].click()
    opened.wait()
    assert len(opened.about()) == 4
    assert opened.alerts.state.text() == "4 alerts, 0 not acknowledged"
    assert not opened.alerts.all_button.isEnabled()
    opened.alerts.table.selectRow(0)
    assert not opened.alerts.acknowledge_button.isEnabled()


def test_the_palette_acknowledges_all_from_anywhere(opened: OnAlerts) -> None:
    opened.view.show_page("endpoints")
    opened.shell.actions["contracts.acknowledge_all"].run()
    opened.wait()
    assert opened.shell.sent == [{"cmd": "area", "area": "contracts", "do": "acknowledge", "args": {"alerts": []}}]


def test_an_alert_leads_to_what_it_is_about(opened: OnAlerts) -> None:
    rows = opened.alerts.table.list.rows
    for number in (0, 3):
        opened.alerts.table.selectRow(number)
        QTest.keyClick(opened.alerts.table, KEY.Key_Return)
    QTest.keyClick(opened.alerts.table, KEY.Key_O)
    assert opened.shell.places == [
        Ref("contracts", f"finding:{rows[0].finding_id}"),
        Ref("contracts", f"violation:{rows[3].violation_id}"),
        Ref("contracts", str(rows[3].endpoint_id)),
    ]  # fmt: skip
    opened.view.show_ref(opened.shell.places[0])
    opened.wait()
    assert opened.view.place() == opened.shell.places[0]
    opened.view.show_ref(Ref("contracts", "alerts"))
    opened.wait()
    assert opened.view.place() == Ref("contracts", "alerts")


def test_letters_walk_and_choice_survives_a_tick(opened: OnAlerts) -> None:
    assert opened.alerts.table.current_row() == opened.alerts.table.list.rows[0]  # chosen at once
    for key in (KEY.Key_J, KEY.Key_J, KEY.Key_K):
        QTest.keyClick(opened.alerts.table, key)
    chosen = opened.alerts.table.current_row()
    assert chosen == opened.alerts.table.list.rows[1]
    opened.tick()
    assert opened.alerts.table.current_row() == chosen


def test_a_store_without_alerts_says_when_they_come(tmp_path: Path, qtbot: QtBot) -> None:
    opened = OnAlerts(store_contracts(tmp_path / "none.db", []), qtbot)
    opened.alerts.notice.buttons()[0].click()
    opened.wait()
    assert opened.alerts.notice.title.text() == "No alert yet"
    opened.view.deactivate()

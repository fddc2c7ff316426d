"""The page of drift: what it lists, what it says of one finding, and what a person can do with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from console.areas.contracts.view.drift_page import DriftPage
from console.areas.contracts.view.drift_words import brief_chance
from console.areas.contracts.view.mute_dialog import MuteDialog
from console.model.area import Ref
from tests.areas.contracts.view.contract_store import (
    MESSAGES,
    NOW_MS,
    SEARCH,
    ContractsShell,
    add_finding,
    make_store,
    read_findings,
)
from tests.store_filling import fill_store

DAY_MS = 86_400_000
HOSTILE = "items[].<b>size</b>\u202e"


class Opened:
    """The page in a window of its own."""

    def __init__(self, path: Path, qtbot: QtBot, *, active: bool = True) -> None:
        self.path = path
        self.shell = ContractsShell(path)
        self.page = DriftPage(self.shell, lambda: self.shell.now_ms)
        self.host = QWidget()
        qtbot.addWidget(self.host)
        self.page.setParent(self.host)
        self.page.resize(1_000, 660)
        self.host.show()
        if active:
            self.page.activate()
            self.wait()

    def wait(self) -> None:
        self.shell.deliver()
        QApplication.processEvents()

    def ids(self) -> list[int]:
        return [row.id for row in self.page.table.table.list.rows]

    def choose(self, finding_id: int) -> None:
        assert self.page.table.select(finding_id)
        self.wait()

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.page.table.table, key)
        self.wait()

    def facts(self) -> str:
        return self.page.detail.facts.text()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four findings: 1 breaking and 2 additive of one endpoint, 3 risky and muted, 4 stale and accepted of another."""
    path = make_store(tmp_path / "contracts.db", SEARCH, MESSAGES)
    add_finding(path)
    add_finding(path, path="hits[].score", kind="undeclared_field", severity="ADDITIVE", is_unbumped=0, expected="")
    add_finding(
        path, path="$", kind="latency", severity="RISKY", is_unbumped=0, muted_until_ms=NOW_MS + DAY_MS, note="known"
    )
    add_finding(
        path, 2, path=HOSTILE, kind="vanished_field", severity="STALE", is_unbumped=0, direction="request", status="",
        state="accepted", version="1.0.0", examples="[]",
    )  # fmt: skip
    return path


@pytest.fixture
def opened(path: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(path, qtbot)
    yield opened
    opened.page.deactivate()


def test_open_findings_are_listed_the_worst_first_and_counted_by_class(opened: Opened) -> None:
    assert opened.ids() == [1, 2]
    chips = {severity: chip.text() for severity, chip in opened.page.bar.chips.items()}
    assert chips["BREAKING"] == "✖ breaking 1"
    assert chips["ADDITIVE"] == "+ additive 1"
    assert chips["RISKY"] == "▲ risky 0"
    assert opened.page.bar.state.text() == "2 findings · 1 unbumped: breaking without a new major version"


def test_class_state_service_and_words_choose_what_is_listed(opened: Opened) -> None:
    opened.page.bar.chips["ADDITIVE"].click()
    opened.wait()
    assert opened.ids() == [2]
    opened.page.bar.chips["ADDITIVE"].click()
    opened.page.bar.states.setCurrentText("All states")
    opened.page.bar.states.activated.emit(0)
    opened.wait()
    assert opened.ids() == [1, 3, 2, 4]
    opened.page.bar.words.setText("latency SEARCH")
    opened.page.bar.changed.emit()
    opened.wait()
    assert opened.ids() == [3]
    opened.page.bar.words.setText("nothing like it")
    opened.page.bar.changed.emit()
    opened.wait()
    assert opened.page.notice.title.text() == "No such finding"
    opened.page.notice.buttons()[0].click()
    opened.wait()
    assert opened.ids() == [1, 2]


def test_services_are_offered_and_the_chosen_one_stays(path: Path, qtbot: QtBot) -> None:
    opened = Opened(make_store(path.with_name("two.db"), SEARCH, MESSAGES | {"serviceName": "net"}), qtbot)
    add_finding(opened.path)
    add_finding(opened.path, 2)
    opened.page.refresh()
    opened.wait()
    service = opened.page.bar.service
    assert [service.itemText(place) for place in range(service.count())] == ["All services", "net", "server"]
    service.setCurrentIndex(1)
    service.activated.emit(1)
    opened.wait()
    assert opened.ids() == [2]
    assert service.currentText() == "net"


def test_a_chosen_finding_says_its_rule_basis_and_history(opened: Opened) -> None:
    opened.choose(1)
    detail = opened.page.detail
    assert detail.title.text() == "type change: answer 2xx, hits[].quality"
    assert detail.severity.text() == "✖ breaking · unbumped: the version has no new major number"
    assert "Rule: a response answers a text where callers were promised a number" in opened.facts()
    assert "Basis: n 1,204, observed, not inferred" in opened.facts()
    assert detail.history.text().startswith("First seen 4 min ago")
    opened.page.bar.show_everything()
    opened.wait()
    opened.choose(3)
    assert "Note: known" in detail.history.text()
    assert "muted for 1 d, until" in detail.history.text()


def test_an_endpoint_that_nobody_declared_is_its_own_place(opened: Opened) -> None:
    number = add_finding(opened.path, kind="undeclared_endpoint", path="$", direction="request", status="", severity="RISKY")
    opened.page.refresh()
    opened.wait()
    opened.choose(number)
    assert opened.page.detail.title.text() == "undeclared endpoint: the endpoint"


def test_text_from_outside_is_shown_as_it_is(opened: Opened) -> None:
    opened.page.select(4)
    opened.wait()
    opened.wait()
    assert "<b>size</b>⟨U+202E⟩" in opened.page.detail.title.text()
    index = opened.page.table.table.list.index(opened.ids().index(4), 2)
    assert "\u202e" not in index.data()
    assert "<b>" not in index.data(Qt.ItemDataRole.ToolTipRole)


def test_examples_open_in_the_inspector(opened: Opened) -> None:
    opened.choose(1)
    assert [button.text() for button in opened.page.detail.example_buttons()] == ["Event 11", "Event 12", "Event 13"]
    opened.page.detail.example_buttons()[0].click()
    opened.key(Qt.Key.Key_Return)
    assert opened.shell.inspected == [11, 13]


def test_a_finding_whose_examples_are_gone_says_so(opened: Opened) -> None:
    opened.page.select(4)
    opened.wait()
    opened.wait()
    opened.key(Qt.Key.Key_Return)
    assert opened.page.detail.examples_title.text() == "No example is kept."
    assert opened.shell.notes == ["No example of this finding is kept."]
    assert opened.shell.inspected == []


def test_letters_walk_the_list_and_open_the_endpoint(opened: Opened) -> None:
    assert opened.page.selected_id() == 1
    opened.key(Qt.Key.Key_J)
    opened.key(Qt.Key.Key_J)
    assert opened.page.selected_id() == 2
    opened.key(Qt.Key.Key_K)
    opened.key(Qt.Key.Key_O)
    assert opened.shell.places == [Ref("contracts", "1")]
    opened.key(Qt.Key.Key_Slash)
    assert opened.page.bar.words.hasFocus() or not opened.host.isActiveWindow()


def test_mute_and_unmute_reach_the_store(opened: Opened) -> None:
    opened.choose(2)
    opened.key(Qt.Key.Key_M)
    (dialog,) = opened.page.findChildren(MuteDialog)
    dialog.choose("1 week")
    dialog.note.setText("the team knows")
    dialog.accept()
    opened.wait()
    assert opened.ids() == [1]
    (muted,) = [row for row in read_findings(opened.path) if row.id == 2]
    assert (muted.state, muted.muted_until_ms, muted.note) == ("muted", NOW_MS + 7 * DAY_MS, "the team knows")
    opened.page.bar.show_everything()
    opened.wait()
    opened.choose(2)
    opened.key(Qt.Key.Key_U)
    assert {row.id: row.state for row in read_findings(opened.path)}[2] == "open"


def test_only_what_is_muted_is_unmuted(opened: Opened) -> None:
    opened.page.bar.show_everything()
    opened.wait()
    opened.page.table.table.selectAll()
    opened.key(Qt.Key.Key_U)
    assert [command["args"] for command in opened.shell.sent] == [{"findings": [3]}]
    assert opened.shell.notes == ["1 finding open again."]


def test_several_findings_are_muted_in_one_step(opened: Opened) -> None:
    opened.choose(1)
    QTest.keyClick(opened.page.table.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    opened.key(Qt.Key.Key_M)
    (dialog,) = opened.page.findChildren(MuteDialog)
    assert dialog.windowTitle() == "Mute 2 findings"
    dialog.accept()
    opened.wait()
    assert [row.state for row in read_findings(opened.path) if row.id in (1, 2)] == ["muted", "muted"]
    assert len(opened.shell.sent) == 1


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_class_is_set_by_hand_and_given_back(opened: Opened) -> None:
    opened.choose(1)
    opened.key(Qt.Key.Key_C)
    (menu,) = opened.page.findChildren(QMenu)
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["As the rule says"]
    cosmetic = next(action for action in menu.actions() if "cosmetic" in action.text())
    cosmetic.trigger()
    menu.close()
    opened.wait()
    row = next(row for row in read_findings(opened.path) if row.id == 1)
    assert (row.severity, row.own) == ("COSMETIC", "COSMETIC")
    opened.choose(1)
    assert opened.page.detail.severity.text().endswith("set by hand")
    opened.page.commands.set_class("")
    opened.wait()
    assert next(row for row in read_findings(opened.path) if row.id == 1).severity == "BREAKING"


def test_a_chance_is_brief_in_the_list_and_whole_below(opened: Opened) -> None:
    add_finding(opened.path, path="hits[].age", severity="RISKY", chance="chance of being wrong at most 2e-9")
    opened.shell.tick()
    opened.wait()
    assert [brief_chance(row) for row in opened.page.table.table.list.rows] == ["observed", "p ≤ 2e-9", "observed"]
    opened.choose(opened.ids()[1])
    assert "chance of being wrong at most 2e-9" in opened.facts()


def test_what_cannot_be_done_with_a_finding_is_off(opened: Opened) -> None:
    opened.page.table.table.forget_choice()
    enabled = {name: button.isEnabled() for name, button in opened.page.detail.buttons.items()}
    assert not any(enabled.values())
    opened.choose(1)
    enabled = {name: button.isEnabled() for name, button in opened.page.detail.buttons.items()}
    assert enabled == {"accept": True, "mute": True, "unmute": False, "ask_class": True, "open_endpoint": True}


def test_the_worst_finding_is_chosen_and_told_at_once(opened: Opened) -> None:
    assert opened.page.selected_id() == 1
    assert opened.page.detail.title.text() == "type change: answer 2xx, hits[].quality"


def test_the_neighbour_is_chosen_when_a_finding_leaves_the_list(opened: Opened) -> None:
    opened.choose(1)
    opened.key(Qt.Key.Key_M)
    (dialog,) = opened.page.findChildren(MuteDialog)
    dialog.accept()
    opened.wait()
    assert opened.ids() == [2]
    assert opened.page.selected_id() == 2
    assert opened.page.detail.title.text() == "undeclared field: answer 2xx, hits[].score"


def test_several_chosen_findings_stay_chosen_when_another_comes(opened: Opened) -> None:
    opened.page.table.table.selectAll()
    add_finding(opened.path, path="total", kind="nullability")
    opened.shell.tick()
    opened.wait()
    assert len(opened.ids()) == 3
    assert sorted(row.id for row in opened.page.table.selected()) == [1, 2]


def test_nothing_chosen_is_said_and_nothing_is_sent(opened: Opened) -> None:
    opened.page.table.table.forget_choice()
    opened.key(Qt.Key.Key_M)
    assert opened.shell.notes == ["Choose a finding first."]
    assert opened.shell.sent == []


def test_findings_of_two_endpoints_are_not_accepted_together(opened: Opened) -> None:
    add_finding(opened.path, 2, path="body.text")
    opened.page.refresh()
    opened.wait()
    opened.page.table.table.selectAll()
    opened.key(Qt.Key.Key_A)
    assert opened.shell.notes == ["Findings are accepted for one endpoint at a time: choose only those of one."]


def test_a_link_to_a_finding_that_is_left_out_shows_it(opened: Opened) -> None:
    opened.page.bar.chips["STALE"].click()
    opened.page.select(3)
    opened.wait()
    opened.wait()
    assert opened.page.selected_id() == 3
    assert opened.page.bar.states.currentText() == "All states"


def test_a_link_to_a_finding_that_is_gone_says_so_once(opened: Opened) -> None:
    opened.page.select(999)
    opened.wait()
    opened.wait()
    opened.shell.tick()
    opened.wait()
    assert opened.shell.notes == ["Finding 999 is not kept any more."]


def test_a_new_finding_comes_with_the_next_tick_and_the_choice_stays(opened: Opened) -> None:
    opened.choose(2)
    add_finding(opened.path, path="total", kind="nullability")
    opened.shell.tick()
    opened.wait()
    assert len(opened.ids()) == 3
    assert opened.page.selected_id() == 2


def test_the_store_is_asked_at_most_once_a_second_and_only_while_shown(opened: Opened) -> None:
    reads = opened.shell.reads
    opened.shell.tick(NOW_MS + 500)
    assert opened.shell.reads == reads
    opened.shell.tick(NOW_MS + 1_500)
    assert opened.shell.reads == reads + 1
    opened.page.deactivate()
    opened.shell.tick(NOW_MS + 9_000)
    assert opened.shell.reads == reads + 1


def test_no_drift_says_what_it_takes(tmp_path: Path, qtbot: QtBot) -> None:
    opened = Opened(make_store(tmp_path / "none.db", SEARCH), qtbot)
    assert opened.page.notice.title.text() == "No drift found"
    opened.page.notice.buttons()[0].click()
    assert opened.shell.places == [Ref("sources", "new")]


def test_a_store_without_the_area_is_a_message_and_no_crash(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "old.db"
    fill_store(path, [])
    opened = Opened(path, qtbot)
    assert opened.page.notice.title.text() == "Could not read the store"


def test_every_control_has_a_name(opened: Opened) -> None:
    opened.choose(1)
    bar, detail = opened.page.bar, opened.page.detail
    controls = [*bar.chips.values(), bar.states, bar.service, bar.words, *detail.buttons.values(), *detail.example_buttons(),
                opened.page.table.table]  # fmt: skip
    assert all(control.accessibleName() for control in controls)


def test_the_words_give_the_keys_back_to_the_list(opened: Opened, qtbot: QtBot) -> None:
    opened.host.activateWindow()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        opened.key(Qt.Key.Key_Slash)
        qtbot.waitUntil(opened.page.bar.words.hasFocus, timeout=10_000)
        QTest.keyClick(opened.page.bar.words, key)
        qtbot.waitUntil(opened.page.table.table.hasFocus, timeout=10_000)

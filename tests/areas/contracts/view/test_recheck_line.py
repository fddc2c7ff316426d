"""Stored traffic is checked from the contract's page, or when contracts were added; the line says how it goes."""

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from console.areas.contracts.core.recheck_words import NOT_TOLD, recheck_words
from console.areas.contracts.store import COMMANDS, recheck
from console.areas.contracts.store.recheck_pass import is_anything_left, read_progress
from console.areas.contracts.view.commands import WRITES
from console.areas.contracts.view.recheck_line import RecheckLine
from console.store.database import open_reader
from tests.areas.contracts.view.contract_store import SEARCH, ContractsShell, changed
from tests.areas.contracts.view.exchanges import FIRST_MS, Opened, exchange, receive, store_contracts
from tests.command_shell import with_writer

HEALTH = changed(SEARCH, endpoint="/health", expectedResponse={"required": ["version"]}, expectedParams=[])


def add(path: Path, document: dict[str, Any]) -> None:
    args = {"document": document, "origin": "file"}
    with_writer(path, lambda connection: COMMANDS["save"](connection, args, FIRST_MS + 900_000))


def test_what_was_added_is_offered_to_be_held_against_what_is_stored(alone: Opened) -> None:
    line = alone.endpoints.recheck
    assert line.isHidden()
    line.offer()
    alone.wait()
    assert line.isHidden(), "all contracts were there before the traffic"
    add(alone.shell.path, HEALTH)
    alone.endpoints.commands._contracts._added()
    alone.wait()
    assert line.label.text().startswith("Traffic is checked against what was added from now on")
    line.button.click()
    assert line.label.text() == "Checking stored traffic…"
    assert line.close_button.isHidden()
    alone.wait()
    assert line.label.text() == f"1 stored exchange checked, 1 violation in 1 group. {NOT_TOLD}"
    line.button.click()
    assert line.isHidden()
    (ref,) = alone.shell.places
    assert (ref.area, ref.id, ref.until_ms) == ("contracts", "violations", ref.since_ms + 1)


def test_a_contracts_page_has_its_own_traffic_checked(alone: Opened) -> None:
    add(alone.shell.path, HEALTH)
    alone.endpoints.refresh()
    alone.wait()
    alone.open("GET /health")
    alone.endpoints.run("recheck")
    alone.wait()
    sent = alone.shell.sent[-1]
    assert (sent["do"], sent["args"]) == ("recheck", {"endpoint": alone.page.endpoint_id})
    assert "1 violation in 1 group" in alone.endpoints.recheck.label.text()
    assert alone.page.violations.violation().state == "past"
    alone.endpoints.run("recheck_all")
    alone.wait()
    assert alone.endpoints.recheck.label.text().startswith("Nothing new to check: 4 contracts")
    assert alone.endpoints.recheck.button.isHidden()
    alone.endpoints.recheck.close_button.click()
    assert alone.endpoints.recheck.isHidden()


def test_only_the_version_that_is_checked_can_judge(alone: Opened) -> None:
    alone.open("GET /acus/search")
    assert alone.page.head.buttons["recheck"].isEnabled()
    older = next(row.id for row in alone.page.answer.page.versions if not row.is_current)  # type: ignore[union-attr]
    alone.endpoints.show_version(older)
    alone.wait()
    assert not alone.page.head.buttons["recheck"].isEnabled()
    alone.endpoints.run("recheck")
    assert alone.shell.notes[-1] == "Traffic is not checked against version 1.0.0; choose that first (V)."


def test_a_window_that_only_reads_does_not_offer_it(tmp_path: Path, qtbot: QtBot) -> None:
    shell = ContractsShell(store_contracts(tmp_path / "a.db", [exchange(1, path="/health")]))
    add(shell.path, HEALTH)
    shell.read_only = "this is an incident"
    line = RecheckLine(shell)
    qtbot.addWidget(line)
    line.offer()
    shell.deliver()
    assert line.isHidden()
    assert {"recheck", "recheck_all"} <= WRITES


def test_a_refusal_is_said_and_the_next_one_may_come(alone: Opened) -> None:
    line = alone.endpoints.recheck
    line.start(99)
    line.start()
    assert alone.shell.notes[-1] == "Stored traffic is being checked already."
    alone.wait()
    assert line.label.text().startswith("Stored traffic could not be checked: endpoint 99 has no contract")
    line.start()
    alone.wait()
    assert line.label.text().startswith("Nothing new")


def test_progress_is_read_from_the_store(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    path = store_contracts(tmp_path / "a.db", [])
    receive(path, [exchange(n, path="/health") for n in range(30)])
    add(path, HEALTH)
    monkeypatch.setattr(recheck, "PART_S", 0)
    monkeypatch.setattr(recheck, "EVENTS_A_STEP", 10)
    shell = ContractsShell(path)
    line = RecheckLine(shell)
    qtbot.addWidget(line)
    line._busy = True
    with_writer(path, lambda connection: COMMANDS["recheck"](connection, {}, FIRST_MS))
    line._timer.start()
    qtbot.waitUntil(lambda: (shell.deliver(), "10 of 30 events" in line.label.text())[1], timeout=10_000)
    line._end()
    connection = open_reader(path)
    assert read_progress(connection) == (10, 30)
    assert is_anything_left(connection)
    connection.close()


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((4_210, 37, 3, 12, 0), f"4,210 stored exchanges checked, 37 violations in 3 groups. {NOT_TOLD}"),
        ((1, 0, 0, 1, 2), f"1 stored exchange checked, no violation, 2 events could not be looked at. {NOT_TOLD}"),
        ((0, 0, 0, 1, 0), "Nothing new to check: 1 contract judged all that is stored already."),
    ],
)
def test_the_outcome_in_words(numbers: tuple[int, ...], words: str) -> None:
    names = ("checked", "violations", "groups", "contracts", "unreadable")
    assert recheck_words(dict(zip(names, numbers, strict=True))) == words

"""Contracts judge what is stored already: each event once, without an alert, wherever a crash falls."""

import random
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from console.areas.contracts.core.exchange import exchange_of
from console.areas.contracts.core.recheck_words import NOT_TOLD
from console.areas.contracts.store import MIGRATIONS, reading
from console.areas.contracts.store.retention import forget
from console.areas.contracts.store.violation_rows import KEPT_OCCURRENCES
from console.reporter.contracts.checking import check_exchange
from console.reporter.contracts.contract import read_contract
from console.store.migrations import migrate
from tests.areas.contracts.store.contract_store import PATH, ContractStore, check, contract, report, told
from tests.store_filling import START_MS

SECOND = {"name": "k", "type": "integer", "required": True}
OTHER = contract(version="2.1.0", expectedParams=[SECOND], timeout=100)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is one step of a few events, so that much lies between the parts of a recheck."""
    module = import_module("console.areas.contracts.store.recheck")
    monkeypatch.setattr(module, "PART_S", 0)
    monkeypatch.setattr(module, "EVENTS_A_STEP", 7)


def without_the_area(store: ContractStore, *events: Any) -> None:
    """Take events as a console did that knew nothing of contracts."""
    nothing: dict[str, Any] = {}
    kept, store.recorder._projections = store.recorder._projections, nothing
    store.arrive(*events)
    store.recorder._projections = kept


def broken(n: int, start_ms: int = START_MS) -> list[Any]:
    return [check(start_ms + i, params={}) for i in range(n)]


def ours(store: ContractStore) -> dict[tuple[str, str, str], int]:
    rows = store.connection.execute("SELECT version, path, keyword, ours FROM contracts_violation").fetchall()
    return {tuple(row[:3]): row[3] for row in rows}


def test_a_contract_that_comes_late_judges_what_is_there(store: ContractStore) -> None:
    store.observe(*broken(20), *[check(START_MS + 100 + n) for n in range(13)])
    store.do("save", document=contract())
    store.observe(check(START_MS + 900))
    assert (store.row().checks, store.row().violated) == (34, 0)
    done = store.do("recheck")
    assert done == {
        "checked": 33, "violated": 20, "violations": 20, "groups": 1, "contracts": 1, "unreadable": 0,
        "since_ms": START_MS, "until_ms": START_MS + 19,
        "words": f"33 stored exchanges checked, 20 violations in 1 group. {NOT_TOLD}",
    }  # fmt: skip
    (only,) = store.violations("open", "past", "closed")
    assert (only.state, only.count, only.by, only.path) == ("past", 20, "console", "q")
    assert (only.first_ms, only.last_ms) == (START_MS, START_MS + 19), "the times of its events, not of today"
    assert (only.first_event, only.last_event) == (1, 20)
    assert only.message == "q is missing"
    row = store.row()
    assert (row.checks, row.violated, row.open_violations) == (34, 20, 0)
    assert [one.event_id for one in reading.occurrences(store.connection, only.id)] == list(range(20, 0, -1))
    assert [one for one in reading.alerts(store.connection) if one.violation_id] == []


def test_asking_again_does_nothing_new(store: ContractStore) -> None:
    store.observe(*broken(20))
    store.do("save", document=contract())
    store.do("recheck")
    before = store.content()
    done = store.do("recheck")
    assert (done["checked"], done["violations"]) == (0, 0)
    assert done["words"] == "Nothing new to check: 1 contract judged all that is stored already."
    assert store.content() == before


def test_events_before_the_area_was_there_are_judged_and_counted(store: ContractStore) -> None:
    without_the_area(store, *broken(9), check(data={"sampled": 5}), report(status=503))
    store.do("save", document=contract())
    assert store.do("recheck")["checked"] == 11
    row = store.row()
    assert (row.checks, row.violated) == (15, 10)
    assert row.p50_ms is not None
    page = reading.load_endpoint(store.connection, row.id, START_MS - 1, START_MS + 1_000, now_ms=store.now_ms)
    assert page.statuses == {"200": 14, "503": 1}
    store.observe(check())
    assert store.row().checks == 16


def test_traffic_under_another_name_is_counted_where_it_is_judged(store: ContractStore) -> None:
    """Nobody could know that /people/bob is one of many."""
    store.observe(check(path="/people/bob", params={}), check(path="/people/bob"))
    store.do("save", document=contract("/people/{name}"))
    store.do("recheck")
    row = store.row("/people/{name}")
    assert (row.checks, row.violated) == (2, 1)


def test_a_violation_that_comes_again_opens_with_an_alert(store: ContractStore) -> None:
    store.observe(*broken(20))
    store.do("save", document=contract())
    store.do("recheck")
    store.observe(check(START_MS + 500, params={}))
    (only,) = store.violations("open", "past")
    assert (only.state, only.count) == ("open", 21)
    (alert,) = [one for one in reading.alerts(store.connection) if one.violation_id]
    assert (alert.count, alert.at_ms) == (1, START_MS + 500)


def test_an_open_violation_stays_as_it_is_and_counts_what_was_before(store: ContractStore) -> None:
    store.observe(*broken(30))
    store.do("save", document=contract())
    store.observe(*broken(3, START_MS + 500))
    store.do("recheck")
    (only,) = store.violations("open", "past")
    assert (only.state, only.count, only.first_event, only.last_event) == ("open", 33, 1, 33)
    assert [one.count for one in reading.alerts(store.connection) if one.violation_id] == [1]
    assert [one.event_id for one in reading.occurrences(store.connection, only.id)] == list(range(33, 0, -1))
    store.observe(*broken(KEPT_OCCURRENCES - 20, START_MS + 1_000))
    kept = reading.occurrences(store.connection, only.id, limit=10_000)
    assert [one.event_id for one in kept] == list(range(13 + KEPT_OCCURRENCES, 13, -1)), "the oldest gave way"
    (only,) = store.violations("open", "past")
    assert only.count == 13 + KEPT_OCCURRENCES


def test_what_the_service_told_of_this_version_does_not_count_twice(store: ContractStore) -> None:
    found = {"kind": "param_mismatch", "direction": "request", "path": "q", "keyword": "required"}
    data = {"contractVersion": "2.0.0", "violations": 1, "violationsFound": 1, "found": [found]}
    store.observe(*[check(START_MS + n, params={}, data=data) for n in range(4)])
    assert store.one("SELECT count FROM contracts_violation") == 4
    store.do("save", document=contract())
    store.do("recheck")
    (only,) = store.violations("open", "past")
    assert (only.count, only.by) == (4, "both")
    assert store.row().violated == 4


def test_only_what_was_asked_for_is_judged(store: ContractStore) -> None:
    store.observe(*broken(10), *broken(10, START_MS + 1_000), *[check(path="/b", params={}) for _ in range(3)])
    saved = store.do("save", document=contract())
    store.do("save", document=contract("/b", serviceName="other"))
    store.do("save", document=contract("/b"))
    assert store.do("recheck", service="other")["checked"] == 0
    part = store.do("recheck", endpoint=saved["endpoint"], since_ms=START_MS + 1_000, until_ms=START_MS + 1_005)
    assert (part["checked"], part["contracts"]) == (5, 1)
    assert store.do("recheck", endpoint=saved["endpoint"])["checked"] == 15
    assert store.do("recheck")["checked"] == 3
    with pytest.raises(LookupError, match="endpoint 99 has no contract"):
        store.do("recheck", endpoint=99)
    with pytest.raises(LookupError, match="no contract of nobody"):
        store.do("recheck", service="nobody")
    for wrong in ({"service": 1}, {"endpoint": "x"}, {"since_ms": "1h"}):
        with pytest.raises(ValueError, match='"'):
            store.do("recheck", **wrong)


def test_without_contracts_there_is_nothing_to_judge_by(store: ContractStore) -> None:
    store.observe(*broken(2))
    assert store.do("recheck")["words"] == "There is no contract that traffic could be checked against."


def test_a_recheck_that_was_killed_goes_on_where_it_was(store: ContractStore) -> None:
    store.observe(*broken(40))
    store.do("save", document=contract())
    args: dict[str, Any] = {}
    for _ in range(3):
        result = store.part("recheck", args)
        args = result["again"]
    assert result["progress"] == [21, 40]
    store.start()
    assert store.part("recheck", {})["progress"] == [7, 19], "what was judged is not judged again"
    done = store.do("recheck")
    assert (done["checked"], done["violations"], done["groups"]) == (40, 40, 1), "with what the others found"
    with pytest.raises(LookupError, match="another check"):
        store.part("recheck", args)
    (only,) = store.violations("past")
    assert only.count == 40


def test_other_contracts_in_between_are_judged_by_from_then_on(store: ContractStore) -> None:
    store.observe(*[check(START_MS + n, params={}, durationMs=200) for n in range(40)])
    store.do("save", document=contract())
    result = store.part("recheck", {})
    store.do("save", document=OTHER)
    while "again" in result:
        result = store.part("recheck", result["again"])
    assert result["checked"] == 47
    assert ours(store) == {
        ("2.0.0", "q", "required"): 7, ("2.1.0", "k", "required"): 40, ("2.1.0", "$", "timeout"): 40,
    }  # fmt: skip
    assert store.row().violated == 40, "an exchange that broke two versions broke its contract once"
    store.do("current", version=1)
    assert store.do("recheck")["checked"] == 33
    assert ours(store)["2.0.0", "q", "required"] == 40


def test_deleted_events_are_forgotten_while_a_recheck_is_under_way(store: ContractStore) -> None:
    store.observe(*broken(14))
    saved = store.do("save", document=contract())
    args = store.part("recheck", {})["again"]
    forget(store.connection, [1, 2], (0, 1))
    assert store.one("SELECT count(*) FROM contracts_past_occurrence") == 5
    while "again" in (result := store.part("recheck", args)):
        args = result["again"]
    (only,) = store.violations("past")
    assert len(reading.occurrences(store.connection, only.id)) == 12
    store.part("recheck", {})
    store.connection.execute("UPDATE contracts_endpoint SET last_ms = NULL")
    store.do("remove", version=saved["version"])
    for table in ("covered", "past", "past_occurrence", "violation"):
        assert store.one(f"SELECT count(*) FROM contracts_{table}") == 0, table


def test_what_a_service_tells_is_checked_from_its_event_on_also_after_a_crash(store: ContractStore) -> None:
    store.observe(check())
    store.arrive(*broken(5), told("v1", "Missing required parameter: x"), *broken(4, START_MS + 100))
    store.start()
    store.observe(check(START_MS + 200))
    assert ours(store)["2.0.0", "q", "required"] == 4
    assert store.do("recheck")["checked"] == 6
    assert ours(store)["2.0.0", "q", "required"] == 9


def test_a_store_of_before_knows_what_its_versions_have_judged(tmp_path: Path) -> None:
    store = ContractStore(tmp_path / "store.db")
    store.observe(*broken(10))
    store.now_ms += 1_000
    store.do("save", document=contract())
    store.now_ms += 1_000
    store.observe(*broken(6, START_MS + 500))
    _forget_the_recheck(store)
    assert store.do("recheck")["checked"] == 10
    assert ours(store) == {("2.0.0", "q", "required"): 16}
    store.close()


def test_a_store_of_before_with_contracts_that_were_told_replaced_or_never_judged(tmp_path: Path) -> None:
    store = ContractStore(tmp_path / "store.db")
    store.observe(*broken(3), told("v1", "Missing required parameter: x"), *broken(4, START_MS + 100))
    store.do("save", document=OTHER)
    store.now_ms += 1_000
    store.observe(*broken(5, START_MS + 500))
    store.now_ms += 1_000
    store.do("save", document={**OTHER, "timeout": 90}, replace=True)
    store.now_ms += 1_000
    store.observe(*broken(2, START_MS + 900))
    _forget_the_recheck(store)
    assert store.do("recheck")["checked"] == 7, "what came before the second version was there"
    assert ours(store)["2.1.0", "k", "required"] == 14
    store.do("current", version=1)
    assert store.do("recheck")["checked"] == 3, "it may have judged all since it was told"
    store.close()
    store = ContractStore(tmp_path / "other.db")
    without_the_area(store, *broken(4))
    store.do("save", document=contract())
    _forget_the_recheck(store)
    assert store.do("recheck")["checked"] == 4
    store.observe(*broken(2, START_MS + 100))
    assert store.do("recheck")["checked"] == 0
    assert ours(store) == {("2.0.0", "q", "required"): 6}
    store.close()


def _forget_the_recheck(store: ContractStore) -> None:
    """Make it a store that knew nothing of rechecks, and open it with this console."""
    for table in ("covered", "pass", "past", "past_occurrence"):
        store.connection.execute(f"DROP TABLE contracts_{table}")
    store.connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'contracts_004_recheck'")
    store.connection.commit()
    migrate(store.connection, [("contracts", MIGRATIONS)])


@pytest.mark.parametrize("seed", range(12))
def test_every_version_judges_every_event_once(store: ContractStore, seed: int) -> None:
    """Whatever versions, crashes, rollbacks and unfinished rechecks come in between."""
    rng = random.Random(seed)
    versions = {"2.0.0": contract(), "2.1.0": OTHER, "3.0.0": contract(version="3.0.0", timeout=50)}
    events = _live_through(store, rng, versions)
    store.start()
    last = _any_check(rng, len(events))
    store.observe(last)
    events.append(last)
    for document in versions.values():
        saved = store.do("save", document=document)
        store.do("current", version=saved["version"])
        store.do("recheck")
    wanted: Counter[tuple[str, str, str]] = Counter()
    any_broken = 0
    for event in events:
        exchange = exchange_of(event)
        assert exchange is not None
        for number, document in versions.items():
            found = check_exchange(read_contract(document), exchange)
            wanted.update((number, one.path, one.keyword) for one in found)
            any_broken += bool(found)
    assert ours(store) == wanted
    assert dict(store.connection.execute("SELECT path || keyword || version, count FROM contracts_violation")) == {
        path + keyword + number: n for (number, path, keyword), n in wanted.items()
    }
    assert store.one("SELECT sum(checks) FROM contracts_endpoint") == len(events)
    assert store.one("SELECT sum(checks) FROM contracts_bucket WHERE level_ms = 21600000") == len(events)
    assert store.one("SELECT sum(violated) FROM contracts_bucket WHERE level_ms = 21600000") <= len(events)
    assert store.one("SELECT count(*) FROM contracts_past") == 0
    assert [row.endpoint for row in store.rows()] == [PATH]


def _any_check(rng: random.Random, n: int) -> Any:
    params = {key: value for key, value in (("q", "plan"), ("k", "7")) if rng.random() < 0.6}
    return check(START_MS + n, params=params, durationMs=rng.choice((20, 70, 200)))


def _live_through(store: ContractStore, rng: random.Random, versions: dict[str, dict[str, Any]]) -> list[Any]:
    """Let events, versions, crashes and rechecks come in any order; returns the events."""
    events: list[Any] = []
    waiting: dict[str, Any] = {}

    def come() -> list[Any]:
        came = [_any_check(rng, len(events) + n) for n in range(rng.randrange(1, 25))]
        events.extend(came)
        return came

    if rng.random() < 0.5:
        without_the_area(store, *come())
    for _ in range(25):
        match rng.randrange(8):
            case 0:
                store.do("save", document=versions[rng.choice(list(versions))])
            case 1:
                known = store.connection.execute("SELECT id FROM contracts_version ORDER BY id").fetchall()
                if known:
                    store.do("current", version=rng.choice(known)[0])
            case 2:
                store.start()
            case 3:
                store.settle()
            case 4:
                waiting = store.part("recheck", {})
            case 5:
                store.do("recheck")
            case _:
                came = come()
                if rng.random() < 0.3:
                    store.fail_to_arrive(*came)
                store.arrive(*came)
        if "again" in waiting and rng.random() < 0.5:
            try:
                waiting = store.part("recheck", waiting["again"])
            except LookupError:
                waiting = {}
    return events

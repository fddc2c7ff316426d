"""Endpoints whose segments turn out to be values: one row and one finding, also after a crash; what is declared wins."""

from typing import Any

from console.areas.contracts.store import reading
from tests.areas.contracts.store.contract_store import ContractStore, check, contract
from tests.store_filling import START_MS


def slug(n: int) -> str:
    return "".join(chr(97 + n // 26**place % 26) for place in range(4))


def dynamic(n: int, first: int = 0, **more: Any) -> list[Any]:
    return [check(START_MS + i, path=f"/dyn/{slug(i)}/{slug(i * 7)}", **more) for i in range(first, first + n)]


def undeclared(store: ContractStore, *states: str) -> list[tuple[str, int]]:
    return [(one.endpoint, one.n) for one in store.findings(*states) if one.kind == "undeclared_endpoint"]


def test_thousands_of_slugs_are_one_endpoint_and_one_finding(store: ContractStore) -> None:
    store.do("save", document=contract())
    for part in range(3):
        store.observe(*dynamic(1_000, part * 1_000))
    store.observe(*[check(START_MS + 5_000)] * 5)
    assert [(row.endpoint, row.checks) for row in store.rows()] == [("/api/v1/acus/search", 5), ("/dyn/{…}/{…}", 3_000)]
    assert undeclared(store) == [("/dyn/{…}/{…}", 3_000)]
    (found,) = store.findings()
    assert found.examples == (1_000, 2_000, 3_000)
    assert reading.skipped(store.connection) == ()


def test_nothing_that_was_counted_is_lost(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(*dynamic(200, durationMs=10), *dynamic(100, 200, status=404))
    (row,) = [one for one in store.rows() if one.endpoint.startswith("/dyn")]
    assert (row.checks, row.standing) == (300, "undeclared")
    page = reading.load_endpoint(store.connection, row.id, 0, START_MS + 10_000, now_ms=store.now_ms)
    assert page.statuses == {"200": 200, "404": 100}
    assert sum(bar.checks for bar in page.timeline) == 300
    assert row.p95_ms is not None
    endpoints = "SELECT count(*) FROM contracts_{} WHERE endpoint_id NOT IN (SELECT id FROM contracts_endpoint)"
    for table in ("bucket", "status", "drift", "finding", "alert"):
        assert store.one(endpoints.format(table)) == 0
    assert store.one("SELECT first_ms FROM contracts_endpoint WHERE id = ?", row.id) == START_MS
    assert store.one("SELECT last_ms FROM contracts_endpoint WHERE id = ?", row.id) == START_MS + 299


def test_what_was_collapsed_stays_so_after_a_crash(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(*dynamic(100))
    store.start()
    store.observe(*dynamic(100, 100))
    store.start()
    store.arrive(*dynamic(100, 200))  # not all of it is written
    store.start()
    store.observe(*dynamic(1, 300))
    assert undeclared(store) == [("/dyn/{…}/{…}", 301)]


def test_what_was_found_before_collapses_too(store: ContractStore) -> None:
    store.do("save", document=contract())
    for n in range(20):
        store.observe(*[check(START_MS + n, path=f"/pages/{slug(n)}")] * 2)
    assert len(undeclared(store)) == 20
    store.observe(check(START_MS + 50, path="/pages/another"))
    assert undeclared(store) == [("/pages/{…}", 41)]
    assert undeclared(store, "closed") == []


def test_what_is_called_often_and_what_a_person_decided_stay(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(*[check(path="/pages/search")] * 10, *[check(path="/pages/noted")] * 2)
    (noted,) = [one.id for one in store.findings() if one.endpoint == "/pages/noted"]
    store.do("mute", findings=[noted], until_ms=store.now_ms + 1_000_000)
    store.observe(*[check(path=f"/pages/{slug(n)}") for n in range(50)])
    endpoints = {row.endpoint: row.checks for row in store.rows()}
    assert endpoints.pop("/api/v1/acus/search") == 0
    assert endpoints == {"/pages/search": 10, "/pages/noted": 2, "/pages/{…}": 50}
    store.observe(check(path="/pages/search"))
    assert store.row("/pages/search").checks == 11


def test_a_contract_wins_over_values_also_when_it_comes_later(store: ContractStore) -> None:
    store.do("save", document=contract("/dyn/{a}/{b}"))
    store.observe(*dynamic(100))
    assert store.row("/dyn/{a}/{b}").checks == 100
    assert undeclared(store) == []
    store.observe(*[check(path=f"/pages/{slug(n)}") for n in range(5)] * 2)
    assert len(undeclared(store)) == 5
    store.do("save", document=contract("/pages/{page}"))
    store.observe(check(path="/pages/aaaa"))
    assert undeclared(store) == []
    assert store.row("/pages/{page}").checks == 1


def test_who_was_never_called_is_no_longer_told_so_once_somebody_calls(store: ContractStore) -> None:
    store.do("import", documents=[contract(), contract("/never")], origin="file")
    store.observe(*[check()] * 600)
    assert [(one.endpoint, one.kind) for one in store.findings()] == [("/never", "unseen_endpoint")]
    store.arrive(check(path="/never", response={"hits": 7}))
    store.fold._counts_pace._due_s = 0.0
    store.arrive(check(path="/never", response={"hits": 7}))
    assert store.row("/never").checks > 0
    assert "unseen_endpoint" not in {one.kind for one in store.findings()}


def test_what_comes_after_the_last_look_is_looked_at_when_it_becomes_quiet(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(check())
    store.fold._drift_pace._due_s = store.fold._counts_pace._due_s = 0.0
    store.arrive(*[check(path="/quiet")] * 2)  # written at once, and too soon to look
    assert store.fold.is_waiting
    store.settle()
    assert undeclared(store) == [("/quiet", 2)]
    assert not store.fold.is_waiting


def test_a_transaction_that_fails_while_they_become_one_leaves_nothing_behind(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(*dynamic(15))
    store.fold._drift_pace._due_s = store.fold._counts_pace._due_s = 0.0
    store.fail_to_arrive(*dynamic(100, 15))
    store.observe(*dynamic(100, 15))
    assert [(row.endpoint, row.checks) for row in store.rows()] == [("/api/v1/acus/search", 0), ("/dyn/{…}/{…}", 115)]
    assert store.one("SELECT sum(n) FROM contracts_status") == 115

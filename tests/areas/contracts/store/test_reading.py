"""Ranges, words and bars of the overview; and what retention leaves."""

import pytest

from console.areas.contracts.store import reading
from console.areas.contracts.store.buckets import sweep
from console.areas.contracts.store.steps import DAY_MS, HOUR_MS, KEPT_MS, LEVELS_MS, MINUTE_MS, level_for
from tests.areas.contracts.store.contract_store import PATH, ContractStore, check, contract, report
from tests.store_filling import START_MS


def test_a_range_counts_what_is_in_it(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(*[check(START_MS + n * 10 * MINUTE_MS, params={} if n == 3 else {"q": "plan"}) for n in range(12)])
    store.now_ms = START_MS + 2 * HOUR_MS
    rows = reading.overview(store.connection, START_MS + 25 * MINUTE_MS, START_MS + 45 * MINUTE_MS, now_ms=store.now_ms).rows
    assert (rows[0].checks, rows[0].violated) == (2, 1)
    assert sum(checks for checks, _ in rows[0].bars) == 2
    assert len(rows[0].bars) == 20, "no narrower than the minutes that are kept"
    assert len(store.rows()[0].bars) == 8, "quarters of the two days"
    assert reading.overview(store.connection, 0, 1, now_ms=store.now_ms).rows[0].checks == 0


@pytest.mark.parametrize("hours", [1, 5, 30, 24 * 6, 24 * 40])
def test_wide_ranges_count_the_same_from_wider_buckets(store: ContractStore, hours: int) -> None:
    store.now_ms = START_MS + hours * HOUR_MS
    store.do("save", document=contract())
    step = hours * HOUR_MS // 50
    store.observe(*[check(START_MS + n * step, durationMs=1 + n) for n in range(50)])
    (row,) = reading.overview(store.connection, START_MS - DAY_MS, store.now_ms + DAY_MS, now_ms=store.now_ms).rows
    assert row.checks == 50
    assert row.p95_ms == pytest.approx(47, rel=0.03)
    page = reading.load_endpoint(store.connection, row.id, START_MS - DAY_MS, store.now_ms, now_ms=store.now_ms)
    assert sum(bar.checks for bar in page.timeline) == 50
    assert list(page.timeline) == sorted(page.timeline)


def test_the_width_is_the_narrowest_that_reaches_back() -> None:
    now = 100 * DAY_MS
    assert level_for(now - 30 * MINUTE_MS, now, now, 36) == MINUTE_MS
    assert level_for(now - 5 * HOUR_MS, now, now, 36) == 10 * MINUTE_MS
    assert level_for(now - DAY_MS, now, now, 36) == HOUR_MS
    assert level_for(now - 30 * DAY_MS, now, now, 36) == 6 * HOUR_MS
    assert level_for(now - 3 * DAY_MS, now - 3 * DAY_MS + 1, now, 36) == 10 * MINUTE_MS, "minutes are kept for a day"


def test_narrow_buckets_are_forgotten_in_time(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(check())
    for level, kept_ms in KEPT_MS.items():
        sweep(store.connection, START_MS + kept_ms + 2 * level)
        left = [row[0] for row in store.connection.execute("SELECT DISTINCT level_ms FROM contracts_bucket ORDER BY 1")]
        assert left == [one for one in LEVELS_MS if one > level]


def test_words_service_and_standing_choose_rows(store: ContractStore) -> None:
    store.do("import", documents=[contract(), contract("/never"), contract("/x", serviceName="pwa")], origin="openapi")
    store.observe(check(), check(path="/Undeclared/7"))
    assert [row.endpoint for row in store.rows(words="ACUS get")] == [PATH]
    assert [row.endpoint for row in store.rows(words="openapi")] == ["/x", PATH, "/never"]
    assert [row.endpoint for row in store.rows(service="pwa")] == ["/x"]
    assert [row.endpoint for row in store.rows(standing="undeclared")] == ["/Undeclared/:id"]
    assert [row.endpoint for row in store.rows(standing="unseen")] == ["/x", "/never"]
    assert store.rows(words="acus nothing") == ()


def test_an_endpoint_is_found_however_it_is_written(store: ContractStore) -> None:
    store.do("save", document=contract("/users/:id"))
    for written in ("/users/{user}", "/users/*/", "/users/:id"):
        assert reading.endpoint_id_of(store.connection, "server", "get", written) == 1
    assert reading.endpoint_id_of(store.connection, "server", "POST", "/users/:id") is None


def test_what_is_not_there_is_said_so(store: ContractStore) -> None:
    ask = {"since_ms": 0, "until_ms": 1, "now_ms": 1}
    with pytest.raises(LookupError, match="no endpoint 9"):
        reading.load_endpoint(store.connection, 9, **ask)
    store.do("save", document=contract())
    with pytest.raises(LookupError, match="no version 9"):
        reading.load_endpoint(store.connection, 1, version_id=9, **ask)
    with pytest.raises(LookupError, match="no version 9"):
        reading.load_version(store.connection, 9)
    with pytest.raises(LookupError, match="no violation 9"):
        reading.violation(store.connection, 9)
    assert reading.occurrences(store.connection, 9) == ()


def test_violations_are_of_a_range_an_endpoint_and_a_state(store: ContractStore) -> None:
    store.do("import", documents=[contract(), contract("/b")], origin="file")
    store.observe(check(START_MS, params={}), check(START_MS + HOUR_MS, path="/b", params={}))
    now = store.now_ms = START_MS + HOUR_MS
    everything = reading.violations(store.connection, 0, now + 1, now_ms=now)
    assert [one.endpoint for one in everything] == ["/b", PATH], "newest first"
    assert [one.endpoint for one in reading.violations(store.connection, 0, START_MS + 1, now_ms=now)] == [PATH]
    assert [one.endpoint for one in reading.violations(store.connection, START_MS + 1, now + 1, now_ms=now)] == ["/b"]
    assert [one.id for one in reading.violations(store.connection, 0, now + 1, endpoint_id=1, now_ms=now)] == [1]
    assert len(reading.violations(store.connection, 0, now + 1, limit=1, now_ms=now)) == 1
    assert reading.violations(store.connection, 0, now + 1, states=("closed",), now_ms=now) == ()
    assert reading.violation(store.connection, 1, now_ms=now) == everything[1]


def test_the_version_that_is_asked_for_stands_beside_what_came_under_it(store: ContractStore) -> None:
    store.do("save", document=contract(version="1.0.0"))
    store.observe(check())
    store.do("save", document=contract(version="2.0.0"))
    store.observe(check(), check())
    ask = {"since_ms": 0, "until_ms": START_MS + 1, "now_ms": store.now_ms}
    for version_id, n in ((1, 1), (2, 2), (None, 2)):
        page = reading.load_endpoint(store.connection, 1, version_id=version_id, **ask)
        assert page.shown is not None
        assert page.shown.version == f"{version_id or 2}.0.0"
        assert {row.n for row in page.observed if row.path == "q"} == {n}


def test_retention_forgets_what_tells_of_deleted_events(store: ContractStore) -> None:
    store.do("save", document=contract())
    later = START_MS + 5 * DAY_MS
    store.now_ms = later
    store.observe(check(START_MS, params={}), check(START_MS, path="/gone/1"), report(START_MS, status=503))
    store.observe(check(later, params={}), check(later, durationMs=900))
    store.connection.execute("DELETE FROM events WHERE ts < ?", (later,))
    store.connection.execute("DELETE FROM payloads WHERE id <= 3")
    store.recorder.transact(lambda connection: store.fold.prune(connection, later - MINUTE_MS))
    found = {one.keyword: one for one in store.violations("open", "closed")}
    assert set(found) == {"required", "timeout"}, "a violation stays while any of its events does"
    assert [one.event_id for one in reading.occurrences(store.connection, found["required"].id)] == [4]
    assert [row.endpoint for row in store.rows()] == [PATH], "undeclared endpoints go, contracts stay"
    (row,) = reading.overview(store.connection, 0, later + 1, now_ms=later).rows
    assert row.checks == 2
    store.observe(check(later, params={}))
    assert {one.keyword: one.count for one in store.violations()}["required"] == 3, "its count is of all that ever came"


def test_retention_spares_what_a_person_decided(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(check(response={"hits": [{"id": None}]}), check(response={"hits": [{"id": "a", "extra": 1}]}))
    first, second = (one.id for one in store.findings())
    store.do("severity", finding=first, **{"class": "RISKY"})
    store.now_ms += 9 * DAY_MS
    store.recorder.transact(lambda connection: store.fold.prune(connection, store.now_ms))
    store.do("save", document=contract(version="9.0.0"))
    store.recorder.transact(lambda connection: store.fold.prune(connection, store.now_ms))
    assert [one.id for one in store.findings("closed")] == [first]
    assert second != first
    assert store.row().versions == ("9.0.0", "2.0.0")


def test_a_damaged_histogram_leaves_the_page_without_its_durations(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(check(durationMs=5))
    store.connection.execute("UPDATE contracts_bucket SET first_bin = ?", (2**40,))
    (row,) = store.rows()
    assert (row.checks, row.p50_ms, row.p95_ms) == (1, None, None)
    page = reading.load_endpoint(store.connection, row.id, START_MS - DAY_MS, START_MS + DAY_MS, now_ms=START_MS)
    assert [(bar.checks, bar.p50_ms) for bar in page.timeline] == [(1, None)]
    store.observe(check(durationMs=7))
    assert store.rows()[0].p50_ms == pytest.approx(7, rel=0.03), "what is new counts again"

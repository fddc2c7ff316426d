"""What events tell is checked, counted and kept."""

import json

import pytest

from console.areas.contracts.store import reading
from console.areas.contracts.store.endpoints import MAX_ENDPOINTS
from console.areas.contracts.store.learning import UNREADABLE
from console.areas.contracts.store.projection import NOWHERE, TOO_MANY, UNDECIDED
from console.areas.contracts.store.violation_rows import KEPT_OCCURRENCES
from tests.areas.contracts.store.contract_store import DAY_MS, HIT, ContractStore, check, contract, report, told
from tests.store_filling import START_MS, read_text


def test_exchanges_are_checked_against_the_contract(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(
        check(), check(response={"hits": None}), check(params={}), check(durationMs=700), check(status=503, response=...),
        check(status=404, response={"error": "gone"}),
    )  # fmt: skip
    row = store.row()
    assert (row.standing, row.checks, row.violated, row.told, row.disagreements) == ("declared", 6, 4, 0, 0)
    assert row.open_violations == 4
    assert (row.last_ms, row.timeout_ms) == (START_MS, 500)
    assert row.p50_ms == pytest.approx(20, rel=0.02)
    assert row.p95_ms == pytest.approx(20, rel=0.02), "the place floor(0.95 * 5) of six"
    assert sum(checks for checks, _ in row.bars) == 6
    found = {(one.kind, one.direction, one.path, one.keyword, one.by, one.count) for one in store.violations()}
    assert found == {
        ("response_schema_error", "response", "hits", "type", "console", 1),
        ("param_mismatch", "request", "q", "required", "console", 1),
        ("timeout", "response", "$", "timeout", "console", 1),
        ("unavailable", "response", "$", "status", "console", 1),
    }


def test_ten_thousand_equal_violations_are_one_row_with_five_alerts(store: ContractStore) -> None:
    store.do("save", document=contract())
    broken = [check(START_MS + n, params={}) for n in range(2_000)]
    for _ in range(5):
        store.arrive(*broken)
    store.settle()
    (only,) = store.violations()
    assert (only.count, only.first_event, only.last_event) == (10_000, 1, 10_000)
    alerts = [one for one in reading.alerts(store.connection) if one.violation_id == only.id]
    assert [one.count for one in alerts] == [10_000, 1_000, 100, 10, 1]
    assert len(reading.occurrences(store.connection, only.id, limit=10_000)) == KEPT_OCCURRENCES
    newest = reading.occurrences(store.connection, only.id, limit=2)
    assert [one.event_id for one in newest] == [10_000, 9_999]
    assert newest[0].message == "q is missing"


def test_a_violation_is_closed_after_500_clean_observations_and_opens_as_a_new_episode(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(check(params={}))
    store.observe(*[check() for _ in range(499)])
    assert len(store.violations()) == 1
    store.observe(check())
    assert store.violations() == ()
    assert [one.state for one in store.violations("closed")] == ["closed"]
    assert store.row().open_violations == 0
    store.observe(check(params={}))
    assert [(one.count, one.state) for one in store.violations("open", "closed")] == [(2, "open")]
    assert [one.count for one in reading.alerts(store.connection) if one.violation_id] == [1, 1]


def test_a_violation_is_closed_after_a_day_without_it(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(check(params={}))
    store.now_ms = START_MS + DAY_MS - 1
    assert len(store.violations()) == 1
    store.now_ms = START_MS + DAY_MS
    assert store.violations() == ()


def test_clean_answers_do_not_close_what_is_wrong_with_requests(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(check(params={}))
    store.observe(*[check(params=..., request=...) for _ in range(600)])
    assert len(store.violations()) == 1


def test_a_sample_stands_for_those_that_were_left_out(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(check(data={"sampled": 40}), check(params={}, data={"sampled": 10}))
    row = store.row()
    assert (row.checks, row.violated) == (50, 1)
    page = reading.load_endpoint(store.connection, row.id, START_MS - 1, START_MS + 1_000, now_ms=store.now_ms)
    assert page.statuses == {"200": 50}
    assert [(bar.checks, bar.violated) for bar in page.timeline] == [(50, 1)]


def test_services_tell_their_contracts(store: ContractStore) -> None:
    store.observe(told())
    row = store.row()
    assert (row.standing, row.version, row.origin, row.versions) == ("declared", "2.0.0", "event", ("2.0.0",))
    store.observe(check(params={}))
    assert store.row().violated == 1
    (version,) = reading.all_versions(store.connection)
    assert (version.event_id, version.since_ms) == (1, START_MS)
    assert version.contract.timeout_ms == 500


def test_the_same_version_with_another_content_replaces_only_what_was_told(store: ContractStore) -> None:
    store.observe(told("v1"), told("v2", agreed=contract(id="c", timeout=900)))
    (version,) = reading.all_versions(store.connection)
    assert version.contract.timeout_ms == 900
    assert version.note == "told with another content since event 2"
    store.do("save", document=contract(timeout=300), replace=True, note="by hand")
    store.observe(told("v3", agreed=contract(id="c", timeout=1_000)))
    (version,) = reading.all_versions(store.connection)
    assert (version.contract.timeout_ms, version.origin) == (300, "edited")
    assert version.note == "services tell another content of this version (event 3)"


def test_a_new_version_is_checked_from_its_event_on(store: ContractStore) -> None:
    store.observe(told("v1"), check(params={"q": "no"}), told("v2", agreed=contract(version="2.1.0", expectedParams=[])))
    store.observe(check(params={}))
    assert store.row().versions == ("2.1.0", "2.0.0")
    assert store.row().version == "2.1.0"
    assert store.row().violated == 0


def test_a_told_violation_that_is_repeated_counts_once(store: ContractStore) -> None:
    store.observe(told("v1"), told("v1"), told("v2"), told("v1"))
    store.start()  # what was told is remembered beyond the process
    store.observe(told("v2"))
    (only,) = store.violations()
    assert (only.count, only.by, only.path, only.keyword) == (2, "service", "q", "required")
    assert store.row().told == 2
    assert store.row().checks == 0


def test_a_check_and_a_report_of_the_same_violation_count_once(store: ContractStore) -> None:
    section = {"contractId": "c", "deviation": "Missing required parameter: q", "actualParams": {}}
    body = {"id": "e", "timestamp": START_MS, "level": "warning", "category": "CONTRACT_VIOLATION",
            "message": "Contract violation: server - a deviation", "context": {"contract": section}}  # fmt: skip
    told_again = read_text(json.dumps(body))
    store.observe(told("v1"), told_again, told("v2"), told_again)
    (only,) = store.violations()
    assert only.count == 2
    store.observe(told_again)
    assert store.violations()[0].count == 3, "reports alone tell of violations too"


def test_an_exchange_whose_violation_is_told_too_is_by_both(store: ContractStore) -> None:
    store.do("save", document=contract())
    state = {"checked": 1, "violations": 1, "lastViolation": {"id": "v1", "violationType": "param_mismatch",
             "deviation": "Missing required parameter: q"}}  # fmt: skip
    store.observe(check(params={}, data={"violations": 1}, state=state))
    (only,) = store.violations()
    assert (only.by, only.disagreement, only.count) == ("both", "", 1)
    assert store.row().disagreements == 0


def test_a_disagreement_is_said_in_words_in_either_direction(store: ContractStore) -> None:
    store.do("save", document=contract())
    state = {"checked": 5, "violations": 9, "lastViolation": {"id": "v1", "violationType": "response_mismatch",
             "deviation": "response.hits[0].quality: expected integer, got number"}}  # fmt: skip
    store.observe(check(data={"violations": 1}, state=state), check(params={}, data={"violations": 0}))
    by_path = {one.path: one for one in store.violations()}
    stricter, looser = by_path["hits[].quality"], by_path["q"]
    assert (stricter.by, stricter.keyword) == ("service", "type")
    assert stricter.disagreement == "the service says it breaks the contract, the console finds that it keeps to it"
    assert (looser.by, looser.keyword) == ("console", "required")
    assert looser.disagreement == "the console finds a violation, the service says that the exchange holds"
    assert (store.row().disagreements, store.row().told) == (2, 1)


def test_what_we_were_not_shown_is_no_disagreement(store: ContractStore) -> None:
    store.do("save", document=contract())
    state = {"checked": 5, "violations": 9, "lastViolation": {"id": "v1", "violationType": "response_mismatch",
             "deviation": "response.hits: required, but missing"}}  # fmt: skip
    store.observe(check(truncated=["response"], response=..., data={"violations": 1}, state=state))
    (only,) = store.violations()
    assert (only.by, only.disagreement) == ("service", "")


def test_reports_of_errors_are_exchanges_too(store: ContractStore) -> None:
    store.do("save", document=contract(expectedResponses={"5xx": {"type": "object", "required": ["code"]}}))
    store.observe(report(status=503), report(status=500), report(path="/api/v1/unknown/17", service="pwa"))
    assert store.row().checks == 2
    found = {(one.path, one.keyword) for one in store.violations()}
    assert found == {("$", "status"), ("code", "required")}
    (other,) = store.rows(standing="undeclared")
    assert (other.service, other.method, other.endpoint, other.checks) == ("pwa", "GET", "/api/v1/unknown/:id", 1)


def test_no_answer_is_unavailable_where_another_service_reports_it(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(report(status=None, category="CONNECTION_LOST", service="pwa"))
    (only,) = store.violations()
    assert (only.kind, only.actual) == ("unavailable", "no answer: boom")
    store.observe(report(status=None, category="CONNECTION_LOST"), report(status=None))
    assert store.violations()[0].count == 1, "who reports it himself is there; an error without an answer tells of none"


def test_undeclared_traffic_is_taken_over_by_a_contract_that_comes_later(store: ContractStore) -> None:
    store.observe(check(path="/users/7"), check(path="/users/8"))
    (row,) = store.rows()
    assert (row.endpoint, row.standing, row.checks) == ("/users/:id", "undeclared", 2)
    done = store.do("save", document=contract("/users/{user}", method=""))
    assert done["endpoint"] == row.id
    store.observe(check(path="/users/9"))
    (row,) = store.rows()
    assert (row.endpoint, row.method, row.standing, row.checks) == ("/users/{user}", "", "declared", 3)


def test_endpoints_are_bounded_and_what_is_beyond_is_counted(store: ContractStore) -> None:
    store.observe(*[check(service=f"s{n}") for n in range(MAX_ENDPOINTS + 5)])
    assert len(store.rows()) == MAX_ENDPOINTS
    assert reading.skipped(store.connection) == ((TOO_MANY, 5, START_MS, MAX_ENDPOINTS + 5),)
    with pytest.raises(ValueError, match="endpoints already"):
        store.do("save", document=contract("/one/more"))


def test_what_cannot_be_placed_or_read_is_counted(store: ContractStore) -> None:
    nowhere = {"eventType": "contract_check", "timestamp": START_MS, "service": "server", "data": {"contractId": "x"},
               "contractState": {"lastViolation": {"id": "v", "deviation": "it broke"}}}  # fmt: skip
    broken = contract(expectedResponse={"type": "no such type"})
    store.observe(read_text(json.dumps(nowhere)), told(agreed=broken))
    assert {(reason, n) for reason, n, _, _ in reading.skipped(store.connection)} == {(NOWHERE, 1), (UNREADABLE, 1)}
    assert store.row().standing == "undeclared"


@pytest.mark.parametrize(
    "exchange",
    [
        {"path": "x" * 100_000}, {"path": "//" * 500}, {"params": {"q": "\u202e<b>\x1b[31m" * 50}}, {"status": "200"},
        {"status": 10**30}, {"durationMs": -1}, {"durationMs": "soon"}, {"response": [[[[[[[[[[]]]]]]]]]]},
        {"response": {"hits": [{"id": {"a" * 5_000: 1}}]}}, {"params": [1]}, {"truncated": 7}, {"method": 5},
        {"path": ""}, {"pathParams": "x"}, {"request": 10**400}, {"response": {str(n): n for n in range(3_000)}},
    ],
)  # fmt: skip
def test_odd_exchanges_cost_nothing_but_themselves(store: ContractStore, exchange: dict[str, object]) -> None:
    store.do("save", document=contract())
    store.observe(check(**exchange), check(data={"sampled": "many", "violations": "few", "service": 3}))
    assert store.row().checks >= 1
    assert reading.skipped(store.connection) == ()


def test_a_method_that_services_tell_with_the_path_is_taken_apart(store: ContractStore) -> None:
    store.observe(told(agreed=contract("GET /told", method=None)), check(path="/told"))
    (row,) = store.rows()
    assert (row.method, row.endpoint, row.checks, row.standing) == ("GET", "/told", 1, "declared")


def test_a_method_without_an_end_is_cut(store: ContractStore) -> None:
    store.observe(check(method="G" * 10_000), check(method="G" * 9_000))
    (row,) = store.rows()
    assert (row.method, row.checks) == ("G" * 31 + "…", 2)


def test_what_a_pattern_leaves_undecided_is_counted_and_no_violation(store: ContractStore) -> None:
    given_up = {"type": "object", "properties": {"a": {"pattern": "^(?:(?=a)a*)*b$"}}}
    store.do("save", document=contract(expectedResponse=given_up))
    store.observe(check(response={"a": "a" * 40}), check(response={"a": "b"}))
    assert (store.violations(), store.row().checks, store.row().violated) == ((), 2, 0)
    assert reading.skipped(store.connection) == ((UNDECIDED, 1, START_MS, 1),)


def test_findings_open_alert_close_and_open_again(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(*[check(START_MS + n) for n in range(50)])
    assert store.findings() == ()
    store.observe(check(response={"hits": [{"id": None}]}))
    (found,) = store.findings()
    assert (found.kind, found.path, found.severity, found.is_unbumped) == ("nullability", "hits[].id", "BREAKING", True)
    assert found.examples == (51,)
    assert (store.row().drift, store.row().unbumped) == ({"BREAKING": 1}, 1)
    about = [one for one in reading.alerts(store.connection) if one.finding_id == found.id]
    assert [one.severity for one in about] == ["high"]
    store.now_ms += 3 * DAY_MS
    store.observe(check(store.now_ms))  # forgotten two days after it was last seen
    assert (store.findings(), len(store.findings("closed"))) == ((), 1)
    store.observe(check(store.now_ms, response={"hits": [{"id": None}]}))
    assert [one.id for one in store.findings()] == [found.id]
    assert len([one for one in reading.alerts(store.connection) if one.finding_id == found.id]) == 2


def test_what_was_observed_stands_beside_what_is_expected(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.observe(*[check(START_MS + n, response={"hits": [HIT, {**HIT, "extra": n}]}) for n in range(20)])
    page = reading.load_endpoint(store.connection, store.row().id, 0, START_MS + 1_000, now_ms=store.now_ms)
    rows = {(row.direction, row.path): row for row in page.observed}
    assert rows["request", "q"].standing == "as promised"
    assert rows["request", "q"].values == (("plan", 20),)
    extra = rows["response", "hits[].extra"]
    assert (extra.standing, extra.expected, extra.types, extra.presence) == ("undeclared", "", {"integer": 20}, 0.5)
    assert "required" in rows["response", "hits[].id"].expected
    assert rows["response", "hits"].bounds == "2 items"
    assert page.shown is not None
    assert page.shown.is_current
    assert page.row.id == store.row().id


def test_endpoints_that_nobody_calls_and_that_nobody_declared_are_found(store: ContractStore) -> None:
    store.do("import", documents=[contract(), contract("/never")], origin="file")
    store.observe(*[check() for _ in range(600)], check(path="/undeclared"), check(path="/slip"))
    assert {one.kind for one in store.findings()} == {"unseen_endpoint"}  # one call may be anybody's slip
    store.observe(check(path="/undeclared"))
    found = {(one.endpoint, one.kind, one.severity) for one in store.findings()}
    assert found == {("/never", "unseen_endpoint", "STALE"), ("/undeclared", "undeclared_endpoint", "RISKY")}
    (undeclared,) = [one for one in store.findings() if one.kind == "undeclared_endpoint"]
    assert (undeclared.n, undeclared.examples) == (2, (601, 603))
    assert sorted(row.standing for row in store.rows()) == ["declared", "undeclared", "undeclared", "unseen"]


def test_other_events_change_nothing(store: ContractStore) -> None:
    kinds = ("performance", "info", "sync_update", "warning", "error", "contract_check")
    body = {"timestamp": START_MS, "service": "server", "data": {"message": "hi"}}
    store.observe(*[read_text(json.dumps({"eventType": kind, **body})) for kind in kinds])
    assert store.rows() == ()
    assert store.one("SELECT counted_id FROM contracts_state") == 6


def test_entity_contracts_can_be_read_by_their_type(store: ContractStore) -> None:
    schema = {"type": "object", "required": ["title"]}
    store.observe(told(agreed=contract("entity:conversation", expectedResponse=schema)))
    store.do("save", document=contract("entity:conversation", version="3.0.0", expectedResponse=False))
    rows = store.connection.execute("SELECT entity_type, version, schema FROM v_entity_contracts").fetchall()
    assert rows == [("conversation", "3.0.0", "false")]
    store.do("remove", version=2)
    rows = store.connection.execute("SELECT entity_type, version, schema FROM v_entity_contracts").fetchall()
    assert [(kind, version, json.loads(text)) for kind, version, text in rows] == [("conversation", "2.0.0", schema)]
    assert store.row("entity:conversation").standing == "declared"


def test_a_contract_told_later_counts_for_paths_that_were_seen_before(store: ContractStore) -> None:
    seen, template = "/api/v1/acus/deep", "/api/v1/:kind/deep"
    violation = told("v1", agreed={"serviceName": "server", "endpoint": seen, "method": "GET"})
    store.observe(check(path=seen), violation)
    assert (store.row(seen).checks, store.row(seen).told) == (1, 1)
    store.observe(told("v2", agreed=contract(template)))
    again = told("v3", agreed={"serviceName": "server", "endpoint": seen, "method": "GET"})
    store.observe(check(path=seen, params={}), again)
    assert (store.row(seen).checks, store.row(seen).told) == (1, 1), "what came before stays where it was"
    row = store.row(template)
    assert (row.checks, row.violated, row.told) == (1, 1, 2)

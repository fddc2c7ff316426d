"""The parts of an event are found in every dialect, and nothing that arrives makes an accessor fail."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from console.model.decoding import decode
from console.model.report import parts
from console.model.report.parts import (
    Database,
    Moment,
    Request,
    Response,
    Traits,
    actions_of,
    contract_of,
    database_of,
    request_of,
    response_of,
    stack_texts,
    sync_of,
    versions_of,
)
from tests.model.json_values import ENHANCED, FIXTURES, LOG_LINE, mutated_texts

ACCESSORS = [getattr(parts, name) for name in parts.__all__ if name[0].islower()]
STREAM = [json.loads(line) for line in (FIXTURES / "vivim-debug-stream.jsonl").read_text("utf-8").splitlines()]
REPORTS = [
    report
    for line in (FIXTURES / "vivim-error-posts.jsonl").read_text("utf-8").splitlines()
    for report in json.loads(line)["body"]["reports"]
]


def in_stream(report: dict[str, Any]) -> dict[str, Any]:
    return {"eventType": "error", "timestamp": 1, "service": "s", "data": report}


def nothing() -> dict[Any, Any]:
    return {"actions_of": (), "stack_texts": (), "versions_of": Traits()}


@pytest.mark.parametrize("payload", [None, 3, "x", [], {}, {"data": 5}, {"eventType": "info", "data": {"message": "m"}}])
def test_where_there_is_nothing_nothing_is_found(payload: Any) -> None:
    assert {accessor.__name__: accessor(payload) for accessor in ACCESSORS} == {
        accessor.__name__: nothing().get(accessor.__name__) for accessor in ACCESSORS
    }


@settings(max_examples=300, deadline=None)
@given(mutated_texts())
def test_no_broken_event_makes_an_accessor_fail(text: str) -> None:
    payload = decode(text).value
    for accessor in ACCESSORS:
        accessor(payload)


@pytest.mark.parametrize("wrap", [dict, in_stream])
def test_a_bare_report_and_one_in_the_stream_hold_the_same(wrap: Any) -> None:
    payload = wrap(ENHANCED)
    assert request_of(payload) == Request("POST", "/x", "/x", {}, {}, None)
    assert response_of(payload) == Response(500, 12.5, {}, None)
    found = database_of(payload)
    assert found is not None
    assert found.query == "INSERT"
    assert [text for _, text in stack_texts(payload)] == ["Error: x\n  at y"]
    assert versions_of(payload).app_version == "1"


def test_a_request_in_full() -> None:
    request = {
        "method": "put",
        "url": "https://api.test/acus?limit=2&q=a%20b",
        "headers": {"Cookie": ["a=1", "b=2"], "Accept": ["x", "y"], "X": 5, "Y": True, "n": None, "bad": {}, "l": "a\r\nb"},
        "body": {"a": 1},
    }
    assert request_of({"request": request}) == Request(
        "PUT",
        "https://api.test/acus?limit=2&q=a%20b",
        "/acus",
        {"Cookie": "a=1; b=2", "Accept": "x, y", "X": "5", "Y": "true", "bad": "(dict)", "l": "a b"},
        {"limit": "2", "q": "a b"},
        {"a": 1},
    )
    assert request_of(
        {"request": {"path": "/p", "query": {"a": 1}, "headers": [["A", "1"], {"name": "B", "value": "2"}]}}
    ) == (Request("GET", "/p", "/p", {"A": "1", "B": "2"}, {"a": 1}, None))
    assert request_of({"request": {"url": "http://[broken"}}) == Request(
        "GET", "http://[broken", "http://[broken", {}, {}, None
    )


def test_the_flat_context() -> None:
    slow = {"context": {"endpoint": "/api/x", "method": "POST", "statusCode": 404, "responseTime": 12, "query": "SELECT 1"}}
    request = request_of(slow)
    assert request is not None
    assert (request.method, request.path, request.query) == ("POST", "/api/x", {})
    assert response_of(slow) == Response(404, 12.0, {}, None)
    assert response_of({"context": {"statusCode": 7}}) is None
    assert response_of({"response": "<html>gone"}) == Response(None, None, {}, "<html>gone")


def test_the_recorded_database_errors() -> None:
    found = [database for report in REPORTS if (database := database_of(report))]
    assert len(found) == 31
    assert {(one.sqlstate, one.code, one.constraint, one.table, one.operation, one.duration_ms) for one in found} == {
        ("23505", None, "messages_pkey", "messages", "insert", 12.0)
    }


def test_database_fields() -> None:
    section = {
        "errorCode": "SQLITE_CONSTRAINT_UNIQUE",
        "statement": "x",
        "params": {"a": 1},
        "duration_ms": 4,
        "column": "c",
    }
    assert database_of({"database": section}) == Database(
        "x", {"a": 1}, None, "c", None, None, None, "SQLITE_CONSTRAINT_UNIQUE", None, None, 4.0
    )
    assert database_of({"context": {"query": "cats"}}) is None


def test_sync_conflicts_have_both_sides_and_a_base() -> None:
    details = {
        "localVersion": 1,
        "remoteVersion": 2,
        "localState": {"t": "a"},
        "remoteState": {"t": "b"},
        "baseState": {"t": ""},
        "conflictingFields": ["t"],
    }
    issue = {"issueType": "conflict", "entityType": "acu", "entityId": "acu_1", "details": details}
    sides = sync_of({"eventType": "sync_update", "data": {"issue": issue}})
    assert sides is not None
    assert (sides.titles, sides.local, sides.remote, sides.base) == (("local", "remote"), {"t": "a"}, {"t": "b"}, {"t": ""})
    assert (sides.local_version, sides.remote_version, sides.fields) == ("1", "2", ("t",))
    assert (sides.entity_type, sides.entity_id, sides.issue_type) == ("acu", "acu_1", "conflict")


def test_the_recorded_sync_issues_all_have_two_sides() -> None:
    issues = [event for event in STREAM if "issue" in event["data"]]
    assert len(issues) == 98
    found = {}
    for event in issues:
        sides = sync_of(event)
        assert sides is not None
        assert sides.entity_id
        found[sides.issue_type] = max(found.get(sides.issue_type, sides), sides, key=lambda one: len(str(one.local)))
        assert (sides.local is None) == (sides.remote is None)
    assert found["divergence"].titles == ("actual", "expected")
    assert found["divergence"].local == {"count": 40, "hash": "b2", "tags": ["x", "y"]}
    assert found["divergence"].remote == {"count": 41, "hash": "a1", "tags": ["x"]}
    assert found["order_violation"].local != found["order_violation"].remote
    assert set(found["missing_data"].local) < set(found["missing_data"].remote)
    assert found["conflict"].titles == ("local", "remote")


def test_the_recorded_contract_violations() -> None:
    checks = [event for event in STREAM if "contractState" in event]
    assert len(checks) == 27
    for event in checks:
        sides = contract_of(event)
        assert sides is not None
        assert sides.deviations
        assert sides.endpoint == "/api/v1/acus/search"
        assert sides.version == "2.0.0"
        assert sides.expected["params"]["k"] == {"type": "number", "required": False, "minimum": 1, "maximum": 50}
        assert sides.actual["params"] == event["contractState"]["lastViolation"]["actualRequest"]
    reports = [sides for report in REPORTS if (sides := contract_of(report))]
    assert len(reports) == 55
    assert all(sides.contract_id and sides.deviations and sides.expected and sides.actual for sides in reports)


def test_a_check_that_held_is_no_violation() -> None:
    event = json.loads(json.dumps(next(event for event in STREAM if "contractState" in event)))
    event["data"]["violations"] = 0
    assert contract_of(event) is None


def test_moments_are_in_order_and_each_once() -> None:
    debug = {
        "recentActions": [{"timestamp": 2_000_000_000_000, "type": "click", "target": "#save"}, "no time"],
        "consoleErrors": ["[2033-05-18T03:33:19.5Z] boom", {"level": "warn", "message": "slow", "ts": 1_999_999_999}],
        "networkRequests": [{"method": "GET", "url": "/x", "status": 500, "time": "never"}],
    }
    event = {"debug": debug, "context": {"userAction": "2033-05-18T03:33:18Z: open conversation", "debug": debug}}
    assert actions_of(event) == (
        Moment(1_999_999_998_000, "action", "open conversation"),
        Moment(1_999_999_999_000, "console", "slow warn"),
        Moment(1_999_999_999_500, "console", "boom"),
        Moment(2_000_000_000_000, "action", "click #save"),
        Moment(None, "action", "no time"),
        Moment(None, "network", "GET /x 500"),
    )


def test_the_recorded_actions_have_their_time() -> None:
    found = [actions_of(report) for report in REPORTS if "userAction" in report["context"]]
    assert len(found) == 93
    assert {(len(moments), moments[0].ts_ms is None, moments[0].text) for moments in found} == {
        (1, False, "open conversation"),
        (1, True, "unknown"),
    }


def test_stacks_come_most_telling_first() -> None:
    event = {
        "error": {"stack": "E: outer\n at a", "cause": {"stack": "E: inner\n at b"}},
        "debug": {"componentStack": "at App"},
        "context": {"stack": ["line 1", "line 2"]},
        "stack": "  ",
    }
    assert stack_texts(event) == (
        ("error.stack", "E: outer\n at a"),
        ("context.stack", "line 1\nline 2"),
        ("error.cause.stack", "E: inner\n at b"),
        ("debug.componentStack", "at App"),
    )
    assert stack_texts(LOG_LINE) == (("error.stack", "Error: boom\n  at z"),)


CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        (CHROME, "Chrome 131"),
        (f"{CHROME} Edg/131.0.0.0", "Edge 131"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1", "Safari 17"),
        ("Mozilla/5.0", "Mozilla/5.0"),
        ("node", "node"),
        (f"{CHROME} Electron/33.2.0", "Electron 33"),
        ("curl/8.1.2 " + "x" * 50, "curl/8.1.2"),
    ],
)
def test_browsers_have_a_name_and_a_major_version(agent: str, browser: str) -> None:
    assert versions_of({"request": {"url": "/", "headers": {"User-Agent": agent}}}).browser == browser
    assert versions_of({"context": {"userAgent": agent}}).browser == browser


def test_traits_of_each_dialect() -> None:
    flat = next(report for report in REPORTS if "statusCode" in report["context"])
    traits = versions_of(flat)
    assert (traits.app_version, traits.environment, traits.user_id) == ("1.4.2", "development", "user_42")
    assert (traits.session_id, traits.http_status, traits.endpoint) == (
        *("sess_7f3a", flat["context"]["statusCode"], flat["context"]["endpoint"]),
    )
    enhanced = {
        "environment": {"version": "2", "environment": "staging"},
        "user": {"id": 7},
        "database": {"sqlstate": "23505"},
        "request": {"url": "https://h/a?b=c"},
        "response": {"status": 409},
    }
    assert versions_of(in_stream(enhanced)) == Traits("2", "staging", "7", None, None, None, "/a", 409, "23505")
    assert versions_of(next(event for event in STREAM if "contractState" in event)).endpoint == "/api/v1/acus/search"

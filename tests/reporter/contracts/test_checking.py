"""Exchanges against their contract."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.reporter.contracts.checking import (
    MOST,
    Checked,
    SchemaFault,
    Violation,
    check_exchange,
    judge_exchange,
    schema_faults,
)
from console.reporter.contracts.contract import Contract, read_contract
from console.reporter.contracts.exchange import ABSENT, Exchange

SEARCH = read_contract({
    "serviceName": "server", "endpoint": "/acus/:id/search", "contractVersion": "2.0.0", "timeout": 1500,
    "expectedParams": [
        {"name": "q", "type": "string", "required": True, "minLength": 2},
        {"name": "k", "type": "number", "minimum": 1, "maximum": 50},
        {"name": "id", "type": "integer"},
        {"name": "trace", "in": "header", "required": True},
    ],
    "expectedResponse": {"type": "object", "required": ["hits"], "properties": {"hits": {"items": {"required": ["id"]}}}},
    "expectedResponses": {"404": {"required": ["error"]}, "5xx": {"type": "object"}},
})  # fmt: skip
POST = read_contract({
    "serviceName": "server", "endpoint": "/acus", "method": "POST", "contractVersion": "1",
    "expectedParams": [
        {"name": "dry", "type": "boolean", "required": True},
        {"name": "kind", "in": "body", "required": True, "enum": ["a", "b"]},
    ],
    "expectedRequest": {"type": "object", "required": ["title"], "properties": {"tags": {"items": {"type": "string"}}}},
})  # fmt: skip


def search(**changes: Any) -> Exchange:
    held = Exchange(
        "server", "GET", "/acus/17/search", {"q": "abc", "k": "5"}, status=200, response={"hits": []}, duration_ms=12.5
    )
    return replace(held, **changes)


def post(**changes: Any) -> Exchange:
    return replace(Exchange("server", "POST", "/acus", {"dry": "true"}, {"title": "x", "kind": "a"}, status=201), **changes)


def told(contract: Contract, exchange: Exchange) -> list[tuple[str, str, str, str]]:
    return [one[:4] for one in check_exchange(contract, exchange)]


def test_what_holds_breaks_nothing() -> None:
    assert check_exchange(SEARCH, search()) == []
    assert check_exchange(POST, post()) == []


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (search(params={}), ("param_mismatch", "request", "q", "required")),
        (search(params={"q": "a"}), ("param_mismatch", "request", "q", "minLength")),
        (search(params={"q": "ab", "k": "many"}), ("param_mismatch", "request", "k", "type")),
        (search(params={"q": "ab", "k": "51"}), ("param_mismatch", "request", "k", "maximum")),
        (search(path="/acus/x/search"), ("param_mismatch", "request", "id", "type")),
        (search(path_params={"id": "x"}), ("param_mismatch", "request", "id", "type")),
        (search(params={"q": "ab", "id": "x"}), ("param_mismatch", "request", "id", "type")),
        (search(response={}), ("response_schema_error", "response", "hits", "required")),
        (search(response={"hits": [{"id": 1}, {}]}), ("response_schema_error", "response", "hits[].id", "required")),
        (search(response=None), ("response_schema_error", "response", "$", "type")),
        (search(status=None, response={}), ("response_schema_error", "response", "hits", "required")),
        (search(status=404, response={}), ("response_schema_error", "response", "error", "required")),
        (search(status=500, response=[]), ("response_schema_error", "response", "$", "type")),
        (search(duration_ms=1500.5), ("timeout", "response", "$", "timeout")),
        (search(status=503, response=ABSENT), ("unavailable", "response", "$", "status")),
        (search(status=None, response=ABSENT, failure="connection refused"), ("unavailable", "response", "$", "status")),
    ],
)
def test_each_way_to_break_a_contract(exchange: Exchange, expected: tuple[str, str, str, str]) -> None:
    assert told(SEARCH, exchange) == [expected]


@pytest.mark.parametrize(
    "exchange",
    [
        search(params=None),
        search(path="/acus/:id/search", status=404, response=ABSENT),
        search(path="/acus/{id}/search"),
        search(status=302, response="<html>"),
        search(response=ABSENT, duration_ms=None),
        search(duration_ms=1500),
        search(params={"q": "ab", "other": "x"}),
    ],
)
def test_what_is_not_told_or_not_promised_breaks_nothing(exchange: Exchange) -> None:
    assert check_exchange(SEARCH, exchange) == []


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (post(request={"kind": "a"}), [("param_mismatch", "request", "body.title", "required")]),
        (post(request={"title": "x"}), [("param_mismatch", "request", "body.kind", "required")]),
        (post(request={"title": "x", "kind": "c"}), [("param_mismatch", "request", "body.kind", "enum")]),
        (post(request={"title": "x", "kind": "a", "tags": [1]}), [("param_mismatch", "request", "body.tags[]", "type")]),
        (post(request=[]), [("param_mismatch", "request", "body", "type")]),
        (post(request=None), [("param_mismatch", "request", "body", "type")]),
        (post(request=ABSENT), []),
        (post(params={}), [("param_mismatch", "request", "dry", "required")]),
        (
            post(params={}, request={"title": "x", "kind": "a", "dry": True}),
            [],
        ),  # the platform's form says not where it stands
        (
            post(params={"dry": "no"}, request={"title": "x", "kind": "a", "dry": True}),
            [("param_mismatch", "request", "dry", "type")],
        ),
        (post(params={"dry": "maybe"}), [("param_mismatch", "request", "dry", "type")]),
    ],
)
def test_bodies_of_requests(exchange: Exchange, expected: list[tuple[str, str, str, str]]) -> None:
    assert told(POST, exchange) == expected


def test_what_is_read_with_get_has_its_parameters_in_the_query() -> None:
    contract = Contract("s", "/a", "1", "GET", params=({"name": "q", "required": True},))
    assert told(contract, Exchange("s", "GET", "/a", {}, {"q": "x"})) == [("param_mismatch", "request", "q", "required")]


def test_a_violation_says_all_in_words() -> None:
    assert check_exchange(SEARCH, search(response={"hits": [{}, {}]}, duration_ms=1812.25)) == [
        Violation(
            "response_schema_error", "response", "hits[].id", "required", "present", "absent", "hits[0].id is missing"
        ),
        Violation(
            "timeout", "response", "$", "timeout", "≤ 1500 ms", "1812.25 ms", "answered after 1812.25 ms, promised ≤ 1500 ms"
        ),
    ]
    [unavailable] = check_exchange(SEARCH, search(status=503, response=ABSENT, failure="x" * 500))
    assert unavailable.actual == f"status 503: {'x' * 150}"


def test_a_body_at_its_root_keeps_its_steps() -> None:
    contract = Contract(
        "s", "/a", "1", request={"items": {"additionalProperties": {"type": "null"}, "required": ["odd key"]}}
    )
    exchange = Exchange("s", "PUT", "/a", request=[{"x": 1}])
    assert [one.path for one in check_exchange(contract, exchange)] == ['body[]["odd key"]', "body[].*"]
    odd = Contract("s", "/a", "1", request={"required": ["odd key"]})
    assert [one.path for one in check_exchange(odd, Exchange("s", "PUT", "/a", request={}))] == ['body["odd key"]']


def test_there_is_an_end_to_what_is_told_of_one_exchange() -> None:
    contract = Contract("s", "/a", "1", responses={"default": {"additionalProperties": False}})
    assert len(check_exchange(contract, Exchange("s", "", "/a", response={f"k{i}": 1 for i in range(500)}))) == MOST


def test_schemas_that_are_none_are_named_and_check_nothing() -> None:
    contract = Contract(
        "s", "/a", "1", params=({"name": "q", "pattern": "("},), request={"type": "x"},
        responses={"2xx": {"$ref": "#/a"}, "4xx": {"minLength": -1}, "500": {"type": "object"}},
    )  # fmt: skip
    assert [one[:2] for one in schema_faults(contract)] == [
        ("expectedParams", "properties.q.pattern"),
        ("expectedRequest", "type"),
        ("expectedResponse", '["$ref"]'),
        ("expectedResponses.4xx", "minLength"),
    ]
    assert isinstance(schema_faults(contract)[0], SchemaFault)
    assert check_exchange(contract, Exchange("s", "", "/a", {"q": 1}, request=1, status=200, response=1)) == []
    assert told(contract, Exchange("s", "", "/a", status=500, response=1)) == [
        ("response_schema_error", "response", "$", "type")
    ]
    assert schema_faults(SEARCH) == ()


def test_contracts_that_come_and_go_are_each_checked_by_their_own_rules() -> None:
    """The rules are kept by identity: a new contract in the place of a forgotten one must not inherit them."""
    for i in range(6000):
        kind = "string" if i % 7 < 3 else "integer"
        contract = Contract("s", "/a", str(i), responses={"2xx": {"type": kind}})
        assert (check_exchange(contract, Exchange("s", "", "/a", status=200, response=1)) == []) == (kind == "integer")


@pytest.mark.parametrize(
    "hostile", [float("nan"), "\ud800", 10**5000, [[]] * 50_000, {1: object()}, {"\udfff": "\ud800"}], ids="abcdef"
)
def test_hostile_values_are_violations_or_hold(hostile: Any) -> None:
    contract = Contract("s", "/a", "1", params=({"name": "q", "type": "boolean"},), request={"type": "boolean"},
                        responses={"default": {"type": "boolean"}})  # fmt: skip
    exchange = Exchange("s", "", "/a", {"q": hostile}, request=hostile, response=hostile)
    found = check_exchange(contract, exchange)
    assert [one.path for one in found] == ["q", "body", "$"]
    for one in found:
        assert "".join(one).encode()


def test_recorded_violations_of_parameters_are_found_here_too() -> None:
    """What the platform's own reporter told of real requests, with the contracts that stood beside."""
    lines = (Path(__file__).parents[2] / "fixtures" / "vivim-debug-stream.jsonl").read_text().splitlines()
    recorded = [found for line in lines if (found := (json.loads(line).get("contractState") or {}).get("lastViolation"))]
    mismatches = [one for one in recorded if one["violationType"] == "param_mismatch"]
    assert len(mismatches) > 3
    for one in mismatches:
        contract = read_contract(one["expectedContract"])
        exchange = Exchange(contract.service, "", contract.endpoint, one["actualRequest"])
        missing = [violation.path for violation in check_exchange(contract, exchange) if violation.keyword == "required"]
        assert one["deviation"] == f"Missing required parameter: {missing[0]}"


@pytest.mark.parametrize(("wanted", "broken"), [(True, ["body is missing"]), (False, []), (None, [])])
def test_a_body_that_has_to_be_sent_is_missed_where_it_is_known_that_none_was(
    wanted: bool | None, broken: list[str]
) -> None:  # fmt: skip
    contract = Contract("a", "/x", "1", "POST", request={"type": "object"}, is_request_required=wanted)
    sent = Exchange("a", "POST", "/x", is_bodyless=True)
    assert [one.message for one in check_exchange(contract, sent)] == broken
    assert check_exchange(contract, replace(sent, is_bodyless=False)) == []


def test_what_a_pattern_leaves_undecided_is_no_violation_and_named() -> None:
    given_up = {"properties": {"a": {"pattern": "^(?:(?=a)a*)*b$"}, "n": {"type": "integer"}}}
    params = ({"name": "a", "pattern": "^(?:(?=a)a*)*b$"},)
    contract = Contract("a", "/x", "1", "POST", params, given_up, {"2xx": given_up})
    long = "a" * 30_000
    exchange = Exchange("a", "POST", "/x", {"a": long}, {"a": long}, 200, {"a": long})
    assert judge_exchange(contract, exchange) == Checked([], ("request", "response"))
    checked = judge_exchange(contract, replace(exchange, params={}, request={"a": "b"}, response={"a": long, "n": "x"}))
    assert [one.path for one in checked.violations] == ["n"]

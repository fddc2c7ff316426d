"""The exchange out of any dialect; and nothing that an event holds breaks that."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.exchange import exchange_of, may_tell, weight_of
from console.areas.contracts.core.told import told_of
from console.model.dialects import split_message
from console.model.event import Event
from console.model.reader import read_event
from console.reporter.contracts.exchange import ABSENT, Exchange
from tests.model.json_values import plain
from tests.store_filling import START_MS, read_text

FIXTURES = Path(__file__).parents[3] / "fixtures"
WHOLE = {"method": "get", "path": "/a/7", "params": {"q": "x"}, "pathParams": {"id": "7"}, "request": {"a": 1},
         "status": 200, "response": None, "durationMs": 3}  # fmt: skip


def event(**body: Any) -> Event:
    return read_text(json.dumps({"timestamp": START_MS, "service": "server", **body}))


def check(exchange: Any, **data: Any) -> Event:
    return event(eventType="contract_check", data={"contractId": "", "exchange": exchange, **data})


def test_a_check_holds_all_of_it() -> None:
    found = exchange_of(check(WHOLE))
    assert found == Exchange("server", "GET", "/a/7", {"q": "x"}, {"a": 1}, 200, None, 3.0, "", {"id": "7"})


def test_what_is_not_told_or_was_cut_is_absent() -> None:
    found = exchange_of(check({"path": "/a", "request": "half of", "truncated": ["request"]}, service="other"))
    assert found is not None
    assert (found.service, found.method, found.params, found.status, found.duration_ms) == ("other", "", None, None, None)
    assert found.request is ABSENT
    assert found.response is ABSENT


def test_a_check_says_that_there_was_no_body() -> None:
    for told, known in ({"bodyless": True}, True), ({"bodyless": 1}, False), ({}, False):
        found = exchange_of(check({"path": "/a", **told}))
        assert found is not None
        assert (found.is_bodyless, found.request) == (known, ABSENT)


def test_a_check_without_an_exchange_has_none() -> None:
    assert exchange_of(event(eventType="contract_check", data={"contractId": "c", "violations": 1})) is None
    assert exchange_of(check({"method": "GET"})) is None
    assert exchange_of(check("GET /a")) is None


REPORT = {
    "errorId": "e", "category": "DATABASE_ERROR", "message": "boom", "source": {"service": "server"},
    "request": {"method": "post", "url": "http://host:1/a/b?x=1&y=&x2=a%20b#f", "body": '{"a": [1]}',
                "pathParams": {"id": "b"}},
    "response": {"statusCode": 500, "responseTime": 7, "body": {"error": "e"}},
}  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        REPORT, {"eventType": "error", "data": REPORT},
        {"id": "e", "level": "error", "source": "server", "component": "server", "message": "boom",
         "context": {key: REPORT[key] for key in ("request", "response")}},
    ],
    ids=["bare", "in a stream event", "flat"],
)  # fmt: skip
def test_a_report_of_an_error_tells_its_exchange(body: dict[str, Any]) -> None:
    found = exchange_of(event(**body))
    assert found == Exchange(
        "server", "POST", "/a/b", {"x": "1", "y": "", "x2": "a b"}, {"a": [1]}, 500, {"error": "e"}, 7.0, "", {"id": "b"}
    )


def test_a_body_that_is_no_json_is_absent() -> None:
    texts = ("", "a=1", "{broken", "[" * 70_000, None)
    found = [exchange_of(event(**{**REPORT, "request": {"url": "/a", "body": text}})) for text in texts]
    assert all(one is not None and one.request is ABSENT for one in found)


def test_params_that_are_told_win_over_the_address() -> None:
    found = exchange_of(event(**{**REPORT, "request": {"url": "/a?x=1", "params": {"x": ["1", "2"]}}}))
    assert found is not None
    assert found.params == {"x": ["1", "2"]}


def test_no_answer_is_an_exchange_only_where_the_report_says_so() -> None:
    body = {key: value for key, value in REPORT.items() if key != "response"}
    assert exchange_of(event(**body)) is None
    found = exchange_of(event(**{**body, "category": "NETWORK_TIMEOUT"}))
    assert found is not None
    assert (found.status, found.failure) == (None, "boom")


def test_a_report_without_an_address_has_no_exchange() -> None:
    assert exchange_of(event(**{**REPORT, "request": {"method": "GET"}})) is None
    assert exchange_of(event(**{**REPORT, "request": "GET /a"})) is None


@pytest.mark.parametrize(
    ("sampled", "weight"), [(7, 7), (1, 1), (0, 1), (-3, 1), ("7", 1), (True, 1), (10**9, 1), (None, 1)]
)
def test_weights(sampled: Any, weight: int) -> None:
    assert weight_of(check(WHOLE, sampled=sampled)) == weight


def test_what_tells_nothing_is_told_apart() -> None:
    for kind in ("performance", "info", "sync_update", "warning", "error"):
        assert not may_tell(event(eventType=kind, data={"message": "x", "context": {"note": 1}}))
    assert may_tell(event(eventType="contract_check", data={}))
    assert may_tell(event(**REPORT))
    assert may_tell(event(eventType="info", data=REPORT))
    assert may_tell(event(level="info", message="m", context={"request": {}}))


def test_whatever_has_an_exchange_or_a_contract_may_tell() -> None:
    """What is left out cheaply would have told nothing."""
    events = [read_text(line) for line in (FIXTURES / "vivim-debug-stream.jsonl").read_text(encoding="utf-8").splitlines()]
    for line in (FIXTURES / "vivim-error-posts.jsonl").read_text(encoding="utf-8").splitlines():
        events += [read_event(piece, START_MS) for piece in split_message(line)]
    telling = [one for one in events if exchange_of(one) is not None or told_of(one) is not None]
    assert len(telling) > 80
    assert all(map(may_tell, telling))


@given(plain, plain, st.sampled_from(["contract_check", "error", "info"]))
def test_any_values_give_an_answer(exchange: Any, other: Any, kind: str) -> None:
    data = {"exchange": exchange, "request": exchange, "response": other, "contract": other, "context": exchange,
            "violations": other}  # fmt: skip
    one = event(eventType=kind, data=data, contractState=other)
    for found in (exchange_of(one), exchange_of(event(**{**data, "errorId": "e"}))):
        assert found is None or isinstance(found.path, str)
    told_of(one)
    told_of(event(eventType=kind, data=data, contractState={"lastViolation": exchange}))
    assert weight_of(one) >= 1


@given(st.dictionaries(st.sampled_from([*WHOLE, "truncated", "failure"]), plain))
def test_any_parts_of_an_exchange_are_read(told: dict[str, Any]) -> None:
    found = exchange_of(check({"path": "/a", **told}))
    if found is not None:
        assert found.params is None or isinstance(found.params, dict)
        assert found.status is None or 100 <= found.status <= 599
        assert found.duration_ms is None or found.duration_ms >= 0

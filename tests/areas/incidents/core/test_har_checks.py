"""Contract checks as HAR entries: each exchange once, valid, and the same exchange when the file is read again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.exchange import exchange_of
from console.areas.incidents.core.har import read_har, to_har
from console.model.event import Event
from console.model.reader import read_event
from tests.store_filling import START_MS, read_text

TOLD: dict[str, Any] = {
    "method": "POST", "path": "/api/v1/conversations/c 7/messages", "params": {"draft": "1", "tag": ["a", "b&c"]},
    "pathParams": {"id": "c 7"}, "headers": {"accept": "*/*", "if-match": None}, "cookieParams": {"theme": "dark"},
    "request": {"text": "héllo"}, "status": 201, "response": [{"id": 7}, None], "durationMs": 12.5,
}  # fmt: skip


def check(at_ms: int = START_MS, service: str = "server", correlation: str = "corr-1", **told: Any) -> Event:
    """Return a check as the reporter writes it; what is None in `told` is left out."""
    exchange = {name: value for name, value in {**TOLD, **told}.items() if value is not None}
    data = {"contractId": "c", "endpoint": "/x", "violations": 0, "correlationId": correlation, "exchange": exchange}
    return read_text(json.dumps({"eventType": "contract_check", "timestamp": at_ms, "service": service, "data": data}))


def report(at_ms: int = START_MS, service: str = "server", correlation: str = "corr-1", **response: Any) -> Event:
    """Return a service's own report of the same request."""
    asked = {"method": "POST", "url": TOLD["path"], "headers": {"host": "api.example"}}
    told = {
        "errorId": "e-1", "timestamp": at_ms, "category": "api", "severity": "high", "message": "boom",
        "correlationId": correlation, "source": {"service": service}, "request": asked,
        "response": {"status": 201, **response},
    }  # fmt: skip
    return read_text(json.dumps(told))


def entries(*events: Event) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(to_har(events))["log"]["entries"]
    for one in found:
        check_form(one)
    return found


def check_form(entry: dict[str, Any]) -> None:
    """What HAR 1.2 requires of an entry, with its types."""
    text, number = str, (int, float)
    assert {name: type(entry[name]) for name in ("startedDateTime", "cache", "timings")} == {
        "startedDateTime": str, "cache": dict, "timings": dict,
    }  # fmt: skip
    assert entry["time"] >= 0
    assert all(isinstance(entry["timings"][name], number) for name in ("send", "wait", "receive"))
    sides = {
        "request": {"method": text, "url": text, "queryString": list},
        "response": {"status": int, "statusText": text, "content": dict, "redirectURL": text},
    }
    for side, own in sides.items():
        both = {"httpVersion": text, "cookies": list, "headers": list, "headersSize": number, "bodySize": number}
        for name, kind in {**both, **own}.items():
            assert isinstance(entry[side][name], kind), (side, name)
        for name in ("cookies", "headers", "queryString"):
            for pair in entry[side].get(name, ()):
                assert (type(pair["name"]), type(pair["value"])) == (str, str), (side, name)
    assert isinstance(entry["response"]["content"]["size"], int)
    assert isinstance(entry["response"]["content"]["mimeType"], str)
    if "postData" in entry["request"]:
        assert {type(entry["request"]["postData"][name]) for name in ("mimeType", "text")} == {str}


def read_again(*events: Event) -> list[Event]:
    _, *found = read_har(to_har(events))
    assert all(one.piece.data is not None for one in found)
    return [read_event(one.piece, START_MS * 2) for one in found]


def test_a_check_becomes_an_entry() -> None:
    [told] = entries(check())
    assert told["startedDateTime"].endswith("Z")
    assert (told["time"], told["_service"], told["_correlationId"]) == (12.5, "server", "corr-1")
    asked, answer = told["request"], told["response"]
    assert asked["method"] == "POST"
    assert asked["url"] == "http://unknown.invalid/api/v1/conversations/c 7/messages?draft=1&tag=a&tag=b%26c"
    assert [(pair["name"], pair["value"]) for pair in asked["queryString"]] == [("draft", "1"), ("tag", "a"), ("tag", "b&c")]
    assert asked["headers"] == [{"name": "accept", "value": "*/*"}]
    assert asked["cookies"] == [{"name": "theme", "value": "dark"}]
    assert asked["postData"] == {"mimeType": "application/json", "text": '{"text": "héllo"}'}
    assert answer["status"] == 201
    assert answer["content"] == {"mimeType": "application/json", "text": '[{"id": 7}, null]', "size": 17}


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"request": None, "headers": None, "cookieParams": None},
        {"method": "GET", "path": "/health", "params": {}, "pathParams": None, "request": None, "response": {"ok": True}},
        {"status": 503, "response": {"error": {"code": "X"}}},
        {"status": None, "response": None, "failure": "connection refused"},
    ],
)
def test_the_same_exchange_is_read_again(told: dict[str, Any]) -> None:
    one = check(**{"params": {"draft": "1"}, **told})
    [again] = read_again(one)
    before, after = exchange_of(one), exchange_of(again)
    assert before is not None
    assert after is not None
    for name in ("service", "method", "path", "params", "status", "request", "response"):
        assert getattr(after, name) == getattr(before, name), name
    assert (before.failure in after.failure, bool(after.failure)) == (True, bool(before.failure))
    assert (again.service, again.correlation_id, again.ts_ms) == ("server", "corr-1", START_MS)
    assert again.duration_ms == (after.duration_ms if after.duration_ms is not None else 12.5)
    assert entries(again) == entries(one), "and a second time"


def test_what_was_left_out_and_what_failed_is_said() -> None:
    [cut] = entries(check(truncated=["request"], unreadable=["response"], request=None, response=None))
    assert "too long" in cut["request"]["comment"]
    assert "not the JSON" in cut["response"]["comment"]
    assert "postData" not in cut["request"]
    [broken] = entries(check(failure="the answer broke off"))
    assert (broken["response"]["status"], broken["response"]["_error"]) == (201, "the answer broke off")
    many = check()
    many.data["data"]["sampled"] = 1_200
    assert entries(many)[0]["comment"] == "stands for 1,200 exchanges like it"
    [null, string] = entries(check(), check(response="text"))
    assert null["response"]["content"]["text"].endswith("null]")
    assert string["response"]["content"]["text"] == '"text"'


def test_what_nothing_came_of_is_no_entry() -> None:
    assert entries(check(status=None, response=None)) == []
    assert entries(check(path="")) == []
    assert entries(check(status="200")) == []


@pytest.mark.parametrize("is_check_first", [True, False])
def test_a_request_that_was_reported_and_checked_is_one_entry(*, is_check_first: bool) -> None:
    pair = [check(), report(START_MS + 3)]
    [told] = entries(*(pair if is_check_first else pair[::-1]))
    assert told["request"]["url"] == "http://api.example/api/v1/conversations/c 7/messages", "as the report has it"
    assert [pair["name"] for pair in told["request"]["headers"]] == ["host"]
    assert told["response"]["content"]["text"] == '[{"id": 7}, null]', "which only the check knows"
    assert told["request"]["postData"]["text"] == '{"text": "héllo"}'
    assert (told["time"], told["timings"]["wait"]) == (12.5, 12.5)


def test_what_the_report_knows_itself_is_kept() -> None:
    [told] = entries(check(), report(durationMs=99, body="own words"))
    assert told["time"] == 99
    assert told["response"]["content"]["text"] == "own words"


@pytest.mark.parametrize(
    "other",
    [
        report(service="pwa"),
        report(correlation="corr-2"),
        report(status=500),
        report(START_MS + 60_000),
        check(),
    ],
)
def test_other_requests_are_entries_of_their_own(other: Event) -> None:
    assert len(entries(check(), other)) == 2


def test_as_many_as_there_were_where_one_was_tried_again() -> None:
    """Three checks and two reports of one correlation id are three requests, of which two were reported."""
    events = [check(), report(), check(START_MS + 9), check(START_MS + 20), report(START_MS + 21)]
    assert len(entries(*events)) == 3
    assert len(entries(check(correlation=""), report(correlation=""))) == 2, "without an id nobody can tell"


SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
ODD = st.dictionaries(st.sampled_from([*TOLD, "failure", "truncated", "unreadable"]), VALUES)


@given(odd=ODD, is_whole=st.booleans())
def test_whatever_a_check_tells_is_valid_or_left_out(*, odd: dict[str, Any], is_whole: bool) -> None:
    told = {**TOLD, **odd} if is_whole else odd
    data = {"exchange": told, "sampled": odd.get("status"), "correlationId": "c"}
    event = {"eventType": "contract_check", "timestamp": START_MS, "service": "s", "data": data}
    found = entries(read_text(json.dumps(event)))
    assert len(found) <= 1
    assert json.loads(to_har(read_again(read_text(json.dumps(event)))))["log"]["entries"] == found

"""HAR to events and back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.found import MAX_TEXT, FileRefused
from console.areas.incidents.core.har import is_har, read_har, to_har
from console.model.event import Event
from console.model.reader import read_event
from console.model.report.parts import request_of, response_of
from console.model.secrets import is_secret_key
from tests.store_filling import START_MS, read_text

STARTED = "2026-11-23T13:56:48.470Z"
STARTED_MS = 1_795_442_208_470


def entry(**changes: Any) -> dict[str, Any]:
    """Return an entry as Chrome writes it."""
    return {
        "startedDateTime": STARTED,
        "time": 120.5,
        "request": {
            "method": "POST",
            "url": "https://api.example:8443/api/v1/messages/msg_7?draft=1",
            "httpVersion": "h2",
            "headers": [
                {"name": "accept", "value": "*/*"},
                {"name": "X-Correlation-Id", "value": "corr-17"},
                {"name": "traceparent", "value": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                {"name": "x-api-key", "value": "s3cret"},
            ],
            "cookies": [{"name": "sid", "value": "abc", "httpOnly": True, "path": "/"}],
            "queryString": [{"name": "draft", "value": "1"}],
            "postData": {"mimeType": "application/json", "text": '{"text": "hello"}'},
            "headersSize": -1,
            "bodySize": 17,
        },
        "response": {
            "status": 201,
            "statusText": "Created",
            "httpVersion": "h2",
            "headers": [
                {"name": "set-cookie", "value": "a=1"},
                {"name": "date", "value": "x"},
                {"name": "set-cookie", "value": "b=2"},
            ],
            "cookies": [],
            "content": {"size": 9, "mimeType": "application/json", "text": '{"id": 7}'},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 9,
            "_transferSize": 120,
        },
        "cache": {},
        "timings": {"blocked": 1.5, "dns": -1, "connect": -1, "send": 0.2, "wait": 100, "receive": 18.8, "ssl": -1},
        "serverIPAddress": "10.0.0.7",
        "pageref": "page_1",
        "_initiator": {"type": "script"},
        **changes,
    }  # fmt: skip


def answered(status: int, **more: Any) -> dict[str, Any]:
    return {"status": status, "statusText": "", "headers": [], "cookies": [], "content": {}, **more}


def har(*entries: Any, **log: Any) -> str:
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537"}, **log, "entries": entries}}
    )


def events_of(text: str) -> list[Event]:
    found = list(read_har(text))
    assert all(one.piece.data is not None for one in found), [one.piece.note for one in found]
    return [read_event(one.piece, START_MS * 2) for one in found]


def test_an_entry_becomes_a_performance_event_with_request_and_response() -> None:
    head, event = events_of(har(entry(), pages=[{"id": "page_1"}]))
    assert head.message == "HAR of WebInspector 537: 1 entries, 1 pages"
    assert (event.event_type, event.service, event.level) == ("performance", "api.example:8443", "info")
    assert event.ts_ms == STARTED_MS + 120, "events stand at their end"
    assert event.duration_ms == 120.5
    assert event.message == "POST https://api.example:8443/api/v1/messages/msg_7: 201 Created"
    assert event.data["data"]["operation"] == "POST /api/v1/messages/:id"
    assert event.correlation_id == "corr-17"
    assert event.data["data"]["traceId"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert event.degraded is None
    request, response = request_of(event.data), response_of(event.data)
    assert request is not None
    assert response is not None
    assert (request.method, request.path, request.query) == ("POST", "/api/v1/messages/msg_7", {"draft": "1"})
    assert request.headers["x-api-key"] == "s3cret"
    assert request.body == '{"text": "hello"}'
    assert (response.status, response.duration_ms, response.body) == (201, 120.5, '{"id": 7}')
    assert response.headers["set-cookie"] == "a=1, b=2"


def test_a_trace_id_stands_in_for_a_correlation_id() -> None:
    only = entry()
    only["request"]["headers"] = [one for one in only["request"]["headers"] if one["name"] == "traceparent"]
    assert events_of(har(only))[1].correlation_id == "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("response", "kind", "category", "words"),
    [
        (answered(200), "performance", "", ": 200"),
        (answered(404), "performance", "", ": 404"),
        (answered(500, statusText="Internal Server Error"), "error", "", "failed: answered 500 Internal Server Error"),
        (answered(503), "error", "SERVICE_UNAVAILABLE", "failed: answered 503"),
        (
            answered(0, _error="net::ERR_CONNECTION_REFUSED"),
            "error",
            "CONNECTION_LOST",
            "failed: net::ERR_CONNECTION_REFUSED",
        ),
        (answered(0), "error", "CONNECTION_LOST", "failed: no answer"),
        (None, "error", "CONNECTION_LOST", "failed: no answer"),
    ],
)
def test_what_failed_is_an_error(response: dict[str, Any] | None, kind: str, category: str, words: str) -> None:
    event = events_of(har(entry(response=response)))[1]
    assert (event.event_type, event.category) == (kind, category)
    assert event.message.endswith(words)


def test_secrets_stand_under_their_own_names() -> None:
    """Redaction looks at keys: under `value` it would look for nothing."""
    data = events_of(har(entry()))[1].data["data"]
    assert data["request"]["headers"]["x-api-key"] == "s3cret"
    assert is_secret_key("x-api-key")
    assert data["request"]["cookies"] == {"sid": "abc"}
    assert '"value":"s3cret"' not in json.dumps(data, separators=(",", ":"))


def test_a_file_comes_out_as_it_went_in() -> None:
    text = har(entry(), entry(response=answered(0)), pages=[{"id": "p", "title": "Conversations"}], comment="c", _x=1)
    value = json.loads(text) | {"_meta": {"a": 1}}
    assert json.loads(to_har(events_of(json.dumps(value)))) == value


SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(["a", "b", "A", "", "cookie"])
PAIR = st.fixed_dictionaries(
    {"name": NAMES, "value": st.text(max_size=4)}, optional={"comment": st.text(max_size=3), "expires": SCALARS}
)
LISTS = st.lists(PAIR, max_size=5) | VALUES
TEXTS = st.fixed_dictionaries(
    {}, optional={"text": st.text(max_size=5) | SCALARS, "mimeType": st.just("m"), "params": LISTS}
)
SIDE = {"headers": LISTS, "cookies": LISTS, "queryString": LISTS, "body": VALUES, "durationMs": VALUES, "_x": VALUES}
REQUESTS = st.fixed_dictionaries({}, optional={**SIDE, "method": SCALARS, "url": SCALARS, "postData": TEXTS | VALUES})
RESPONSES = st.fixed_dictionaries({}, optional={**SIDE, "status": SCALARS, "statusText": SCALARS, "content": TEXTS | VALUES})
TIMES = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 500) | st.text(max_size=3)
ENTRIES = st.fixed_dictionaries(
    {"request": REQUESTS},
    optional={
        "response": RESPONSES | VALUES, "time": TIMES, "startedDateTime": st.just(STARTED) | SCALARS, "timings": VALUES,
        "har": VALUES, "cache": VALUES,
    },
)  # fmt: skip


@given(
    st.lists(ENTRIES, max_size=3), st.dictionaries(st.sampled_from(["pages", "browser", "creator", "version", "_x"]), VALUES)
)
def test_whatever_har_holds_makes_the_round(entries: list[Any], log: dict[str, Any]) -> None:
    value = {"log": {**log, "entries": entries}}
    assert json.loads(to_har(events_of(json.dumps(value)))) == value


def test_events_of_the_console_become_entries() -> None:
    report = {
        "errorId": "err-1", "timestamp": STARTED, "category": "api", "severity": "high", "message": "boom",
        "correlationId": "corr-1", "source": {"service": "server"},
        "request": {
            "method": "post", "url": "/api/v1/messages?draft=1", "headers": {"Host": "127.0.0.1:3000", "Accept": ["a", "b"]},
            "body": {"text": "héllo"},
        },
        "response": {
            "statusCode": 500, "durationMs": 20, "headers": {"content-type": "application/problem+json"}, "body": {"e": 1},
        },
    }  # fmt: skip
    other = {"eventType": "info", "timestamp": STARTED_MS, "service": "server", "data": {"message": "no request"}}
    only_asked = {"errorId": "e", "category": "api", "timestamp": STARTED, "request": {"url": "/x"}}
    written = json.loads(to_har(read_text(json.dumps(one)) for one in (report, other, only_asked)))["log"]
    assert (written["version"], written["creator"]["name"]) == ("1.2", "VIVIM debug console")
    [told] = written["entries"]
    assert told["startedDateTime"] == "2026-11-23T13:56:48.450Z", "an event stands at its end, an entry at its beginning"
    assert told["time"] == 20
    assert told["request"]["method"] == "POST"
    assert told["request"]["url"] == "http://127.0.0.1:3000/api/v1/messages?draft=1"
    assert told["request"]["queryString"] == [{"name": "draft", "value": "1"}]
    assert told["request"]["postData"] == {"mimeType": "application/json", "text": '{"text": "héllo"}'}
    assert told["response"]["status"] == 500
    assert told["response"]["content"] == {"size": 8, "mimeType": "application/problem+json", "text": '{"e": 1}'}
    assert (told["_service"], told["_correlationId"]) == ("server", "corr-1")
    for key in ("send", "wait", "receive"):
        assert told["timings"][key] >= 0, "HAR wants these three"
    again = events_of(json.dumps({"log": written}))[1]
    assert (again.event_type, again.duration_ms, again.correlation_id) == ("error", 20, "corr-1")
    assert again.service == "server"


KEYS = st.sampled_from(
    ["har", "entry", "log", "pairs", "added", "request", "response", "headers", "request.headers", "order", "more", "around",
     "url", "status", "body", "postData", "params", "name", "value"]
)  # fmt: skip


@given(st.recursive(SCALARS, lambda inner: st.dictionaries(KEYS, inner) | st.lists(inner)))
def test_an_event_that_only_looks_read_of_har_breaks_nothing(data: Any) -> None:
    event = read_text(json.dumps({"eventType": "info", "timestamp": START_MS, "service": "s", "data": data}))
    assert isinstance(json.loads(to_har([event]))["log"]["entries"], list)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"log": {"version": "1.2",\n "entries": [{]}}', "line 2 column"),
        ('{"log": {"entries": [', "may have been cut off"),
        ('{"log": {"pages": []}}', "there is no log.entries"),
        ('{"log": {"entries": {}}}', "there is no log.entries"),
        ("[]", "there is no log.entries"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        list(read_har(text))


@pytest.mark.parametrize("odd", [5, None, "x", [], {}, {"request": 5}])
def test_what_is_no_entry_is_kept_with_the_reason(odd: Any) -> None:
    _, good, bad = read_har(har(entry(), odd))
    assert good.piece.data is not None
    assert (bad.place, bad.piece.data) == ("entry 2", None)
    assert bad.piece.note == "entry 2: no entry of HAR: it has no request"
    assert json.loads(bad.piece.text) == odd


def test_what_is_nested_beyond_reading_is_kept_as_its_text() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    text = har(entry(), pages=7, _odd=8).replace("7,", deep + ",", 1)
    assert deep in text
    with pytest.raises(FileRefused, match="deeply"):
        list(read_har(text))
    text = har(entry(_odd=7)).replace('"_odd": 7', f'"_odd": {"[" * 900 + "]" * 900}')
    event = events_of(text)[1]
    assert "nested deeper than 64 levels" in str(event.degraded)


def test_an_entry_that_is_too_long_is_kept_as_far_as_it_goes() -> None:
    long = entry(_body="x" * (MAX_TEXT + 1))
    bad = list(read_har(har(long)))[1]
    assert bad.piece.data is None
    assert bad.size > MAX_TEXT
    assert "entry 1: 16," in str(bad.piece.note)


def test_lenient_where_json_is_not_strict() -> None:
    text = har(entry()).replace("120.5", "NaN")
    event = events_of(text)[1]
    assert event.duration_ms is None


def test_a_time_that_is_none_is_told() -> None:
    event = events_of(har(entry(startedDateTime="yesterday")))[1]
    assert "no time" in str(event.degraded)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (har(entry()), True),
        ('\ufeff{ "log" : {"version"', True),
        ('{"$schema": "x", "log": {', True),
        ('{"eventType": "info", "data": {"log": {}}}', False),
        ('{"log": "a line"}', False),
    ],
)
def test_har_is_known_by_its_beginning(text: str, is_one: bool) -> None:
    assert is_har(text) is is_one

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.trace.core.endpoint import endpoint_of, open_path
from console.areas.trace.core.event import LONGEST_MS, TraceEvent, read_payload
from console.areas.trace.core.ids import extra_ids, ids_of, trace_id_of
from console.areas.trace.core.step import MAX_DECLARED, STEPS, declared_steps
from tests.areas.trace.samples import told
from tests.model.json_values import dump, fixture_events, values
from tests.store_filling import read_text

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
KEYS = (
    "requestId",
    "flowId",
    "request",
    "context",
    "headers",
    "traceparent",
    "flowSteps",
    "operation",
    "method",
    "path",
    "data",
)
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("data", "extra"),
    [
        ({"correlationId": "c"}, []),
        ({"correlationId": "c", "requestId": "r", "flowId": "f", "traceId": "t"}, ["r", "f", "t"]),
        ({"correlationId": "c", "request": {"requestId": 17}}, ["17"]),
        ({"correlationId": "c", "context": {"flowId": "f", "requestId": "c"}}, ["f"]),
        ({"message": "m", "data": {"requestId": "r"}}, []),
        ({"correlationId": "c", "traceparent": PARENT}, [TRACE]),
        ({"correlationId": "c", "request": {"headers": {"traceparent": PARENT}}}, [TRACE]),
        ({"correlationId": "c", "headers": {"Traceparent": f" {PARENT} "}}, [TRACE]),
        ({"message": "m", "traceparent": PARENT}, [TRACE]),
        ({"correlationId": "c", "requestId": "", "flowId": True, "traceId": [1], "headers": 3}, []),
        ({"requestId": "x" * 900}, []),
    ],
)
def test_what_an_event_has_beyond_its_first_id(data: dict, extra: list[str]) -> None:
    event = told("info", 0, "server", data)
    assert extra_ids(event) == extra
    if extra and event.correlation_id:
        assert ids_of(data)[0] == event.correlation_id


@pytest.mark.parametrize("text", ["", PARENT.upper(), PARENT[:-1], f"ff{PARENT[2:]}", PARENT.replace(TRACE, "0" * 32),
                                  "x" * 100_000, None, 5, f"00-{TRACE}-{'0' * 16}-01"])  # fmt: skip
def test_a_malformed_traceparent_is_no_id(text: object) -> None:
    assert trace_id_of(text) == ""


@given(st.sampled_from(range(len(fixture_events()))), st.data())
def test_any_json_is_read_without_complaint(number: int, data: st.DataObject) -> None:
    """A real event with any value anywhere: the links agree with what loading reads from the text."""
    base = json.loads(json.dumps(fixture_events()[number]))
    for key in data.draw(st.lists(st.sampled_from(KEYS), max_size=3)):
        (base["data"] if isinstance(base.get("data"), dict) else base)[key] = data.draw(values)
    event = read_text(dump(base))
    row = TraceEvent(1, event.ts_ms, event.service, event.event_type, event.level, event.severity, event.category,
                     event.message, event.duration_ms)  # fmt: skip
    read = read_payload(row, event.data, event.correlation_id)
    assert set(extra_ids(event)) <= set(read.ids)
    assert len(read.declared) <= MAX_DECLARED
    assert read.step in STEPS
    assert read.start_ms <= read.ts_ms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/api/v1/messages/7", "/api/v1/messages/:id"),
        ("/api/v1/messages/7?x=1#y", "/api/v1/messages/{message_id}/"),
        ("https://api.example:8080/api/v1/messages/msg_a", "/api/v1/messages/00f067aa-0ba9"),
    ],
)
def test_caller_and_handler_call_an_endpoint_the_same(one: str, other: str) -> None:
    assert open_path(one) == open_path(other) == "/api/v1/messages/*"


@pytest.mark.parametrize(
    ("body", "endpoint"),
    [
        ({"operation": "GET /api/v1/acus/{acu_id}"}, "GET /api/v1/acus/*"),
        ({"operation": "acu.search"}, ""),
        ({"request": {"method": "post", "url": "http://h/api/v1/x?q"}}, "POST /api/v1/x"),
        ({"method": "GET", "route": "/health"}, "GET /health"),
        ({"context": {"endpoint": "GET /a/b"}}, "GET /a/b"),
        ({"context": {"endpoint": "/a/9"}}, "/a/*"),
        ({"request": "POST /x", "method": 3, "path": ["/"]}, ""),
    ],
)
def test_endpoints(body: dict, endpoint: str) -> None:
    assert endpoint_of(body) == endpoint


@pytest.mark.parametrize(
    ("event_type", "data", "step"),
    [
        ("error", {"message": "m", "category": "CONSTRAINT_VIOLATION"}, "database"),
        ("info", {"message": "m", "database": {"query": "SELECT 1"}}, "database"),
        ("performance", {"operation": "db.query"}, "database"),
        ("contract_check", {"contractId": "c"}, "validation"),
        ("error", {"message": "m", "category": "VALIDATION_FAILED", "severity": "low"}, "validation"),
        ("error", {"message": "m", "category": "NETWORK_TIMEOUT"}, "error"),
        ("warning", {"message": "m", "request": {"method": "GET", "path": "/x"}, "response": {"status": 404}}, "response"),
        ("info", {"message": "m", "request": {"method": "GET", "path": "/x"}}, "request"),
        ("sync_update", {"operation": "queued"}, "processing"),
    ],
)
def test_steps(event_type: str, data: dict, step: str) -> None:
    event = told(event_type, 0, "server", data)
    row = TraceEvent(1, event.ts_ms, "server", event_type, event.level, event.severity, event.category, event.message, None)
    assert read_payload(row, event.data).step == step


def test_declared_steps_are_read_as_they_come() -> None:
    steps = [
        "received",
        {"name": "validate", "duration": 3, "status": "ok"},
        {"step": "store", "durationMs": 9.5, "error": "x"},
        {"stage": "answer", "timestamp": 1_000, "success": False, "duration": -4},
        *({"no": "name"}, 7, None, ""),
    ]
    found = declared_steps({"context": {"flowSteps": steps}})
    assert [(one.name, one.duration_ms, one.failed) for one in found] == [
        ("received", None, False), ("validate", 3, False), ("store", 9.5, True), ("answer", None, True),
    ]  # fmt: skip
    assert found[3].at_ms == 1_000


def test_a_bar_ends_at_its_timestamp_and_nonsense_is_a_point() -> None:
    base = TraceEvent(1, 1_000, "s", "info", "info", "info", "", "m", 250.0)
    assert (base.start_ms, base.is_bar) == (750.0, True)
    for nonsense in (None, 0.0, -5.0, LONGEST_MS * 2):
        point = base._replace(duration_ms=nonsense)
        assert (point.start_ms, point.is_bar) == (1_000.0, False)

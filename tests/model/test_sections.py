"""Every leaf of an event stands in exactly one section, whatever the event is."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.decoding import decode
from console.model.json_path import extend
from console.model.report import SECTIONS, Section, read_sections
from console.model.report.labels import label_of
from console.model.report.sections import MAX_FACTS
from tests.model.json_values import ENHANCED, FIXTURES, LOG_LINE, fixture_events, mutated_texts


def recorded_events() -> list[dict[str, Any]]:
    """All stream events and reports of the fixtures, and the whole posts too."""
    posts = [json.loads(line) for line in (FIXTURES / "vivim-error-posts.jsonl").read_text("utf-8").splitlines()]
    stream = [json.loads(line) for line in (FIXTURES / "vivim-debug-stream.jsonl").read_text("utf-8").splitlines()]
    return [*stream, *posts, *(report for post in posts for report in post["body"]["reports"])]


def leaves(value: Any, path: str = "") -> Counter[tuple[str, str]]:
    """Count (path, JSON text) of everything that holds nothing further."""
    found: Counter[tuple[str, str]] = Counter()
    waiting = [(value, path)]
    while waiting:
        one, at = waiting.pop()
        if isinstance(one, dict) and one:
            waiting += [(item, extend(at, key)) for key, item in one.items()]
        elif isinstance(one, list) and one:
            waiting += [(item, extend(at, index)) for index, item in enumerate(one)]
        else:
            found[at or "$", json.dumps(one)] += 1
    return found


def shown(sections: tuple[Section, ...]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for section in sections:
        for fact in section.facts:
            found += leaves(fact.value, "" if fact.path == "$" else fact.path)
    return found


def check(payload: Any) -> tuple[Section, ...]:
    sections = read_sections(payload)
    assert shown(sections) == leaves(payload)
    keys = [section.key for section in sections]
    assert keys == [key for key in SECTIONS if key in keys]
    assert all(section.facts and section.title == SECTIONS[section.key] for section in sections)
    assert all(fact.label for section in sections for fact in section.facts)
    return sections


def places(payload: Any) -> dict[str, str]:
    return {fact.path: section.key for section in check(payload) for fact in section.facts}


def test_every_recorded_leaf_is_in_one_section() -> None:
    events = recorded_events()
    assert len(events) == 157 + 33 + 321
    for event in events:
        check(event)


def test_no_recorded_field_is_left_to_other() -> None:
    others = {
        path for event in recorded_events() if "body" not in event for path, key in places(event).items() if key == "other"
    }
    assert others == set()


@settings(max_examples=300, deadline=None)
@given(mutated_texts())
def test_broken_events_lose_nothing(text: str) -> None:
    check(decode(text).value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=100),
    lambda inner: (
        st.lists(inner, max_size=14)
        | st.dictionaries(
            st.text(max_size=6) | st.sampled_from(("data", "context", "source", "query", "error", "debug")), inner
        )
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(json_values)
def test_any_json_value_loses_nothing(value: Any) -> None:
    check(value)


def test_an_enhanced_report_bare_and_in_a_stream_event() -> None:
    bare = places(ENHANCED)
    assert bare["errorId"] == bare["correlationId"] == "overview"
    assert {bare[f"source.{key}"] for key in ("service", "module", "function", "stack")} == {"stack"}
    assert bare["request.requestId"] == "request"
    assert bare["response.durationMs"] == "response"
    assert bare["database.query"] == "database"
    assert bare["environment.version"] == "environment"
    streamed = places({"eventType": "error", "timestamp": 1, "service": "s", "data": ENHANCED})
    assert {f"data.{path}": key for path, key in bare.items()}.items() <= streamed.items()


def test_a_log_line() -> None:
    found = places(LOG_LINE)
    assert found["error.stack"] == found["error.message"] == "stack"
    assert found["data.requestId"] == "request"
    assert found["data.durationMs"] == "performance"
    assert found["context.userId"] == "user"


def test_debug_is_dealt_out() -> None:
    debug = {
        "recentActions": ["open"],
        "consoleErrors": [{"message": "x"}],
        "localStorage": {"theme": "dark"},
        "cookies": {},
        "networkRequests": [{"url": "/a"}],
        "indexedDB": None,
        "odd": 1,
    }
    assert places({"errorId": "e", "debug": debug}) == {
        "errorId": "overview",
        "debug.recentActions": "actions",
        "debug.networkRequests[0].url": "actions",
        "debug.consoleErrors[0].message": "console",
        "debug.localStorage.theme": "browser",
        "debug.cookies": "browser",
        "debug.indexedDB": "browser",
        "debug.odd": "other",
    }


@pytest.mark.parametrize(
    ("context", "path", "key"),
    [
        ({"query": "SELECT 1", "operation": "select", "duration": 3}, "operation", "database"),
        ({"query": "SELECT 1", "operation": "select", "duration": 3}, "duration", "database"),
        ({"query": "cats", "endpoint": "/search"}, "query", "request"),
        ({"query": {"q": "cats"}, "table": "t"}, "query.q", "request"),
        ({"operation": "merge", "localVersion": 3}, "operation", "sync"),
        ({"operation": "acu.search"}, "operation", "overview"),
        ({"duration": 3, "endpoint": "/x"}, "duration", "response"),
        ({"duration": 3}, "duration", "performance"),
        ({"status": 404}, "status", "response"),
        ({"status": "pending"}, "status", "overview"),
        ({"user_id": "u", "flow-id": "f"}, "user_id", "user"),
        ({"validationErrors": [{"field": "title", "error": "short"}]}, "validationErrors[0].field", "validation"),
        ({"flowSteps": ["request", "validation"]}, "flowSteps", "flow"),
        ({"nothingKnown": {"deep": [1]}}, "nothingKnown.deep", "other"),
    ],
)
def test_keys_that_mean_several_things_are_told_apart(context: dict[str, Any], path: str, key: str) -> None:
    assert places({"id": "e", "context": context})[f"context.{path}"] == key


def test_labels_are_words() -> None:
    labels = {
        fact.path: fact.label
        for event in (
            {"context": {"responseTime": 5, "userAgent": "x", "pgCode": "23505", "heapUsedBytes": 7}},
            {"request": {"headers": {"user-agent": "x"}, "body": {"userId": [1, {"a b": 2}]}}},
        )
        for section in read_sections(event)
        for fact in section.facts
    }
    assert labels == {
        "context.responseTime": "Response time (ms)",
        "context.userAgent": "User agent",
        "context.pgCode": "SQLSTATE",
        "context.heapUsedBytes": "Heap used (bytes)",
        'request.headers["user-agent"]': "Headers › user-agent",
        "request.body.userId[0]": "Body › userId #1",
        'request.body.userId[1]["a b"]': "Body › userId #2 › a b",
    }
    assert [label_of(key) for key in ("durationMs", "HTTPStatus", "app_version", "<b>", "")] == [
        *("Duration (ms)", "HTTP status", "App version", "<b>", '""')
    ]


def test_depth_and_width_are_bounded() -> None:
    deep: Any = 1
    for _ in range(50_000):
        deep = [deep]
    (section,) = read_sections({"x": deep})
    assert [fact.path for fact in section.facts] == ["x" + "[0]" * 63]
    wide = {"message": "m", "userId": "u", **{f"k{i}": {"a": i, "b": [i, {}]} for i in range(20_000)}}
    sections = read_sections(wide)
    assert shown(sections) == leaves(wide)
    assert [(section.key, len(section.facts)) for section in sections] == [("overview", 1), ("user", 1), ("other", 1)]
    many = {"context": {f"k{i}": {"a": i, "b": [i, {}]} for i in range(4_000)}}
    assert MAX_FACTS * 0.9 < len(check(many)[0].facts) <= MAX_FACTS
    long = {"request": {"k" * 100_000: {f"{i}": [{}] for i in range(1_000)}}}
    assert sum(len(fact.path) for section in check(long) for fact in section.facts) < 300_000


@pytest.mark.parametrize("value", [None, True, 5, "text", [], {}, [[]], [{"message": 1}], {"": {"": {}}}, {"data": [1, {}]}])
def test_odd_roots(value: Any) -> None:
    check(value)


def test_the_shapes_are_those_of_all_dialects() -> None:
    assert {"eventType" in event for event in fixture_events()} == {True, False}

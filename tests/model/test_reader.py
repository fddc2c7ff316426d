"""What each dialect's fields become, and what is forgiven."""

import json
from typing import Any

import pytest

from console.model.dialects import piece_of
from console.model.event import Event
from console.model.reader import read_event
from console.model.searchable import OPAQUE_LENGTH, SEARCH_LENGTH
from tests.model.json_values import ENHANCED, LOG_LINE

NOW_MS = 1_795_442_300_000


def read(data: dict[str, Any], service: str = "") -> Event:
    return read_event(piece_of(json.dumps(data)), NOW_MS, service)


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_enhanced_report_bare_or_in_an_error_event(wrapped: bool) -> None:
    event = read({"eventType": "error", "timestamp": 1_795_442_208_470, "service": "server", "data": ENHANCED}
                 if wrapped else ENHANCED)  # fmt: skip
    assert event.degraded is None
    assert (event.event_type, event.level, event.severity, event.category) == (
        "error",
        "error",
        "fatal",
        "CONSTRAINT_VIOLATION",
    )
    assert (event.uid, event.correlation_id, event.fingerprint) == ("err_1", "corr_1", "fp1")
    assert (event.entity_type, event.entity_id) == ("acu", "acu_1")
    assert (event.service, event.duration_ms, event.has_stack, event.message) == ("server", 12.5, True, "duplicate key")
    assert event.ts_ms == 1_795_442_208_470


def test_a_line_of_the_servers_log() -> None:
    event = read(LOG_LINE, service="api")
    assert event.degraded is None
    assert (event.event_type, event.level, event.severity, event.service) == ("error", "error", "medium", "api")
    assert (event.message, event.correlation_id, event.duration_ms, event.has_stack) == ("save failed", "req_9", 31.0, True)
    assert read(LOG_LINE).service == "acus"
    assert read({**LOG_LINE, "message": None}).message == "boom"


@pytest.mark.parametrize(
    ("word", "event_type", "level", "severity"),
    [
        ("debug", "info", "debug", "info"),
        ("INFO", "info", "info", "info"),
        ("warn", "warning", "warning", "low"),
        ("warning", "warning", "warning", "low"),
        ("error", "error", "error", "medium"),
        ("critical", "error", "critical", "critical"),
        ("fatal", "error", "critical", "fatal"),
        ("trace", "info", "debug", "info"),
        ("notice", "info", "notice", "info"),
    ],
)
def test_levels_of_loggers(word: str, event_type: str, level: str, severity: str) -> None:
    event = read({"timestamp": NOW_MS, "level": word, "message": "m", "module": "x"})
    assert (event.event_type, event.level, event.severity) == (event_type, level, severity)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"timestamp": "yesterday"}, "no time"),
        ({"timestamp": None}, "missing"),
        ({"timestamp": 12}, "not believable"),
        ({"timestamp": 1e300}, "not believable"),
        ({"timestamp": True}, "no time"),
        ({"service": 7}, "service is a number"),
        ({"data": [1]}, "data is a list"),
        ({"performance": "fast"}, "performance is text"),
        ({"performance": {"duration": "12"}}, "duration is text"),
        ({"syncState": 1}, "syncState is a number"),
        ({"data": {"severity": "awful"}}, "severity 'awful'"),
        ({"data": {"message": {"a": 1}}}, "message is an object"),
        ({"data": {"correlationId": ["x"]}}, "correlationId is a list"),
        ({"data": {"errorId": "x" * 500}}, "longer than 400"),
    ],
)
def test_a_wrong_type_degrades_the_event_and_says_so(change: dict[str, Any], reason: str) -> None:
    event = read({"eventType": "performance", "timestamp": NOW_MS, "service": "server", "data": {}, **change})
    assert reason in (event.degraded or "")
    assert event.event_type == "performance"
    assert NOW_MS - 1 <= event.ts_ms <= NOW_MS


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-11-23T13:56:48.477Z", 1_795_442_208_477),
        ("2026-11-23T14:56:48.477+01:00", 1_795_442_208_477),
        ("2026-11-23 13:56:48", 1_795_442_208_000),
    ],
)
def test_times_as_text(text: str, ms: int) -> None:
    event = read({"eventType": "info", "timestamp": text, "service": "s", "data": {"message": "m"}})
    assert (event.ts_ms, event.degraded) == (ms, None)


def test_unknown_kinds_stay_as_they_are() -> None:
    event = read({"eventType": "heartbeat", "timestamp": NOW_MS, "service": "s", "data": {"category": "api", "x": 1}})
    assert (event.event_type, event.category, event.degraded) == ("heartbeat", "api", None)
    assert "neither" in (read({"hello": "world"}).degraded or "")


def test_numbers_serve_as_ids() -> None:
    event = read(
        {"eventType": "info", "timestamp": NOW_MS, "service": "s", "data": {"id": 17, "entityId": 5, "entityType": "acu"}}
    )
    assert (event.uid, event.entity_id, event.degraded) == ("17", "5", None)
    assert {"17", "5", "acu"} <= set(event.search.split("\n")), "ids are found by the search index"


def test_the_searchable_text_is_bounded_and_keeps_the_ids() -> None:
    data = {"message": "m", "errorId": "err_last", "a": ["words " * 2_000, "x" * (OPAQUE_LENGTH + 1)], "z": "never reached"}
    event = read({"eventType": "info", "timestamp": NOW_MS, "service": "s", "data": dict(reversed(data.items()))})
    lines = event.search.split("\n")
    assert "err_last" in lines
    assert len(event.search) < SEARCH_LENGTH + 200
    assert not any(line.startswith("xx") for line in lines)


def test_a_resolved_violation_stays_harmless() -> None:
    old = {"lastViolation": {"id": "v", "severity": "high", "deviation": "old"}}
    data = {"contractId": "c", "violations": 0}
    event = read({"eventType": "contract_check", "timestamp": NOW_MS, "service": "s", "data": data, "contractState": old})
    assert (event.level, event.severity, event.message) == ("info", "info", "c: 0 violations")


def test_an_exchange_that_nobody_declared_says_so() -> None:
    data = {"contractId": "", "endpoint": "/things", "method": "GET", "violations": 0}
    event = read({"eventType": "contract_check", "timestamp": NOW_MS, "service": "s", "data": data})
    assert event.message == "GET /things: no contract declares it"

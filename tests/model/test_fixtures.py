"""The recorded traffic loads: no event lost, none quarantined, none degraded, each text exact."""

from collections import Counter
from pathlib import Path

import pytest

from console.model.dialects import split_message
from console.model.event import Event
from console.model.reader import read_event
from console.model.taxonomy import EVENT_TYPES, LEVELS, SEVERITIES

NOW_MS = 1_795_442_300_000
STREAM, POSTS = "vivim-debug-stream.jsonl", "vivim-error-posts.jsonl"


def load(path: Path) -> list[Event]:
    found: list[Event] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        for piece in split_message(line):
            assert piece.text in line
            assert piece.data is not None, piece.note
            found.append(read_event(piece, NOW_MS))
    return found


@pytest.mark.parametrize(("name", "number"), [(STREAM, 157), (POSTS, 321)])
def test_every_recorded_event_is_read_whole(fixtures: Path, name: str, number: int) -> None:
    events = load(fixtures / name)
    assert len(events) == number
    assert [event.degraded for event in events if event.degraded] == []
    for event in events:
        assert event.event_type in EVENT_TYPES
        assert event.level in LEVELS
        assert event.severity in SEVERITIES
        assert event.service
        assert event.message
        assert 1_795_442_000_000 < event.ts_ms < NOW_MS


def test_the_stream_is_read_as_a_person_would(fixtures: Path) -> None:
    events = load(fixtures / STREAM)
    kinds = Counter((event.event_type, event.service, event.level, event.severity) for event in events)
    assert {service for _, service, _, _ in kinds} == {"error-reporter", "server", "sync", "network", "pwa"}
    conflicts = [event for event in events if event.message.startswith("conflict on ")]
    assert conflicts[0].message == "conflict on message message_31: network against server"
    assert (conflicts[0].entity_type, conflicts[0].entity_id) == ("message", "message_31")
    assert {(event.level, event.severity) for event in conflicts} == {("warning", "medium")}
    divergences = [event for event in events if event.message.startswith("divergence on ")]
    assert {(event.level, event.severity) for event in divergences} == {("error", "high")}
    violations = [event for event in events if "Missing required parameter" in event.message]
    assert violations[0].message == "/api/v1/acus/search: Missing required parameter: q"
    assert {(event.level, event.severity) for event in violations} == {("warning", "high")}
    performance = [event for event in events if event.event_type == "performance"]
    assert performance[0].message == "acu.search 100 ms"
    assert all(event.duration_ms is not None for event in performance)


def test_the_posts_are_read_as_a_person_would(fixtures: Path) -> None:
    events = load(fixtures / POSTS)
    assert all(event.uid and event.fingerprint and event.category for event in events)
    by_message = {event.message: event for event in events}
    database = by_message["Database Error: insert on messages"]
    assert (database.service, database.category, database.level, database.has_stack) == (
        "database",
        "database",
        "error",
        True,
    )
    assert database.duration_ms is not None
    attack = by_message["Security Issue: xss_attempt"]
    assert (attack.level, attack.severity, attack.event_type) == ("critical", "critical", "error")
    failed = by_message["API Error: POST /api/v1/conversations - 500"]
    assert failed.correlation_id
    assert failed.duration_ms
    resolved = next(event for message, event in by_message.items() if message.startswith("Sync issue resolved"))
    assert (resolved.event_type, resolved.level, resolved.severity) == ("info", "info", "low")
    issue = by_message["Sync issue: divergence - user:user_34"]
    assert (issue.entity_type, issue.entity_id) == ("user", "user_34")

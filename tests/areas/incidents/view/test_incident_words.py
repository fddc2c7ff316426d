"""What an opened incident says of itself: all that matters, nothing that hides, nothing that it does not know."""

from typing import Any

import pytest

from console.areas.incidents.view.incident_words import (
    incident_of,
    masked_words,
    missing_words,
    range_words,
    selection_words,
)

MANIFEST: dict[str, Any] = {
    "console": "0.1.0", "made_ms": 1_795_442_000_000, "title": "Save fails", "from_ms": 1_795_441_000_000,
    "to_ms": 1_795_441_060_000, "selection": {"filter": "level:error", "around_ms": 30_000},
    "counts": {"events": 1_204, "tables": {"events": 1_204}},
    "sources": [{"name": "server", "gaps": 2, "missing": 120, "unknown": 1}, {"name": "pwa"}],
    "redaction": {"total": 7, "rules": {"bearer": 5, "key": 2}, "paths": [{"rule": "bearer", "path": "a.b", "times": 5}]},
    "members": {"events.ndjson": {"bytes": 10, "sha256": "ab" * 32}},
}  # fmt: skip


def test_a_bundle_tells_from_whom_when_what_and_what_is_masked_and_missing() -> None:
    incident = incident_of({"manifest": MANIFEST}, "one.vcb")
    assert incident.title == "Incident: Save fails (read only)"
    for part in ("by console 0.1.0", "from server, pwa", "filter level:error, and 30 s around", "1,204 events",
                 "7 places masked"):  # fmt: skip
        assert part in incident.facts
    assert "7 places masked (bearer 5, by name 2)" in incident.details
    assert "server: 2 gaps, 120 events missing, coverage unknown 1 time" in incident.warning
    assert "pwa" not in incident.warning
    assert "ab" * 32 in incident.details
    assert (incident.from_ms, incident.to_ms) == (1_795_441_000_000, 1_795_441_060_000)


def test_hostile_words_hide_nothing() -> None:
    evil = "\u202eevil\n<b>bold</b>"
    manifest = MANIFEST | {"title": evil * 100, "sources": [{"name": evil, "gaps": 1, "missing": 1}], "console": evil}
    manifest["selection"] = {"filter": evil, "correlations": [evil]}
    incident = incident_of({"manifest": manifest}, "one.vcb")
    for text in (incident.title, incident.facts, incident.warning, incident.details):
        assert "\u202e" not in text
    assert "\n" not in incident.title + incident.facts + incident.warning
    assert len(incident.title) < 160


def test_a_file_says_that_nothing_is_masked_and_what_could_not_be_read() -> None:
    opened = {"kind": "har", "events": 3, "quarantined": 2, "from_ms": 0, "to_ms": 1_000, "path": "/x/a.har"}
    incident = incident_of(opened, "a.har")
    assert incident.title == "Incident: a.har (read only)"
    assert "nothing is masked" in incident.facts
    assert "2 parts" in incident.warning
    assert incident_of(opened | {"quarantined": 0}, "a.har").warning == ""


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ({}, "everything of that time"),
        ({"correlations": ["c1"], "groups": [3, 4]}, "correlation c1 and error groups 3, 4"),
        ({"ids": [1, 2, 3]}, "3 chosen events"),
        ({"conflicts": [9], "around_ms": 500}, "conflict 9, and 0.5 s around"),
    ],
)
def test_what_was_asked_for(selection: dict[str, Any], words: str) -> None:
    assert selection_words(selection) == words


def test_nothing_masked_and_nothing_missing_are_said_plainly() -> None:
    assert masked_words({"total": 0, "rules": {}}) == "nothing was masked"
    assert missing_words([{"name": "server", "gaps": 0, "unknown": 0}]) == ""


def test_times_beyond_the_calendar_are_numbers() -> None:
    assert range_words(2**62, 2**62 + 1) == f"{2**62} – {2**62 + 1} ms"

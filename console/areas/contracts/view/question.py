"""What the pages ask the store, and the answers as plain data; runs on a pool thread."""

import json
import sqlite3
from dataclasses import dataclass

from console.areas.contracts.store.answers import EndpointPage, Overview, ViolationRow
from console.areas.contracts.store.ranges import whole_range
from console.areas.contracts.store.reading import load_endpoint, overview, skipped, violation, violations

Bounds = tuple[int | None, int | None]
Skipped = tuple[str, int, int, int | None]
"""Reason, how often, when last, an event."""
MAX_DOCUMENT_CHARS = 2_000_000
MAX_VIOLATIONS = 5_000


@dataclass(frozen=True, slots=True)
class OverviewAnswer:
    """The endpoints that fit, and what was left out of all observing."""

    overview: Overview
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class EndpointAnswer:
    """One endpoint over [since, until); `document` is the shown version as JSON, "" without one."""

    page: EndpointPage
    since_ms: int
    until_ms: int
    document: str


def ask_overview(
    connection: sqlite3.Connection, bounds: Bounds, words: str, service: str, standing: str, now_ms: int
) -> OverviewAnswer:
    """Read the list of endpoints."""
    since, until = whole_range(connection, *bounds, now_ms)
    found = overview(connection, since, until, words=words, service=service, standing=standing, now_ms=now_ms)
    return OverviewAnswer(found, skipped(connection))


def ask_endpoint(
    connection: sqlite3.Connection, endpoint_id: int, bounds: Bounds, version_id: int | None, now_ms: int
) -> EndpointAnswer:
    """Read an endpoint; a version that is gone means the current one. Raises LookupError without such an endpoint."""
    since, until = whole_range(connection, *bounds, now_ms)
    try:
        page = load_endpoint(connection, endpoint_id, since, until, version_id=version_id, now_ms=now_ms)
    except LookupError:
        if version_id is None:
            raise
        page = load_endpoint(connection, endpoint_id, since, until, now_ms=now_ms)
    text = "" if page.shown is None else json.dumps(page.shown.document, indent=2, ensure_ascii=False)
    if len(text) > MAX_DOCUMENT_CHARS:
        text = text[:MAX_DOCUMENT_CHARS] + "\n… (cut here; an export has all of it)"
    return EndpointAnswer(page, since, until, text)


def ask_violations(
    connection: sqlite3.Connection, bounds: Bounds, states: tuple[str, ...], wanted: int | None, now_ms: int
) -> tuple[ViolationRow, ...]:
    """Read the violations of a range; one that a place names comes first, whatever its state and range."""
    since, until = whole_range(connection, *bounds, now_ms)
    found = violations(connection, since, until, states=states, limit=MAX_VIOLATIONS, now_ms=now_ms)
    if wanted is None or any(row.id == wanted for row in found):
        return found
    try:
        return (violation(connection, wanted, now_ms=now_ms), *found)
    except LookupError:
        return found

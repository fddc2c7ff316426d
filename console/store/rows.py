"""What readers of the store get: rows for lists, pages of them, one event with all of its text."""

from dataclasses import dataclass
from typing import NamedTuple

MARKER_NONE, MARKER_GAP, MARKER_UNKNOWN, MARKER_QUARANTINE = 0, 1, 2, 3
"""Kinds of timeline rows that are no events: a gap of known length, an interval of unknown coverage, quarantined data."""

FLAG_DEGRADED, FLAG_STACK = 1, 2


class Row(NamedTuple):
    """One line of a list. `ts` and `received` are Unix milliseconds; `marker` is one of MARKER_*.

    For a marker row `message` says how many are missing and why.
    """

    id: int
    ts: int
    received: int
    source: str
    service: str
    event_type: str
    level: str
    severity: str
    category: str
    message: str
    correlation_id: str | None
    entity_type: str | None
    entity_id: str | None
    fingerprint: str | None
    duration_ms: float | None
    flags: int
    marker: int
    pinned: int


class Position(NamedTuple):
    """A place in the order of the timeline, (ts, id); pages start right before or right after one."""

    ts: int
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in ascending (ts, id) order. `more` tells whether rows remain on the far side of the page."""

    rows: list[Row]
    more: bool


@dataclass(frozen=True, slots=True)
class EventDetail:
    """One event with the text it came with, and why it is degraded (None when it is not)."""

    row: Row
    epoch: str | None
    seq: int | None
    payload: str
    degraded: str | None
    pin_note: str | None


@dataclass(frozen=True, slots=True)
class Activity:
    """Counts over time for the strip: `edges_ms` has n+1 bounds, `counts[severity]` n numbers.

    `gaps` holds (from_ms, to_ms, missing or None when unknown, reason) of each hole inside the range.
    """

    edges_ms: list[int]
    counts: dict[str, list[int]]
    gaps: list[tuple[int, int, int | None, str]]


@dataclass(frozen=True, slots=True)
class StoreSummary:
    """For the status bar: events kept, bytes on disk, newest id, known gaps and unknown intervals."""

    events: int
    bytes: int
    last_id: int
    gaps: int
    gap_events: int
    unknown_intervals: int
    quarantined: int
    degraded: int

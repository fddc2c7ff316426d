"""What the view asks the store, off the main thread: the groups of a range, and all about one group."""

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from console.areas.errors.store.answers import OPEN_STATUSES, GroupDetail, GroupingState, GroupList, GroupQuestion
from console.areas.errors.store.reading import (
    find_group,
    group_events,
    group_of_event,
    grouping_state,
    list_groups,
    load_group,
)
from console.store.filter import And, Node, parse_filter
from console.store.rows import Position, Row
from console.store.search import page

GROUPS_SHOWN = 500
FILTER_EVENTS = 2_000
"""Groups that the window's filter leaves are those of so many newest matching errors: it knows events, not groups."""
EVENTS_SHOWN = 200
_AHEAD_MS = 3_600_000
_ERRORS = "(level:error,critical OR type:error)"


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """What the list shows. Times in Unix milliseconds; None is open. `looked_ms` is when the person last looked."""

    since_ms: int | None
    until_ms: int | None
    now_ms: int
    words: str = ""
    statuses: frozenset[str] = OPEN_STATUSES
    order: str = "last"
    filter_text: str = ""
    looked_ms: int | None = None


class ListAnswer(NamedTuple):
    """`since_ms` and `until_ms` are the range that was looked at; `cut` tells that the filter found too many events."""

    groups: GroupList
    state: GroupingState
    since_ms: int
    until_ms: int
    cut: bool


class PageAnswer(NamedTuple):
    """One group and its newest events, newest first."""

    detail: GroupDetail
    events: list[Row]


def ask_groups(connection: sqlite3.Connection, question: ListQuestion) -> ListAnswer:
    """Return the groups that match. Raises FilterError."""
    since_ms, until_ms = whole_range(connection, question.since_ms, question.until_ms, question.now_ms)
    wanted, cut = None, False
    if question.filter_text.strip():
        node = parse_filter(question.filter_text)
        wanted, cut = _matching_groups(connection, node, since_ms, until_ms, question.now_ms)
    asked = GroupQuestion(
        since_ms, until_ms, question.words, question.statuses, question.order, GROUPS_SHOWN, question.looked_ms, wanted
    )
    return ListAnswer(list_groups(connection, asked), grouping_state(connection), since_ms, until_ms, cut)


def ask_group(connection: sqlite3.Connection, group_id: int, since_ms: int, until_ms: int) -> PageAnswer | None:
    """Return all about one group; None when there is none."""
    detail = load_group(connection, group_id, since_ms, until_ms)
    if detail is None:
        return None
    events = group_events(connection, detail.row.id, limit=EVENTS_SHOWN)
    return PageAnswer(detail, events[::-1])


def ask_older(connection: sqlite3.Connection, group_id: int, before: Position) -> list[Row]:
    """Return the events of a group right before a position, newest first."""
    return group_events(connection, group_id, before=before, limit=EVENTS_SHOWN)[::-1]


def resolve_place(connection: sqlite3.Connection, text: str) -> tuple[int, int | None]:
    """Return (group, event or None) for `event:123`, a group's number or the beginning of a fingerprint.

    Raises LookupError with words for the person.
    """
    kind, _, number = text.partition(":")
    if kind == "event" and number.isdigit():
        group = group_of_event(connection, int(number[:15]))
        if group is None:
            raise LookupError(f"event {number[:15]} is in no error group")
        return group, int(number[:15])
    return find_group(connection, text), None


def whole_range(connection: sqlite3.Connection, since_ms: int | None, until_ms: int | None, now_ms: int) -> tuple[int, int]:
    """Return a range with both ends: an open start is the oldest error kept, an open end is the present.

    Clocks of producers may be ahead: up to an hour beyond the present the newest error is still in the range.
    """
    if until_ms is None:
        newest = _end(connection, now_ms, before=Position(now_ms + _AHEAD_MS, 0))
        until_ms = max(now_ms, newest or 0) + 1
    if since_ms is None:
        oldest = _end(connection, now_ms, after=Position(-(2**62), 0))
        since_ms = until_ms - 1 if oldest is None else min(oldest, until_ms - 1)
    return since_ms, max(until_ms, since_ms + 1)


def _end(
    connection: sqlite3.Connection, now_ms: int, *, before: Position | None = None, after: Position | None = None
) -> int | None:
    """Return the time of the error nearest to a place, None when there is none."""
    errors = parse_filter(_ERRORS)
    rows = page(connection, errors, before=before, after=after, limit=1, now_ms=now_ms, markers=False).rows
    return rows[0].ts if rows else None


def _matching_groups(
    connection: sqlite3.Connection, node: Node, since_ms: int, until_ms: int, now_ms: int
) -> tuple[frozenset[int], bool]:
    errors = parse_filter(_ERRORS)
    both = And((*(node.children if isinstance(node, And) else (node,)), errors))
    found = page(
        connection, both, since_ms=since_ms, until_ms=until_ms - 1, limit=FILTER_EVENTS, now_ms=now_ms, markers=False
    )  # fmt: skip
    groups = {group_of_event(connection, row.id) for row in found.rows}
    return frozenset(group for group in groups if group is not None), found.more


def timeline_filter(connection: sqlite3.Connection, group_id: int) -> tuple[str, int]:
    """Return the filter that shows a group's newest events in the timeline, and how many those are."""
    ids = [str(row.id) for row in group_events(connection, group_id, limit=EVENTS_SHOWN)]
    return f"id:{','.join(ids)}" if ids else "id:0", len(ids)

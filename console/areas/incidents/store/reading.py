"""Queries of the Incidents area, on a read-only connection: sessions, and what differs between two of them."""

import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from console.areas.incidents.core.comparing import (
    STEP_MS,
    GroupChange,
    LatencyChange,
    Seen,
    compare_groups,
    compare_latency,
    sum_histograms,
)
from console.areas.incidents.store.notes import Note, load_note, notes
from console.areas.incidents.store.sessions import split_names
from console.model.histogram import if_whole
from console.store.database import snapshot

__all__ = ["Comparison", "GroupName", "Note", "SessionRow", "compare", "load_note", "load_session", "notes",
           "session_of_event", "sessions"]  # fmt: skip

DAY_MS = 86_400_000
LARGEST_ID = 2**63 - 1
_COLUMNS = """id, name, sources, from_ms, to_ms, first_id, last_id, arrived, events, oldest_ms, newest_ms, pinned, note,
  (SELECT coalesce(max(last_seen), 0) FROM sources),
  (SELECT count(*) FROM errors_member WHERE event_id BETWEEN first_id AND coalesce(last_id, 9223372036854775807))"""
_SEEN = f"""SELECT group_id, count(*), count(DISTINCT ts / {STEP_MS}), max(event_id) FROM errors_member
  WHERE event_id BETWEEN ? AND ? GROUP BY group_id"""
_DURATIONS = """SELECT service, operation, first_bin, bins FROM performance_duration
  JOIN performance_series s ON s.id = series_id WHERE level_ms = ? AND bucket_ms >= ? AND bucket_ms < ?"""


class SessionRow(NamedTuple):
    """One session. Its events have the ids from `first_id` to `last_id`, both included; both times are Unix ms.

    `to_ms` and `last_id` are None while it lasts; `heard_ms` is then when a source was heard last. `events` of `arrived`
    are kept, `errors` of these are in a group. `oldest_ms` may lie before `from_ms`: a source tells of its past as well,
    and a recording of nothing else.
    """

    id: int
    name: str
    sources: tuple[str, ...]
    from_ms: int
    to_ms: int | None
    first_id: int
    last_id: int | None
    arrived: int
    events: int
    oldest_ms: int | None
    newest_ms: int | None
    is_pinned: bool
    note: str
    heard_ms: int
    errors: int

    @property
    def is_open(self) -> bool:
        return self.to_ms is None

    @property
    def ids(self) -> tuple[int, int]:
        """The ids of its events, both included."""
        return self.first_id, LARGEST_ID if self.last_id is None else self.last_id

    @property
    def range_ms(self) -> tuple[int, int]:
        """The time that it tells of: from its oldest event, a day before it was attached at most, to its end.

        Where all of it was before it was attached, a recording, that is from its oldest to its newest event, a day at most.
        """
        end_ms = self.to_ms if self.to_ms is not None else max(self.heard_ms, self.from_ms)
        if self.oldest_ms is None or self.newest_ms is None:
            return self.from_ms, end_ms
        if self.newest_ms < self.from_ms:
            return max(self.oldest_ms, self.newest_ms - DAY_MS), self.newest_ms
        return max(min(self.oldest_ms, self.from_ms), self.from_ms - DAY_MS), end_ms

    @property
    def lasted_ms(self) -> int:
        start, end = self.range_ms
        return end - start


class GroupName(NamedTuple):
    """What a list says of a group; `is_known` where it had come before the second session began."""

    title: str
    culprit: str
    status: str
    is_known: bool


class Comparison(NamedTuple):
    """What differs from `before` to `after`; `names` has the groups of `groups`, `alike` counts those that do not differ."""

    before: SessionRow
    after: SessionRow
    groups: tuple[GroupChange, ...]
    names: dict[int, GroupName]
    alike: int
    latency: tuple[LatencyChange, ...]


def sessions(connection: sqlite3.Connection, *, limit: int = 500) -> tuple[SessionRow, ...]:
    """Return sessions, the newest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM incidents_session ORDER BY id DESC LIMIT ?", (limit,))
    return tuple(_session(row) for row in rows.fetchall())


def load_session(connection: sqlite3.Connection, session_id: int) -> SessionRow:
    """Return one session. Raises LookupError."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM incidents_session WHERE id = ?", (session_id,)).fetchone()
    if row is None:
        raise LookupError(f"there is no session {session_id}")
    return _session(row)


def session_of_event(connection: sqlite3.Connection, event_id: int) -> int | None:
    """Return the session that an event came in, None for one that came in none."""
    row = connection.execute(
        "SELECT id FROM incidents_session WHERE ? BETWEEN first_id AND coalesce(last_id, ?)", (event_id, LARGEST_ID)
    ).fetchone()
    return int(row[0]) if row else None


def compare(connection: sqlite3.Connection, before: int, after: int) -> Comparison:
    """Compare two sessions (see `core.comparing` for the rules). Raises LookupError, ValueError for one with itself.

    Latency comes from sums over ten seconds: where the sessions touch, those ten seconds count in both.
    """
    if before == after:
        raise ValueError("a session is compared with another one")
    with snapshot(connection):
        old, new = load_session(connection, before), load_session(connection, after)
        changes, alike = compare_groups(_seen(connection, old), _seen(connection, new), old.lasted_ms, new.lasted_ms)
        names = {change.group_id: _name(connection, change.group_id, new.first_id) for change in changes}
        histograms = [sum_histograms(_histograms(connection, *one.range_ms)) for one in (old, new)]
    return Comparison(old, new, changes, names, alike, compare_latency(*histograms))


def _session(row: tuple[Any, ...]) -> SessionRow:
    found = SessionRow._make(row)
    return found._replace(sources=split_names(row[2]), is_pinned=bool(found.is_pinned))


def _seen(connection: sqlite3.Connection, session: SessionRow) -> dict[int, Seen]:
    rows = connection.execute(_SEEN, session.ids)
    return {group_id: Seen(events, steps, last_event) for group_id, events, steps, last_event in rows}


def _name(connection: sqlite3.Connection, group_id: int, first_id: int) -> GroupName:
    sql = """SELECT title, culprit, status, gone > 0
      OR EXISTS (SELECT 1 FROM errors_member WHERE group_id = errors_group.id AND event_id < ?)
      FROM errors_group WHERE id = ?"""
    title, culprit, status, is_known = connection.execute(sql, (first_id, group_id)).fetchone()
    return GroupName(title, culprit, status, bool(is_known))


def _histograms(connection: sqlite3.Connection, from_ms: int, to_ms: int) -> Iterator[tuple[tuple[str, str], int]]:
    for level_ms, since_ms, until_ms in _buckets(connection, from_ms, to_ms):
        for service, operation, first_bin, bins in connection.execute(_DURATIONS, (level_ms, since_ms, until_ms)):
            if histogram := if_whole(first_bin, bins):
                yield (service, operation), histogram


def _buckets(connection: sqlite3.Connection, from_ms: int, to_ms: int) -> list[tuple[int, int, int]]:
    """Return which sums cover a range: (width, since, until), those of ten minutes in its middle where they are whole."""
    wide_ms, fine_ms = 600_000, STEP_MS
    first, last = from_ms - from_ms % fine_ms, to_ms + 1
    row = connection.execute("SELECT rolled_until_ms FROM performance_state").fetchone()
    since = first + -first % wide_ms
    until = min(last, row[0] if row else 0)
    until -= until % wide_ms
    if until <= since:
        return [(fine_ms, first, last)]
    return [(fine_ms, first, since), (wide_ms, since, until), (fine_ms, until, last)]

"""The newest traces, one line each, without a table of their own: a bounded look at the newest events with an id."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from console.areas.trace.core.event import is_failure
from console.model.taxonomy import severity_rank
from console.store.compilation import Kind, load_kinds
from console.store.database import snapshot
from console.store.filter import All, And, Node, parse_filter
from console.store.rows import Position
from console.store.search import page

PAGE = 500
MAX_PAGES = 5
MAX_COUNTED = 500
"""Of a trace with more events the newest so many are looked at; `RecentTrace.more` then says so."""


class RecentTrace(NamedTuple):
    """`words` is the message of its first failure, else of its first event. Times are Unix ms.

    Counted are the events whose first id this is; opening it follows all ids and may find more.
    """

    trace_id: str
    words: str
    services: tuple[str, ...]
    events: int
    more: bool
    failed: int
    start_ms: int
    end_ms: int
    severity: str

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms


def recent_traces(
    connection: sqlite3.Connection,
    since_ms: int | None,
    until_ms: int | None,
    node: Node | None = None,
    *,
    now_ms: int,
    singles: bool = True,
    limit: int = 100,
) -> list[RecentTrace]:
    """Return the traces of the newest events in the range that have an id and match the filter, newest first.

    Without `singles`, traces of one event are left out. Looks at no more than PAGE * MAX_PAGES events: a few huge
    traces can make the list shorter than `limit`. Raises sqlite3.OperationalError when interrupted.
    """
    with snapshot(connection):
        ids: list[str] = []
        for one in _newest_ids(connection, since_ms, until_ms, node or All(), now_ms):
            if singles or _has_several(connection, one):
                ids.append(one)
            if len(ids) == limit:
                break
        kinds = {kind.id: kind for kind in load_kinds(connection)}
        found = [_summary(connection, one, kinds) for one in ids]
    return sorted(found, key=lambda trace: -trace.end_ms)


def _newest_ids(
    connection: sqlite3.Connection, since_ms: int | None, until_ms: int | None, node: Node, now_ms: int
) -> Iterator[str]:
    has_id = parse_filter("has:correlation")
    wanted = has_id if isinstance(node, All) else And((node, has_id))
    seen: set[str] = set()
    before: Position | None = None
    for _ in range(MAX_PAGES):
        found = page(
            connection, wanted, since_ms=since_ms, until_ms=until_ms, before=before, limit=PAGE, now_ms=now_ms, markers=False
        )
        for row in reversed(found.rows):
            if row.correlation_id and row.correlation_id not in seen:
                seen.add(row.correlation_id)
                yield row.correlation_id
        if not found.more:
            return
        before = Position(found.rows[0].ts, found.rows[0].id)


_TWO = "SELECT count(*) FROM (SELECT 1 FROM events INDEXED BY events_correlation WHERE correlation = ? LIMIT 2)"


def _has_several(connection: sqlite3.Connection, trace_id: str) -> bool:
    return bool(connection.execute(_TWO, (trace_id,)).fetchone()[0] == 2)


_PART = """SELECT kind, ts, duration_ms, id FROM events INDEXED BY events_correlation
    WHERE correlation = ? ORDER BY ts DESC LIMIT ?"""


def _summary(connection: sqlite3.Connection, trace_id: str, kinds: dict[int, Kind]) -> RecentTrace:
    rows: list[tuple[int, int, float | None, int]] = connection.execute(_PART, (trace_id, MAX_COUNTED + 1)).fetchall()
    more = len(rows) > MAX_COUNTED
    del rows[MAX_COUNTED:]
    rows.reverse()
    failed = [row for row in rows if is_failure(kinds[row[0]].level, kinds[row[0]].severity)]
    words = connection.execute("SELECT message FROM events WHERE id = ?", (failed or rows)[0][3:]).fetchone()[0]
    severities = {kinds[row[0]].severity for row in rows}
    return RecentTrace(
        trace_id,
        words,
        tuple(dict.fromkeys(kinds[row[0]].service for row in rows)),
        len(rows),
        more,
        len(failed),
        min(row[1] - _whole(row[2]) for row in rows),
        rows[-1][1],
        max(sorted(severities), key=severity_rank),
    )


def _whole(duration_ms: float | None) -> int:
    return round(duration_ms) if duration_ms is not None and duration_ms > 0 else 0

"""Read single things from the store: one event, the activity strip, the summary, values for completion."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from console.model.taxonomy import SEVERITIES
from console.store.compilation import Branch, Compiled, Kind, compile_filter, load_kinds
from console.store.database import snapshot
from console.store.filter import Node
from console.store.recording import ACTIVITY_MS
from console.store.rows import MARKER_GAP, MARKER_NONE, Activity, EventDetail, StoreSummary
from console.store.search import as_row, branch_condition

FINE_EVENTS = 50_000
"""Up to this many events in the range are counted one by one; beyond, the ten-second rollup is as fine as it gets."""


def load_event(connection: sqlite3.Connection, event_id: int) -> EventDetail | None:
    """Return one event with its whole text, None when it is not (or no longer) there."""
    with snapshot(connection):
        return _load_event(connection, event_id)


def _load_event(connection: sqlite3.Connection, event_id: int) -> EventDetail | None:
    found = connection.execute(
        """SELECT e.id, e.ts, e.received, e.kind, e.message, e.correlation, e.entity_type, e.entity_id, e.fingerprint,
        e.duration_ms, e.flags, pins.event_id IS NOT NULL, t.epoch, e.seq, p.text, d.reason, pins.note
        FROM events e JOIN payloads p ON p.id = e.id LEFT JOIN streams t ON t.id = e.stream
        LEFT JOIN degraded d ON d.event_id = e.id LEFT JOIN pins ON pins.event_id = e.id WHERE e.id = ?""",
        (event_id,),
    ).fetchone()
    if found is None:
        return None
    row = as_row(found[:12], {kind.id: kind for kind in load_kinds(connection)})
    epoch, seq, payload, reason, note = found[12:]
    return EventDetail(row, epoch, seq, payload, reason, note)


def activity(
    connection: sqlite3.Connection, node: Node, *, since_ms: int, until_ms: int, bins: int, now_ms: int
) -> Activity:
    """Count matching events by severity over [since, until); `bins` is a wish, whole rollup buckets may need fewer."""
    with snapshot(connection):
        return _activity(connection, node, since_ms, until_ms, bins, now_ms)


def _activity(connection: sqlite3.Connection, node: Node, since_ms: int, until_ms: int, bins: int, now_ms: int) -> Activity:
    kinds = [kind for kind in load_kinds(connection) if kind.marker == MARKER_NONE]
    compiled = compile_filter(kinds, node, now_ms)
    since_ms = max(since_ms, compiled.since_ms if compiled.since_ms is not None else since_ms)
    until_ms = max(since_ms + 1, min(until_ms, compiled.until_ms + 1 if compiled.until_ms is not None else until_ms))
    only_kinds = all(not branch.literals for branch in compiled.branches)
    width = max(1, -(-(until_ms - since_ms) // max(1, bins)))
    if only_kinds and _events_between(connection, since_ms, until_ms) > FINE_EVENTS:
        width = -(-width // ACTIVITY_MS) * ACTIVITY_MS
        since_ms = since_ms // ACTIVITY_MS * ACTIVITY_MS
        found = _rolled_up(connection, compiled, since_ms, until_ms, width)
    else:
        found = _counted(connection, compiled, kinds, since_ms, until_ms, width)
    n = -(-(until_ms - since_ms) // width)
    edges = [since_ms + i * width for i in range(n + 1)]
    severity = {kind.id: kind.severity if kind.severity in SEVERITIES else "info" for kind in kinds}
    counts: dict[str, list[int]] = {}
    for index, kind_id, number in found:
        series = counts.setdefault(severity[kind_id], [0] * n)
        series[min(max(index, 0), n - 1)] += number
    return Activity(edges, counts, holes(connection, since_ms, until_ms))


def _events_between(connection: sqlite3.Connection, since_ms: int, until_ms: int) -> int:
    row = connection.execute(
        "SELECT total(n) FROM activity WHERE bucket BETWEEN ? AND ?",
        (since_ms // ACTIVITY_MS, until_ms // ACTIVITY_MS),
    ).fetchone()
    return int(row[0])


def _all_kinds(compiled: Compiled) -> str | None:
    """The ids of all branches' kinds as SQL text; None when some branch takes every kind."""
    ids: set[int] = set()
    for branch in compiled.branches:
        if branch.kinds is None:
            return None
        ids |= branch.kinds
    return ",".join(map(str, sorted(ids)))


def _rolled_up(
    connection: sqlite3.Connection, compiled: Compiled, since_ms: int, until_ms: int, width: int
) -> list[tuple[int, int, int]]:
    ids = _all_kinds(compiled)
    where = "" if ids is None else f"AND kind IN ({ids})"
    return connection.execute(
        f"""SELECT (bucket * {ACTIVITY_MS} - ?1) / ?3, kind, sum(n) FROM activity
        WHERE bucket >= ?1 / {ACTIVITY_MS} AND bucket * {ACTIVITY_MS} < ?2 {where} GROUP BY 1, 2""",
        (since_ms, until_ms, width),
    ).fetchall()


def _counted(
    connection: sqlite3.Connection, compiled: Compiled, kinds: Sequence[Kind], since_ms: int, until_ms: int, width: int
) -> list[tuple[int, int, int]]:
    everything = frozenset(kind.id for kind in kinds)  # markers are no events and are not counted
    ids = connection.execute(
        "SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM events INDEXED BY events_ts WHERE ts >= ? AND ts < ?",
        (since_ms, until_ms),
    ).fetchone()
    selects: list[str] = []
    params: list[Any] = []
    for branch in compiled.branches:
        whole = branch if branch.kinds is not None else Branch(everything, branch.literals)
        condition = branch_condition(connection, whole, compiled.now_ms, *ids)
        selects.append(f"SELECT e.id, e.ts, e.kind FROM events e WHERE e.ts >= ? AND e.ts < ? AND {condition.sql}")
        params += [since_ms, until_ms, *condition.params]
    if not selects:
        return []
    return connection.execute(
        f"SELECT (ts - ?) / ?, kind, count(*) FROM ({' UNION '.join(selects)}) GROUP BY 1, 2",
        [since_ms, width, *params],
    ).fetchall()


def holes(connection: sqlite3.Connection, since_ms: int, until_ms: int) -> list[tuple[int, int, int | None, str]]:
    """Return (from_ms, to_ms, missing or None, reason) of each declared gap and unknown interval in the range."""
    gaps = connection.execute(
        """SELECT declared, declared, to_seq - from_seq + 1, s.name || ': ' || reason FROM gaps
        JOIN sources s ON s.id = source_id WHERE declared BETWEEN ? AND ?""",
        (since_ms, until_ms),
    ).fetchall()
    unknown = connection.execute(
        """SELECT from_ts, to_ts, NULL, s.name || ': ' || reason FROM coverage JOIN sources s ON s.id = source_id
        WHERE to_ts >= ? AND from_ts <= ?""",
        (since_ms, until_ms),
    ).fetchall()
    return sorted([*gaps, *unknown], key=lambda hole: hole[0])


def summary(connection: sqlite3.Connection) -> StoreSummary:
    """Return what the store holds, cheaply: counts come from rollups, bytes from the file's pages."""

    def one(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0] or 0)

    size = one("PRAGMA page_count") * one("PRAGMA page_size")
    return StoreSummary(
        events=one("SELECT sum(n) FROM activity"),
        bytes=size,
        last_id=one("SELECT max(id) FROM events"),
        gaps=one("SELECT count(*) FROM gaps"),
        gap_events=one("SELECT sum(to_seq - from_seq + 1) FROM gaps"),
        unknown_intervals=one("SELECT count(*) FROM coverage"),
        quarantined=one("SELECT count(*) FROM quarantine"),
        degraded=one("SELECT count(*) FROM degraded"),
    )


def field_values(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the values seen of the filter's open fields, most frequent first, for completion."""
    totals = dict(connection.execute("SELECT kind, sum(n) FROM activity GROUP BY kind").fetchall())
    columns = ("source", "service", "event_type", "category", "layer")
    counts: dict[str, dict[str, int]] = {column: {} for column in columns}
    for kind in load_kinds(connection):
        if kind.marker != MARKER_NONE:
            continue
        for column in columns:
            value = getattr(kind, column)
            if value:
                counts[column][value] = counts[column].get(value, 0) + totals.get(kind.id, 0)
    named = {"type" if column == "event_type" else column: found for column, found in counts.items()}
    return {name: sorted(found, key=lambda value: (-found[value], value)) for name, found in named.items()}


def last_event_id(connection: sqlite3.Connection) -> int:
    """Return the newest id, 0 for an empty store."""
    return int(connection.execute("SELECT max(id) FROM events").fetchone()[0] or 0)


def marker_counts(connection: sqlite3.Connection) -> Sequence[tuple[int, int]]:
    """Return (marker, rows) for the rows that are no events."""
    return connection.execute(
        "SELECT k.marker, count(*) FROM events e JOIN kinds k ON k.id = e.kind WHERE k.marker >= ? GROUP BY 1",
        (MARKER_GAP,),
    ).fetchall()


__all__ = ["Branch", "activity", "field_values", "holes", "last_event_id", "load_event", "marker_counts", "summary"]

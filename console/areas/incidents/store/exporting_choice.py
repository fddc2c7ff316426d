"""From what is asked for to the ids of the events: one SELECT, which estimates and exports share."""

import json
import sqlite3
from collections.abc import Iterable

from console.areas.incidents.core.bundle.selection import Selection
from console.store.compilation import Condition
from console.store.filter import parse_filter
from console.store.rows import MARKER_GAP, MARKER_UNKNOWN
from console.store.search import matching_ids


def chosen_ids(connection: sqlite3.Connection, selection: Selection, now_ms: int) -> Condition:
    """Return a SELECT of the ids of the chosen events, those around them included. Raises FilterError."""
    matching = matching_ids(
        connection, parse_filter(selection.filter), since_ms=selection.since_ms, until_ms=selection.until_ms, now_ms=now_ms
    )
    chosen = matching
    if selection.is_named:
        named = _named(connection, selection)
        # The few that are named are asked for first, each by its id.
        chosen = Condition(
            f"SELECT id FROM events WHERE id IN ({named.sql}) AND id IN ({matching.sql})", [*named.params, *matching.params]
        )
    return _around(connection, chosen, selection.around_ms) if selection.around_ms > 0 else chosen


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Tell whether the store has a table: a store of an older console may lack an area's."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
    return found.fetchone() is not None


def choose(connection: sqlite3.Connection, selection: Selection, now_ms: int) -> tuple[int, int, int]:
    """Fill `temp.bundle_event` and `temp.bundle_range` (see `console.store.bundling`); returns (events, from ms, to ms).

    Rows that tell of holes in the range are taken too, whatever was asked for. No events: (0, 0, 0). Raises FilterError.
    """
    connection.execute("CREATE TEMP TABLE bundle_event (id INTEGER PRIMARY KEY)")
    connection.execute("CREATE TEMP TABLE bundle_range (from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL)")
    chosen = chosen_ids(connection, selection, now_ms)
    connection.execute(f"INSERT OR IGNORE INTO temp.bundle_event {chosen.sql}", chosen.params)
    first, last = connection.execute(
        "SELECT min(e.ts), max(e.ts) FROM temp.bundle_event b CROSS JOIN events e ON e.id = b.id"
    ).fetchone()
    if first is None:
        return 0, 0, 0
    from_ms = first if selection.since_ms is None else min(first, selection.since_ms)
    to_ms = last if selection.until_ms is None else max(last, selection.until_ms)
    connection.execute("INSERT INTO temp.bundle_range VALUES (?,?)", (from_ms, to_ms))
    connection.execute(
        f"""INSERT OR IGNORE INTO temp.bundle_event SELECT e.id FROM kinds k CROSS JOIN events e INDEXED BY events_kind_ts
            ON e.kind = k.id AND e.ts BETWEEN ? AND ? WHERE k.marker IN ({MARKER_GAP}, {MARKER_UNKNOWN})""",
        (from_ms, to_ms),
    )
    return int(connection.execute("SELECT count(*) FROM temp.bundle_event").fetchone()[0]), from_ms, to_ms


def _named(connection: sqlite3.Connection, selection: Selection) -> Condition:
    """Return the ids of whatever is named by an area's own words."""
    groups, conflicts = map(json.dumps, (selection.groups, selection.conflicts))
    parts: list[Condition] = []
    for correlation in selection.correlations:
        parts.append(Condition("SELECT id FROM events INDEXED BY events_correlation WHERE correlation = ?", [correlation]))
        if has_table(connection, "trace_links"):
            parts.append(Condition("SELECT event_id FROM trace_links WHERE trace_id = ?", [correlation]))
    if selection.groups and has_table(connection, "errors_member"):
        of_groups = "SELECT event_id FROM errors_member WHERE group_id IN (SELECT value FROM json_each(?))"
        parts.append(Condition(of_groups, [groups]))
    if selection.conflicts and has_table(connection, "sync_issue_event"):
        of_issues = "SELECT event_id FROM sync_issue_event WHERE issue_id IN (SELECT value FROM json_each(?))"
        parts.append(Condition(of_issues, [conflicts]))
    if selection.ids:
        parts.append(Condition("SELECT value FROM json_each(?)", [json.dumps(selection.ids)]))
    if not parts:
        return Condition("SELECT id FROM events WHERE 0")
    return Condition(" UNION ".join(part.sql for part in parts), [value for part in parts for value in part.params])


def _around(connection: sqlite3.Connection, chosen: Condition, around_ms: int) -> Condition:
    """Return the ids of all that happened near a chosen event; windows that touch are one."""
    times = connection.execute(f"SELECT ts FROM events WHERE id IN ({chosen.sql}) ORDER BY ts", chosen.params)
    windows = list(_windows((row[0] for row in times), around_ms))
    sql = """SELECT e.id FROM json_each(?) w CROSS JOIN events e INDEXED BY events_ts
        ON e.ts BETWEEN w.value ->> 0 AND w.value ->> 1"""
    return Condition(sql, [json.dumps(windows)])


def _windows(times: Iterable[int], around_ms: int) -> Iterable[tuple[int, int]]:
    start = end = None
    for ts in times:
        if start is None or end is None:
            start = ts - around_ms
        elif ts - around_ms > end:
            yield start, end
            start = ts - around_ms
        end = ts + around_ms
    if start is not None and end is not None:
        yield start, end

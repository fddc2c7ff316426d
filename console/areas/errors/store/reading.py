"""Queries of the Errors area, on a read-only connection: where an event's group is, a group's events, how all is grouped.

Lists of groups are in `listing`, all about one group in `detail`; both are given on from here.
"""

import sqlite3

from console.areas.errors.core.grouping import RULES_VERSION
from console.areas.errors.store.answers import GroupingState
from console.areas.errors.store.audit import last_undoable
from console.areas.errors.store.detail import load_group
from console.areas.errors.store.identify import PRODUCER, load_producer
from console.areas.errors.store.listing import list_groups
from console.areas.errors.store.state import has_errors
from console.store.compilation import load_kinds
from console.store.database import snapshot
from console.store.rows import Position, Row
from console.store.search import as_row

_ROWS = """SELECT e.id, e.ts, e.received, e.kind, e.message, e.correlation, e.entity_type, e.entity_id, e.fingerprint,
  e.duration_ms, e.flags, (SELECT 1 FROM pins WHERE event_id = e.id)
  FROM errors_member m JOIN events e ON e.id = m.event_id WHERE m.group_id = ? AND {beyond}
  ORDER BY m.ts {order}, m.event_id {order} LIMIT ?"""
_STEP = """SELECT event_id FROM errors_member WHERE group_id = ?1 AND (ts, event_id) {sign} (?2, ?3)
  ORDER BY ts {order}, event_id {order} LIMIT 1 OFFSET ?4"""


def group_of_event(connection: sqlite3.Connection, event_id: int) -> int | None:
    """Return the id of the group that an event is in, None for an event that is no error or is not grouped yet."""
    row = connection.execute("SELECT group_id FROM errors_member WHERE event_id = ?", (event_id,)).fetchone()
    return int(row[0]) if row else None


def find_group(connection: sqlite3.Connection, text: str) -> int:
    """Return the group that a number or the unique beginning of a fingerprint names.

    Raises LookupError with words. All digits are a number first; where there is no such group, a fingerprint.
    """
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 19:
        row = connection.execute("SELECT id FROM errors_group WHERE id = ?", (int(text),)).fetchone()
        if row:
            return int(row[0])
    if not text:
        raise LookupError("give the number of a group, or the beginning of its fingerprint")
    found = connection.execute(
        """SELECT id, fingerprint FROM errors_group WHERE substr(fingerprint, 1, ?1) = ?2
        OR substr(fingerprint, 1, ?1 + ?3) = ?4 || ?2 ORDER BY fingerprint = ?2 DESC, id LIMIT 6""",
        (len(text), text, len(PRODUCER), PRODUCER),
    ).fetchall()
    if not found:
        raise LookupError(f"there is no error group {text[:60]!r}")
    if len(found) > 1 and found[0][1] != text:
        names = ", ".join(f"{fingerprint[:24]} (group {group_id})" for group_id, fingerprint in found[:5])
        more = " …" if len(found) > 5 else ""
        raise LookupError(f"{text[:60]!r} is the beginning of several groups: {names}{more}")
    return int(found[0][0])


def group_events(
    connection: sqlite3.Connection,
    group_id: int,
    *,
    before: Position | None = None,
    after: Position | None = None,
    limit: int = 200,
) -> list[Row]:
    """Return events of a group in ascending (ts, id) order: the newest, or those right before or after a position."""
    order, beyond, place = "DESC", "1", list[int]()
    if after is not None:
        order, beyond, place = "ASC", "(m.ts, m.event_id) > (?, ?)", list(after)
    elif before is not None:
        beyond, place = "(m.ts, m.event_id) < (?, ?)", list(before)
    with snapshot(connection):
        kinds = {kind.id: kind for kind in load_kinds(connection)}
        found = connection.execute(_ROWS.format(beyond=beyond, order=order), (group_id, *place, limit)).fetchall()
    rows = [as_row(columns, kinds) for columns in found]
    return rows if order == "ASC" else rows[::-1]


def neighbour(connection: sqlite3.Connection, event_id: int, step: int) -> int | None:
    """Return the event `step` places later (earlier where negative) in the same group, None beyond its ends."""
    place = "SELECT group_id, ts, event_id FROM errors_member WHERE event_id = ?"
    row = connection.execute(place, (event_id,)).fetchone()
    if row is None or step == 0:
        return event_id if row else None
    sql = _STEP.format(sign=">", order="ASC") if step > 0 else _STEP.format(sign="<", order="DESC")
    found = connection.execute(sql, (*row, abs(step) - 1)).fetchone()
    return int(found[0]) if found else None


def grouping_state(connection: sqlite3.Connection) -> GroupingState:
    """Return whether events wait to be grouped anew, and what undo would take back."""
    with snapshot(connection):
        columns = "rules, regroup_rules, regroup_done, regroup_total"
        row = connection.execute(f"SELECT {columns} FROM errors_state").fetchone()
        change = last_undoable(connection)
        producer = load_producer(connection)
        rules, under_way, done, total = row or (0, 0, 0, 0)
        reason = _regroup_reason(connection, rules, under_way) if row or has_errors(connection) else ""
    if not under_way:
        done = total = 0
    return GroupingState(reason, done, total, producer, change.words if change else "")


def _regroup_reason(connection: sqlite3.Connection, rules: int, under_way: int) -> str:
    if under_way:
        return "a regroup was started and is not finished"
    if rules == RULES_VERSION:
        return ""
    if rules:
        return "the rules of grouping have changed since these groups were made"
    asked = connection.execute("SELECT 1 FROM errors_audit WHERE what = 'producer' LIMIT 1").fetchone()
    return "whose fingerprint is used was changed" if asked else "some errors are older than the groups and in none"


__all__ = ["find_group", "group_events", "group_of_event", "grouping_state", "list_groups", "load_group", "neighbour"]

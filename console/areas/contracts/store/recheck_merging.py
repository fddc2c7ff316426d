"""Puts violations that were found in stored events among the others, without an alert and without opening any.

One that is new is "past": it has no episode, and gets its first, with an alert, when it is seen in an event that comes. The
ring of events is written anew: the newest of both, so that the next one that comes takes the place of the oldest.
"""

import sqlite3
from typing import Any

from console.areas.contracts.store.state import skip, stamp_change
from console.areas.contracts.store.tally import TOO_MANY
from console.areas.contracts.store.violation_rows import KEPT_OCCURRENCES, MAX_VIOLATIONS
from console.store.bulk import insert_rows

MERGED_A_PART = 50
_KEY = "endpoint_id, version, direction, path, keyword"
_PAST = f"""SELECT id, {_KEY}, kind, expected, actual, message, count, ours, first_ms, last_ms, first_event, last_event
  FROM contracts_past ORDER BY id LIMIT {MERGED_A_PART}"""
_KNOWN = """SELECT id, count, last_event FROM contracts_violation
  WHERE endpoint_id = ? AND version = ? AND direction = ? AND path = ? AND keyword = ?"""
_INSERT = f"""INSERT INTO contracts_violation ({_KEY}, kind, expected, actual, message, count, ours, first_ms, last_ms,
    first_event, last_event, told_checks, told_reports, disagreement, episode, in_episode, seen_n)
  VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,0,'',0,0,0)"""
_ADD = """UPDATE contracts_violation SET count = count + ?, ours = ours + ?, first_ms = min(first_ms, ?),
    last_ms = max(last_ms, ?), first_event = min(first_event, ?), last_event = max(last_event, ?) WHERE id = ?"""
_WORDS = "UPDATE contracts_violation SET kind = ?, expected = ?, actual = ?, message = ? WHERE id = ?"
_EVENTS = "event_id, ts, service, correlation, actual, message"
_NEWEST = f"""SELECT {_EVENTS} FROM (
    SELECT {_EVENTS} FROM contracts_past_occurrence WHERE past_id = ?1
    UNION ALL SELECT {_EVENTS} FROM contracts_occurrence WHERE violation_id = ?2)
  ORDER BY event_id DESC LIMIT {KEPT_OCCURRENCES}"""


def count_past(connection: sqlite3.Connection) -> int:
    """Return how many different violations are kept aside."""
    return int(connection.execute("SELECT count(*) FROM contracts_past").fetchone()[0])


def merge_part(connection: sqlite3.Connection) -> bool:
    """Put some of them in their place; returns whether any are left."""
    rows = connection.execute(_PAST).fetchall()
    (room,) = connection.execute("SELECT ? - count(*) FROM contracts_violation", (MAX_VIOLATIONS,)).fetchone()
    for past_id, *row in rows:
        room -= _merge(connection, past_id, tuple(row), room)
        connection.execute("DELETE FROM contracts_past_occurrence WHERE past_id = ?", (past_id,))
        connection.execute("DELETE FROM contracts_past WHERE id = ?", (past_id,))
    if rows:
        stamp_change(connection)
    return count_past(connection) > 0


def _merge(connection: sqlite3.Connection, past_id: int, row: tuple[Any, ...], room: int) -> int:
    """Merge one violation; returns how many rows that adds."""
    key, words, (count, ours, *when) = row[:5], row[5:9], row[9:]
    first_ms, last_ms, first_event, last_event = when
    known = connection.execute(_KNOWN, key).fetchone()
    if known is None:
        if room <= 0:
            skip(connection, TOO_MANY, ours, last_ms, last_event)
            return 0
        total = max(count, 1)
        violation_id = int(connection.execute(_INSERT, (*key, *words, total, ours, *when)).lastrowid or 0)
    else:
        violation_id, total = known[0], known[1] + count
        connection.execute(_ADD, (count, ours, first_ms, last_ms, first_event, last_event, violation_id))
        if last_event > known[2]:
            connection.execute(_WORDS, (*words, violation_id))
    _write_ring(connection, past_id, violation_id, total)
    return known is None


def _write_ring(connection: sqlite3.Connection, past_id: int, violation_id: int, count: int) -> None:
    """Give the newest event the place of this count, and those before it the places before."""
    newest = {row[0]: row for row in connection.execute(_NEWEST, (past_id, violation_id)).fetchall()}
    connection.execute("DELETE FROM contracts_occurrence WHERE violation_id = ?", (violation_id,))
    rows = [(violation_id, (count - age) % KEPT_OCCURRENCES, *row) for age, row in enumerate(newest.values())]
    insert_rows(connection, "INSERT INTO contracts_occurrence", rows)

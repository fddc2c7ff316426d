"""Groups all errors anew: after a change of the rules, of whose fingerprint is used, or for events that never were.

The work is done in parts, into tables that nobody looks at (`errors_regrouped`); new events are grouped meanwhile as
ever. Only the last part, one transaction, makes the result the one that is shown. A regroup that was interrupted goes
on where its last part ended.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any

from console.areas.errors.core.grouping import RULES_VERSION
from console.areas.errors.core.payload import Payload, open_payload
from console.areas.errors.store.arguments import person
from console.areas.errors.store.assignment import MAX_GROUPS, group_texts, parts_text
from console.areas.errors.store.audit import BARRIER, record
from console.areas.errors.store.identify import TOO_MANY, Identity, describe, identify, load_producer, too_many
from console.areas.errors.store.regrouped import show_regrouped
from console.areas.errors.store.state import ensure_state, holds_errors, stamp_change
from console.areas.errors.store.traits import storable, traits_of
from console.areas.errors.store.values import Values
from console.model.decoding import decode
from console.model.event import Event
from console.model.taxonomy import severity_rank
from console.store.compilation import Kind, load_kinds

PART_EVENTS = 250
"""About 50 ms: events keep coming in between."""
PART_CHARACTERS = 4_000_000

_PAYLOADS = """SELECT e.id, e.kind, e.ts, e.message, e.fingerprint, p.text FROM events e JOIN payloads p ON p.id = e.id
  WHERE e.id > ? AND e.id <= ? AND e.kind IN ({kinds}) ORDER BY e.id LIMIT ?"""


def regroup(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Do one part; see `commands`. Raises ValueError for wrong arguments."""
    who = person(args)
    ensure_state(connection)
    kinds = {kind.id: kind for kind in load_kinds(connection) if holds_errors(kind)}
    state = "SELECT regroup_rules, regroup_after, regroup_until, regroup_done, regroup_total FROM errors_state"
    rules, after, until, done, total = connection.execute(state).fetchone()
    if rules != RULES_VERSION:
        until, total = _start(connection, kinds)
        after = done = 0
    last, number = _regroup_part(connection, kinds, after, until)
    done += number
    if number:
        connection.execute("UPDATE errors_state SET regroup_after = ?, regroup_done = ?", (last, done))
        return {"progress": [done, max(done, total)], "again": {"who": who}}
    stamp_change(connection)
    shown = show_regrouped(connection, until)
    words = f"grouped {done:,} events anew into {shown.groups:,} groups; {shown.moved:,} are in another group than before"
    record(connection, now_ms, who, BARRIER, words, {}, {group_id: {} for group_id in shown.changed})
    return {"progress": [done, done], "events": done, "groups": shown.groups, "moved": shown.moved}


def _start(connection: sqlite3.Connection, kinds: dict[int, Kind]) -> tuple[int, int]:
    """Forget what an earlier one has found; returns the last event to take and how many there are."""
    connection.execute("DELETE FROM errors_regrouped")
    connection.execute("DELETE FROM errors_regrouped_group")
    until = int(connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])
    count = f"SELECT count(*) FROM events INDEXED BY events_kind_ts WHERE kind IN ({','.join(map(str, kinds))})"
    total = int(connection.execute(count).fetchone()[0])
    row = (RULES_VERSION, until, total)
    connection.execute(
        """UPDATE errors_state SET regroup_rules = ?, regroup_after = 0, regroup_until = ?, regroup_done = 0,
        regroup_total = ?""",
        row,
    )
    return until, total


def _regroup_part(connection: sqlite3.Connection, kinds: dict[int, Kind], after: int, until: int) -> tuple[int, int]:
    """Group some events into the hidden tables; returns the last one's id and how many they were."""
    producer, values = load_producer(connection), Values()
    known: dict[str, int] = {}
    rows = []
    last = after
    for event_id, event in _events(connection, kinds, after, until):
        payload = open_payload(event.data)
        identity = identify(event, payload, producer)
        number = known.get(identity.fingerprint)
        if number is None:
            number = known[identity.fingerprint] = _group_number(connection, identity, event, payload)
        value_ids = values.of(connection, traits_of(event.service, payload))
        rows.append((event_id, number, event.ts_ms, severity_rank(event.severity), *value_ids))
        last = event_id
    connection.executemany(f"INSERT OR REPLACE INTO errors_regrouped VALUES ({','.join('?' * 12)})", rows)
    return last, len(rows)


def _events(connection: sqlite3.Connection, kinds: dict[int, Kind], after: int, until: int) -> Iterator[tuple[int, Event]]:
    """Yield stored errors as the events that they were, as far as grouping needs them."""
    characters = 0
    sql = _PAYLOADS.format(kinds=",".join(map(str, kinds)))
    for event_id, kind_id, ts, message, fingerprint, text in connection.execute(sql, (after, until, PART_EVENTS)):
        kind, data = kinds[kind_id], decode(text).value
        yield (
            event_id,
            Event(
                text, ts, kind.service, kind.event_type, kind.level, kind.severity, kind.category, message,
                fingerprint=fingerprint, data=data if type(data) is dict else {},
            ),
        )  # fmt: skip
        characters += len(text)
        if characters > PART_CHARACTERS:
            return


def _group_number(connection: sqlite3.Connection, identity: Identity, event: Event, payload: Payload) -> int:
    fingerprint = identity.fingerprint
    find = "SELECT id FROM errors_regrouped_group WHERE fingerprint = ?"
    found = connection.execute(find, (fingerprint,)).fetchone()
    if found is None:
        grouping, category = describe(event, payload, identity), storable(event.category)
        if connection.execute("SELECT count(*) FROM errors_regrouped_group").fetchone()[0] >= MAX_GROUPS:
            fingerprint, grouping, category = TOO_MANY, too_many(MAX_GROUPS), ""
        row = (fingerprint, *group_texts(grouping), category, parts_text(grouping))
        connection.execute(
            """INSERT OR IGNORE INTO errors_regrouped_group (fingerprint, title, culprit, rule, category, parts)
            VALUES (?,?,?,?,?,?)""",
            row,
        )
        found = connection.execute(find, (fingerprint,)).fetchone()
    return int(found[0])

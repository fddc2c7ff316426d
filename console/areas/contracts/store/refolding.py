"""Events that were folded in memory only, out of the store again."""

import sqlite3
from collections.abc import Iterator
from typing import TypeAlias

from console.areas.contracts.core.exchange import may_tell
from console.model.dialects import piece_of
from console.model.reader import read_event
from console.store.projection import StoredEvent
from console.store.rows import MARKER_NONE

EVENTS_A_STEP = 500
Kinds: TypeAlias = dict[int, tuple[int, str]]
"""Source and service of each kind."""


def events_after(connection: sqlite3.Connection, after_id: int, before_id: int) -> Iterator[StoredEvent]:
    """Yield the events with ids between the two that can tell of contracts, in order, as they were when they came."""
    kinds = kinds_of(connection)
    while True:
        rows = connection.execute(
            """SELECT e.id, e.kind, e.received, e.ts, p.text FROM events e JOIN payloads p ON p.id = e.id
               WHERE e.id > ? AND e.id < ? ORDER BY e.id LIMIT ?""",
            (after_id, before_id, EVENTS_A_STEP),
        ).fetchall()
        for row in rows:
            stored = read_stored(kinds, row)
            if stored is not None:
                yield stored
        if not rows:
            return
        after_id = rows[-1][0]


def kinds_of(connection: sqlite3.Connection) -> Kinds:
    """Return the kinds of events that hold what a service sent."""
    known = connection.execute("SELECT id, source_id, service FROM kinds WHERE marker = ?", (MARKER_NONE,)).fetchall()
    return {kind_id: (source_id, service) for kind_id, source_id, service in known}


def read_stored(kinds: Kinds, row: tuple[int, int, int, int, str]) -> StoredEvent | None:
    """Return the event in a row of (id, kind, received, ts, text), None for one that can tell nothing of contracts."""
    event_id, kind_id, received_ms, ts_ms, text = row
    kind, piece = kinds.get(kind_id), piece_of(text)
    if kind is None or piece.data is None:
        return None
    source_id, service = kind
    event = read_event(piece, received_ms, service)
    event.ts_ms = ts_ms
    return StoredEvent(event_id, source_id, kind_id, received_ms, event) if may_tell(event) else None

"""The one row of `errors_state`: which rules grouped the events, and the stamp of the last change."""

import random
import sqlite3

from console.areas.errors.core.grouping import RULES_VERSION, is_error
from console.store.compilation import Kind, load_kinds
from console.store.rows import MARKER_NONE


def ensure_state(connection: sqlite3.Connection, before_id: int = 2**63 - 1) -> int:
    """Return the stamp of the last change, making the row if need be.

    Errors that are older than these tables (with an id below `before_id`) were never grouped: rules 0.
    """
    row = connection.execute("SELECT stamp FROM errors_state").fetchone()
    if row is not None:
        return int(row[0])
    older = has_errors(connection, before_id)
    connection.execute("INSERT INTO errors_state (id, rules) VALUES (1, ?)", (0 if older else RULES_VERSION,))
    return 0


def stamp_change(connection: sqlite3.Connection) -> int:
    """Mark a change, so that whoever remembers rows reads them anew; returns the new stamp.

    By chance, not counted: a number that was rolled back must not come again.
    """
    stamp = random.getrandbits(62)
    connection.execute("UPDATE errors_state SET stamp = ?", (stamp,))
    return stamp


def has_errors(connection: sqlite3.Connection, before_id: int = 2**63 - 1) -> bool:
    """Tell whether the store holds errors with ids below `before_id`."""
    kinds = ",".join(str(kind.id) for kind in load_kinds(connection) if holds_errors(kind))
    sql = f"SELECT 1 FROM events INDEXED BY events_kind_ts WHERE kind IN ({kinds}) AND id < ? LIMIT 1"
    return connection.execute(sql, (before_id,)).fetchone() is not None


def holds_errors(kind: Kind) -> bool:
    """Tell whether the events of a kind are errors."""
    return kind.marker == MARKER_NONE and is_error(kind.event_type, kind.level)

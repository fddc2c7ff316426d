"""The one row of `contracts_state`: the stamp of the last change, and the watermarks of what is folded."""

import random
import sqlite3
from typing import NamedTuple


class State(NamedTuple):
    """`first_id` is the first event that was looked at; all up to `counted_id` and `drift_id` are in the tables."""

    stamp: int
    first_id: int
    counted_id: int
    drift_id: int


def ensure_state(connection: sqlite3.Connection, first_id: int) -> State:
    """Return the state; where there is none yet, events before `first_id` are older than these tables and stay out."""
    row = connection.execute("SELECT stamp, first_id, counted_id, drift_id FROM contracts_state").fetchone()
    if row is not None:
        return State(*row)
    fresh = State(0, first_id, first_id - 1, first_id - 1)
    connection.execute("INSERT INTO contracts_state VALUES (1, ?, ?, ?, ?)", fresh)
    return fresh


def stamp_change(connection: sqlite3.Connection) -> int:
    """Mark a change, so that whoever remembers rows reads them anew; returns the new stamp.

    By chance, not counted: a number that was rolled back must not come again.
    """
    stamp = random.getrandbits(62)
    connection.execute("UPDATE contracts_state SET stamp = ?", (stamp,))
    return stamp


def skip(connection: sqlite3.Connection, reason: str, n: int, at_ms: int, event_id: int | None = None) -> None:
    """Count what was left out, so that it is shown; `event_id` is the newest example."""
    connection.execute(
        """INSERT INTO contracts_skipped VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n,
             at_ms = excluded.at_ms, event_id = excluded.event_id""",
        (reason, n, at_ms, event_id),
    )

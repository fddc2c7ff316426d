"""Counts what arrives in the session that lasts, and begins and ends sessions with what is attached."""

import sqlite3
from collections.abc import Collection, Sequence

from console.areas.incidents.store import sessions
from console.store.projection import StoredEvent


class IncidentsProjection:
    """Remembers only whether it was told of sources before: a session that lasts by then is one of a process that died."""

    def __init__(self) -> None:
        self._was_told = False

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        """Take the events of one transaction; raises sqlite3.Error when the file cannot be written."""
        if events:
            sessions.add(connection, events)

    def on_sources(self, connection: sqlite3.Connection, names: Collection[str], now_ms: int) -> None:
        """Take the names of what is attached."""
        if not self._was_told:
            sessions.end_leftover(connection)
            self._was_told = True
        sessions.follow(connection, names, now_ms)

    def prune(self, connection: sqlite3.Connection, before_ms: int) -> None:
        """Count anew what retention has left of the sessions."""
        sessions.recount(connection, before_ms)


def projection() -> IncidentsProjection:
    """Return the fold that the writer runs in each of its transactions."""
    return IncidentsProjection()

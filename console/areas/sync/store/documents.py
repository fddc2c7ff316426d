"""Looks into the updates of documents, as far as a batch has time for it."""

import sqlite3

from console.areas.sync.core.crdt.reading import UpdateError
from console.areas.sync.core.crdt.replicas import Observed, ReplicaDocs
from console.areas.sync.core.told_digest import Told
from console.areas.sync.store.values import storable

MAX_UPDATES = 400
MAX_BYTES = 1024 * 1024
"""So much is decoded in one batch: about 50 ms. The rest is skipped, and that is said."""


class Documents:
    """The documents of all replicas, in memory; after a restart they are read anew, as far as updates stand alone."""

    def __init__(self) -> None:
        self._docs = ReplicaDocs()
        self._updates = self._bytes = 0

    def begin(self) -> None:
        """A new batch begins."""
        self._updates = self._bytes = 0

    def observe(self, connection: sqlite3.Connection, told: Told, ts_ms: int, now_ms: int) -> Observed | None:
        """Look into an update; None, with a note of why, where that was not possible."""
        update = told.update or b""
        self._updates += 1
        self._bytes += len(update)
        if self._updates > MAX_UPDATES or self._bytes > MAX_BYTES:
            skip(connection, told.entity, "updates came faster than they can be looked into", now_ms)
            return None
        try:
            observed = self._docs.observe_all(told.entity, told.replica, update, ts_ms, told.vector, told.origin)
        except UpdateError as error:
            skip(connection, told.entity, f"an update of {told.replica}: {error}", now_ms)
            return None
        for forgotten in self._docs.take_forgotten():
            skip(connection, forgotten.entity, forgotten.reason, now_ms)
        return observed


def skip(connection: sqlite3.Connection, entity: str, reason: str, now_ms: int) -> None:
    """Note what was not looked at."""
    connection.execute(
        """INSERT INTO sync_skipped (at_ms, entity, reason) VALUES (?, ?, ?)
           ON CONFLICT (entity, reason) DO UPDATE SET times = times + 1, at_ms = excluded.at_ms""",
        (now_ms, storable(entity)[:400], storable(reason)[:400]),
    )

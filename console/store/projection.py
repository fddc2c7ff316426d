"""What an area adds to the writer: tables of its own, kept up to date in the same transaction as the events."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

from console.model.event import Event
from console.store.outbox import OutboxRow


class StoredEvent(NamedTuple):
    """An event with the identity that the store gave it."""

    id: int
    source_id: int
    kind: int
    received_ms: int
    event: Event


class Projection(Protocol):
    """Folds committed events into an area's tables.

    `store` modules of areas export `projection() -> Projection` and `MIGRATIONS`, a tuple of
    `(name, statements)` applied after the store's own.
    """

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        """Take the events of one transaction, in order. An exception rolls the transaction back and is reported."""

    def prune(self, connection: sqlite3.Connection, before_ms: int) -> None:
        """Forget what tells of events older than `before_ms`; retention has deleted those. In a transaction of its own."""


@runtime_checkable
class PuttingOff(Protocol):
    """A projection may put off what it writes; this is asked for when nothing has come for a while, and at the end.

    What was put off is in memory only: after a crash the projection finds it in the events again.
    """

    @property
    def is_waiting(self) -> bool:
        """Whether anything waits to be written."""

    def settle(self, connection: sqlite3.Connection, last_id: int, now_ms: int) -> None:
        """Write it, in a transaction of its own; `last_id` is the newest event."""


@runtime_checkable
class FollowingSources(Protocol):
    """A projection may follow which sources are attached."""

    def on_sources(self, connection: sqlite3.Connection, names: Collection[str], now_ms: int) -> None:
        """Take the names of what is attached now: at the start of a process none, then after each change, none at the end.

        In a transaction of its own, before the first event of a new source and after the last of one that was detached.
        """


AreaForget = Callable[[sqlite3.Connection, Sequence[int], tuple[int, int]], None]
"""Forgets what tells of events that a person has deleted: `(connection, event_ids, range_ms)`, in that transaction.

`range_ms` is the time of the oldest and of the newest of them. A `store` module may export it as `forget`. What
retention deletes comes to `Projection.prune`.
"""

AreaCommand = Callable[[sqlite3.Connection, dict[str, Any], int], dict[str, Any]]
"""A change that an area makes to its own tables: `(connection, args, now_ms) -> result`, in a transaction of its own.

A `store` module exports `COMMANDS: dict[str, AreaCommand]`. Raise ValueError or LookupError, with words for the person,
to refuse: all is rolled back. Work that would hold events up for long is done in parts: a result with `"again": args`
is called again with those args in a new transaction, and what it says in `"progress": [done, total]` is passed on.
"""

AreaAnswer = Callable[[sqlite3.Connection, OutboxRow, int], None]
"""What an area does when a service has answered its command: `(connection, row, now_ms)`, in the answer's transaction.

A `store` module may export it as `on_answer`.
"""

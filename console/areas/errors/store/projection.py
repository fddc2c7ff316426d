"""Puts the errors of each batch into their groups, in the transaction that stores the events."""

import sqlite3
from collections.abc import Sequence

from console.areas.errors.core.grouping import ERROR_LEVELS
from console.areas.errors.core.payload import Payload, open_payload
from console.areas.errors.store.aggregates import HOUR_MS, MINUTE_MS, add_to_buckets, add_to_groups
from console.areas.errors.store.assignment import Group, Groups
from console.areas.errors.store.audit import record
from console.areas.errors.store.identify import describe, identify, load_producer
from console.areas.errors.store.retention import prune
from console.areas.errors.store.state import ensure_state, stamp_change
from console.areas.errors.store.traits import traits_of
from console.areas.errors.store.values import Values
from console.model.event import Event
from console.model.taxonomy import severity_rank
from console.store.bulk import insert_rows
from console.store.projection import StoredEvent

INSERT_MEMBERS = """INSERT INTO errors_member (event_id, home_id, group_id, ts, severity, service, user, version,
  environment, endpoint, browser, status, sqlstate)"""


class ErrorsProjection:
    """Remembers groups and values, so that a batch writes and hardly reads.

    Each batch with errors, and each command of the area, stamps `errors_state` in its own transaction: when the stamp is
    not the one that the batch before left, something else has changed the tables, or that batch was rolled back, and
    all is read anew.
    """

    def __init__(self) -> None:
        self._stamp: int | None = None
        self._groups = Groups()
        self._values = Values()
        self._producer: dict[str, bool] = {}

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        """Take the events of one transaction; raises sqlite3.Error when the file cannot be written."""
        # `is_error`, without a call for each event that is none.
        errors = [item for item in events if item.event.event_type == "error" or item.event.level in ERROR_LEVELS]
        if not errors:
            return
        self._begin(connection, events[0].id)
        fold = _Fold()
        for stored in errors:
            event = stored.event
            payload = open_payload(event.data)
            home = self._home(connection, event, payload)
            value_ids = self._values.of(connection, traits_of(event.service, payload))
            group = home
            if not home.is_end:
                group = self._groups.end_of(connection, home, value_ids, lambda event=event: event.message)  # type: ignore[misc]
            self._values.count(group.id, value_ids)
            fold.add(stored.id, home.id, group.id, event.ts_ms, severity_rank(event.severity), value_ids)
            if group.status == "resolved" and event.ts_ms > group.changed_ms:
                _note_regression(connection, group, stored)
        fold.write(connection)
        self._values.flush(connection)

    def prune(self, connection: sqlite3.Connection, before_ms: int) -> None:
        """Forget the members whose events retention has deleted."""
        prune(connection, before_ms)

    def _begin(self, connection: sqlite3.Connection, first_id: int) -> None:
        if ensure_state(connection, first_id) != self._stamp:
            self._groups.forget()
            self._values.forget()
            self._producer = load_producer(connection)
        self._stamp = stamp_change(connection)

    def _home(self, connection: sqlite3.Connection, event: Event, payload: Payload) -> Group:
        identity = identify(event, payload, self._producer)
        found = self._groups.of_fingerprint(connection, identity.fingerprint)
        if found is not None:
            return found
        return self._groups.make(connection, identity.fingerprint, describe(event, payload, identity), event.category)


class _Fold:
    """What one batch adds: rows of members, and sums by group and time."""

    def __init__(self) -> None:
        self.members: list[tuple[int, ...]] = []
        self.groups: dict[int, tuple[int, int, int, int]] = {}
        self.buckets: dict[tuple[int, int, int], int] = {}

    def add(self, event_id: int, home_id: int, group_id: int, ts: int, severity: int, value_ids: Sequence[int]) -> None:
        self.members.append((event_id, home_id, group_id, ts, severity, *value_ids))
        buckets = self.buckets
        for key in ((MINUTE_MS, ts - ts % MINUTE_MS, group_id), (HOUR_MS, ts - ts % HOUR_MS, group_id)):
            buckets[key] = buckets.get(key, 0) + 1
        sums = self.groups.get(group_id)
        if sums is None:
            self.groups[group_id] = (1, ts, ts, severity)
            return
        n, first, last, worst = sums
        self.groups[group_id] = (n + 1, min(first, ts), max(last, ts), max(worst, severity))

    def write(self, connection: sqlite3.Connection) -> None:
        insert_rows(connection, INSERT_MEMBERS, self.members)
        add_to_groups(connection, [(group_id, *sums) for group_id, sums in self.groups.items()])
        add_to_buckets(connection, [(*key, n) for key, n in self.buckets.items()])


def _note_regression(connection: sqlite3.Connection, group: Group, stored: StoredEvent) -> None:
    """A resolved group has an event that is newer than its resolution."""
    before, after = {"status": "resolved"}, {"status": "regressed"}
    connection.execute("UPDATE errors_group SET status = 'regressed' WHERE id = ?", (group.id,))
    words = f"came back with event {stored.id}"
    record(connection, stored.received_ms, "", "regressed", words, {group.id: before}, {group.id: after})
    group.status = "regressed"


def projection() -> ErrorsProjection:
    """Return the fold that the writer runs in each of its transactions."""
    return ErrorsProjection()

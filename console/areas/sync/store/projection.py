"""Follows issues, replicas and their documents, in the transaction that stores the events.

Most events are none of ours: what tells them apart costs less than a microsecond each.
"""

import sqlite3
from collections.abc import Sequence

from console.areas.sync.core.crdt.replicas import Observed
from console.areas.sync.core.health import Health, fold_state, note_delay, note_digest, replica_of
from console.areas.sync.core.issue import Issue, issue_of_finding, issues_of, resolution_of
from console.areas.sync.core.told_digest import Told, read_told
from console.areas.sync.store.digests import Pair, follow_entity, load_differences, mark_told, save_digest
from console.areas.sync.store.documents import Documents, skip
from console.areas.sync.store.replicas import MAX_REPLICAS, load_health, save_health
from console.areas.sync.store.retention import prune
from console.areas.sync.store.tellings import Occasion, heal, take_issue, take_resolution
from console.model.event import Event
from console.model.taxonomy import severity_rank
from console.store.projection import StoredEvent

CATEGORIES = frozenset(("CRDT_CONFLICT", "SYNC_CONFLICT", "VERSION_MISMATCH", "SYNC_TIMEOUT"))
LOOK_MS = 1_000
"""So often differences that last are looked at, while nothing new is told of them."""


class SyncProjection:
    """Remembers health and documents, so that a batch writes and hardly reads.

    Each batch counts `sync_state.batch` up, in its own transaction: when the number is not the one that the batch before
    left, that one was rolled back, and what is remembered is read anew.
    """

    def __init__(self) -> None:
        self._batch: int | None = None
        self._health: dict[tuple[str, str], Health] = {}
        self._documents = Documents()
        self._looked_ms = 0

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        """Take the events of one transaction; raises sqlite3.Error when the file cannot be written."""
        ours = []
        for stored in events:
            event = stored.event
            event_type = event.event_type
            if event_type == "performance":
                continue
            if event_type == "sync_update" or _may_tell(event):
                ours.append(stored)
        now_ms = events[-1].received_ms if events else 0
        if ours or now_ms - self._looked_ms >= LOOK_MS:
            self._begin(connection)
            self._fold(connection, ours, now_ms)

    def prune(self, connection: sqlite3.Connection, before_ms: int) -> None:
        """Forget what tells of events that are gone."""
        prune(connection, before_ms)

    def _begin(self, connection: sqlite3.Connection) -> None:
        row = connection.execute("SELECT batch FROM sync_state").fetchone()
        batch = row[0] if row else 0
        if batch != self._batch:
            if self._batch is not None:
                self._documents = Documents()
            self._health = load_health(connection)
        self._batch = batch + 1
        connection.execute("INSERT OR REPLACE INTO sync_state VALUES (1, ?)", (self._batch,))

    def _fold(self, connection: sqlite3.Connection, ours: Sequence[StoredEvent], now_ms: int) -> None:
        fold = _Fold(connection, now_ms, self._health, self._documents)
        for stored in ours:
            fold.take(stored)
        if now_ms - self._looked_ms >= LOOK_MS:
            self._looked_ms = now_ms
            fold.look_at_lasting()
        fold.finish()


class _Fold:
    """One batch."""

    def __init__(
        self, connection: sqlite3.Connection, now_ms: int, health: dict[tuple[str, str], Health], documents: Documents
    ) -> None:
        self._connection, self._now_ms, self._health, self._documents = connection, now_ms, health, documents
        self._changed: set[tuple[str, str]] = set()
        self._entities: dict[tuple[str, str], Occasion] = {}
        documents.begin()

    def take(self, stored: StoredEvent) -> None:
        event = stored.event
        data, service, ts_ms = event.data, event.service, event.ts_ms
        occasion = Occasion(stored.id, stored.source_id, ts_ms, severity_rank(event.severity) if event.category else 0)
        if event.event_type == "sync_update":
            key = (service, replica_of(data, service))
            if key in self._health or len(self._health) < MAX_REPLICAS:
                self._health[key] = fold_state(self._health.get(key), data, service, ts_ms)
                self._changed.add(key)
            told = read_told(data, service)
            if told is not None:
                self._take_told(told, key, occasion)
        for issue in issues_of(data, service, ts_ms):
            take_issue(self._connection, issue, occasion)
        resolution = resolution_of(data, service, ts_ms)
        if resolution is not None:
            take_resolution(self._connection, resolution)

    def _take_told(self, told: Told, key: tuple[str, str], occasion: Occasion) -> None:
        if told.problem:
            skip(self._connection, told.entity, told.problem, self._now_ms)
            return
        observed = None
        if told.update is not None:
            observed = self._documents.observe(self._connection, told, occasion.ts_ms, self._now_ms)
        if observed is not None:
            self._take_observed(told, observed, key, occasion)
        digest = told.digest
        if digest is None:
            return
        entity = (told.entity_type, told.entity_id)
        save_digest(self._connection, entity, told.replica, digest, occasion.ts_ms, occasion.event_id)
        if key in self._health:
            self._health[key] = note_digest(self._health[key], occasion.ts_ms)
        self._entities[entity] = occasion

    def _take_observed(self, told: Told, observed: Observed, key: tuple[str, str], occasion: Occasion) -> None:
        if observed.delay_ms is not None and key in self._health:
            self._health[key] = note_delay(self._health[key], observed.delay_ms)
        for finding in observed.findings:
            take_issue(self._connection, issue_of_finding(finding, told.entity_type, told.entity_id), occasion)

    def look_at_lasting(self) -> None:
        """Tell of differences that have lasted too long; at most a hundred at a time."""
        rows = self._connection.execute(
            """SELECT DISTINCT entity_type, entity_id FROM sync_difference WHERE told = 0 LIMIT 100"""
        ).fetchall()
        for entity_type, entity_id in rows:
            self._entities.setdefault((entity_type, entity_id), Occasion(0, 0, self._now_ms))

    def finish(self) -> None:
        """Compare the replicas of the entities that were told of, and write the health of those that were heard."""
        pending: dict[str, int] = {}
        delays: dict[str, float] = {}
        for (_, replica), health in self._health.items():
            pending[replica] = pending.get(replica, 0) + (health.pending or 0)
            delays[replica] = max(delays.get(replica, 0.0), health.p95_ms or 0.0)
        for entity, occasion in self._entities.items():
            differing, healed = follow_entity(self._connection, entity, pending, self._now_ms)
            if differing:
                self._tell(entity, differing, delays, occasion)
            for pair in healed:
                heal(self._connection, pair, self._now_ms)
        save_health(self._connection, (self._health[key] for key in self._changed), self._now_ms)

    def _tell(
        self, entity: tuple[str, str], differing: Sequence[Pair], delays: dict[str, float], occasion: Occasion
    ) -> None:
        known = load_differences(self._connection, (differing[0].entity_type, differing[0].entity_id))
        for pair in differing:
            difference, is_told = known[pair]
            p95_ms = max(delays.get(pair.one, 0.0), delays.get(pair.other, 0.0))
            if is_told or not difference.is_divergence(self._now_ms, p95_ms):
                continue
            mark_told(self._connection, pair)
            words = f"{pair.one} and {pair.other}: {difference.describe(self._now_ms, p95_ms)}"
            issue = Issue("divergence", *entity, "console", self._now_ms, pair.one, pair.other, words,
                          uid=None, details={"standing": difference.cell.standing.value, "rule": difference.cell.rule},
                          fields=(f"{pair.one} ↔ {pair.other}",))  # fmt: skip
            take_issue(self._connection, issue, self._occasion(pair, occasion))

    def _occasion(self, pair: Pair, occasion: Occasion) -> Occasion:
        """The event that stands for a difference which time alone has made a divergence: the newest digest's."""
        if occasion.event_id:
            return occasion
        row = self._connection.execute(
            """SELECT d.event_id, k.source_id, d.ts FROM sync_digest d JOIN events e ON e.id = d.event_id
               JOIN kinds k ON k.id = e.kind WHERE d.entity_type = ? AND d.entity_id = ? ORDER BY d.ts DESC LIMIT 1""",
            (pair.entity_type, pair.entity_id),
        ).fetchone()
        return Occasion(*row) if row else occasion


def projection() -> SyncProjection:
    """Return the fold that the writer runs in each of its transactions."""
    return SyncProjection()


def _may_tell(event: Event) -> bool:
    """Tell apart cheaply what can hold an issue beside the updates that are there for it."""
    if event.category in CATEGORIES or event.message.startswith("Sync issue"):
        return True
    if event.event_type in ("error", "warning"):
        return '"sync"' in event.text
    body = event.data.get("data")
    return type(body) is dict and "issue" in body

"""Turn facts into rows inside one transaction. Used on the writer's thread only."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import partial
from typing import Any

from console.model.clock import Clock
from console.model.event import Event
from console.model.facts import (
    Arrived,
    CoverageLost,
    CoverageRegained,
    Fact,
    GapFilled,
    GapFound,
    Quarantined,
    SourceAttached,
)
from console.store.bulk import insert_rows
from console.store.identity import Identities
from console.store.projection import Projection, PuttingOff, StoredEvent
from console.store.rows import FLAG_DEGRADED, FLAG_STACK, MARKER_GAP, MARKER_NONE, MARKER_QUARANTINE, MARKER_UNKNOWN
from console.store.searchindex import SearchIndex, kind_token

ACTIVITY_MS = 10_000
QUARANTINE_BYTES = 65_536
_MARKER_TYPES = {MARKER_GAP: "gap", MARKER_UNKNOWN: "unknown_coverage", MARKER_QUARANTINE: "quarantined"}

_EVENT_SQL = """INSERT INTO events (id, kind, ts, received, stream, seq, message, uid, correlation, entity_type, entity_id,
    fingerprint, duration_ms, flags)"""
_ACTIVITY_SQL = "INSERT INTO activity VALUES (?,?,?) ON CONFLICT (bucket, kind) DO UPDATE SET n = n + excluded.n"


class Recorder:
    """Writes facts; keeps ids, kinds and the search index in step. One transaction a call of `record`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        projections: dict[str, Projection],
        clock: Clock,
        fault: Callable[[str], None],
    ) -> None:
        self.connection = connection
        self.clock = clock
        self._projections = projections
        self._fault = fault
        self._rows: list[tuple[Any, ...]] = []
        self.identities = Identities(connection, clock)
        self.search = SearchIndex(connection)
        self._regained: list[tuple[str, str]] = []

    def record(self, facts: Sequence[Fact]) -> int:
        """Write facts in order in one transaction; returns the newest event id. Raises sqlite3.Error, rolled back."""
        try:
            return self._attempt(facts)
        except (UnicodeError, OverflowError, sqlite3.InterfaceError, sqlite3.DataError) as error:
            # One value that SQLite cannot take must not cost its neighbours: find it, quarantine it.
            self._fault(f"a value could not be bound ({error}); writing one event at a time")
            return self._attempt([part for fact in facts for part in self._separate(bindable(fact))])

    def transact(self, function: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run a change of somebody else in a transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            result = function(self.connection)
        except BaseException:
            self.connection.execute("ROLLBACK")
            self.identities.reload()
            raise
        self.connection.execute("COMMIT")
        return result

    @property
    def is_waiting(self) -> bool:
        """Whether an area has put anything off (see `PuttingOff`)."""
        return any(isinstance(one, PuttingOff) and one.is_waiting for one in self._projections.values())

    def settle(self) -> None:
        """Let the areas write what they have put off. Raises sqlite3.Error, rolled back."""
        for name, projection in list(self._projections.items()):
            if isinstance(projection, PuttingOff) and projection.is_waiting:
                self.transact(partial(self._settle, name, projection))

    def _settle(self, name: str, projection: "PuttingOff", connection: sqlite3.Connection) -> None:
        with self._guarded(name):
            projection.settle(connection, self.identities.last_id, self.clock())

    def close(self) -> None:
        """Remember the newest id, so that ids are never used twice even when the newest events are deleted."""
        remember_last_id(self.connection, self.identities.last_id)
        self.connection.execute("PRAGMA optimize")

    def _attempt(self, facts: Sequence[Fact]) -> int:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            stored: list[StoredEvent] = []
            self._rows.clear()
            for fact in facts:
                self._write(fact, stored)
            self._flush(stored)
            self._project(stored)
            self.identities.flush()
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self.identities.reload()
            self.search.reload()
            self._regained.clear()
            raise
        for key in self._regained:
            self.identities.open_coverage.pop(key, None)
        self._regained.clear()
        return self.identities.last_id

    def _write(self, fact: Fact, stored: list[StoredEvent]) -> None:
        match fact:
            case Arrived():
                self._arrived(fact, stored)
            case GapFound():
                self._gap_found(fact)
            case GapFilled():
                self._gap_filled(fact)
            case Quarantined():
                self._quarantined(fact)
            case CoverageLost():
                self._coverage_lost(fact)
            case CoverageRegained():
                self._coverage_regained(fact)
            case SourceAttached():
                self.identities.attach(fact.source, fact.url, fact.transport, fact.at_ms)

    def _arrived(self, fact: Arrived, stored: list[StoredEvent]) -> None:
        source_id = self.identities.source_id(fact.source)
        stream_id = self.identities.stream_id(fact.source, fact.epoch)
        self.identities.advance(stream_id, fact.first, fact.last, fact.received_ms)
        rows = self._rows
        event_id = self.identities.take_ids(len(fact.events))
        received, seq = fact.received_ms, fact.first
        kinds, kind_id = self.identities.kinds, self.identities.kind_id
        for event in fact.events:
            # Looked up here first: a call for each event is what a busy writer can spare.
            key = (source_id, event.service, event.event_type, event.level, event.severity, event.category, MARKER_NONE)
            kind = kinds.get(key) or kind_id(source_id, event)
            flags = (FLAG_DEGRADED if event.degraded else 0) | (FLAG_STACK if event.has_stack else 0)
            rows.append(
                (
                    event_id, kind, event.ts_ms, received, stream_id, seq, event.message, event.uid, event.correlation_id,
                    event.entity_type, event.entity_id, event.fingerprint, event.duration_ms, flags,
                )
            )  # fmt: skip
            stored.append(StoredEvent(event_id, source_id, kind, received, event))
            event_id += 1
            seq += 1

    def _flush(self, stored: list[StoredEvent]) -> None:
        if not stored:
            return
        insert_rows(self.connection, _EVENT_SQL, self._rows)
        insert_rows(self.connection, "INSERT INTO payloads (id, text)", [(item.id, item.event.text) for item in stored])
        self.search.add([(item.id, f"{item.event.search}\n{kind_token(item.kind)}") for item in stored])
        degraded = [(item.id, item.event.degraded) for item in stored if item.event.degraded]
        if degraded:
            self.connection.executemany("INSERT INTO degraded VALUES (?,?)", degraded)
        counts: dict[tuple[int, int], int] = {}
        for _, _, kind, _, event in stored:
            key = (event.ts_ms // ACTIVITY_MS, kind)
            counts[key] = counts.get(key, 0) + 1
        self.connection.executemany(_ACTIVITY_SQL, [(*key, n) for key, n in counts.items()])

    def _project(self, stored: list[StoredEvent]) -> None:
        """Feed the areas. One that fails is left out from here on, with a fault: events matter more."""
        if not stored:
            return
        for name, projection in list(self._projections.items()):
            with self._guarded(name):
                projection.on_events(self.connection, stored)

    @contextmanager
    def _guarded(self, name: str) -> Iterator[None]:
        """Undo what an area wrote when it fails, and leave it out from here on."""
        self.connection.execute("SAVEPOINT projection")
        try:
            yield
        except (ValueError, TypeError, KeyError, AttributeError, sqlite3.IntegrityError) as error:
            self.connection.execute("ROLLBACK TO projection")
            del self._projections[name]
            self._fault(f"the area {name} failed and is not kept up to date any more: {error!r}")
        self.connection.execute("RELEASE projection")

    def _marker(self, source: str, marker: int, ts_ms: int, message: str, facts: dict[str, Any]) -> int:
        """Write a row of the timeline that is no event, so that a hole is as visible as what surrounds it."""
        source_id = self.identities.source_id(source)
        event = Event("", ts_ms, source, _MARKER_TYPES[marker], "warning", "medium", message=message)
        event_id = self.identities.take_ids(1)
        kind = self.identities.kind_id(source_id, event, marker)
        row = (event_id, kind, ts_ms, self.clock(), None, None, message, None, None, None, None, None, None, 0)
        insert_rows(self.connection, _EVENT_SQL, [row])
        self.connection.execute(
            "INSERT INTO payloads VALUES (?,?)", (event_id, json.dumps({"marker": _MARKER_TYPES[marker], **facts}))
        )
        return event_id

    def _gap_found(self, fact: GapFound) -> None:
        stream_id = self.identities.stream_id(fact.source, fact.epoch)
        self.identities.advance(stream_id, fact.first, fact.last, fact.received_ms)
        self._insert_gap(self.identities.source_id(fact.source), stream_id, fact)

    def _insert_gap(self, source_id: int, stream_id: int, fact: GapFound) -> None:
        facts = {
            "source": fact.source,
            "epoch": fact.epoch,
            "from": fact.first,
            "to": fact.last,
            "reason": fact.reason,
        }
        event_id = self._marker(fact.source, MARKER_GAP, fact.received_ms, gap_words(fact), facts)
        self.connection.execute(
            "INSERT INTO gaps (source_id, stream_id, from_seq, to_seq, reason, declared, event_id) VALUES (?,?,?,?,?,?,?)",
            (source_id, stream_id, fact.first, fact.last, fact.reason, fact.received_ms, event_id),
        )

    def _gap_filled(self, fact: GapFilled) -> None:
        """Shrink the gaps that overlap, splitting one in two where its middle came."""
        source_id = self.identities.source_id(fact.source)
        stream_id = self.identities.stream_id(fact.source, fact.epoch)
        overlapping = self.connection.execute(
            "SELECT id, from_seq, to_seq, reason, declared, event_id FROM gaps "
            "WHERE stream_id = ? AND from_seq <= ? AND to_seq >= ?",
            (stream_id, fact.last, fact.first),
        ).fetchall()
        if overlapping:  # their rows go, maybe the newest of all: their ids must not be given out again
            remember_last_id(self.connection, self.identities.last_id)
        for gap_id, first, last, reason, declared, event_id in overlapping:
            self.connection.execute("DELETE FROM gaps WHERE id = ?", (gap_id,))
            self.connection.execute("DELETE FROM events WHERE id = ?", (event_id,))
            self.connection.execute("DELETE FROM payloads WHERE id = ?", (event_id,))
            for a, b in ((first, min(last, fact.first - 1)), (max(first, fact.last + 1), last)):
                if a <= b:
                    rest = GapFound(fact.source, fact.epoch, a, b, reason, declared)
                    self._insert_gap(source_id, stream_id, rest)

    def _quarantined(self, fact: Quarantined) -> None:
        stream_id = self.identities.stream_id(fact.source, fact.epoch)
        self.identities.advance(stream_id, fact.seq, fact.seq, fact.received_ms)
        self.connection.execute(
            "INSERT INTO quarantine (source_id, stream_id, seq, received, reason, size, raw) VALUES (?,?,?,?,?,?,?)",
            (
                self.identities.source_id(fact.source), stream_id, fact.seq, fact.received_ms, fact.reason, fact.size,
                fact.raw[:QUARANTINE_BYTES],
            ),
        )  # fmt: skip
        words = f"quarantined {fact.size:,} bytes from {fact.source}: {fact.reason}"
        facts = {"source": fact.source, "seq": fact.seq, "reason": fact.reason, "size": fact.size}
        self._marker(fact.source, MARKER_QUARANTINE, fact.received_ms, words[:500], facts)

    def _coverage_lost(self, fact: CoverageLost) -> None:
        source_id = self.identities.source_id(fact.source)
        row = (source_id, fact.from_ms, fact.to_ms, fact.reason)
        inserted = self.connection.execute("INSERT INTO coverage (source_id, from_ts, to_ts, reason) VALUES (?,?,?,?)", row)
        self.identities.open_coverage[fact.source, fact.key] = int(inserted.lastrowid or 0)
        words = f"coverage of {fact.source} unknown from here: {fact.reason}"
        facts = {"source": fact.source, "reason": fact.reason, "from": fact.from_ms}
        self._marker(fact.source, MARKER_UNKNOWN, fact.from_ms, words[:500], facts)

    def _coverage_regained(self, fact: CoverageRegained) -> None:
        row_id = self.identities.open_coverage.get((fact.source, fact.key))
        if row_id is not None:
            self._regained.append((fact.source, fact.key))  # forgotten after the commit: this may be done twice
            self.connection.execute("UPDATE coverage SET to_ts = ? WHERE id = ?", (fact.to_ms, row_id))

    def _separate(self, fact: Fact) -> list[Fact]:
        """Split a run of events into single ones; an event whose values cannot be bound is quarantined."""
        if not isinstance(fact, Arrived):
            return [fact]
        parts: list[Fact] = []
        for offset, event in enumerate(fact.events):
            seq = fact.first + offset
            problem = unbindable(event)
            if problem is None:
                parts.append(Arrived(fact.source, fact.epoch, seq, [event], fact.received_ms))
            else:
                raw = event.text.encode("utf-8", "surrogatepass")
                reason = f"cannot be stored: {problem}"
                parts.append(Quarantined(fact.source, fact.epoch, seq, reason, raw, len(raw), fact.received_ms))
        return parts


def remember_last_id(connection: sqlite3.Connection, last_id: int) -> None:
    """Note the highest event id handed out: rows can be deleted, ids are never used twice."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('last_id', ?)", (last_id,))


def bindable(fact: Fact) -> Fact:
    """Replace lone surrogates in a fact's own texts (names, reasons): UTF-8, and so SQLite, has no place for them."""
    texts = {field.name: getattr(fact, field.name) for field in fields(fact)}
    clean = {name: text.encode("utf-8", "replace").decode("utf-8") for name, text in texts.items() if isinstance(text, str)}
    return replace(fact, **clean)  # type: ignore[arg-type]  # the same fields, as text still


def gap_words(fact: GapFound) -> str:
    """Say how many events a gap is missing and why."""
    n = fact.last - fact.first + 1
    return f"{n:,} event{'s' if n > 1 else ''} missing from {fact.source}: {fact.reason.replace('_', ' ')}"


def unbindable(event: Event) -> str | None:
    """Return why an event cannot be written to SQLite, None when it can."""
    texts = (event.text, event.message, event.service, event.category, event.uid, event.correlation_id,
             event.entity_type, event.entity_id, event.fingerprint, event.search, event.event_type)  # fmt: skip
    try:
        for text in texts:
            if text is not None:
                text.encode("utf-8")
    except UnicodeEncodeError as error:
        return str(error)
    return None if -(2**63) <= event.ts_ms < 2**63 else "its time does not fit 64 bits"

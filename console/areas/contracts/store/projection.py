"""Checks what events tell of, in the transaction that stores them.

Most events are none of ours: what tells them apart costs some tenths of a microsecond each. What the others add is kept in
memory and written at most once a second, and so that writing takes at most a fortieth of the time: counts (checks,
violations, alerts) and drift (statistics, findings) each up to a watermark of their own. When memory is lost, or may not be
what is stored (another stamp: see `state`), both begin at their watermarks again, with events out of the store.
"""

import logging
import sqlite3
from collections.abc import Sequence

from console.areas.contracts.core.agreement import join
from console.areas.contracts.core.exchange import CHECK, PLAIN, exchange_of, may_tell, weight_of
from console.areas.contracts.core.told import Told, told_of
from console.areas.contracts.store.drift_fold import DriftFold
from console.areas.contracts.store.endpoint_findings import take_endpoint_findings
from console.areas.contracts.store.endpoints import MAX_ENDPOINTS
from console.areas.contracts.store.learning import Learning
from console.areas.contracts.store.pacing import Pace
from console.areas.contracts.store.places import Place, Places
from console.areas.contracts.store.refolding import events_after
from console.areas.contracts.store.retention import prune
from console.areas.contracts.store.sibling_rows import join_siblings
from console.areas.contracts.store.state import State, ensure_state, stamp_change
from console.areas.contracts.store.tally import Tally
from console.areas.contracts.store.violation_rows import Moment
from console.reporter.contracts.checking import Violation, judge_exchange
from console.reporter.contracts.exchange import Exchange
from console.store.projection import StoredEvent

COUNTS_S, DRIFT_S = 0.25, 1.0
"""At least so much time lies between two writings."""
FAR = 100_000
"""So many events after a watermark it is moved on, though nothing of ours came."""
NOWHERE = "violations that services told of contracts that nobody has described"
TOO_MANY = f"exchanges beyond the {MAX_ENDPOINTS:,} endpoints that are kept"
UNDECIDED = "requests or answers that a pattern of their contract leaves undecided"
UNREADABLE = "events whose exchange could not be looked at, by a fault of the console"

log = logging.getLogger(__name__)


class ContractsProjection:
    """Keeps contracts, counts and statistics up to date with the events."""

    def __init__(self) -> None:
        self._stamp: int | None = None
        self._state = State(0, 0, 0, 0)
        self._places, self._learning = Places(), Learning()
        self._tally, self._drift = Tally(), DriftFold()
        self._counts_pace, self._drift_pace = Pace(COUNTS_S), Pace(DRIFT_S)

    @property
    def is_waiting(self) -> bool:
        """Whether anything waits to be written."""
        return self._tally.is_changed or self._drift.is_changed or self._drift.is_unlooked

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        """Take the events of one transaction; raises sqlite3.Error when the file cannot be written."""
        if not events:
            return
        ours = ours_of(events)
        last_id = events[-1].id
        if not ours and not self._is_due() and self._stamp is not None and last_id - self._state.counted_id < FAR:
            return
        self._begin(connection, events[0].id)
        for stored in ours:
            self._take(connection, stored)
        if self._is_due() or self._learning.has_learned or not self.is_waiting:
            self._write(connection, last_id, events[-1].received_ms)

    def settle(self, connection: sqlite3.Connection, last_id: int, now_ms: int) -> None:
        """Write what waits to be written: nothing has come for a while, or the store is about to be closed."""
        if self.is_waiting:
            self._begin(connection, last_id + 1)
            self._write(connection, last_id, now_ms, is_all=True)

    def prune(self, connection: sqlite3.Connection, before_ms: int) -> None:
        """Forget what tells of events that are gone."""
        prune(connection, before_ms)

    def _is_due(self) -> bool:
        return (self._tally.is_changed and self._counts_pace.is_due()) or (
            self._drift.is_changed and self._drift_pace.is_due()
        )

    def _begin(self, connection: sqlite3.Connection, first_id: int) -> None:
        """Mark the change; where memory is not what is stored, begin at the watermarks again."""
        state = ensure_state(connection, first_id)
        if state.stamp != self._stamp:
            for memory in (self._learning, self._tally, self._drift):
                memory.forget()
            self._places.load(connection)
            for stored in events_after(connection, min(state.counted_id, state.drift_id), first_id):
                is_counted, is_drift = stored.id > state.counted_id, stored.id > state.drift_id
                self._take(connection, stored, is_counted=is_counted, is_drift=is_drift)
        self._stamp = stamp_change(connection)
        self._state = state._replace(stamp=self._stamp)

    def _write(self, connection: sqlite3.Connection, last_id: int, now_ms: int, *, is_all: bool = False) -> None:
        """Write what is due, and move the watermarks on."""
        counts, drift = self._tally.is_changed, self._drift.is_changed or (is_all and self._drift.is_unlooked)
        is_joining = self._places.has_collapsed and self._drift_pace.is_due()
        if counts and (is_all or is_joining or self._learning.has_learned or self._counts_pace.is_due()):
            with self._counts_pace.measured():
                self._tally.write(connection, now_ms)
            counts = False
        self._learning.has_learned = False
        if drift and (is_all or self._drift_pace.is_due()):
            with self._drift_pace.measured():
                self._drift.write(connection, now_ms, is_all=is_all)
            drift = False
        marks = (self._state.counted_id if counts else last_id, self._state.drift_id if drift else last_id)
        connection.execute("UPDATE contracts_state SET counted_id = ?, drift_id = ?", marks)
        self._state = self._state._replace(counted_id=marks[0], drift_id=marks[1])
        if self._places.has_collapsed and not (self._tally.is_changed or self._drift.is_changed):
            self._join_siblings(connection, now_ms)

    def _join_siblings(self, connection: sqlite3.Connection, now_ms: int) -> None:
        """Make one row of endpoints that are values of one; everything must have been written."""
        self._places.has_collapsed = False
        if join_siblings(connection, self._places.siblings()):
            take_endpoint_findings(connection, now_ms)
            self._stamp = None  # what is in memory is no longer what is stored

    def _take(
        self, connection: sqlite3.Connection, stored: StoredEvent, *, is_counted: bool = True, is_drift: bool = True
    ) -> None:  # fmt: skip
        """Look at one event; what cannot be looked at is counted, and costs nobody else's."""
        try:
            self._look(connection, stored, is_counted=is_counted, is_drift=is_drift)
        except (ValueError, TypeError, OverflowError, RecursionError):
            log.exception("the exchange of event %d could not be looked at", stored.id)
            self._tally.skip(UNREADABLE, _moment(stored, is_report=False))

    def _look(self, connection: sqlite3.Connection, stored: StoredEvent, *, is_counted: bool, is_drift: bool) -> None:
        event = stored.event
        told, exchange = told_of(event), exchange_of(event)
        moment = _moment(stored, is_report=event.event_type != CHECK)
        if told is not None and told.document is not None:
            self._learning.learn(connection, told, stored, self._places)
        if exchange is not None:
            place = self._places.of_exchange(connection, exchange)
        elif told is not None and told.violations:
            place = self._places.of_told(connection, told)
        else:
            return
        if place is None:
            if is_counted:
                self._tally.skip(NOWHERE if exchange is None else TOO_MANY, moment)
            return
        if exchange is not None and moment.is_report and exchange.failure and place.name.service == event.service:
            exchange.failure = ""  # who reports it is who answers: something failed there, but it is there
        if is_counted:
            self._count(connection, place, exchange, told, (stored, moment))
        if is_drift and exchange is not None:
            self._drift.take(connection, place, exchange, event.ts_ms, stored.id)

    def _count(
        self, connection: sqlite3.Connection, place: Place, exchange: Exchange | None, told: Told | None,
        when: tuple[StoredEvent, Moment],
    ) -> None:  # fmt: skip
        stored, moment = when
        ours: list[Violation] = []
        undecided: tuple[str, ...] = ()
        if exchange is not None:
            self._tally.count_exchange(place, exchange, weight_of(stored.event), moment)
            if place.contract is not None:
                ours, undecided = judge_exchange(place.contract, exchange)
                for _ in undecided:
                    self._tally.skip(UNDECIDED, moment)
        anew = told.violations if told is not None and told.violations and place.tells_anew(told.uid) else ()
        joined = join(ours, exchange, told, anew, place.version, undecided)
        if joined:
            version = place.version or (told.version if told is not None else "")
            found = (told.found or 0) if told is not None else 0
            self._tally.count_violations(
                connection, place, version, joined, moment, is_exchange=exchange is not None, found=found
            )


def ours_of(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Return the events that may tell of contracts. Written out for the most frequent ones: this runs for all there are."""
    ours = []
    for stored in events:
        event = stored.event
        if event.event_type in PLAIN:
            body = event.data.get("data")
            if type(body) is dict and "request" not in body and "contract" not in body and "eventType" in event.data:
                continue
        if may_tell(event):
            ours.append(stored)
    return ours


def projection() -> ContractsProjection:
    """Return the fold that the writer runs in each of its transactions."""
    return ContractsProjection()


def _moment(stored: StoredEvent, *, is_report: bool) -> Moment:
    event = stored.event
    return Moment(stored.id, event.ts_ms, event.service, event.correlation_id, is_report)

"""The statistics of drift in memory: folded with each exchange, written with their findings now and then."""

import math
import sqlite3
import time
from typing import NamedTuple, TypeAlias

from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.finding import KINDS, UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT, Finding
from console.areas.contracts.core.drift.latency import detect_latency
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.parts import RESPONSE, parts_of
from console.areas.contracts.core.drift.statuses import detect_statuses
from console.areas.contracts.store.alerts import Alert, add_alerts
from console.areas.contracts.store.drift_rows import Part, load_observed, parts_of_responses, save_observed
from console.areas.contracts.store.endpoint_findings import take_endpoint_findings
from console.areas.contracts.store.finding_rows import take_findings
from console.areas.contracts.store.places import Place
from console.areas.contracts.store.values import storable
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.exchange import Exchange

MAX_STATES = 2_000
"""So many are held in memory; each has up to 512 paths."""
JUDGING_S = 0.1
"""So long the findings of changed statistics are looked for, before the rest waits for the next writing."""
LOOK_MS = 10_000
"""So often it is looked at which endpoints nobody declared, or nobody calls."""
Statuses: TypeAlias = tuple[tuple[str, Finding], ...]
"""What there is to say of classes of status, with the class."""
_OF_PARTS = frozenset(KINDS) - {UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT}


class _Held(NamedTuple):
    observed: Observed
    contract: Contract | None


class DriftFold:
    """Statistics by part. `forget` when what is in memory may not be what is stored."""

    def __init__(self) -> None:
        self._held: dict[Part, _Held] = {}
        self._changed: set[Part] = set()
        self._unjudged: dict[Part, None] = {}
        self._looked_ms = 0

    @property
    def is_changed(self) -> bool:
        return bool(self._changed or self._unjudged)

    def forget(self) -> None:
        self._held.clear()
        self._changed.clear()
        self._unjudged.clear()

    def take(self, connection: sqlite3.Connection, place: Place, exchange: Exchange, ts_ms: int, event_id: int) -> None:
        """Observe an exchange of an endpoint."""
        contract = place.contract
        version = storable(place.version)
        for direction, status, value in parts_of(exchange, contract):
            part = Part(place.id, version, direction, status)
            held = self._held.get(part)
            if held is None:
                held = self._held[part] = _Held(load_observed(connection, part), contract)
            elif held.contract is not contract:  # the same version was replaced
                held = self._held[part] = held._replace(contract=contract)
            held.observed.fold(value, ts_ms, event_id)
            if direction == RESPONSE and exchange.duration_ms is not None:
                held.observed.fold_duration(exchange.duration_ms, ts_ms, event_id)
            self._changed.add(part)

    def write(self, connection: sqlite3.Connection, now_ms: int, *, is_all: bool) -> None:
        """Write what has changed, and judge what drift there is in it; unless `is_all`, some parts are left for later.

        Judging takes longer than writing, and nothing depends on its moment: with thousands of parts it must not hold up
        the events.
        """
        for part in self._changed:
            save_observed(connection, part, self._held[part].observed)
        self._unjudged.update(dict.fromkeys(self._changed))
        self._changed.clear()
        until_s = math.inf if is_all else time.monotonic() + JUDGING_S
        alerts: list[Alert] = []
        new: dict[tuple[int, str], Statuses] = {}
        while self._unjudged and time.monotonic() < until_s:
            part = next(iter(self._unjudged))
            del self._unjudged[part]
            alerts += self._judge(connection, part, new, now_ms)
        add_alerts(connection, alerts)
        if now_ms - self._looked_ms >= LOOK_MS:
            self._looked_ms = now_ms
            take_endpoint_findings(connection, now_ms)
        if len(self._held) > MAX_STATES and not self._unjudged:
            self._held.clear()

    def _judge(
        self, connection: sqlite3.Connection, part: Part, new: dict[tuple[int, str], Statuses], now_ms: int
    ) -> list[Alert]:  # fmt: skip
        """Write what drift finds in a part; `new` remembers the classes of status of endpoints that were looked at."""
        observed, contract = self._held[part]
        found = list(detect_drift(observed, contract, part.direction, part.status, now_ms))
        if part.direction == RESPONSE:
            found += detect_latency(observed, contract, now_ms)
            key = (part.endpoint_id, part.version)
            if key not in new:
                new[key] = self._new_statuses(connection, part, now_ms)
            found += (one for status, one in new[key] if status == part.status)
        return take_findings(connection, part, found, _OF_PARTS, now_ms)

    def _new_statuses(self, connection: sqlite3.Connection, part: Part, now_ms: int) -> Statuses:
        """Return what there is to say of the classes of status of an endpoint."""
        by_status = {}
        for other in parts_of_responses(connection, part):
            held = self._held.get(other)
            by_status[other.status] = held.observed if held else load_observed(connection, other)
        return detect_statuses(by_status, self._held[part].contract, now_ms)

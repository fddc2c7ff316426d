"""The statistics of drift in memory: folded with each exchange, written with their findings now and then."""

import math
import sqlite3
import time
from itertools import islice
from typing import NamedTuple, TypeAlias

from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.finding import KINDS, UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT, Finding
from console.areas.contracts.core.drift.latency import detect_latency
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.parts import RESPONSE, parts_of
from console.areas.contracts.core.drift.statuses import detect_statuses
from console.areas.contracts.store.alerts import Alert, add_alerts
from console.areas.contracts.store.drift_rows import PARTS_A_STEP, Part, load_observed, save_observed, statuses_of
from console.areas.contracts.store.endpoint_findings import take_endpoint_findings
from console.areas.contracts.store.finding_rows import known_findings, take_findings
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
    part: Part
    observed: Observed
    contract: Contract | None


class DriftFold:
    """Statistics by part. `forget` when what is in memory may not be what is stored."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, str, str, str], _Held] = {}
        """By part."""
        self._changed: set[Part] = set()
        self._unjudged: dict[Part, None] = {}
        self._looked_ms = 0
        self.is_unlooked = False
        """Whether anything came since it was looked at which endpoints nobody declared, or nobody calls."""

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
        self.is_unlooked = True
        version = storable(place.version)
        for direction, status, value in parts_of(exchange, contract):
            key = (place.id, version, direction, status)
            held = self._held.get(key)
            if held is None:
                part = Part(*key)
                held = self._held[part] = _Held(part, load_observed(connection, part), contract)
            elif held.contract is not contract:  # the same version was replaced
                held = self._held[held.part] = held._replace(contract=contract)
            held.observed.fold(value, ts_ms, event_id)
            if direction == RESPONSE and exchange.duration_ms is not None:
                held.observed.fold_duration(exchange.duration_ms, ts_ms, event_id)
            self._changed.add(held.part)

    def write(self, connection: sqlite3.Connection, now_ms: int, *, is_all: bool) -> None:
        """Write what has changed, and judge what drift there is in it; unless `is_all`, some parts are left for later.

        Judging takes longer than writing, and nothing depends on its moment: with thousands of parts it must not hold up
        the events.
        """
        save_observed(connection, ((part, self._held[part].observed) for part in self._changed))
        self._unjudged.update(dict.fromkeys(self._changed))
        self._changed.clear()
        add_alerts(connection, self._judge_all(connection, now_ms, math.inf if is_all else time.monotonic() + JUDGING_S))
        if is_all or now_ms - self._looked_ms >= LOOK_MS:
            self._looked_ms, self.is_unlooked = now_ms, False
            take_endpoint_findings(connection, now_ms)
        if len(self._held) > MAX_STATES and not self._unjudged:
            self._held.clear()

    def _judge_all(self, connection: sqlite3.Connection, now_ms: int, until_s: float) -> list[Alert]:
        """Write what drift finds in the parts that wait for it, as long as there is time."""
        alerts: list[Alert] = []
        new: dict[tuple[int, str], Statuses] = {}
        while some := list(islice(self._unjudged, PARTS_A_STEP)):
            known, statuses = known_findings(connection, some), statuses_of(connection, some)
            for part in some:
                if time.monotonic() >= until_s:
                    return alerts
                del self._unjudged[part]
                found = self._find(part, now_ms)
                if part.direction == RESPONSE:
                    key = (part.endpoint_id, part.version)
                    if key not in new:
                        new[key] = self._new_statuses(connection, part, statuses[key], now_ms)
                    found += (one for status, one in new[key] if status == part.status)
                alerts += take_findings(connection, part, found, _OF_PARTS, now_ms, known[part])
        return alerts

    def _find(self, part: Part, now_ms: int) -> list[Finding]:
        """Return what there is to say of a part by itself."""
        _, observed, contract = self._held[part]
        found = list(detect_drift(observed, contract, part.direction, part.status, now_ms))
        return found + list(detect_latency(observed, contract, now_ms)) if part.direction == RESPONSE else found

    def _new_statuses(self, connection: sqlite3.Connection, part: Part, statuses: list[str], now_ms: int) -> Statuses:
        """Return what there is to say of the classes of status of an endpoint."""
        by_status = {}
        for status in statuses:
            other = part._replace(status=status)
            held = self._held.get(other)
            by_status[status] = held.observed if held else load_observed(connection, other)
        return detect_statuses(by_status, self._held[part].contract, now_ms)

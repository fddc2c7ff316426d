"""What a run of events adds to the counts: checks, violations, alerts; kept in memory until it is written."""

import sqlite3
from typing import NamedTuple

from console.areas.contracts.core.agreement import Joined
from console.areas.contracts.core.alerting import alert_words, place_words, severity_of
from console.areas.contracts.store.alerts import Alert, add_alerts
from console.areas.contracts.store.buckets import Buckets, latency
from console.areas.contracts.store.endpoint_findings import close_unseen
from console.areas.contracts.store.places import Place
from console.areas.contracts.store.state import skip
from console.areas.contracts.store.values import storable
from console.areas.contracts.store.violation_rows import MAX_VIOLATIONS, Fingerprint, Moment, Tracked, Violations
from console.reporter.contracts.exchange import ABSENT, Exchange
from console.store.bulk import insert_rows

TOO_MANY = f"violations beyond the {MAX_VIOLATIONS:,} different ones that are kept"

_ADD_TO_ENDPOINTS = """) UPDATE contracts_endpoint SET checks = contracts_endpoint.checks + added.checks,
  first_ms = min(coalesce(contracts_endpoint.first_ms, added.first_ms), added.first_ms),
  last_ms = max(coalesce(contracts_endpoint.last_ms, added.last_ms), added.last_ms),
  observed_request = requests, observed_response = responses, told_ids = added.told_ids
  FROM added WHERE contracts_endpoint.id = added.id"""


class _Due(NamedTuple):
    """An alert that waits for its violation to be written."""

    tracked: Tracked
    at_ms: int
    endpoint_id: int
    words: str
    n: int


class Tally:
    """Counts that were not written yet. `forget` when what is in memory may not be what is stored."""

    def __init__(self) -> None:
        self._buckets = Buckets()
        self._violations = Violations()
        self._places: dict[int, Place] = {}
        self._alerts: list[_Due] = []
        self._skipped: dict[str, tuple[int, int, int]] = {}

    @property
    def is_changed(self) -> bool:
        return bool(self._places or self._skipped)

    def forget(self) -> None:
        self.__init__()  # type: ignore[misc]

    def skip(self, reason: str, moment: Moment) -> None:
        """Count what is left out."""
        n = self._skipped.get(reason, (0, 0, 0))[0]
        self._skipped[reason] = (n + 1, moment.ts_ms, moment.event_id)

    def count_exchange(self, place: Place, exchange: Exchange, weight: int, moment: Moment) -> None:
        """Count an exchange that stands for `weight` of its kind."""
        self._touch(place, moment)
        place.checks += weight
        if exchange.params is not None or exchange.request is not ABSENT:
            place.observed_request += weight
        if exchange.status is not None or exchange.response is not ABSENT or exchange.failure:
            place.observed_response += weight
        status = exchange.status or 0
        place.statuses[status] = place.statuses.get(status, 0) + weight
        counts = self._buckets.of(place.id, moment.ts_ms)
        counts.checks += weight
        if exchange.duration_ms is not None:
            counts.durations += latency(exchange.duration_ms, weight)

    def count_violations(
        self, connection: sqlite3.Connection, place: Place, version: str, joined: list[Joined], moment: Moment,
        *, is_exchange: bool, found: int,
    ) -> None:  # fmt: skip
        """Count the violations of one event; `found` is how many the service says there were."""
        self._touch(place, moment)
        counts = self._buckets.of(place.id, moment.ts_ms)
        told = 0
        is_violated = is_disputed = False
        for one in joined:
            told += self._count(connection, place, version, one, moment)
            is_violated = is_violated or one.is_ours or one.is_told
            is_disputed = is_disputed or bool(one.disagreement)
        if told:
            counts.told += max(told, found)
        if is_exchange:
            counts.violated += is_violated
        counts.disagreements += is_disputed

    def write(self, connection: sqlite3.Connection, now_ms: int) -> None:
        """Write all of it."""
        self._violations.write(connection)
        add_alerts(
            connection,
            [
                Alert(due.at_ms, due.endpoint_id, due.tracked.id, None, severity_of(due.tracked.kind), due.words, due.n)
                for due in self._alerts
            ],
        )
        self._buckets.write(connection, now_ms)
        _write_places(connection, list(self._places.values()))
        close_unseen(connection, self._places)
        for reason, counts in self._skipped.items():
            skip(connection, reason, *counts)
        self._alerts.clear()
        self._places.clear()
        self._skipped.clear()

    def _count(
        self, connection: sqlite3.Connection, place: Place, version: str, joined: Joined, moment: Moment
    ) -> int:  # fmt: skip
        """Count one violation; returns how many more were told than before."""
        violation = joined.violation
        key = Fingerprint(
            place.id, storable(version), violation.direction, storable(violation.path), storable(violation.keyword)
        )
        tracked = self._violations.of(connection, key, moment)
        if tracked is None:
            self.skip(TOO_MANY, moment)
            return 0
        taken = self._violations.take(key, tracked, joined, moment, place.observed(violation.direction))
        if taken.wants_alert:
            where = place_words(place.name.service, place.name.method, place.endpoint)
            words = alert_words(where, tracked.message, tracked.in_episode, tracked.episode)
            self._alerts.append(_Due(tracked, moment.ts_ms, place.id, words, tracked.in_episode))
        return taken.told

    def _touch(self, place: Place, moment: Moment) -> None:
        self._places[place.id] = place
        ts_ms = moment.ts_ms
        if place.first_ms is None or ts_ms < place.first_ms:
            place.first_ms = ts_ms
        if place.last_ms is None or ts_ms > place.last_ms:
            place.last_ms = ts_ms


def _write_places(connection: sqlite3.Connection, places: list[Place]) -> None:
    insert_rows(
        connection,
        "WITH added (id, checks, first_ms, last_ms, requests, responses, told_ids) AS (",
        [
            (
                place.id, place.checks, place.first_ms, place.last_ms, place.observed_request, place.observed_response,
                storable("\n".join(place.told_ids)),
            )
            for place in places
        ],
        _ADD_TO_ENDPOINTS,
    )  # fmt: skip
    statuses = [(place.id, status, n) for place in places for status, n in place.statuses.items()]
    insert_rows(connection, "INSERT INTO contracts_status", statuses, " ON CONFLICT DO UPDATE SET n = n + excluded.n")
    for place in places:
        place.checks, place.first_ms, place.last_ms = 0, None, None
        place.statuses.clear()

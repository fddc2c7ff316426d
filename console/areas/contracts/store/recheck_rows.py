"""What a recheck has found: kept aside, and put among the violations in the end.

The fold remembers violations, and has to read all anew when they are changed behind it; so that happens once, not with
every part. Counts of traffic are added at once, in the transaction that moves the recheck on.
"""

import sqlite3
from collections import deque
from dataclasses import dataclass, field

from console.areas.contracts.store.buckets import Buckets, latency
from console.areas.contracts.store.recheck_judging import Found
from console.areas.contracts.store.state import skip
from console.areas.contracts.store.tally import TOO_MANY
from console.areas.contracts.store.values import brief, storable
from console.areas.contracts.store.violation_rows import MAX_VIOLATIONS, Fingerprint, Moment
from console.reporter.contracts.checking import Violation
from console.store.bulk import insert_rows

KEPT_PAST = 100
"""So many of the newest stored events of a violation are remembered."""
_PUT = """INSERT INTO contracts_past (endpoint_id, version, direction, path, keyword, kind, expected, actual, message, count,
    ours, first_ms, last_ms, first_event, last_event) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
  ON CONFLICT DO UPDATE SET kind = excluded.kind, expected = excluded.expected, actual = excluded.actual,
    message = excluded.message, count = count + excluded.count, ours = ours + excluded.ours,
    first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms),
    first_event = min(first_event, excluded.first_event), last_event = max(last_event, excluded.last_event)"""
_ID = """SELECT id FROM contracts_past
  WHERE endpoint_id = ? AND version = ? AND direction = ? AND path = ? AND keyword = ?"""
_TRIM = """DELETE FROM contracts_past_occurrence WHERE past_id = ?1 AND event_id NOT IN
  (SELECT event_id FROM contracts_past_occurrence WHERE past_id = ?1 ORDER BY event_id DESC LIMIT ?2)"""


@dataclass(slots=True)
class _Past:
    """All equal violations of one part. `count` are those that were not counted as told before."""

    count: int = 0
    ours: int = 0
    times: list[int] = field(default_factory=list)
    newest: deque[tuple[Moment, Violation]] = field(default_factory=lambda: deque(maxlen=KEPT_PAST))
    first_event: int = 0


@dataclass(slots=True)
class _Added:
    checks: int = 0
    first_ms: int = 2**62
    last_ms: int = 0
    statuses: dict[int, int] = field(default_factory=dict)


class Past:
    """What one part adds."""

    def __init__(self) -> None:
        self._found: dict[Fingerprint, _Past] = {}
        self._added: dict[int, _Added] = {}
        self._buckets = Buckets()

    def take(self, found: Found, violations: list[Violation], moment: Moment) -> None:
        """Take the violations of one exchange."""
        endpoint_id, version = found.checked.target
        for one in violations:
            key = Fingerprint(endpoint_id, version, one.direction, storable(one.path), storable(one.keyword))
            past = self._found.get(key)
            if past is None:
                past = self._found[key] = _Past(first_event=moment.event_id)
            past.count += not found.was_told(one)
            past.ours += 1
            past.times.append(moment.ts_ms)
            past.newest.append((moment, one))

    def count(self, found: Found, moment: Moment, *, is_broken: bool, is_counted: bool) -> None:
        """Count an exchange that no version of its contract has judged; one that `is_counted` is among the checks."""
        exchange, weight, owner = found.exchange, found.weight, found.checked.endpoint_id
        counts = self._buckets.of(owner, moment.ts_ms)
        if is_counted:
            told = found.told is not None and bool(found.told.violations)
            counts.violated += is_broken and not told  # what was told broke it then already
            return
        counts.violated += is_broken
        counts.checks += weight
        if exchange.duration_ms is not None:
            counts.durations += latency(exchange.duration_ms, weight)
        added = self._added.setdefault(owner, _Added())
        added.checks += weight
        added.first_ms, added.last_ms = min(added.first_ms, moment.ts_ms), max(added.last_ms, moment.ts_ms)
        status = exchange.status or 0
        added.statuses[status] = added.statuses.get(status, 0) + weight

    def write(self, connection: sqlite3.Connection, now_ms: int) -> None:
        """Add it to what is stored."""
        self._buckets.write(connection, now_ms)
        connection.executemany(
            """UPDATE contracts_endpoint SET checks = checks + ?, first_ms = min(coalesce(first_ms, ?2), ?2),
                 last_ms = max(coalesce(last_ms, ?3), ?3) WHERE id = ?""",
            [(one.checks, one.first_ms, one.last_ms, endpoint_id) for endpoint_id, one in self._added.items()],
        )
        statuses = [(key, status, n) for key, one in self._added.items() for status, n in one.statuses.items()]
        insert_rows(connection, "INSERT INTO contracts_status", statuses, " ON CONFLICT DO UPDATE SET n = n + excluded.n")
        if self._found:
            self._write_found(connection)

    def _write_found(self, connection: sqlite3.Connection) -> None:
        (room,) = connection.execute("SELECT ? - count(*) FROM contracts_past", (MAX_VIOLATIONS,)).fetchone()
        for key, past in self._found.items():
            moment, one = past.newest[-1]
            known = connection.execute(_ID, key).fetchone()
            if known is None and room <= 0:
                skip(connection, TOO_MANY, past.ours, moment.ts_ms, moment.event_id)
                continue
            room -= known is None
            message = brief(one.message, 2 * len(one.path) + 400)
            told = (one.kind, brief(one.expected), brief(one.actual), message, past.count, past.ours)
            when = (min(past.times), max(past.times), past.first_event, moment.event_id)
            connection.execute(_PUT, (*key, *told, *when))
            (past_id,) = known or connection.execute(_ID, key).fetchone()
            rows = [
                (past_id, at.event_id, at.ts_ms, at.service, at.correlation_id, brief(it.actual), brief(it.message, 600))
                for at, it in past.newest
            ]
            insert_rows(connection, "INSERT OR REPLACE INTO contracts_past_occurrence", rows)
            connection.execute(_TRIM, (past_id, KEPT_PAST))

"""Lists of violations, findings, alerts and versions."""

import sqlite3
from typing import Any

from console.areas.contracts.store.answers import CLASSES, AlertRow, FindingRow, Occurrence, ViolationRow
from console.areas.contracts.store.overview import IS_OPEN
from console.areas.contracts.store.values import unpack
from console.model.clock import wall_clock

VIOLATION_STATES = ("open", "past", "closed")
_VIOLATIONS = f"""SELECT v.id, v.endpoint_id, e.service, e.method, e.endpoint, v.version, v.kind, v.direction, v.path,
  v.keyword, v.expected, v.actual, v.message, v.count, v.first_ms, v.last_ms, v.first_event, v.last_event,
  CASE WHEN v.ours = 0 THEN 'service' WHEN v.told_checks + v.told_reports = 0 THEN 'console' ELSE 'both' END,
  v.disagreement, CASE WHEN v.episode = 0 THEN 'past' WHEN {IS_OPEN} THEN 'open' ELSE 'closed' END AS state
  FROM contracts_violation v JOIN contracts_endpoint e ON e.id = v.endpoint_id"""
_FINDINGS = """SELECT f.id, f.endpoint_id, e.service, e.method, e.endpoint, f.version, f.direction, f.status, f.path, f.kind,
  CASE f.own WHEN '' THEN f.severity ELSE f.own END AS class, f.own, f.is_unbumped, f.rule, f.chance, f.n, f.expected,
  f.observed, f.first_ms, f.last_ms, f.examples,
  CASE WHEN f.state = 'open' AND coalesce(f.muted_until_ms, 0) > :now THEN 'muted' ELSE f.state END AS shown,
  f.muted_until_ms, f.note FROM contracts_finding f JOIN contracts_endpoint e ON e.id = f.endpoint_id"""


def violations(
    connection: sqlite3.Connection, since_ms: int, until_ms: int, *, endpoint_id: int | None = None,
    states: tuple[str, ...] = ("open",), limit: int = 500, now_ms: int | None = None,
) -> tuple[ViolationRow, ...]:  # fmt: skip
    """Return violations with events in [since_ms, until_ms), the newest first. Without `now_ms` it is now."""
    given: dict[str, Any] = {"now": wall_clock() if now_ms is None else now_ms, "since": since_ms, "until": until_ms}
    where = "v.last_ms >= :since AND v.first_ms < :until" + ("" if endpoint_id is None else " AND v.endpoint_id = :endpoint")
    some = ",".join(f"'{state}'" for state in VIOLATION_STATES if state in states)
    rows = connection.execute(
        f"SELECT * FROM ({_VIOLATIONS} WHERE {where}) WHERE state IN ({some}) ORDER BY last_ms DESC, id DESC LIMIT :limit",
        given | {"endpoint": endpoint_id, "limit": limit},
    )
    return tuple(map(ViolationRow._make, rows.fetchall()))


def violation(connection: sqlite3.Connection, violation_id: int, *, now_ms: int | None = None) -> ViolationRow:
    """Return one violation. Raises LookupError."""
    given = {"now": wall_clock() if now_ms is None else now_ms, "id": violation_id}
    row = connection.execute(f"{_VIOLATIONS} WHERE v.id = :id", given).fetchone()
    if row is None:
        raise LookupError(f"there is no violation {violation_id}")
    return ViolationRow._make(row)


def occurrences(connection: sqlite3.Connection, violation_id: int, *, limit: int = 200) -> tuple[Occurrence, ...]:
    """Return the newest events of a violation that are kept, newest first."""
    rows = connection.execute(
        """SELECT event_id, ts, service, correlation, actual, message FROM contracts_occurrence WHERE violation_id = ?
           ORDER BY ts DESC, event_id DESC LIMIT ?""",
        (violation_id, limit),
    )
    return tuple(map(Occurrence._make, rows.fetchall()))


def findings(
    connection: sqlite3.Connection, *, states: tuple[str, ...] = ("open",), classes: tuple[str, ...] = CLASSES,
    endpoint_id: int | None = None, service: str = "", now_ms: int,
) -> tuple[FindingRow, ...]:  # fmt: skip
    """Return findings, worst class first, then the newest."""
    where, given = ["1"], dict[str, Any](now=now_ms)
    if endpoint_id is not None:
        where.append("f.endpoint_id = :endpoint")
        given["endpoint"] = endpoint_id
    if service:
        where.append("e.service = :service")
        given["service"] = service
    rows = connection.execute(f"{_FINDINGS} WHERE {' AND '.join(where)}", given).fetchall()
    found = [row for row in map(_finding, rows) if row.state in states and row.severity in classes]
    found.sort(key=lambda row: (CLASSES.index(row.severity), -row.last_ms, row.id))
    return tuple(found)


def finding(connection: sqlite3.Connection, finding_id: int, *, now_ms: int) -> FindingRow:
    """Return one finding. Raises LookupError."""
    row = connection.execute(f"{_FINDINGS} WHERE f.id = :id", {"now": now_ms, "id": finding_id}).fetchone()
    if row is None:
        raise LookupError(f"there is no finding {finding_id}")
    return _finding(row)


def alerts(connection: sqlite3.Connection, *, limit: int = 200, all: bool = False) -> tuple[AlertRow, ...]:  # noqa: A002
    """Return alerts, the newest first: those that nobody has acknowledged, or all."""
    rows = connection.execute(
        f"""SELECT id, at_ms, endpoint_id, violation_id, finding_id, severity, words, count, is_acknowledged
            FROM contracts_alert WHERE {"1" if all else "is_acknowledged = 0"} ORDER BY id DESC LIMIT ?""",
        (limit,),
    )
    return tuple(AlertRow._make((*row[:8], bool(row[8]))) for row in rows.fetchall())


def _finding(row: tuple[Any, ...]) -> FindingRow:
    return FindingRow._make((*row[:12], bool(row[12]), *row[13:20], tuple(unpack(row[20])), *row[21:]))

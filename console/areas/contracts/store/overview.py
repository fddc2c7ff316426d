"""All endpoints with what was observed of each over a range."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from console.areas.contracts.store.answers import EndpointRow, Overview
from console.areas.contracts.store.endpoints import ENTITY
from console.areas.contracts.store.steps import DAY_MS, level_for
from console.model.histogram import if_whole, quantiles
from console.reporter.contracts.matching import version_key
from console.store.database import snapshot

BARS = 24
MOST_BUCKETS = 36
CLEAN_OBSERVATIONS = 500
"""So many observations of a direction without it, or a day, close a violation."""
IS_OPEN = f"""(v.episode > 0 AND v.last_ms > :now - {DAY_MS} AND {CLEAN_OBSERVATIONS} >
  CASE v.direction WHEN 'request' THEN e.observed_request ELSE e.observed_response END - v.seen_n)"""

_ENDPOINTS = """SELECT e.id, e.service, e.method, e.endpoint, e.last_ms, v.version, v.origin, v.timeout_ms
  FROM contracts_endpoint e LEFT JOIN contracts_version v ON v.id = e.current_id WHERE {where}
  ORDER BY e.service, e.endpoint, e.method"""
_BUCKETS = """SELECT endpoint_id, (bucket_ms - :since) / :width, checks, violated, told, disagreements, first_bin, bins
  FROM contracts_bucket WHERE level_ms = :level AND bucket_ms > :since - :level AND bucket_ms < :until"""
_FINDINGS = """SELECT endpoint_id, CASE own WHEN '' THEN severity ELSE own END AS class, count(*), sum(is_unbumped)
  FROM contracts_finding WHERE state = 'open' AND coalesce(muted_until_ms, 0) <= ? GROUP BY 1, 2"""


@dataclass(slots=True)
class _Sum:
    """What the buckets of one endpoint add up to."""

    checks: int = 0
    violated: int = 0
    told: int = 0
    disagreements: int = 0
    durations: int = 0
    bars: list[list[int]] = field(default_factory=list)


def _nothing(count: int) -> _Sum:
    return _Sum(bars=[[0, 0] for _ in range(count)])


def overview(
    connection: sqlite3.Connection, since_ms: int, until_ms: int, *, words: str = "", service: str = "",
    standing: str = "", now_ms: int,
) -> Overview:  # fmt: skip
    """Return the endpoints that have all words, by service and path, counted over [since_ms, until_ms)."""
    with snapshot(connection):
        found = rows(connection, since_ms, until_ms, now_ms=now_ms)
        services = connection.execute("SELECT DISTINCT service FROM contracts_endpoint ORDER BY 1").fetchall()
        (contracts,) = connection.execute("SELECT count(*) FROM contracts_endpoint WHERE current_id IS NOT NULL").fetchone()
        (alerts,) = connection.execute("SELECT count(*) FROM contracts_alert WHERE is_acknowledged = 0").fetchone()
    wanted = words.casefold().split()
    shown = (
        row for row in found
        if service in ("", row.service) and standing in ("", row.standing) and _has_words(row, wanted)
    )  # fmt: skip
    return Overview(tuple(shown), tuple(row[0] for row in services), contracts, alerts)


def rows(
    connection: sqlite3.Connection, since_ms: int, until_ms: int, *, now_ms: int, endpoint_id: int | None = None
) -> list[EndpointRow]:
    """Return all endpoints, or one, counted over the range."""
    one = endpoint_id
    sums = _sums(connection, since_ms, until_ms, now_ms, one)
    versions: defaultdict[int, list[str]] = defaultdict(list)
    for owner, version in connection.execute(f"SELECT endpoint_id, version FROM contracts_version {_of(one)}").fetchall():
        versions[owner].append(version)
    drift: defaultdict[int, dict[str, int]] = defaultdict(dict)
    unbumped: dict[int, int] = {}
    for owner, severity, n, without_bump in connection.execute(_FINDINGS, (now_ms,)).fetchall():
        drift[owner][severity] = n
        if severity == "BREAKING":
            unbumped[owner] = without_bump
    violations = dict(
        connection.execute(
            f"""SELECT v.endpoint_id, count(*) FROM contracts_violation v JOIN contracts_endpoint e ON e.id = v.endpoint_id
                WHERE {IS_OPEN} {"" if one is None else f"AND e.id = {one}"} GROUP BY 1""",
            {"now": now_ms},
        ).fetchall()
    )
    sql = _ENDPOINTS.format(where="1" if one is None else f"e.id = {one}")
    found = []
    nothing = _nothing(_bars(since_ms, until_ms, now_ms)[2])
    for columns in connection.execute(sql).fetchall():
        owner = columns[0]
        known = tuple(sorted(versions[owner], key=version_key, reverse=True))
        counted = (sums.get(owner) or nothing, known, drift[owner], unbumped.get(owner, 0), violations.get(owner, 0))
        found.append(_row(columns, *counted))
    return found


def _bars(since_ms: int, until_ms: int, now_ms: int) -> tuple[int, int, int]:
    """Return the width of buckets and of bars, and the number of bars: narrower ones than buckets would have holes."""
    level = level_for(since_ms, until_ms, now_ms, MOST_BUCKETS)
    width = max(level, -(-(until_ms - since_ms) // BARS))
    return level, width, max(1, -(-(until_ms - since_ms) // width))


def _sums(
    connection: sqlite3.Connection, since_ms: int, until_ms: int, now_ms: int, endpoint_id: int | None
) -> dict[int, _Sum]:
    level, width, count = _bars(since_ms, until_ms, now_ms)
    sql, given = _BUCKETS, {"since": since_ms, "until": until_ms, "level": level, "width": width}
    if endpoint_id is not None:
        sql = f"{_BUCKETS} AND endpoint_id = {endpoint_id}"
    found: dict[int, _Sum] = {}
    for owner, place, checks, violated, told, disagreements, first_bin, bins in connection.execute(sql, given):
        total = found.get(owner)
        if total is None:
            total = found[owner] = _nothing(count)
        total.checks += checks
        total.violated += violated
        total.told += told
        total.disagreements += disagreements
        if bins:
            total.durations += if_whole(first_bin, bins) or 0
        bar = total.bars[min(max(place, 0), count - 1)]
        bar[0] += checks
        bar[1] += violated
    return found


def _row(
    columns: tuple[Any, ...], total: _Sum, versions: tuple[str, ...], drift: dict[str, int], unbumped: int, violations: int
) -> EndpointRow:  # fmt: skip
    endpoint_id, service, method, endpoint, last_ms, version, origin, timeout_ms = columns
    p50_ms, p95_ms = quantiles(total.durations, (0.5, 0.95)) or (None, None)
    if version is None:
        standing = "undeclared"
    else:
        standing = "unseen" if last_ms is None and not endpoint.startswith(ENTITY) else "declared"
    return EndpointRow(
        endpoint_id, service, method, endpoint, standing, versions, version or "", origin or "", total.checks,
        total.violated, total.told, total.disagreements, p50_ms, p95_ms, timeout_ms, drift, unbumped, violations, last_ms,
        tuple((checks, violated) for checks, violated in total.bars),
    )  # fmt: skip


def _of(endpoint_id: int | None) -> str:
    return "" if endpoint_id is None else f"WHERE endpoint_id = {endpoint_id}"


def _has_words(row: EndpointRow, words: Iterable[str]) -> bool:
    text = f"{row.service} {row.method} {row.endpoint} {row.version} {row.origin}".casefold()
    return all(word in text for word in words)

"""Findings as rows: written where drift finds them, closed where it does not any more; what a person decided stays."""

import sqlite3
from collections.abc import Iterable
from typing import TypeAlias

from console.areas.contracts.core.alerting import alert_words, place_words
from console.areas.contracts.core.drift.finding import BREAKING, Finding
from console.areas.contracts.store.alerts import Alert
from console.areas.contracts.store.drift_rows import Part
from console.areas.contracts.store.values import brief, pack, storable, unpack

MAX_WORDS = 600
_KNOWN = """SELECT endpoint_id, version, direction, status, path, kind, keyword, id, state, severity FROM contracts_finding
  WHERE endpoint_id IN (SELECT value FROM json_each(?))"""
Known: TypeAlias = dict[tuple[str, str, str], tuple[int, str, str]]
"""What is written about a part, by (path, kind, keyword): id, state, severity."""
_PUT = """INSERT INTO contracts_finding (endpoint_id, version, direction, status, path, kind, severity, is_unbumped, rule,
    chance, n, expected, observed, keyword, first_ms, last_ms, examples, state)
  VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'open')
  ON CONFLICT DO UPDATE SET severity = excluded.severity, is_unbumped = excluded.is_unbumped, rule = excluded.rule,
    chance = excluded.chance, n = excluded.n, expected = excluded.expected, observed = excluded.observed,
    first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms),
    examples = excluded.examples, state = CASE state WHEN 'closed' THEN 'open' ELSE state END"""


def known_findings(connection: sqlite3.Connection, parts: Iterable[Part]) -> dict[Part, Known]:
    """Return what is written about these parts."""
    found: dict[Part, Known] = {part: {} for part in parts}
    for row in connection.execute(_KNOWN, (pack(sorted({part.endpoint_id for part in found})),)):
        known = found.get(row[:4])
        if known is not None:
            known[row[4:7]] = row[7:]
    return found


def take_findings(
    connection: sqlite3.Connection, part: Part, found: Iterable[Finding], kinds: frozenset[str], now_ms: int, known: Known
) -> list[Alert]:  # fmt: skip
    """Write what is found about a part now; of its findings of these `kinds`, what is not found any more is closed.

    `known` is what is written about it. Returns the alerts that this makes: of what breaks a contract and was not known,
    or was closed.
    """
    alerts = []
    seen = set()
    for one in found:
        key = (storable(one.path), one.kind, storable(one.keyword))
        if key in seen:
            continue
        seen.add(key)
        done = connection.execute(_PUT, _values(part, one))
        row_id, state, severity = known.get(key, (done.lastrowid, "closed", ""))
        if one.severity == BREAKING and (state == "closed" or (state == "open" and severity != BREAKING)):
            words = _alert_words(connection, part.endpoint_id, one)
            alerts.append(Alert(now_ms, part.endpoint_id, None, row_id, "high", words, 1))
    gone = [(row[0],) for key, row in known.items() if key not in seen and key[1] in kinds and row[1] == "open"]
    if gone:
        connection.executemany("UPDATE contracts_finding SET state = 'closed' WHERE id = ?", gone)
    return alerts


def load_findings(
    connection: sqlite3.Connection, endpoint_id: int, version: str, ids: Iterable[int]
) -> list[tuple[str, str, Finding]]:
    """Return (direction, class of status, finding) of an endpoint: those named, all open ones where none is."""
    wanted = list(ids)
    some = f"id IN ({','.join(map(str, wanted))})" if wanted else "state = 'open'"
    rows = connection.execute(
        f"""SELECT direction, status, kind, path, severity, is_unbumped, rule, chance, n, expected, observed, first_ms,
              last_ms, examples, keyword FROM contracts_finding WHERE endpoint_id = ? AND version = ? AND {some}""",
        (endpoint_id, version),
    )
    return [
        (row[0], row[1], Finding._make((*row[2:5], bool(row[5]), *row[6:13], tuple(unpack(row[13])), row[14])))
        for row in rows.fetchall()
    ]


def _values(part: Part, one: Finding) -> tuple[object, ...]:
    return (
        *part, storable(one.path), one.kind, one.severity, one.is_unbumped, brief(one.rule, MAX_WORDS), storable(one.chance),
        one.n, brief(one.expected), brief(one.observed), storable(one.keyword), one.first_ms, one.last_ms,
        pack(list(one.examples)),
    )  # fmt: skip


def _alert_words(connection: sqlite3.Connection, endpoint_id: int, one: Finding) -> str:
    name = connection.execute("SELECT service, method, endpoint FROM contracts_endpoint WHERE id = ?", (endpoint_id,))
    bump = ", without a new major version" if one.is_unbumped else ""
    what = f"{one.kind.replace('_', ' ')} at {one.path}: expected {one.expected}, observed {one.observed}{bump}"
    return alert_words(place_words(*name.fetchone()), what, 1, 1)

"""Findings about whole endpoints: those that nobody declared, and those that nobody calls."""

import sqlite3
from collections.abc import Iterable

from console.areas.contracts.core.drift.endpoints import SeenEndpoint, detect_endpoints
from console.areas.contracts.core.drift.finding import UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT, Finding
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.store.drift_rows import Part
from console.areas.contracts.store.endpoints import name_of
from console.areas.contracts.store.finding_rows import known_findings, take_findings
from console.areas.contracts.store.values import pack
from console.areas.contracts.store.versions import load_current

MOST_EXAMPLES = 3
_KINDS = frozenset((UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT))
# What violations only were told of was called too.
_SEEN = """SELECT service, method, endpoint, max(checks, 1), first_ms, last_ms FROM contracts_endpoint
  WHERE first_ms IS NOT NULL"""
_NAMES = """SELECT e.service, e.method, e.key, e.id, coalesce(v.version, '') FROM contracts_endpoint e
  LEFT JOIN contracts_version v ON v.id = e.current_id"""
_OPEN = "SELECT endpoint_id, version FROM contracts_finding WHERE kind IN (?, ?) AND state = 'open'"


_CLOSE = """UPDATE contracts_finding SET state = 'closed' WHERE kind = ? AND state = 'open'
  AND endpoint_id IN (SELECT value FROM json_each(?))"""
_EXAMPLES = "SELECT observed FROM contracts_drift WHERE endpoint_id = ? ORDER BY last_ms DESC LIMIT 1"


def close_unseen(connection: sqlite3.Connection, endpoint_ids: Iterable[int]) -> None:
    """Close the finding that nobody calls these endpoints: somebody just did."""
    connection.execute(_CLOSE, (UNSEEN_ENDPOINT, pack(list(endpoint_ids))))


def take_endpoint_findings(connection: sqlite3.Connection, now_ms: int) -> None:
    """Write which endpoints nobody declared, or nobody calls; close what is so no more."""
    contracts = [contract for _, contract in load_current(connection)]
    seen = [SeenEndpoint(*row) for row in connection.execute(_SEEN).fetchall()]
    names = {row[:3]: row[3:] for row in connection.execute(_NAMES).fetchall()}
    found: dict[Part, list[Finding]] = {
        Part(endpoint_id, version, "request", ""): []
        for endpoint_id, version in connection.execute(_OPEN, tuple(sorted(_KINDS))).fetchall()
    }
    for one in detect_endpoints(contracts, seen, now_ms):
        place = names.get(name_of(one.service, one.method, one.endpoint))
        if place is not None:
            finding = one.finding
            if finding.kind == UNDECLARED_ENDPOINT:
                finding = finding._replace(examples=_examples(connection, place[0]))
            found.setdefault(Part(place[0], place[1], "request", ""), []).append(finding)
    known = known_findings(connection, found)
    for part, findings in found.items():
        take_findings(connection, part, findings, _KINDS, now_ms, known[part])


def _examples(connection: sqlite3.Connection, endpoint_id: int) -> tuple[int, ...]:
    """Return the newest events of an endpoint that its statistics remember."""
    row = connection.execute(_EXAMPLES, (endpoint_id,)).fetchone()
    try:
        return tuple(Observed.load(row[0]).state.examples[-MOST_EXAMPLES:]) if row else ()
    except ValueError:  # of another version of the console
        return ()

"""Findings about whole endpoints: those that nobody declared, and those that nobody calls."""

import sqlite3

from console.areas.contracts.core.drift.endpoints import SeenEndpoint, detect_endpoints
from console.areas.contracts.core.drift.finding import UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT, Finding
from console.areas.contracts.store.drift_rows import Part
from console.areas.contracts.store.endpoints import name_of
from console.areas.contracts.store.finding_rows import take_findings
from console.areas.contracts.store.versions import load_current

_KINDS = frozenset((UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT))
# What violations only were told of was called too.
_SEEN = """SELECT service, method, endpoint, max(checks, 1), first_ms, last_ms FROM contracts_endpoint
  WHERE first_ms IS NOT NULL"""
_NAMES = """SELECT e.service, e.method, e.key, e.id, coalesce(v.version, '') FROM contracts_endpoint e
  LEFT JOIN contracts_version v ON v.id = e.current_id"""
_OPEN = "SELECT endpoint_id, version FROM contracts_finding WHERE kind IN (?, ?) AND state = 'open'"


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
            found.setdefault(Part(place[0], place[1], "request", ""), []).append(one.finding)
    for part, findings in found.items():
        take_findings(connection, part, findings, _KINDS, now_ms)

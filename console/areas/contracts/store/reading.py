"""Queries of the Contracts area, on a read-only connection. Times are Unix milliseconds."""

import sqlite3

from console.areas.contracts.store.answers import VersionRow
from console.areas.contracts.store.endpoint_page import load_endpoint
from console.areas.contracts.store.endpoints import find_endpoint, name_of
from console.areas.contracts.store.lists import alerts, finding, findings, occurrences, violation, violations
from console.areas.contracts.store.overview import overview
from console.areas.contracts.store.proposing import load_proposal
from console.areas.contracts.store.versions import version_rows
from console.reporter.contracts.contract import Contract

__all__ = [
    "alerts", "all_versions", "endpoint_id_of", "finding", "findings", "load_contracts", "load_endpoint", "load_version",
    "occurrences", "overview", "proposal", "skipped", "violation", "violations",
]  # fmt: skip


def endpoint_id_of(connection: sqlite3.Connection, service: str, method: str, endpoint: str) -> int | None:
    """Return the endpoint that is written so, in any way to write its open segments; None when there is none."""
    return find_endpoint(connection, name_of(service, method.upper(), endpoint))


def all_versions(
    connection: sqlite3.Connection, *, service: str = "", current_only: bool = False
) -> tuple[VersionRow, ...]:  # fmt: skip
    """Return all versions of all contracts, by service and endpoint, the newest first."""
    where = "e.service = ?" if service else "?1 = ''"
    if current_only:
        where += " AND v.id = e.current_id"
    return tuple(version_rows(connection, where, (service,)))


def load_version(connection: sqlite3.Connection, version_id: int) -> VersionRow:
    """Return one version. Raises LookupError."""
    found = version_rows(connection, "v.id = ?", (version_id,))
    if not found:
        raise LookupError(f"there is no version {version_id} of a contract")
    return found[0]


def load_contracts(connection: sqlite3.Connection) -> list[Contract]:
    """Return the contracts that traffic is checked against, and those about entities."""
    return [row.contract for row in all_versions(connection, current_only=True)]


def proposal(connection: sqlite3.Connection, endpoint_id: int, finding_ids: tuple[int, ...] = ()) -> Contract:
    """Return what accepting findings (all open ones where none is named) would make of an endpoint's contract.

    Where nothing was promised, it is what was observed that is proposed. Raises LookupError, and ValueError with words.
    """
    return load_proposal(connection, endpoint_id, finding_ids).contract


def skipped(connection: sqlite3.Connection) -> tuple[tuple[str, int, int, int | None], ...]:
    """Return what was left out, as (reason in words, how often, when last, an event or None), the newest first."""
    rows = connection.execute("SELECT reason, n, at_ms, event_id FROM contracts_skipped ORDER BY at_ms DESC, reason")
    return tuple(rows.fetchall())

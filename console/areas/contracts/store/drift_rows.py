"""The statistics of drift as rows."""

import sqlite3
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.store.values import pack
from console.store.bulk import insert_rows

PARTS_A_STEP = 64
_PUT = "INSERT INTO contracts_drift (endpoint_id, version, direction, status, n, last_ms, observed)"
_OR_UPDATE = " ON CONFLICT DO UPDATE SET n = excluded.n, last_ms = excluded.last_ms, observed = excluded.observed"
_STATUSES = """SELECT endpoint_id, version, status FROM contracts_drift
  WHERE endpoint_id IN (SELECT value FROM json_each(?)) AND direction = 'response'"""


class Part(NamedTuple):
    """What is observed of one side of an endpoint: `status` is a class of them, "" for requests."""

    endpoint_id: int
    version: str
    direction: str
    status: str


def load_observed(connection: sqlite3.Connection, part: Part) -> Observed:
    """Return the statistics of a part, empty ones where there are none (or where they cannot be read any more)."""
    row = connection.execute(
        """SELECT observed FROM contracts_drift WHERE endpoint_id = ? AND version = ? AND direction = ? AND status = ?""",
        part,
    ).fetchone()
    if row is None:
        return Observed()
    try:
        return Observed.load(row[0])
    except ValueError:  # of another version of the console: it is gathered anew
        return Observed()


def save_observed(connection: sqlite3.Connection, changed: Iterable[tuple[Part, Observed]]) -> None:
    """Write the statistics of parts: some at a time, as one may have hundreds of kilobytes."""
    rows = (_row(part, observed) for part, observed in changed)
    while some := list(islice(rows, PARTS_A_STEP)):
        insert_rows(connection, _PUT, some, _OR_UPDATE)


def _row(part: Part, observed: Observed) -> tuple[object, ...]:
    blob = observed.dump()  # which counts up what is pending: before it is asked how much there was
    return (*part, observed.seen, observed.state.last_ms, blob)


def statuses_of(connection: sqlite3.Connection, parts: Iterable[Part]) -> dict[tuple[int, str], list[str]]:
    """Return the classes of status that were seen of the endpoints of these parts, by endpoint and version."""
    rows = connection.execute(_STATUSES, (pack(sorted({part.endpoint_id for part in parts})),))
    found: dict[tuple[int, str], list[str]] = {}
    for endpoint_id, version, status in rows.fetchall():
        found.setdefault((endpoint_id, version), []).append(status)
    return found


def load_states(connection: sqlite3.Connection, endpoint_id: int, version: str) -> dict[tuple[str, str], Observed]:
    """Return the statistics of an endpoint under a version, by direction and class of status."""
    rows = connection.execute(
        """SELECT direction, status, observed FROM contracts_drift WHERE endpoint_id = ? AND version = ?
           ORDER BY direction, status""",
        (endpoint_id, version),
    )
    found = {}
    for direction, status, blob in rows.fetchall():
        try:
            found[direction, status] = Observed.load(blob)
        except ValueError:
            continue  # of another version of the console: there is nothing to show of it
    return found

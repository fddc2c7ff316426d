"""The statistics of drift as rows."""

import sqlite3
from typing import NamedTuple

from console.areas.contracts.core.drift.observed import Observed


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


def save_observed(connection: sqlite3.Connection, part: Part, observed: Observed) -> None:
    """Write the statistics of a part."""
    blob = observed.dump()
    connection.execute(
        """INSERT INTO contracts_drift (endpoint_id, version, direction, status, n, last_ms, observed)
           VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET n = excluded.n, last_ms = excluded.last_ms,
             observed = excluded.observed""",
        (*part, observed.seen, observed.state.last_ms, blob),
    )


def parts_of_responses(connection: sqlite3.Connection, part: Part) -> list[Part]:
    """Return the parts that are answers of the same endpoint under the same version."""
    rows = connection.execute(
        "SELECT status FROM contracts_drift WHERE endpoint_id = ? AND version = ? AND direction = 'response'", part[:2]
    )
    return [Part(part.endpoint_id, part.version, "response", status) for (status,) in rows.fetchall()]


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

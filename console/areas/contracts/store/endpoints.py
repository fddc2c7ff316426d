"""Endpoints as rows: found by service, method and key, made where there are none."""

import sqlite3
from typing import NamedTuple

from console.areas.contracts.store.values import brief, storable
from console.reporter.contracts.matching import template_key

MAX_ENDPOINTS = 2_000
LONGEST_METHOD = 32
"""Characters of a method that events tell; contracts cannot have a longer one."""
ENTITY = "entity:"
"""Begins the endpoint of a contract about the state of entities of a type: `entity:conversation`."""
_OF_ENDPOINT = ("version", "bucket", "status", "violation", "alert", "drift", "finding", "covered", "past")


class Name(NamedTuple):
    """What an endpoint is known by: `key` is one for all ways to write its path."""

    service: str
    method: str
    key: str


def name_of(service: str, method: str, endpoint: str) -> Name:
    """Return the name of the endpoint that is written so."""
    return Name(storable(service), brief(method, LONGEST_METHOD), storable(template_key(endpoint)))


def find_endpoint(connection: sqlite3.Connection, name: Name) -> int | None:
    """Return the id of an endpoint, None when there is none."""
    row = connection.execute(
        "SELECT id FROM contracts_endpoint WHERE service = ? AND method = ? AND key = ?", name
    ).fetchone()
    return int(row[0]) if row else None


def ensure_declared(connection: sqlite3.Connection, name: Name, endpoint: str) -> int | None:
    """Return the id of the endpoint that a contract is about; None when there are too many.

    Traffic that nobody had declared is taken over: what is of the same path and the same method, or of one that is open
    on either side.
    """
    found = find_endpoint(connection, name)
    if found is None:
        row = connection.execute(
            """SELECT id FROM contracts_endpoint WHERE service = ?1 AND key = ?2 AND current_id IS NULL
               AND (?3 = '' OR method = '') ORDER BY checks DESC LIMIT 1""",
            (name.service, name.key, name.method),
        ).fetchone()
        if row is None:
            return insert_endpoint(connection, name, endpoint)
        found = int(row[0])
    connection.execute(
        "UPDATE contracts_endpoint SET endpoint = ?, method = ? WHERE id = ?", (storable(endpoint), name.method, found)
    )
    return found


def insert_endpoint(connection: sqlite3.Connection, name: Name, endpoint: str) -> int | None:
    """Make an endpoint; returns its id, None when there are too many already."""
    (count,) = connection.execute("SELECT count(*) FROM contracts_endpoint").fetchone()
    if count >= MAX_ENDPOINTS:
        return None
    made = connection.execute(
        "INSERT INTO contracts_endpoint (service, method, key, endpoint) VALUES (?, ?, ?, ?)", (*name, storable(endpoint))
    )
    return int(made.lastrowid or 0)


def drop_endpoint(connection: sqlite3.Connection, endpoint_id: int) -> None:
    """Forget an endpoint with all that is about it."""
    connection.execute(
        """DELETE FROM contracts_occurrence WHERE violation_id IN
             (SELECT id FROM contracts_violation WHERE endpoint_id = ?)""",
        (endpoint_id,),
    )
    connection.execute(
        "DELETE FROM contracts_past_occurrence WHERE past_id IN (SELECT id FROM contracts_past WHERE endpoint_id = ?)",
        (endpoint_id,),
    )
    for table in _OF_ENDPOINT:
        connection.execute(f"DELETE FROM contracts_{table} WHERE endpoint_id = ?", (endpoint_id,))
    connection.execute("DELETE FROM contracts_endpoint WHERE id = ?", (endpoint_id,))

"""Endpoints that turned out to be values of one: their rows become one, with what was counted of all of them."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from console.areas.contracts.store.buckets import move_buckets
from console.areas.contracts.store.endpoints import Name, drop_endpoint, find_endpoint, name_of
from console.areas.contracts.store.values import pack, storable

# What has a contract or a violation, or of which a person has decided something, stays by itself.
_FREE = """SELECT id FROM contracts_endpoint e WHERE id IN (SELECT value FROM json_each(?)) AND current_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM contracts_version v WHERE v.endpoint_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM contracts_violation v WHERE v.endpoint_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM contracts_finding f WHERE f.endpoint_id = e.id
    AND (f.state = 'accepted' OR f.muted_until_ms IS NOT NULL OR f.note != '' OR f.own != ''))"""
_ADD_COUNTS = """WITH gone AS (SELECT * FROM contracts_endpoint WHERE id IN (SELECT value FROM json_each(?1)))
  UPDATE contracts_endpoint SET checks = checks + (SELECT sum(checks) FROM gone),
    observed_request = observed_request + (SELECT sum(observed_request) FROM gone),
    observed_response = observed_response + (SELECT sum(observed_response) FROM gone),
    first_ms = (SELECT min(first_ms) FROM (SELECT first_ms FROM gone UNION ALL SELECT contracts_endpoint.first_ms)),
    last_ms = (SELECT max(last_ms) FROM (SELECT last_ms FROM gone UNION ALL SELECT contracts_endpoint.last_ms))
  WHERE id = ?2"""
_ADD_STATUSES = """INSERT INTO contracts_status SELECT ?2, status, sum(n) FROM contracts_status
  WHERE endpoint_id IN (SELECT value FROM json_each(?1)) GROUP BY status ON CONFLICT DO UPDATE SET n = n + excluded.n"""


class Sibling(NamedTuple):
    """An endpoint that is a value of another, whose `template` it is."""

    endpoint_id: int
    service: str
    method: str
    template: str


def join_siblings(connection: sqlite3.Connection, siblings: Iterable[Sibling]) -> int:
    """Make one row of those with the same template; returns how many became part of one.

    Statistics of drift are those of the row that stays: what was seen of each of the others are a few calls.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for one in siblings:
        groups.setdefault((one.service, one.method, one.template), []).append(one.endpoint_id)
    return sum(_join(connection, name_of(*key), key[2], ids) for key, ids in groups.items())


def _join(connection: sqlite3.Connection, name: Name, template: str, ids: list[int]) -> int:
    gone = [row[0] for row in connection.execute(_FREE, (pack(ids),))]
    into = find_endpoint(connection, name)
    if not gone or (into is not None and not _is_undeclared(connection, into)):
        return 0
    n = len(gone)
    if into is None:
        into = gone.pop(0)
    connection.execute(
        "UPDATE contracts_endpoint SET key = ?, endpoint = ? WHERE id = ?", (name.key, storable(template), into)
    )
    if gone:
        connection.execute(_ADD_COUNTS, (pack(gone), into))
        connection.execute(_ADD_STATUSES, (pack(gone), into))
        move_buckets(connection, gone, into)
    for endpoint_id in gone:
        drop_endpoint(connection, endpoint_id)
    return n


def _is_undeclared(connection: sqlite3.Connection, endpoint_id: int) -> bool:
    """Whether nobody promised anything of the endpoint: counts that were never checked do not belong to a contract."""
    query = "SELECT 1 FROM contracts_version WHERE endpoint_id = ?"
    return connection.execute(query, (endpoint_id,)).fetchone() is None

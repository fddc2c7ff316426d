"""What replicas tell of entities in short, and how any two of them differ over time."""

import sqlite3
from collections.abc import Mapping
from itertools import combinations
from typing import Any, NamedTuple

from console.areas.sync.core.digest import Digest, HashDigest, RowDigest, VectorDigest, remember
from console.areas.sync.core.divergence import Cell, Difference, Standing, compare, follow
from console.areas.sync.store.values import pack, storable, unpack

MAX_ENTITIES = 5_000
MAX_REPLICAS = 16
"""So many of an entity's replicas are compared, the newest; 16 make 120 pairs."""


class Pair(NamedTuple):
    """Two replicas of an entity, in order of their names."""

    entity_type: str
    entity_id: str
    one: str
    other: str


def save_digest(
    connection: sqlite3.Connection, entity: tuple[str, str], replica: str, digest: Digest, ts_ms: int, event_id: int
) -> None:  # fmt: skip
    """Keep the newest digest of a replica; of an opaque hash also those before it."""
    names = (*map(storable, entity), storable(replica))
    if isinstance(digest, HashDigest):
        row = connection.execute(
            "SELECT digest FROM sync_digest WHERE entity_type = ? AND entity_id = ? AND replica = ?", names
        ).fetchone()
        before = read_digest(row[0]) if row else None
        digest = remember(before if isinstance(before, HashDigest) else None, digest.content)
    connection.execute(
        """INSERT INTO sync_digest VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET ts = excluded.ts,
             digest = excluded.digest, content = excluded.content, event_id = excluded.event_id WHERE excluded.ts >= ts""",
        (*names, ts_ms, write_digest(digest), digest.content, event_id),
    )


def load_digests(connection: sqlite3.Connection, entity: tuple[str, str]) -> dict[str, Digest]:
    """Return the newest digest of each replica of an entity."""
    rows = connection.execute(
        f"""SELECT replica, digest FROM (SELECT replica, digest, ts FROM sync_digest WHERE entity_type = ? AND entity_id = ?
              ORDER BY ts DESC LIMIT {MAX_REPLICAS}) ORDER BY replica""",
        tuple(map(storable, entity)),
    )
    return {replica: read_digest(text) for replica, text in rows.fetchall()}


def follow_entity(
    connection: sqlite3.Connection, entity: tuple[str, str], pending: Mapping[str, int], now_ms: int
) -> tuple[list[Pair], list[Pair]]:
    """Compare an entity's replicas; returns the pairs that differ, and those told as diverged that no longer do."""
    entity = (storable(entity[0]), storable(entity[1]))
    digests = load_digests(connection, entity)
    before = load_differences(connection, entity)
    differing, healed = [], []
    for one, other in combinations(sorted(digests), 2):
        pair = Pair(*entity, one, other)
        cell = compare((one, digests[one]), (other, digests[other]))
        known = before.get(pair)
        waiting = pending.get(one, 0) + pending.get(other, 0)
        after = follow(known[0] if known else None, cell, waiting, now_ms)
        if after is not None:
            write_difference(connection, pair, after)
            differing.append(pair)
        elif known is not None:
            connection.execute(
                "DELETE FROM sync_difference WHERE entity_type = ? AND entity_id = ? AND one = ? AND other = ?", pair
            )
            if known[1] and cell.standing is Standing.IN_SYNC:
                healed.append(pair)
    return differing, healed


def load_differences(
    connection: sqlite3.Connection, entity: tuple[str, str] | None = None
) -> dict[Pair, tuple[Difference, bool]]:  # fmt: skip
    """Return how replicas differ, of one entity or all, and whether that was told as a divergence."""
    where, values = ("entity_type = ? AND entity_id = ?", entity) if entity is not None else ("1", ())
    rows = connection.execute(
        f"""SELECT entity_type, entity_id, one, other, standing, rule, late, since_ms, quiet_since_ms, told
            FROM sync_difference WHERE {where}""",
        values,
    )
    return {
        Pair(*row[:4]): (Difference(Cell(Standing(row[4]), row[5], row[6]), row[7], row[8]), bool(row[9]))
        for row in rows.fetchall()
    }


def write_difference(connection: sqlite3.Connection, pair: Pair, difference: Difference) -> None:
    """Keep how two replicas differ; whether it was told stays."""
    cell = difference.cell
    late = None if cell.late is None else storable(cell.late)
    row = (*pair, cell.standing.value, storable(cell.rule), late, difference.since_ms, difference.quiet_since_ms)
    connection.execute(
        """INSERT INTO sync_difference (entity_type, entity_id, one, other, standing, rule, late, since_ms, quiet_since_ms)
           VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET standing = excluded.standing, rule = excluded.rule,
             late = excluded.late, since_ms = excluded.since_ms, quiet_since_ms = excluded.quiet_since_ms""",
        row,
    )


def mark_told(connection: sqlite3.Connection, pair: Pair) -> None:
    """Note that a difference was told as a divergence."""
    connection.execute(
        "UPDATE sync_difference SET told = 1 WHERE entity_type = ? AND entity_id = ? AND one = ? AND other = ?", pair
    )


def prune_digests(connection: sqlite3.Connection, before_ms: int) -> None:
    """Forget digests of before a time whose events are gone, and all but the newest entities' of the rest."""
    connection.execute(
        "DELETE FROM sync_digest WHERE ts < ? AND NOT EXISTS (SELECT 1 FROM events WHERE id = event_id)", (before_ms,)
    )
    connection.execute(
        f"""DELETE FROM sync_digest WHERE (entity_type, entity_id) IN (SELECT entity_type, entity_id FROM sync_digest
              GROUP BY 1, 2 ORDER BY max(ts) DESC LIMIT -1 OFFSET {MAX_ENTITIES})"""
    )
    drop_differences(connection)


def drop_differences(connection: sqlite3.Connection) -> None:
    """Forget the differences of replicas whose digest is gone."""
    connection.execute(
        """DELETE FROM sync_difference WHERE (entity_type, entity_id, one) NOT IN
             (SELECT entity_type, entity_id, replica FROM sync_digest) OR (entity_type, entity_id, other) NOT IN
             (SELECT entity_type, entity_id, replica FROM sync_digest)"""
    )


def write_digest(digest: Digest) -> str:
    """Return a digest as JSON."""
    match digest:
        case VectorDigest():
            told: dict[str, Any] = {"vector": [list(one) for one in digest.vector.items()], "deletes": digest.deletes}
        case RowDigest():
            told = {"version": digest.version}
        case HashDigest():
            told = {"before": list(digest.before)}
    return pack({**told, "content": digest.content}) or ""


def read_digest(text: str) -> Digest:
    """Read what `write_digest` wrote."""
    told = unpack(text)
    if "vector" in told:
        return VectorDigest(dict(told["vector"]), told["deletes"], told["content"])
    if "version" in told:
        return RowDigest(told["version"], told["content"])
    return HashDigest(told["content"], tuple(told["before"]))

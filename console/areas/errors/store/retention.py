"""Moves what retention has deleted from "kept" to "gone", so that a group's history outlives its events."""

import sqlite3
from collections import Counter
from collections.abc import Sequence

from console.areas.errors.store.aggregates import LEVELS_MS, add_to_buckets, id_lists
from console.areas.errors.store.state import stamp_change
from console.areas.errors.store.traits import FACETS
from console.areas.errors.store.values import add_facets, add_values

_OLDEST = """SELECT ts FROM events INDEXED BY events_ts WHERE id NOT IN (SELECT event_id FROM pins) ORDER BY ts LIMIT 1"""
# Retention deletes by time and spares what is pinned: behind the oldest event that is not pinned nothing is missing.
_DELETED = """SELECT event_id FROM errors_member WHERE ts <= ?
  AND NOT EXISTS (SELECT 1 FROM events WHERE id = event_id) ORDER BY event_id"""
_FORGET = """UPDATE errors_group SET kept = kept - ?1, gone = gone + ?1,
  gone_first_ms = min(coalesce(gone_first_ms, ?2), ?2), gone_last_ms = max(coalesce(gone_last_ms, ?3), ?3),
  gone_severity = max(gone_severity, ?4) WHERE id = ?5"""

# A regroup under way uses values that nothing counts yet.
_DROP_VALUES = "DELETE FROM errors_value WHERE n <= 0 AND (SELECT regroup_rules FROM errors_state) = 0"
_DROP_GROUPS = """DELETE FROM errors_group WHERE kept = 0 AND gone > 0 AND status = 'pending' AND note = ''
  AND merged_into IS NULL AND split IS NULL AND parent_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM errors_group other WHERE other.merged_into = errors_group.id)
  AND NOT EXISTS (SELECT 1 FROM errors_audit_group WHERE group_id = errors_group.id)"""


def prune(connection: sqlite3.Connection, before_ms: int) -> None:
    """Forget the members whose events are deleted.

    A group without members stays while somebody has decided anything about it, with the counts of all that ever came.
    """
    oldest = connection.execute(_OLDEST).fetchone()
    until_ms = max(before_ms, oldest[0]) if oldest else 2**63 - 1
    _forget(connection, [row[0] for row in connection.execute(_DELETED, (until_ms,))])


def forget(connection: sqlite3.Connection, event_ids: Sequence[int], _range_ms: tuple[int, int]) -> None:
    """Forget the members whose events a person has deleted; as with retention, groups remember how many there were."""
    _forget(connection, event_ids)


def _forget(connection: sqlite3.Connection, deleted: Sequence[int]) -> None:
    for ids in id_lists(deleted):
        _forget_members(connection, ids)
    if deleted:
        connection.execute("DELETE FROM errors_bucket WHERE n <= 0")
        connection.execute("DELETE FROM errors_facet WHERE n <= 0")
        connection.execute(_DROP_VALUES)
        connection.execute(_DROP_GROUPS)
        stamp_change(connection)


def _forget_members(connection: sqlite3.Connection, ids: str) -> None:
    members = f"FROM errors_member WHERE event_id IN ({ids})"
    groups = connection.execute(
        f"SELECT count(*), min(ts), max(ts), max(severity), group_id {members} GROUP BY group_id"
    ).fetchall()
    connection.executemany(_FORGET, groups)
    for level in LEVELS_MS:
        rows = f"SELECT {level}, ts - ts % {level}, group_id, -count(*) {members} GROUP BY 2, 3"
        add_to_buckets(connection, connection.execute(rows).fetchall())
    for facet, column in enumerate(FACETS):
        rows = f"SELECT {facet}, group_id, {column}, -count(*) {members} AND {column} > 0 GROUP BY 2, 3"
        facets = connection.execute(rows).fetchall()
        add_facets(connection, facets)
        gone: Counter[int] = Counter()
        for _, _, value_id, n in facets:
            gone[value_id] += n
        add_values(connection, gone)
    connection.execute(f"DELETE {members}")

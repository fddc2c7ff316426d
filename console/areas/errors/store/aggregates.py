"""Counts of groups: added to by each batch, computed anew from the members where groups changed."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence

from console.areas.errors.store.traits import FACETS
from console.store.bulk import insert_rows

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
LEVELS_MS = (MINUTE_MS, HOUR_MS)
IDS_A_STATEMENT = 5_000

_ADD_TO_GROUPS = """) UPDATE errors_group SET kept = kept + added.n, first_ms = min(coalesce(first_ms, first), first),
  last_ms = max(coalesce(last_ms, last), last), severity = max(severity, worst) FROM added WHERE id = group_id"""

_RECOUNT = """UPDATE errors_group SET (kept, first_ms, last_ms, severity) =
  (SELECT count(*), min(ts), max(ts), coalesce(max(severity), 0) FROM errors_member WHERE group_id = errors_group.id)
  WHERE id IN ({ids})"""
# A group also shows what it remembers of deleted events, its own and those of groups that were merged into it.
_WITH_THE_PAST = """UPDATE errors_group SET first_ms = min(coalesce(first_ms, past.first), past.first),
  last_ms = max(coalesce(last_ms, past.last), past.last), severity = max(errors_group.severity, past.severity)
  FROM (SELECT coalesce(merged_into, id) AS shown, min(gone_first_ms) AS first, max(gone_last_ms) AS last,
          max(gone_severity) AS severity FROM errors_group WHERE gone > 0 GROUP BY 1) AS past
  WHERE past.shown = errors_group.id AND errors_group.id IN ({ids})"""


def recount(connection: sqlite3.Connection, group_ids: Collection[int]) -> None:
    """Compute all counts of some groups from their members."""
    for ids in id_lists(sorted(group_ids)):
        for level in LEVELS_MS:
            connection.execute(f"DELETE FROM errors_bucket WHERE level_ms = {level} AND group_id IN ({ids})")
            connection.execute(
                f"""INSERT INTO errors_bucket SELECT {level}, ts - ts % {level}, group_id, count(*) FROM errors_member
                WHERE group_id IN ({ids}) GROUP BY 2, 3"""
            )
        for facet, column in enumerate(FACETS):
            connection.execute(f"DELETE FROM errors_facet WHERE facet = {facet} AND group_id IN ({ids})")
            connection.execute(
                f"""INSERT INTO errors_facet SELECT {facet}, group_id, {column}, count(*) FROM errors_member
                WHERE group_id IN ({ids}) AND {column} > 0 GROUP BY 2, 3"""
            )
        connection.execute(_RECOUNT.format(ids=ids))
        connection.execute(_WITH_THE_PAST.format(ids=ids))


def add_to_groups(connection: sqlite3.Connection, rows: Sequence[tuple[int, int, int, int, int]]) -> None:
    """Add a batch's sums: rows of group, number, first and last time in ms, worst severity."""
    insert_rows(connection, "WITH added (group_id, n, first, last, worst) AS (", rows, _ADD_TO_GROUPS)


def add_to_buckets(connection: sqlite3.Connection, rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Add to the counts over time: rows of level, bucket, group, number (below 0 to take away)."""
    insert_rows(connection, "INSERT INTO errors_bucket", rows, " ON CONFLICT DO UPDATE SET n = n + excluded.n")


def id_lists(ids: Sequence[int]) -> Iterator[str]:
    """Yield ids as lists for IN (…): our own whole numbers, which need no parameters."""
    for start in range(0, len(ids), IDS_A_STATEMENT):
        yield ",".join(map(str, ids[start : start + IDS_A_STATEMENT]))

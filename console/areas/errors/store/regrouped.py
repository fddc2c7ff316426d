"""The last part of a regroup: what it found becomes what is shown, and old groups live on in the new ones.

A new fingerprint takes, in this order: the group that has it already; the old group that most of its events come from,
unless that one is taken or is still needed; else a new group that starts with that one's state. So statuses, notes,
merges, splits and the audit go along. An old group that is left without a fingerprint of its own is merged into the
one that most of its events went to, so that its number still leads there.
"""

import sqlite3
from typing import NamedTuple

from console.areas.errors.core.grouping import RULES_VERSION
from console.areas.errors.store.reassigning import reassign
from console.areas.errors.store.traits import FACETS

_VALUES = ", ".join(FACETS)
_FIND_OVERLAPS = """SELECT m.home_id, r.fingerprint_id, count(*) AS n FROM errors_regrouped r
  JOIN errors_member m ON m.event_id = r.event_id GROUP BY 1, 2 ORDER BY n DESC, 1, 2"""
_TAKE_OVER = f"""INSERT INTO errors_member (event_id, home_id, group_id, ts, severity, {_VALUES})
  SELECT r.event_id, f.home_id, f.home_id, r.ts, r.severity, {", ".join("r." + name for name in FACETS)}
  FROM errors_regrouped r JOIN errors_regrouped_found f ON f.id = r.fingerprint_id WHERE true
  ON CONFLICT (event_id) DO UPDATE SET home_id = excluded.home_id, severity = excluded.severity,
  {", ".join(f"{name} = excluded.{name}" for name in FACETS)}"""
_COPY = """INSERT INTO errors_group (fingerprint, title, culprit, rule, category, parts, status, note, who, changed_ms,
    merged_into, split)
  SELECT f.fingerprint, f.title, f.culprit, f.rule, f.category, f.parts, coalesce(old.status, 'pending'),
    coalesce(old.note, ''), coalesce(old.who, ''), coalesce(old.changed_ms, 0), old.merged_into, old.split
  FROM errors_regrouped_group f LEFT JOIN errors_group old ON old.id = ? WHERE f.id = ?"""
_RENAME = """UPDATE errors_group SET (fingerprint, title, culprit, rule, category, parts) =
  (SELECT fingerprint, title, culprit, rule, category, parts FROM errors_regrouped_group WHERE id = ?) WHERE id = ?"""
_COUNT_VALUES = """UPDATE errors_value SET n = sums.n
  FROM (SELECT value_id, sum(n) AS n FROM errors_facet GROUP BY 1) AS sums WHERE sums.value_id = errors_value.id"""


class Shown(NamedTuple):
    """What came of it: groups with events, events that moved, groups that are new or have another fingerprint."""

    groups: int
    moved: int
    changed: list[int]


def show_regrouped(connection: sqlite3.Connection, until: int) -> Shown:
    """Take over what was found for events up to the id `until`."""
    connection.execute("DELETE FROM errors_regrouped WHERE event_id NOT IN (SELECT id FROM events)")
    connection.execute(
        """DELETE FROM errors_regrouped_group WHERE id NOT IN (SELECT fingerprint_id FROM errors_regrouped)"""
    )
    # What the rules call no error any more leaves; what retention has deleted waits for `prune`.
    connection.execute(
        """DELETE FROM errors_member WHERE event_id <= ? AND event_id NOT IN (SELECT event_id FROM errors_regrouped)
        AND event_id IN (SELECT id FROM events)""",
        (until,),
    )
    overlaps = connection.execute(_FIND_OVERLAPS).fetchall()
    homes, changed = _choose_homes(connection, overlaps, until)
    connection.execute("CREATE TEMP TABLE errors_regrouped_found (id INTEGER PRIMARY KEY, home_id INTEGER NOT NULL)")
    connection.executemany("INSERT INTO errors_regrouped_found VALUES (?, ?)", homes.items())
    connection.execute(_TAKE_OVER)
    connection.execute("DROP TABLE errors_regrouped_found")
    changed += _lead_on(connection, overlaps, homes)
    moved = reassign(connection, [row[0] for row in connection.execute("SELECT id FROM errors_group")])
    connection.execute("UPDATE errors_value SET n = 0")
    connection.execute(_COUNT_VALUES)
    connection.execute("DELETE FROM errors_regrouped")
    connection.execute("DELETE FROM errors_regrouped_group")
    connection.execute("UPDATE errors_state SET rules = ?, regroup_rules = 0", (RULES_VERSION,))
    (groups,) = connection.execute("SELECT count(*) FROM errors_group WHERE kept > 0").fetchone()
    return Shown(groups, moved, sorted(set(changed)))


def _choose_homes(
    connection: sqlite3.Connection, overlaps: list[tuple[int, int, int]], until: int
) -> tuple[dict[int, int], list[int]]:
    """Return the home of each found fingerprint, and the groups that are new or renamed."""
    same = "SELECT f.id, g.id FROM errors_regrouped_group f JOIN errors_group g ON g.fingerprint = f.fingerprint"
    homes: dict[int, int] = dict(connection.execute(same).fetchall())
    connection.executemany(_RENAME, homes.items())
    # Homes of events that came meanwhile have fingerprints by today's rules, and keep them.
    needed = connection.execute("SELECT DISTINCT home_id FROM errors_member WHERE event_id > ?", (until,))
    taken = {*homes.values(), *(row[0] for row in needed)}
    source: dict[int, int] = {}
    changed = []
    for old, found, _ in overlaps:
        source.setdefault(found, old)
        if found not in homes and old not in taken:
            connection.execute(_RENAME, (found, old))
            homes[found] = old
            taken.add(old)
            changed.append(old)
    for (found,) in connection.execute("SELECT id FROM errors_regrouped_group ORDER BY id").fetchall():
        if found not in homes:
            made = connection.execute(_COPY, (source.get(found), found)).lastrowid
            assert made is not None
            homes[found] = made
            changed.append(made)
    return homes, changed


def _lead_on(connection: sqlite3.Connection, overlaps: list[tuple[int, int, int]], homes: dict[int, int]) -> list[int]:
    """Merge groups that nothing has as its home any more into those that took their events; returns them."""
    led: list[int] = []
    for old, found, _ in overlaps:
        if old in led:
            continue
        home = homes[found]
        done = connection.execute(
            """UPDATE errors_group SET merged_into = (SELECT coalesce(merged_into, id) FROM errors_group WHERE id = ?1)
            WHERE id = ?2 AND id <> ?1 AND merged_into IS NULL AND split IS NULL
              AND id NOT IN (SELECT home_id FROM errors_member)
              AND id NOT IN (SELECT merged_into FROM errors_group WHERE merged_into IS NOT NULL)""",
            (home, old),
        )
        if done.rowcount:
            led.append(old)
    return led

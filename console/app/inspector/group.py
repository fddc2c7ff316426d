"""An event among those of its error group: the one before, the one after, another to compare with. For pool threads."""

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.store.reading import load_event
from console.store.rows import EventDetail, Position

if TYPE_CHECKING:
    from console.qt.diff_rows import DiffRows

_BEFORE_ALL = Position(-(1 << 62), 0)
_FOREVER_MS = 1 << 53
MOST_CAUSES = 6


@dataclass(frozen=True, slots=True)
class Compared:
    """Two events and how they differ; `causes` say what is common in their group and rare elsewhere."""

    left: EventDetail
    right: EventDetail
    rows: "DiffRows"
    causes: tuple[str, ...]


class NotThere(Exception):
    """What was asked for does not exist; the text says so in a sentence."""


def group_of(connection: sqlite3.Connection, event_id: int) -> int | None:
    """Return the group of an event; None when it is in none, or the store was made before there were groups."""
    # Here, on a pool thread: the area's store brings libraries that the first painted window must not wait for.
    from console.areas.errors.store.reading import group_of_event

    return group_of_event(connection, event_id) if _has_groups(connection) else None


def beside(connection: sqlite3.Connection, event_id: int, step: int) -> int | None:
    """Return the event `step` places later in the group (earlier where negative), None beyond its ends."""
    from console.areas.errors.store.reading import neighbour

    return neighbour(connection, event_id, step) if _has_groups(connection) else None


def first_of_group(connection: sqlite3.Connection, event_id: int) -> int | None:
    """Return the oldest kept event of the group that an event is in."""
    from console.areas.errors.store.reading import group_events

    group_id = group_of(connection, event_id)
    rows = group_events(connection, group_id, after=_BEFORE_ALL, limit=1) if group_id is not None else []
    return rows[0].id if rows else None


def compare(connection: sqlite3.Connection, left_id: int, right_id: int) -> Compared:
    """Compare two events. Raises NotThere."""
    from console.qt.compare_dialog import compare_events

    left, right = load_event(connection, left_id), load_event(connection, right_id)
    if left is None or right is None:
        raise NotThere(f"Event {left_id if left is None else right_id} is not in the store any more.")
    group_id = group_of(connection, left_id)
    same = group_id is not None and group_id == group_of(connection, right_id)
    causes = _causes(connection, group_id) if same and group_id is not None else ()
    return Compared(left, right, compare_events(left, right), causes)


def _causes(connection: sqlite3.Connection, group_id: int) -> tuple[str, ...]:
    from console.areas.errors.store.reading import load_group

    found = load_group(connection, group_id, 0, _FOREVER_MS)
    return tuple(cause.words for cause in found.likely_causes[:MOST_CAUSES]) if found is not None else ()


def _has_groups(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'errors_member'").fetchone() is not None

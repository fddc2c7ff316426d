"""Issues whose conflicts are alike."""

import sqlite3
from typing import Any

from console.areas.sync.core.merge.similarity import shape_of
from console.areas.sync.store.settling import load_case

MAX_ALIKE = 1_000
_ALIKE = """FROM sync_issue o JOIN sync_issue i ON i.id = ?1 WHERE o.state IN ('open', 'reopened') AND o.id != ?1
  AND o.entity_type = i.entity_type AND o.kind = i.kind AND o.fields = i.fields"""


def count_alike(connection: sqlite3.Connection, issue_id: int) -> int:
    """Return how many other open issues tell of the same kind, entity type and fields: most have the same shape."""
    row: tuple[Any, ...] = connection.execute(f"SELECT count(*) {_ALIKE}", (issue_id,)).fetchone()
    return int(row[0])


def same_shape(connection: sqlite3.Connection, issue_id: int) -> list[int]:
    """Return the other open issues, worst and oldest first, whose merge leaves the same open. Merges each candidate.

    Raises LookupError.
    """
    case = load_case(connection, issue_id)
    if not case.merge.open:
        return []
    shape = shape_of(case.entity_type, case.merge)
    rows = connection.execute(
        f"SELECT o.id {_ALIKE} ORDER BY o.severity DESC, o.first_ms LIMIT {MAX_ALIKE}", (issue_id,)
    ).fetchall()
    others = (load_case(connection, row[0]) for row in rows)
    return [other.issue_id for other in others if shape_of(other.entity_type, other.merge) == shape]

"""What the store knows about a source's losses: gaps, unknown coverage, quarantined data; newest first."""

import sqlite3
from typing import NamedTuple

LIMIT = 200


class Loss(NamedTuple):
    """One loss. Times are Unix ms, None where it is not known; `missing` None means "unknown how many"."""

    kind: str
    from_ms: int | None
    to_ms: int | None
    missing: int | None
    reason: str


def losses(connection: sqlite3.Connection, source: str) -> list[Loss]:
    """Return up to LIMIT losses of each kind of a source, newest first."""
    found = connection.execute(_SQL, {"name": source, "limit": LIMIT}).fetchall()
    return [Loss(*row) for row in found]


_SQL = """
WITH this AS (SELECT id FROM sources WHERE name = :name)
SELECT * FROM (SELECT 'gap', e.ts, e.ts, g.to_seq - g.from_seq + 1, g.reason FROM gaps g
  LEFT JOIN events e ON e.id = g.event_id WHERE g.source_id IN this ORDER BY g.id DESC LIMIT :limit)
UNION ALL SELECT * FROM (SELECT 'unknown', from_ts, to_ts, NULL, reason FROM coverage
  WHERE source_id IN this ORDER BY id DESC LIMIT :limit)
UNION ALL SELECT * FROM (SELECT 'quarantine', received, received, 1, reason || ' (' || size || ' bytes)' FROM quarantine
  WHERE source_id IN this ORDER BY id DESC LIMIT :limit)
ORDER BY 2 DESC"""

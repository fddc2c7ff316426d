"""What the store knows about sources: which there were, how busy they were, and what each has lost."""

import sqlite3
from typing import NamedTuple

LIMIT = 200
"""Losses of each kind that are read at once."""
_BUCKET_MS = 10_000


class Loss(NamedTuple):
    """One loss. Times are Unix ms, None where it is not known; `missing` None means "unknown how many"."""

    kind: str
    from_ms: int | None
    to_ms: int | None
    missing: int | None
    reason: str


class StoredSource(NamedTuple):
    """A source that the store has events of; `rates` are events/s in the six newest stretches of ten seconds."""

    name: str
    url: str
    last_seen_ms: int
    rates: tuple[float, ...]


class Losses(NamedTuple):
    """Losses newest first; `more` when there are older ones of some kind."""

    rows: list[Loss]
    more: bool


def losses(connection: sqlite3.Connection, source: str, limit: int = LIMIT) -> Losses:
    """Return up to `limit` losses of each kind of a source, newest first over all kinds."""
    row = connection.execute("SELECT id FROM sources WHERE name = ?", (source,)).fetchone()
    found: list[Loss] = []
    more = False
    for statement in _KINDS if row else ():
        rows = connection.execute(statement, {"source": row[0], "limit": limit + 1}).fetchall()
        more = more or len(rows) > limit
        found.extend(Loss(*values) for values in rows[:limit])
    found.sort(key=lambda loss: loss.from_ms or 0, reverse=True)
    return Losses(found, more)


def stored_sources(connection: sqlite3.Connection, now_ms: int) -> list[StoredSource]:
    """Return the sources of the store in order of their names."""
    newest = now_ms // _BUCKET_MS
    counts: dict[int, dict[int, int]] = {}
    for source, bucket, n in connection.execute(_ACTIVITY, (newest - 6, newest - 1)):
        counts.setdefault(source, {})[bucket] = n
    rows = connection.execute("SELECT id, name, url, last_seen FROM sources ORDER BY name").fetchall()
    return [
        StoredSource(name, url, last_seen, tuple(counts.get(i, {}).get(newest - back, 0) / 10 for back in range(6, 0, -1)))
        for i, name, url, last_seen in rows
    ]


# Newest first by id: each of these tables only grows, and its ids rise with time.
_KINDS = (
    """SELECT 'gap', e.ts, e.ts, g.to_seq - g.from_seq + 1, g.reason FROM gaps g
       LEFT JOIN events e ON e.id = g.event_id WHERE g.source_id = :source ORDER BY g.id DESC LIMIT :limit""",
    """SELECT 'unknown', from_ts, to_ts, NULL, reason FROM coverage
       WHERE source_id = :source ORDER BY id DESC LIMIT :limit""",
    """SELECT 'quarantine', received, received, 1, reason || ' (' || size || ' bytes)' FROM quarantine
       WHERE source_id = :source ORDER BY id DESC LIMIT :limit""",
)
_ACTIVITY = """SELECT k.source_id, a.bucket, sum(a.n) FROM activity a JOIN kinds k ON k.id = a.kind
  WHERE a.bucket BETWEEN ? AND ? GROUP BY k.source_id, a.bucket"""

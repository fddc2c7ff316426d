"""Ids that the writer hands out: events, sources, streams, kinds; cached, since each event needs them."""

import sqlite3

from console.model.clock import Clock
from console.model.event import Event
from console.model.facts import StreamPosition
from console.model.taxonomy import layer_of

MAX_KINDS_PER_SOURCE = 2_000
NAME_LENGTH = 120

_KIND_SQL = """INSERT INTO kinds (source_id, service, event_type, level, severity, category, layer, marker)
    VALUES (?,?,?,?,?,?,?,?)"""


class Identities:
    """The caches of one writing connection. `reload` after a rollback: the caches may be ahead of the file."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.open_coverage: dict[tuple[str, str], int] = {}
        self.last_id = 0
        self._highest_handed_out = 0
        self.reload()

    def reload(self) -> None:
        """Read the caches from the file."""
        execute = self._connection.execute
        newest = execute("SELECT max(id) FROM events").fetchone()[0] or 0
        kept = execute("SELECT value FROM meta WHERE key = 'last_id'").fetchone()
        self.last_id = max(newest, int(kept[0]) if kept else 0)
        self._sources: dict[str, int] = dict(execute("SELECT name, id FROM sources").fetchall())
        streams = execute("SELECT source_id, epoch, id FROM streams").fetchall()
        self._streams = {(source_id, epoch): stream_id for source_id, epoch, stream_id in streams}
        columns = "source_id, service, event_type, level, severity, category, marker, id"
        self.kinds: dict[tuple[object, ...], int] = {
            tuple(row[:-1]): row[-1] for row in execute(f"SELECT {columns} FROM kinds")
        }
        self._kind_counts: dict[int, int] = {}
        for key in self.kinds:
            self._count_kind(key)
        self._moved: dict[int, tuple[int, int]] = {}
        self._seen: dict[int, int] = {}

    def take_ids(self, count: int) -> int:
        """Reserve `count` consecutive event ids; returns the first."""
        first = self.last_id + 1
        self.last_id += count
        return first

    def attach(self, name: str, url: str, transport: str, at_ms: int) -> int:
        """Write or update the row of a source."""
        self._connection.execute(
            """INSERT INTO sources (name, url, transport, first_seen, last_seen) VALUES (?,?,?,?,?)
            ON CONFLICT (name) DO UPDATE SET url = excluded.url, transport = excluded.transport,
            last_seen = excluded.last_seen""",
            (name, url, transport, at_ms, at_ms),
        )
        row = self._connection.execute("SELECT id FROM sources WHERE name = ?", (name,)).fetchone()
        self._sources[name] = int(row[0])
        return int(row[0])

    def source_id(self, name: str) -> int:
        known = self._sources.get(name)
        return known if known is not None else self.attach(name, "", "unknown", self._clock())

    def stream_id(self, source: str, epoch: str) -> int:
        source_id = self.source_id(source)
        known = self._streams.get((source_id, epoch))
        if known is not None:
            return int(known)
        inserted = self._connection.execute(
            "INSERT INTO streams (source_id, epoch, opened) VALUES (?,?,?)", (source_id, epoch, self._clock())
        )
        self._streams[source_id, epoch] = stream_id = int(inserted.lastrowid or 0)
        return stream_id

    def advance(self, stream_id: int, first: int, last: int, seen_ms: int) -> None:
        """Note that first..last of a stream are accounted for; written by `flush`."""
        low, high = self._moved.get(stream_id, (first, last))
        self._moved[stream_id] = (min(low, first), max(high, last))
        self._seen[stream_id] = seen_ms

    def flush(self) -> None:
        """Write the cursors that moved in this transaction."""
        self._connection.executemany(
            """UPDATE streams SET first_seq = min(coalesce(first_seq, ?1), ?1), next_seq = max(coalesce(next_seq, 0), ?2)
            WHERE id = ?3""",
            [(low, high + 1, stream_id) for stream_id, (low, high) in self._moved.items()],
        )
        self._connection.executemany(
            "UPDATE sources SET last_seen = ? WHERE id = (SELECT source_id FROM streams WHERE id = ?)",
            [(seen, stream_id) for stream_id, seen in self._seen.items()],
        )
        self._moved.clear()
        self._seen.clear()

    def kind_id(self, source_id: int, event: Event, marker: int = 0) -> int:
        """Return the id of the event's kind: the combination of everything of few values that one filters by."""
        key = (source_id, event.service, event.event_type, event.level, event.severity, event.category, marker)
        known = self.kinds.get(key)
        return known if known is not None else self._new_kind(source_id, event, marker)

    def _new_kind(self, source_id: int, event: Event, marker: int) -> int:
        """Bounded: a producer that invents a service name an event must not make this table grow for ever."""
        names = [
            name[:NAME_LENGTH] for name in (event.service, event.event_type, event.level, event.severity, event.category)
        ]
        key: tuple[object, ...] = (source_id, *names, marker)
        if key not in self.kinds and self._kind_counts.get(source_id, 0) >= MAX_KINDS_PER_SOURCE:
            names = ["(other)", "(other)", "info", "info", "(other)"]
            event.degraded = event.degraded or "more distinct services and categories than can be told apart"
            key = (source_id, *names, marker)
        known = self.kinds.get(key)
        if known is not None:
            return known
        service, event_type, level, severity, category = names
        row = (source_id, service, event_type, level, severity, category, layer_of(category), marker)
        kind_id = int(self._connection.execute(_KIND_SQL, row).lastrowid or 0)
        self.kinds[key] = kind_id
        self._count_kind(key)
        return kind_id

    def _count_kind(self, key: tuple[object, ...]) -> None:
        source_id = key[0]
        assert isinstance(source_id, int)
        self._kind_counts[source_id] = self._kind_counts.get(source_id, 0) + 1


def stream_positions(connection: sqlite3.Connection, source: str) -> list[StreamPosition]:
    """Return what the store holds of each epoch of a source, oldest first: where ingest resumes."""
    rows = connection.execute(
        """SELECT t.id, t.epoch, t.first_seq, t.next_seq FROM streams t JOIN sources s ON s.id = t.source_id
        WHERE s.name = ? AND t.next_seq IS NOT NULL ORDER BY t.id""",
        (source,),
    ).fetchall()
    positions = []
    for stream_id, epoch, start, next_seq in rows:
        gaps = connection.execute(
            "SELECT from_seq, to_seq FROM gaps WHERE stream_id = ? ORDER BY from_seq", (stream_id,)
        ).fetchall()
        positions.append(StreamPosition(epoch, start, next_seq, [(a, b) for a, b in gaps]))
    return positions

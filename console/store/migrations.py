"""The store's schema as named migrations, and opening a store of any age.

Each migration runs in one transaction. A store that names migrations unknown here was written by a newer
console and is refused, never touched. `v_events` is the public view: its columns are a promise (tested).
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from console.store.database import StoreError, StoreNewer, open_reader, open_writer
from console.store.outbox import OUTBOX

Statements = Sequence[str]
AreaMigrations = Sequence[tuple[str, Statements]]

FIRST: Statements = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    """CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, url TEXT NOT NULL, transport TEXT NOT NULL,
       first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL)""",
    """CREATE TABLE streams (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, epoch TEXT NOT NULL,
       first_seq INTEGER, next_seq INTEGER, opened INTEGER NOT NULL, UNIQUE (source_id, epoch))""",
    """CREATE TABLE kinds (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, service TEXT NOT NULL,
       event_type TEXT NOT NULL, level TEXT NOT NULL, severity TEXT NOT NULL, category TEXT NOT NULL,
       layer TEXT NOT NULL, marker INTEGER NOT NULL DEFAULT 0,
       UNIQUE (source_id, service, event_type, level, severity, category, marker))""",
    # Narrow on purpose: what lists and filters need. The text lies in `payloads`, so that scans stay short.
    """CREATE TABLE events (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, ts INTEGER NOT NULL, received INTEGER NOT NULL,
       stream INTEGER, seq INTEGER, message TEXT NOT NULL, uid TEXT, correlation TEXT, entity_type TEXT, entity_id TEXT,
       fingerprint TEXT, duration_ms REAL, flags INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX events_ts ON events (ts)",
    # One index serves every filter over source, service, type, level, severity, category and layer: such a
    # filter is first resolved to its few hundred kinds.
    "CREATE INDEX events_kind_ts ON events (kind, ts)",
    # Partial: an index on a random id for every row halves the insert rate.
    "CREATE INDEX events_correlation ON events (correlation, ts) WHERE correlation IS NOT NULL",
    "CREATE INDEX events_entity ON events (entity_id, ts) WHERE entity_id IS NOT NULL",
    "CREATE INDEX events_fingerprint ON events (fingerprint, ts) WHERE fingerprint IS NOT NULL",
    "CREATE INDEX events_duration ON events (duration_ms) WHERE duration_ms IS NOT NULL",
    "CREATE INDEX events_flagged ON events (flags, ts) WHERE flags & 1",
    "CREATE TABLE payloads (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE degraded (event_id INTEGER PRIMARY KEY, reason TEXT NOT NULL)",
    """CREATE TABLE gaps (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, stream_id INTEGER NOT NULL,
       from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, reason TEXT NOT NULL, declared INTEGER NOT NULL,
       event_id INTEGER)""",
    "CREATE INDEX gaps_stream ON gaps (stream_id, from_seq)",
    """CREATE TABLE coverage (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, from_ts INTEGER NOT NULL,
       to_ts INTEGER NOT NULL, reason TEXT NOT NULL)""",
    """CREATE TABLE quarantine (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, stream_id INTEGER, seq INTEGER,
       received INTEGER NOT NULL, reason TEXT NOT NULL, size INTEGER NOT NULL, raw BLOB NOT NULL)""",
    "CREATE TABLE pins (event_id INTEGER PRIMARY KEY, note TEXT NOT NULL DEFAULT '', pinned INTEGER NOT NULL)",
    "CREATE TABLE activity (bucket INTEGER, kind INTEGER, n INTEGER NOT NULL, PRIMARY KEY (bucket, kind)) WITHOUT ROWID",
    """CREATE TABLE search_parts (part INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL)""",
    """CREATE VIEW v_events AS SELECT e.id, s.name AS source, k.service, k.event_type, e.ts, e.received, k.level, k.severity,
       k.category, k.layer, e.message, e.correlation AS correlation_id, e.entity_type, e.entity_id, e.fingerprint,
       e.duration_ms, e.uid, d.reason AS degraded, t.epoch, e.seq, p.text AS payload
       FROM events e JOIN kinds k ON k.id = e.kind JOIN sources s ON s.id = k.source_id JOIN payloads p ON p.id = e.id
       LEFT JOIN streams t ON t.id = e.stream LEFT JOIN degraded d ON d.event_id = e.id WHERE k.marker = 0""",
    """CREATE VIEW v_gaps AS SELECT g.id, s.name AS source, t.epoch, g.from_seq, g.to_seq,
       g.to_seq - g.from_seq + 1 AS events, g.reason, g.declared FROM gaps g
       JOIN sources s ON s.id = g.source_id JOIN streams t ON t.id = g.stream_id""",
)

BASE: AreaMigrations = (("0001_events", FIRST), ("0002_outbox", OUTBOX))

V_EVENTS_COLUMNS = (
    "id", "source", "service", "event_type", "ts", "received", "level", "severity", "category", "layer", "message",
    "correlation_id", "entity_type", "entity_id", "fingerprint", "duration_ms", "uid", "degraded", "epoch", "seq", "payload",
)  # fmt: skip


def _migrations(area: str, steps: AreaMigrations) -> Migrations:
    migrations = Migrations(area)
    for name, statements in steps:
        migrations(name=name)(_runner(statements))
    return migrations


def _runner(statements: Statements):  # type: ignore[no-untyped-def]  # sqlite-utils wants a plain function of a Database
    def run(database: Database) -> None:
        for statement in statements:
            database.conn.execute(statement)

    return run


def migrate(connection: sqlite3.Connection, areas: Iterable[tuple[str, AreaMigrations]] = ()) -> list[str]:
    """Bring a store up to date; returns the names of the migrations that ran. Raises StoreNewer."""
    known = [("store", BASE), *areas]
    refuse_newer(connection, known)
    database = Database(connection)
    done: list[str] = []
    for area, steps in known:
        migrations = _migrations(area, steps)
        before = {migration.name for migration in migrations.applied(database)}
        migrations.apply(database)
        done += [f"{area}/{name}" for name, _ in steps if name not in before]
    return done


def refuse_newer(connection: sqlite3.Connection, known: Iterable[tuple[str, AreaMigrations]]) -> None:
    """Raise StoreNewer when the file has migrations that this version does not know."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "_sqlite_migrations" not in tables:
        if tables:
            raise StoreError("this SQLite file is not a store of this console; give another --db")
        return
    names = {(area, name) for area, steps in known for name, _ in steps}
    areas = {area for area, _ in names} | {"store"}
    rows = connection.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall()
    newer = sorted(f"{area}/{name}" for area, name in rows if area in areas and (area, name) not in names)
    if newer:
        raise StoreNewer(
            f"this store was written by a newer console (it has {', '.join(newer)}); "
            "update the console, or give another --db. The file was not touched."
        )


def refuse_newer_file(path: Path, areas: Iterable[tuple[str, AreaMigrations]] = ()) -> None:
    """Raise StoreNewer by reading only: opening for writing would already fold the WAL into the file."""
    if not path.exists() or not path.stat().st_size:
        return
    connection = open_reader(path)
    try:
        refuse_newer(connection, [("store", BASE), *areas])
    finally:
        connection.close()


def create_store(path: Path, areas: Iterable[tuple[str, AreaMigrations]] = ()) -> None:
    """Create or update a store and close it again."""
    connection = open_writer(path)
    try:
        migrate(connection, areas)
    finally:
        connection.close()

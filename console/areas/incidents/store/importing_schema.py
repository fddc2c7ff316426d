"""Whether what a bundle says it holds fits the tables that this console allows, and whether what came fits together."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from console.areas.incidents.core.bundle.manifest import Manifest
from console.areas.incidents.core.bundle.members import MANIFEST, table_member
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.store.bundled import EVENTS
from console.store.bundling import BundleTable, Column
from console.store.outbox import WAITING
from console.store.recording import ACTIVITY_MS
from console.store.rows import MARKER_NONE


class Expected(NamedTuple):
    """A table of the bundle: its member, its columns as the new store declares them, in the order of the rows' values."""

    table: str
    member: str
    columns: tuple[Column, ...]

    @property
    def insert(self) -> str:
        """The statement up to and without VALUES."""
        return f"INSERT INTO {self.table} ({', '.join(column.name for column in self.columns)})"


def allowed_columns(tables: Iterable[BundleTable]) -> dict[str, frozenset[str]]:
    """Return what a bundle may hold: columns by table."""
    return {table.name: frozenset(table.columns) for table in tables}


def check_tables(manifest: Manifest, allowed: Mapping[str, frozenset[str]]) -> None:
    """Refuse tables and columns that are none of ours. Raises BundleRefused."""
    for table, columns in manifest.tables.items():
        if table not in allowed:
            raise BundleRefused(table_member(table), f"bundles of this console have no table {table!r}; update the console")
        if unknown := sorted(set(columns) - allowed[table]):
            raise BundleRefused(table_member(table), f"the table has no column {unknown[0]!r}; update the console")
    for table in (EVENTS.name, "kinds", "sources"):
        if table not in manifest.tables:
            raise BundleRefused(MANIFEST, f"it has no table {table!r}")
    if missing := sorted(allowed[EVENTS.name] - set(manifest.tables[EVENTS.name])):
        raise BundleRefused(table_member(EVENTS.name), f"the column {missing[0]!r} is missing")


def expected_tables(connection: sqlite3.Connection, manifest: Manifest) -> dict[str, Expected]:
    """Return the bundle's tables as the new store has them. Raises BundleRefused when one could not be filled."""
    expected: dict[str, Expected] = {}
    for table, columns in manifest.tables.items():
        declared = {
            name: Column(name, affinity, bool(needed) or (bool(key) and affinity == "INTEGER"))
            for _, name, affinity, needed, _, key in connection.execute(f"PRAGMA table_info({table})")
        }
        for _, name, _, needed, default, _ in connection.execute(f"PRAGMA table_info({table})"):
            if needed and default is None and name not in columns:
                raise BundleRefused(table_member(table), f"the column {name!r} is missing")
        chosen = tuple(declared[column] for column in columns)
        expected[table] = Expected(table, table_member(table), chosen)
    return expected


_FOREIGN = (
    ("kinds", "source_id", "sources", "id"),
    ("streams", "source_id", "sources", "id"),
    ("events", "kind", "kinds", "id"),
    ("events", "stream", "streams", "id"),
    ("gaps", "source_id", "sources", "id"),
    ("gaps", "stream_id", "streams", "id"),
    ("coverage", "source_id", "sources", "id"),
    ("quarantine", "source_id", "sources", "id"),
    ("degraded", "event_id", "events", "id"),
    ("pins", "event_id", "events", "id"),
    ("activity", "kind", "kinds", "id"),
)


def check_whole(connection: sqlite3.Connection) -> None:
    """Refuse rows that point at nothing, and counts that are not those of the events. Raises BundleRefused."""
    for table, column, other, key in _FOREIGN:
        sql = f"""SELECT {column} FROM {table} WHERE {column} IS NOT NULL
            AND {column} NOT IN (SELECT {key} FROM {other}) LIMIT 1"""
        if (found := connection.execute(sql).fetchone()) is not None:
            raise BundleRefused(table_member(table), f"{column} {found[0]} is not among the {other}")
    waits = f"SELECT key FROM outbox WHERE state IN ({','.join(map(repr, WAITING))}) LIMIT 1"
    if (found := connection.execute(waits).fetchone()) is not None:
        raise BundleRefused(table_member("outbox"), f"its command {found[0]} waits to be sent to a service")
    counted = f"""SELECT ts / {ACTIVITY_MS} AS bucket, kind, count(*) AS n FROM events
        WHERE kind IN (SELECT id FROM kinds WHERE marker = {MARKER_NONE}) GROUP BY 1, 2"""
    different = f"""SELECT 1 FROM ({counted}) c LEFT JOIN activity a ON a.bucket = c.bucket AND a.kind = c.kind
        WHERE a.n IS NOT c.n UNION ALL SELECT 1 WHERE (SELECT total(n) FROM activity) <>
        (SELECT count(*) FROM events WHERE kind IN (SELECT id FROM kinds WHERE marker = {MARKER_NONE})) LIMIT 1"""
    if connection.execute(different).fetchone() is not None:
        raise BundleRefused(table_member("activity"), "its counts are not those of the events")


class Indexes:
    """Indexes that are made anew when all rows are in: much faster than keeping them right all the while."""

    def __init__(self, connection: sqlite3.Connection, tables: Sequence[str]) -> None:
        self._connection = connection
        marks = ",".join("?" * len(tables))
        self._statements = connection.execute(
            f"""SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})
                AND sql NOT LIKE 'CREATE UNIQUE%'""",
            tables,
        ).fetchall()

    def drop(self) -> None:
        for name, _ in self._statements:
            self._connection.execute(f"DROP INDEX {name}")

    def make(self) -> None:
        for _, sql in self._statements:
            self._connection.execute(sql)

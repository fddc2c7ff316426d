"""A store with all areas in one thread, and what of it an incident bundle holds, put into a new store without redaction."""

import base64
import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from console.areas import area_bundled, area_commands, area_migrations, area_projections
from console.model.event import Event
from console.model.facts import Arrived, SourceAttached
from console.store.bundled import BASE_TABLES
from console.store.bundling import BundleTable, Row, encode_row
from console.store.database import open_plain, open_writer
from console.store.migrations import create_store, migrate
from console.store.outbox import note_source
from console.store.projection import FollowingSources
from console.store.recording import Recorder
from console.store.retention import Limits, oldest_loose_ms, retain
from tests.store_filling import START_MS

EVER = (0, 2**45)


class WholeStore:
    """Events, commands, attached sources and retention, each in a transaction as the writer makes them."""

    def __init__(self, path: Path) -> None:
        self.path, self.now_ms = path, START_MS
        self.connection = open_writer(path)
        migrate(self.connection, area_migrations())
        self.folds = dict(area_projections())
        self.faults: list[str] = []
        self.recorder = Recorder(self.connection, dict(self.folds), lambda: self.now_ms, self.faults.append)
        self._next_seq = 1

    def attach(self, *names: str) -> None:
        """Say that these sources, and no others, are attached now."""
        if names:
            self.recorder.record([SourceAttached(name, f"ws://{name}", "websocket", self.now_ms) for name in names])
        for fold in self.folds.values():
            if isinstance(fold, FollowingSources):
                self.recorder.transact(lambda c, fold=fold: fold.on_sources(c, names, self.now_ms))

    def arrive(self, events: Sequence[Event], source: str = "server") -> None:
        self.recorder.record([Arrived(source, "e", self._next_seq, list(events), self.now_ms)])
        self._next_seq += len(events)
        self.recorder.settle()
        assert self.faults == []

    def do(self, area: str, name: str, /, **args: Any) -> dict[str, Any]:
        """Run a command to its end."""
        function, self.now_ms = area_commands()[area][name], self.now_ms + 1
        while True:
            given = args
            result: dict[str, Any] = self.recorder.transact(lambda c, given=given: function(c, given, self.now_ms))
            if "again" not in result:
                return result
            args = json.loads(json.dumps(result["again"]))

    def retain(self, **limits: int) -> int:
        """Do as `Collector.retain` does."""
        deleted = 0
        while count := self.recorder.transact(lambda c: retain(c, Limits(**limits), self.now_ms)):
            deleted += count
        oldest = oldest_loose_ms(self.connection)
        for fold in self.folds.values():
            self.recorder.transact(lambda c, fold=fold: fold.prune(c, self.now_ms if oldest is None else oldest))
        return deleted

    def take_commands(self, source: str) -> None:
        self.recorder.transact(lambda c: note_source(c, source, True))

    def all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        return self.all(sql, *values)[0][0]

    def ids(self) -> list[int]:
        return [row[0] for row in self.all("SELECT id FROM events ORDER BY id")]

    def close(self) -> None:
        self.connection.close()


def bundle_tables() -> tuple[BundleTable, ...]:
    return BASE_TABLES + area_bundled()


def bundle_rows(path: Path, ids: Iterable[int], range_ms: tuple[int, int] = EVER) -> dict[str, list[Row]]:
    """Return the rows that a bundle of these events and this range holds, by table."""
    connection = open_plain(path)
    try:
        connection.execute("CREATE TEMP TABLE bundle_event (id INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO temp.bundle_event VALUES (?)", [(one,) for one in ids])
        connection.execute("CREATE TEMP TABLE bundle_range (from_ms INTEGER, to_ms INTEGER)")
        connection.execute("INSERT INTO temp.bundle_range VALUES (?, ?)", range_ms)
        found: dict[str, list[Row]] = {}
        for table in bundle_tables():
            fixed = [table.fix(row) if table.fix else row for row in connection.execute(table.rows)]
            found.setdefault(table.name, []).extend([row[: len(row) - bool(table.quoting)] for row in fixed])
        found["payloads"] = [(row[0], row[-1]) for row in found["events"]]
        found["events"] = [row[:-1] for row in found["events"]]  # the text of an event comes last
        return found
    finally:
        connection.close()


def unpack(rows: dict[str, list[Row]], path: Path) -> sqlite3.Connection:
    """Put rows into a new store, through the text that a bundle has of them; returns a connection to it."""
    create_store(path, area_migrations())
    connection = open_plain(path)
    columns = {table.name: list(table.columns) for table in bundle_tables()} | {"payloads": ["id", "text"]}
    for name, of_table in rows.items():
        marks = ",".join("?" * len(columns[name]))
        sql = f"INSERT INTO {name} ({','.join(columns[name])}) VALUES ({marks})"
        connection.executemany(sql, [_through_text(row) for row in of_table])
    return connection


def _through_text(row: Row) -> Row:
    values = json.loads(encode_row(row))
    return tuple(base64.b64decode(value["b64"]) if isinstance(value, dict) else value for value in values)


def stored_tables(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return what SQLite says of the columns of each table of a store, but for the search index and its own."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = [name for name in names if not name.startswith(("search_", "sqlite_", "_sqlite_")) or name == "search_parts"]
    return {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in kept}


def needed(columns: Collection[tuple[Any, ...]]) -> set[str]:
    """Return the columns that a row must give: NOT NULL and without a default."""
    return {name for _, name, _, is_not_null, default, _ in columns if is_not_null and default is None}

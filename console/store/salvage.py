"""A damaged store is set aside, never deleted: what can still be read of it goes into a new one, and that is said."""

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from console.model.dialects import piece_of
from console.model.reader import read_event
from console.store.database import StoreDamaged, is_damage, open_plain, open_reader, open_untouched, suspect_file
from console.store.migrations import AreaMigrations, create_store
from console.store.recording import ACTIVITY_MS, remember_last_id
from console.store.rows import MARKER_NONE
from console.store.searchindex import SearchIndex, kind_token

_TABLES = ("sources", "streams", "kinds", "events", "payloads", "degraded", "gaps", "coverage", "quarantine", "pins")
_STEP = 512
_MAX_STRETCHES = 10_000


@dataclass(frozen=True, slots=True)
class Salvaged:
    """Where the damaged file lies now, and how many events the new one has of it."""

    aside: Path
    events: int
    lost_ranges: int

    def __str__(self) -> str:
        lost = f"; {self.lost_ranges} stretches could not be read" if self.lost_ranges else ""
        return f"the store was damaged: it was set aside as {self.aside}, and {self.events:,} events were saved{lost}"


def check(path: Path) -> None:
    """Raise StoreDamaged when the store cannot be opened, or when a process met damage and a full check confirms it."""
    if not path.exists() or path.stat().st_size == 0:
        return
    connection = open_reader(path)
    try:
        for table in ("events", "payloads", "kinds"):
            connection.execute(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1").fetchall()
        if suspect_file(path).exists():
            problems = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
            if problems != ["ok"]:
                raise StoreDamaged(f"{path}: {'; '.join(problems)}")
            suspect_file(path).unlink()
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise StoreDamaged(f"{path}: {error}") from error
        if "no such table" not in str(error):
            raise
    finally:
        connection.close()


def set_aside(path: Path, now_ms: int, migrations: list[tuple[str, AreaMigrations]]) -> Salvaged:
    """Move a damaged store away and save what can be read into a new one at its place.

    The search index is made anew from the saved texts; the areas' aggregates start anew.
    """
    aside = path.with_name(f"{path.name}.damaged-{now_ms}")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    suspect_file(path).unlink(missing_ok=True)
    create_store(path, migrations)
    old, new = _open_damaged(aside), open_plain(path)
    try:
        lost = sum(_copy(old, new, table) for table in _TABLES)
        new.execute("BEGIN")
        _drop_fragments(new)
        _keep_last_id(old, new)
        _index_again(new)
        new.execute("COMMIT")
        events = int(new.execute("SELECT total(n) FROM activity").fetchone()[0])
    finally:
        old.close()
        new.close()
    return Salvaged(aside, events, lost)


def _open_damaged(aside: Path) -> sqlite3.Connection:
    """Open what was set aside without changing it; text that is no UTF-8 any more is read with marks in it."""
    connection = open_untouched(aside)
    # Lets SQLite open a file that ends before its header says: what is there can still be read.
    connection.execute("PRAGMA writable_schema=1")
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> int:
    """Copy a table in order of rowid; returns how many stretches were unreadable.

    Behind an unreadable row it looks further ahead in doubling steps, then reads backwards to where the damage ends:
    so a damaged page costs its own rows, and a rowid that is garbage costs no endless search.
    """
    try:
        columns = len(old.execute(f"SELECT * FROM {table} LIMIT 0").description)
    except sqlite3.DatabaseError:
        return 1
    insert = f"INSERT OR IGNORE INTO {table} VALUES ({','.join('?' * columns)})"
    forwards = f"SELECT rowid, * FROM {table} WHERE rowid > ? ORDER BY rowid"
    lost, reached = 0, -(2**63)
    new.execute("BEGIN")
    run = _read_run(old, new, forwards, reached, insert)
    while not run.sound and lost < _MAX_STRETCHES:
        lost += 1
        reached = max(reached, run.last)
        found = _beyond_damage(old, table, reached)
        if found is None:
            break
        backwards = f"SELECT rowid, * FROM {table} WHERE rowid < ? AND rowid > {reached} ORDER BY rowid DESC"
        _read_run(old, new, backwards, found, insert)
        run = _read_run(old, new, forwards, found - 1, insert)
        reached = found  # always further on, also where the run read nothing
    new.execute("COMMIT")
    return lost


class _Run(NamedTuple):
    last: int
    sound: bool


def _read_run(old: sqlite3.Connection, new: sqlite3.Connection, sql: str, start: int, insert: str) -> _Run:
    """Copy rows until the end or the first that cannot be read; `last` is the rowid of the last one that could."""
    last = start
    try:
        for rowid, *row in old.execute(sql, (start,)):
            last = rowid
            with contextlib.suppress(sqlite3.IntegrityError, OverflowError):  # a damaged row that breaks the schema
                new.execute(insert, row)
    except sqlite3.DatabaseError:
        return _Run(last, False)
    return _Run(last, True)


def _beyond_damage(old: sqlite3.Connection, table: str, reached: int) -> int | None:
    """Return a readable rowid behind the damage, None when there is none."""
    start = max(reached, 0)
    sql = f"SELECT rowid, * FROM {table} WHERE rowid >= ? ORDER BY rowid LIMIT 1"
    for power in range(62):
        try:
            row = old.execute(sql, (start + 2**power,)).fetchone()
        except sqlite3.DatabaseError:
            continue
        if row is None:
            return None
        if row[0] > reached:  # a damaged page may name any rowid
            return int(row[0])
    return None


def _drop_fragments(new: sqlite3.Connection) -> None:
    """Keep only events of which every part was saved, and count them."""
    new.execute("DELETE FROM events WHERE id NOT IN (SELECT id FROM payloads) OR kind NOT IN (SELECT id FROM kinds)")
    new.execute("DELETE FROM payloads WHERE id NOT IN (SELECT id FROM events)")
    new.execute("DELETE FROM kinds WHERE source_id NOT IN (SELECT id FROM sources) AND id NOT IN (SELECT kind FROM events)")
    new.execute(
        """INSERT OR IGNORE INTO sources SELECT DISTINCT source_id, 'source ' || source_id, '', 'unknown', 0, 0
        FROM kinds WHERE source_id NOT IN (SELECT id FROM sources)"""
    )
    new.execute(
        f"""INSERT INTO activity SELECT ts / {ACTIVITY_MS}, kind, count(*) FROM events
        WHERE kind IN (SELECT id FROM kinds WHERE marker = {MARKER_NONE}) GROUP BY 1, 2"""
    )


def _keep_last_id(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Ids of lost events are not used again, as far as the old file can still say which was the last."""
    known = [0]
    for sql in (
        "SELECT value FROM meta WHERE key = 'last_id'",
        "SELECT max(id) FROM events",
        "SELECT max(id) FROM payloads",
    ):
        for connection in (old, new):
            with contextlib.suppress(sqlite3.DatabaseError):  # unreadable: the other sources remain
                row = connection.execute(sql).fetchone()
                known.append(row[0] if row and isinstance(row[0], int) else 0)
    remember_last_id(new, max(known))


def _index_again(new: sqlite3.Connection) -> None:
    """Make the search index from the saved texts, as ingest makes it from arriving ones."""
    index = SearchIndex(new)
    saved = new.execute(
        f"""SELECT e.id, e.received, e.kind, p.text FROM events e JOIN payloads p ON p.id = e.id
        WHERE e.kind IN (SELECT id FROM kinds WHERE marker = {MARKER_NONE}) ORDER BY e.id"""
    )
    while rows := saved.fetchmany(_STEP):
        pieces = [(event_id, received, kind, piece_of(text)) for event_id, received, kind, text in rows]
        index.add(
            [
                (event_id, f"{read_event(piece, received).search}\n{kind_token(kind)}")
                for event_id, received, kind, piece in pieces
                if piece.data is not None
            ]
        )

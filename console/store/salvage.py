"""A damaged store is set aside, never deleted: what can still be read of it goes into a new one, and that is said."""

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from console.store.database import StoreDamaged, is_damage, open_plain, open_reader
from console.store.migrations import AreaMigrations, create_store

_TABLES = ("sources", "streams", "kinds", "events", "payloads", "degraded", "gaps", "coverage", "quarantine", "pins")
_STEP = 512


@dataclass(frozen=True, slots=True)
class Salvaged:
    """Where the damaged file lies now, and how many events the new one has of it."""

    aside: Path
    events: int
    lost_ranges: int

    def __str__(self) -> str:
        lost = f"; {self.lost_ranges} stretches could not be read" if self.lost_ranges else ""
        return f"the store was damaged: it was set aside as {self.aside}, and {self.events:,} events were saved{lost}"


def suspect_file(path: Path) -> Path:
    """The note that a process leaves beside a store in which it met damage."""
    return path.with_name(path.name + ".suspect")


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
    """Move a damaged store away and save what can be read into a new one at its place. Aggregates start anew."""
    aside = path.with_name(f"{path.name}.damaged-{now_ms}")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    suspect_file(path).unlink(missing_ok=True)
    create_store(path, migrations)
    old, new = open_plain(aside), open_plain(path)
    try:
        lost = sum(_copy(old, new, table) for table in _TABLES)
        new.execute("BEGIN")
        new.execute("DELETE FROM events WHERE id NOT IN (SELECT id FROM payloads) OR kind NOT IN (SELECT id FROM kinds)")
        new.execute(
            """INSERT INTO activity SELECT ts / 10000, kind, count(*) FROM events
            WHERE kind IN (SELECT id FROM kinds WHERE marker = 0) GROUP BY 1, 2"""
        )
        new.execute("COMMIT")
        events = int(new.execute("SELECT count(*) FROM events").fetchone()[0])
    finally:
        old.close()
        new.close()
    return Salvaged(aside, events, lost)


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> int:
    """Copy a table by ranges of rowid; returns how many ranges were unreadable."""
    try:
        low, high = old.execute(f"SELECT min(rowid), max(rowid) FROM {table}").fetchone()
    except sqlite3.DatabaseError:
        return 1
    if low is None:
        return 0
    lost, start = 0, low
    new.execute("BEGIN")
    while start <= high:
        end = start + _STEP - 1
        try:
            rows = old.execute(f"SELECT * FROM {table} WHERE rowid BETWEEN ? AND ?", (start, end)).fetchall()
        except sqlite3.DatabaseError:
            lost += 1
            rows = _one_by_one(old, table, start, min(end, high))
        if rows:
            marks = ",".join("?" * len(rows[0]))
            new.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
        start = end + 1
    new.execute("COMMIT")
    return lost


def _one_by_one(old: sqlite3.Connection, table: str, low: int, high: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for rowid in range(low, high + 1):
        with contextlib.suppress(sqlite3.DatabaseError):  # unreadable: counted by the caller as a lost stretch
            rows += old.execute(f"SELECT * FROM {table} WHERE rowid = ?", (rowid,)).fetchall()
    return rows

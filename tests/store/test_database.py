"""Who may read the file, who may write it, and that files of others stay as they are."""

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from console.store.database import (
    StoreDamaged,
    StoreError,
    claim,
    is_damage,
    is_disk_full,
    open_plain,
    open_reader,
    open_writer,
    refuse_foreign,
    snapshot,
)
from console.store.writer import Writer
from tests.store_filling import fill_store, sample_events


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "console.db"
    fill_store(path, sample_events(20))
    return path


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_only_the_owner_can_read_even_with_no_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = tmp_path / "new" / "console.db"
        writer = Writer(path)
        done = threading.Event()
        writer.call(lambda c: c.execute("INSERT INTO meta VALUES ('x', 1)"), lambda _: done.set())
        assert done.wait(20)
        reader = open_reader(path)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        reader.close()
        writer.close()
    finally:
        os.umask(old)
    assert modes == dict.fromkeys(("console.db", "console.db-wal", "console.db-shm", "console.db.lock"), 384)


def test_a_file_that_was_open_to_others_is_closed(path: Path) -> None:
    path.chmod(0o644)
    open_writer(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM events",
        "CREATE TABLE x (y)",
        "UPDATE meta SET value = 0",
        "PRAGMA user_version=7",
        "DROP VIEW v_events",
        "VACUUM",
    ],
)
def test_a_reader_cannot_write(path: Path, sql: str) -> None:
    reader = open_reader(path)
    with pytest.raises(sqlite3.OperationalError, match=r"readonly|read-only"):
        reader.execute(sql)
    assert reader.execute("SELECT count(*) FROM v_events").fetchone() == (20,)
    reader.close()


@pytest.mark.parametrize("content", [b"not a store at all\n" * 50, b"x", b"SQLite format 2\x00" + b"y" * 500])
def test_a_file_of_another_kind_is_refused_and_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    os.utime(path, (1_000_000, 1_000_000))
    path.chmod(0o644)
    for opening in (open_writer, open_reader, refuse_foreign, Writer):
        with pytest.raises(StoreError, match="no store"):
            opening(path)
    assert path.read_bytes() == content
    assert (path.stat().st_mtime, stat.S_IMODE(path.stat().st_mode)) == (1_000_000, 0o644)


def test_another_programs_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    other = open_plain(path)
    other.execute("CREATE TABLE theirs (x)")
    other.execute("CREATE TABLE _sqlite_migrations (migration_set, name, applied_at)")
    other.close()
    before = path.read_bytes()
    for opening in (open_writer, open_reader, Writer):
        with pytest.raises(StoreError, match="not a store of this console"):
            opening(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if "lock" not in file.name] == ["other.sqlite"]


def test_a_store_with_a_broken_header_is_damaged_not_foreign(path: Path) -> None:
    path.write_bytes(b"\xff" * 100 + path.read_bytes()[100:])
    with pytest.raises(StoreDamaged):
        open_reader(path)


def test_no_store_is_said_with_advice(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="collect something first"):
        open_reader(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_sees_one_state(path: Path) -> None:
    writer, reader = open_writer(path), open_reader(path)
    with snapshot(reader):
        reader.execute("SELECT 1 FROM events").fetchone()
        writer.execute("DELETE FROM events")
        with snapshot(reader):
            assert reader.execute("SELECT count(*) FROM events").fetchone() == (20,)
        assert reader.in_transaction
    assert not reader.in_transaction
    assert reader.execute("SELECT count(*) FROM events").fetchone() == (0,)
    with pytest.raises(ValueError, match="stop"), snapshot(reader):
        raise ValueError("stop")
    assert not reader.in_transaction
    reader.close()
    writer.close()


def test_a_claim_ends_when_its_holder_does(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    held = claim(path)
    with pytest.raises(StoreError, match="another process"):
        claim(path)
    held.close()
    claim(path).close()


def test_errors_are_told_apart(path: Path) -> None:
    connection = open_plain(path)
    connection.execute("PRAGMA max_page_count=1")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("CREATE TABLE big AS SELECT randomblob(1000000)")
    assert is_disk_full(full.value)
    assert not is_damage(full.value)
    connection.close()
    broken = path.with_name("broken.db")
    broken.write_bytes(b"\xff" * 16_384)
    connection = open_plain(broken)
    with pytest.raises(sqlite3.DatabaseError) as damage:
        connection.execute("SELECT * FROM sqlite_master")
    assert is_damage(damage.value)
    assert not is_disk_full(damage.value)
    connection.close()

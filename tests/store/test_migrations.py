"""Stores of any age: fresh ones, older ones, newer ones, and the columns that are promised."""

import os
import shutil
from pathlib import Path

import pytest

from console.store.database import StoreError, StoreNewer, open_plain, open_reader, open_writer
from console.store.filter import parse_filter
from console.store.migrations import BASE, V_EVENTS_COLUMNS, create_store, migrate, refuse_newer_file
from console.store.search import page
from console.store.writer import Writer
from tests.store_filling import fill_store, sample_events

PROMISED = {"id", "source", "service", "event_type", "ts", "received", "severity", "category", "message", "correlation_id",
            "entity_type", "entity_id", "fingerprint", "duration_ms", "payload"}  # fmt: skip
PAST = [("0001", 12), ("0002", 12)]
"""Stores of past versions under tests/fixtures/stores, with the number of their events."""
AREA = ("counting", [("0001_table", ("CREATE TABLE counted (x)",)), ("0002_more", ("ALTER TABLE counted ADD COLUMN y",))])


def columns(path: Path, table: str) -> list[str]:
    connection = open_reader(path)
    names = [column[0] for column in connection.execute(f"SELECT * FROM {table} LIMIT 0").description]
    connection.close()
    return names


def test_a_fresh_store_has_every_migration_once(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    connection = open_writer(path)
    assert migrate(connection, [AREA]) == [
        "store/0001_events",
        "store/0002_outbox",
        "counting/0001_table",
        "counting/0002_more",
    ]
    assert migrate(connection, [AREA]) == []
    connection.close()


def test_the_public_view_has_the_promised_columns(tmp_path: Path) -> None:
    create_store(tmp_path / "console.db")
    assert tuple(columns(tmp_path / "console.db", "v_events")) == V_EVENTS_COLUMNS
    assert set(V_EVENTS_COLUMNS) >= PROMISED
    assert columns(tmp_path / "console.db", "v_gaps") == [
        "id",
        "source",
        "epoch",
        "from_seq",
        "to_seq",
        "events",
        "reason",
        "declared",
    ]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    connection = open_writer(path)
    migrate(connection, [(AREA[0], AREA[1][:1])])
    broken = (AREA[0], [*AREA[1][:1], ("0002_more", ("CREATE TABLE half (x)", "CREATE TABLE half (x)"))])
    with pytest.raises(Exception, match="half"):
        migrate(connection, [broken])
    assert not connection.in_transaction
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []
    assert migrate(connection, [AREA]) == ["counting/0002_more"]
    connection.close()


def newer_store(path: Path) -> Path:
    fill_store(path, sample_events(5))
    connection = open_plain(path)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', '0999_future', 'now')"
    )
    connection.close()
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def test_a_newer_store_is_refused_with_advice_and_untouched(tmp_path: Path) -> None:
    path = newer_store(tmp_path / "console.db")
    before = path.read_bytes()
    for opening in (Writer, refuse_newer_file):
        with pytest.raises(StoreNewer, match=r"0999_future.*update the console"):
            opening(path)
    assert path.read_bytes() == before
    assert path.stat().st_mtime == 1_700_000_000


def test_a_newer_store_that_crashed_keeps_even_its_wal(tmp_path: Path) -> None:
    path, crashed = newer_store(tmp_path / "console.db"), tmp_path / "crashed.db"
    connection = open_writer(path)
    connection.execute("INSERT INTO meta VALUES ('future', 1)")
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{crashed}{suffix}")
    connection.close()
    before = [Path(f"{crashed}{suffix}").read_bytes() for suffix in ("", "-wal")]
    assert before[1]
    with pytest.raises(StoreNewer):
        Writer(crashed)
    assert [Path(f"{crashed}{suffix}").read_bytes() for suffix in ("", "-wal")] == before


def test_a_store_of_an_area_that_is_gone_still_opens(tmp_path: Path) -> None:
    create_store(tmp_path / "console.db", [AREA])
    create_store(tmp_path / "console.db")


def test_a_file_that_is_no_store_is_not_made_one(tmp_path: Path) -> None:
    connection = open_writer(tmp_path / "odd.db")
    connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="not a store"):
        migrate(connection)
    connection.close()


@pytest.mark.parametrize(("version", "events"), PAST)
def test_a_store_of_a_past_version_is_opened_and_brought_up_to_date(
    tmp_path: Path, fixtures: Path, version: str, events: int
) -> None:
    path = tmp_path / "console.db"
    shutil.copy(fixtures / "stores" / f"{version}.db", path)
    writer = Writer(path)
    writer.close()
    connection = open_reader(path)
    found = page(connection, parse_filter(""), now_ms=0, markers=False)
    assert len(found.rows) == events
    assert len(page(connection, parse_filter("duplicate OR joined OR acu.search"), now_ms=0).rows) > 0
    assert connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = 'store' ORDER BY name"
    ).fetchall() == [(name,) for name, _ in BASE]
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()

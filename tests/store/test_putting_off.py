"""Areas may put off what they write: it is asked for when nothing comes, and at the end."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from console.model.facts import Arrived, SourceAttached
from console.store import writer as writer_module
from console.store.database import open_reader
from console.store.projection import StoredEvent
from console.store.writer import Writer
from tests.store_filling import START_MS, sample_events


class Late:
    """Counts events and writes the count when it is asked to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.count, self.written, self.error = 0, 0, error
        self.settled = threading.Event()

    @property
    def is_waiting(self) -> bool:
        return self.count > self.written

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        self.count += len(events)

    def settle(self, connection: sqlite3.Connection, last_id: int, now_ms: int) -> None:
        connection.execute("INSERT OR REPLACE INTO late VALUES (1, ?, ?, ?)", (self.count, last_id, now_ms))
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        self.written = self.count
        self.settled.set()

    def prune(self, connection: sqlite3.Connection, before_ms: int) -> None:
        pass


TABLE = [("late", [("late_001", ["CREATE TABLE late (id INTEGER PRIMARY KEY, n INTEGER, last_id INTEGER, at_ms INTEGER)"])])]


def open_late(path: Path, fold: Late, faults: list[str], commits: list[int]) -> Writer:
    writer = Writer(
        path, projections=[("late", fold)], migrations=TABLE, clock=lambda: START_MS, on_fault=faults.append,
        on_commit=lambda facts, _: commits.append(len(facts)),
    )  # fmt: skip
    writer.submit(SourceAttached("s", "ws://127.0.0.1/s", "websocket", START_MS))
    return writer


def written(path: Path) -> list[tuple[int, int, int]]:
    connection = open_reader(path)
    rows = connection.execute("SELECT n, last_id, at_ms FROM late").fetchall()
    connection.close()
    return rows


def test_it_is_written_when_nothing_comes_and_said_as_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "IDLE_S", 0.01)
    fold, faults, commits = Late(), list[str](), list[int]()
    writer = open_late(tmp_path / "s.db", fold, faults, commits)
    writer.submit(Arrived("s", "e", 1, sample_events(3), START_MS))
    assert fold.settled.wait(10)
    writer.close()
    assert written(tmp_path / "s.db") == [(3, 3, START_MS)]
    assert commits[-1] == 0
    assert faults == []


def test_it_is_written_at_the_end(tmp_path: Path) -> None:
    fold, faults, commits = Late(), list[str](), list[int]()
    writer = open_late(tmp_path / "s.db", fold, faults, commits)
    writer.submit(Arrived("s", "e", 1, sample_events(5), START_MS))
    writer.close()
    assert written(tmp_path / "s.db") == [(5, 5, START_MS)]
    assert 0 not in commits, "who listens may be gone by then"


def test_a_full_disk_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "IDLE_S", 0.01)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorname = "SQLITE_FULL"
    fold, faults, commits = Late(full), list[str](), list[int]()
    writer = open_late(tmp_path / "s.db", fold, faults, commits)
    writer.submit(Arrived("s", "e", 1, sample_events(2), START_MS))
    assert fold.settled.wait(10)
    writer.close()
    assert written(tmp_path / "s.db") == [(2, 2, START_MS)]
    assert len(faults) == 1
    assert "nothing is lost" in faults[0]


def test_an_area_that_fails_at_it_is_left_out_and_events_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "IDLE_S", 0.01)
    fold, faults, commits = Late(ValueError("a fault")), list[str](), list[int]()
    writer = open_late(tmp_path / "s.db", fold, faults, commits)
    writer.submit(Arrived("s", "e", 1, sample_events(2), START_MS))
    writer.submit(Arrived("s", "e", 3, sample_events(2), START_MS))
    writer.close()
    assert written(tmp_path / "s.db") == []
    assert "the area late failed" in faults[0]
    connection = open_reader(tmp_path / "s.db")
    assert connection.execute("SELECT count(*) FROM events").fetchone() == (4,)
    connection.close()

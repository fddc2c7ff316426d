"""The writer's promises: short transactions, order, nothing lost when a value, a projection or the disk fails."""

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from console.model.event import Event
from console.model.facts import Arrived, CoverageLost, CoverageRegained, Fact, GapFound
from console.store import writer as writer_module
from console.store.database import StoreBusy, open_reader, suspect_file
from console.store.projection import StoredEvent
from console.store.writer import Writer
from tests.store_filling import START_MS, sample_events


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "console.db"


def ask(path: Path, sql: str) -> list[Any]:
    connection = open_reader(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def arrived(events: Sequence[Event], first: int = 1) -> Arrived:
    return Arrived("server", "e", first, list(events), START_MS)


def call(writer: Writer, function: Callable[[sqlite3.Connection], Any]) -> Any:
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    writer.call(function, answers.put)
    return answers.get(timeout=20)


class Counting:
    """A projection with a table of its own, which may be told to fail."""

    migrations = (("counting", [("0001", ("CREATE TABLE counted (id INTEGER PRIMARY KEY)",))]),)

    def __init__(self, fail_at: int = 0) -> None:
        self.fail_at = fail_at
        self.sizes: list[int] = []

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        self.sizes.append(len(events))
        connection.executemany("INSERT INTO counted VALUES (?)", [(event.id,) for event in events])
        if len(self.sizes) == self.fail_at:
            raise KeyError("a bug in an area")


def test_facts_are_committed_in_order_and_told_so(path: Path) -> None:
    told: list[tuple[list[Fact], int]] = []
    writer = Writer(path, on_commit=lambda facts, last_id: told.append((list(facts), last_id)))
    events = sample_events(250)
    facts = [arrived(events[start : start + 10], start + 1) for start in range(0, 250, 10)]
    for fact in facts:
        writer.submit(fact)
    writer.close()
    assert [fact for group, _ in told for fact in group] == facts
    assert [last_id for _, last_id in told] == sorted(last_id for _, last_id in told)
    assert told[-1][1] == 250
    assert ask(path, "SELECT seq, text FROM events JOIN payloads USING (id) ORDER BY events.id") == [
        (seq, event.text) for seq, event in enumerate(events, 1)
    ]


def test_transactions_stay_short(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "TRANSACTION_EVENTS", 100)
    projection, gate = Counting(), threading.Event()
    writer = Writer(path, projections=[("counting", projection)], migrations=Counting.migrations)
    writer.call(lambda _: gate.wait(20))
    events = sample_events(700)
    for start in range(0, 700, 35):
        writer.submit(arrived(events[start : start + 35], start + 1))
    gate.set()
    writer.close()
    assert sum(projection.sizes) == 700
    assert max(projection.sizes) <= 100 + 35
    assert len(projection.sizes) <= 8, "facts that wait are written together"


def test_call_runs_in_order_and_gives_back_what_happened(path: Path) -> None:
    writer = Writer(path)
    writer.submit(arrived(sample_events(3)))
    assert call(writer, lambda c: c.execute("SELECT count(*) FROM events").fetchone()[0]) == 3
    refused = call(writer, lambda c: c.execute("INSERT INTO nothing VALUES (1)"))
    assert isinstance(refused, sqlite3.OperationalError)

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO pins VALUES (1, '', 0)")
        raise ValueError("changed my mind")

    assert isinstance(call(writer, half), ValueError)
    assert call(writer, lambda c: c.execute("SELECT count(*) FROM pins").fetchone()[0]) == 0
    writer.close()
    assert not writer.alive
    writer.close()


def test_a_projection_is_in_step_with_its_events(path: Path) -> None:
    writer = Writer(path, projections=[("counting", Counting())], migrations=Counting.migrations)
    writer.submit(arrived(sample_events(20)))
    writer.close()
    assert ask(path, "SELECT id FROM counted EXCEPT SELECT id FROM events") == []
    assert ask(path, "SELECT count(*) FROM counted") == [(20,)]


def test_a_failing_projection_is_dropped_and_costs_no_event(path: Path) -> None:
    faults: list[str] = []
    failing, sound = Counting(fail_at=2), Counting()
    sound.on_events = lambda connection, events: sound.sizes.append(len(events))  # type: ignore[method-assign]
    writer = Writer(
        path, projections=[("failing", failing), ("sound", sound)], migrations=Counting.migrations, on_fault=faults.append
    )
    for first in (1, 11, 21):
        writer.submit(arrived(sample_events(10), first))
        call(writer, lambda _: None)
    writer.close()
    assert ask(path, "SELECT count(*) FROM events") == [(30,)]
    assert ask(path, "SELECT count(*) FROM counted") == [(10,)], "what the failing one wrote is taken back"
    assert (len(failing.sizes), len(sound.sizes)) == (2, 3)
    assert len(faults) == 1
    assert "failing" in faults[0]


def test_a_value_that_cannot_be_bound_is_quarantined_alone(path: Path) -> None:
    events = sample_events(5)
    events[2].message = "lone \ud800"
    faults: list[str] = []
    writer = Writer(path, on_fault=faults.append)
    writer.submit(arrived(events))
    writer.submit(GapFound("server", "e", 6, 7, "odd \ud800 reason", START_MS))
    writer.close()
    assert ask(path, "SELECT seq FROM events WHERE seq IS NOT NULL ORDER BY seq") == [(1,), (2,), (4,), (5,)]
    assert ask(path, "SELECT seq, raw FROM quarantine") == [(3, events[2].text.encode())]
    assert ask(path, "SELECT reason FROM gaps") == [("odd ? reason",)]
    assert faults


@pytest.fixture
def full_disk(path: Path) -> Iterator[tuple[Writer, list[str], threading.Event]]:
    """A writer whose file may not grow; the event is set at the first fault."""
    faults: list[str] = []
    heard = threading.Event()

    def fault(text: str) -> None:
        faults.append(text)
        heard.set()

    writer = Writer(path, on_fault=fault)
    call(writer, lambda c: None)
    writer.recorder.connection.execute("PRAGMA max_page_count=1")  # SQLite raises it to what is there: no page more
    yield writer, faults, heard
    writer.close()


def test_a_full_disk_is_waited_for_and_nothing_is_lost(
    path: Path, full_disk: tuple[Writer, list[str], threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "RETRY_S", 0.02)
    writer, faults, heard = full_disk
    writer.submit(CoverageLost("server", "k", START_MS, START_MS, "closed"))
    writer.submit(CoverageRegained("server", "k", START_MS + 7))
    writer.submit(arrived(sample_events(2_000)))
    assert heard.wait(20)
    assert "nothing is lost" in faults[0]
    assert writer.alive
    writer.recorder.connection.execute("PRAGMA max_page_count=100000")
    assert call(writer, lambda c: c.execute("SELECT count(*) FROM payloads").fetchone()[0]) == 2_001
    assert ask(path, "SELECT to_ts FROM coverage") == [(START_MS + 7,)], "a fact tried twice has its whole effect"
    writer.submit(arrived(sample_events(3), 2_001))
    writer.close()
    assert ask(path, "SELECT count(*), max(seq) FROM events") == [(2_004, 2_003)]


def test_damage_is_noted_for_the_next_start(path: Path) -> None:
    faults: list[str] = []
    writer = Writer(path, on_fault=faults.append)

    def damage(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA writable_schema=1")
        connection.execute("UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'payloads'")
        connection.execute("PRAGMA writable_schema=RESET")

    call(writer, damage)
    writer.submit(arrived(sample_events(3)))
    writer._thread.join(20)
    assert not writer.alive
    assert suspect_file(path).exists()
    assert "cannot be written any more" in faults[-1]


def test_a_fault_of_the_console_itself_ends_the_thread_with_words(path: Path) -> None:
    faults: list[str] = []
    writer = Writer(path, on_fault=faults.append)
    (event,) = sample_events(1)
    event.ts_ms = "a bug of ours"  # type: ignore[assignment]
    writer.submit(arrived([event]))
    writer.close()
    assert not writer.alive
    assert "fault of the console itself" in faults[-1]


def test_a_store_has_one_writer_at_a_time(path: Path) -> None:
    first = Writer(path)
    with pytest.raises(StoreBusy, match="another process"):
        Writer(path)
    first.close()
    Writer(path).close()

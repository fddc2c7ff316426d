"""Reads run off the main thread; stale ones are dropped, waiting ones coalesce, errors reach their asker."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from console.qt.query import Reads, ReadTooSlow

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def open_memory(_: Path) -> sqlite3.Connection:
    return sqlite3.connect(":memory:", check_same_thread=False)  # noqa: TID251  no store is needed here


@pytest.fixture
def reads(qapp: Any) -> Iterator[Reads]:
    made = Reads(Path("none"), threads=2, time_limit_s=0.3, open_connection=open_memory)
    yield made
    made.close()


class Asker(QObject):
    def __init__(self, reads: Reads) -> None:
        super().__init__()
        self.reads = reads
        self.answers: list[Any] = []
        self.errors: list[Exception] = []

    def ask(self, query: Any, slot: str = "a") -> None:
        self.reads.read(self, slot, query, self.answers.append, self.errors.append)


def test_a_read_runs_on_a_pool_thread_and_answers_on_the_main_one(qtbot: Any, reads: Reads) -> None:
    asker = Asker(reads)
    threads: list[int] = []

    def done(answer: Any) -> None:
        threads.append(threading.get_ident())
        asker.answers.append(answer)

    reads.read(asker, "a", lambda c: (threading.get_ident(), c.execute("SELECT 7").fetchone()[0]), done, asker.errors.append)
    qtbot.waitUntil(lambda: bool(asker.answers))
    worker, seven = asker.answers[0]
    assert seven == 7
    assert threads == [threading.get_ident()]
    assert worker != threading.get_ident()


def test_of_many_questions_only_the_newest_is_answered_and_the_middle_never_runs(qtbot: Any, reads: Reads) -> None:
    asker, gate, ran = Asker(reads), threading.Event(), []

    def question(number: int) -> Any:
        def query(_: sqlite3.Connection) -> int:
            ran.append(number)
            gate.wait(10)
            return number

        return query

    asker.ask(question(0))
    qtbot.waitUntil(lambda: ran == [0])
    for number in range(1, 6):
        asker.ask(question(number))
    gate.set()
    qtbot.waitUntil(lambda: not reads.busy())
    assert asker.answers == [5]
    assert ran == [0, 5]


def test_slots_do_not_disturb_each_other(qtbot: Any, reads: Reads) -> None:
    asker = Asker(reads)
    for slot in ("a", "b", "c"):
        asker.ask(lambda _, slot=slot: slot, slot)
    qtbot.waitUntil(lambda: len(asker.answers) == 3)
    assert sorted(asker.answers) == ["a", "b", "c"]


def test_a_running_statement_ends_when_its_asker_asks_again(qtbot: Any, qapp: Any) -> None:
    reads = Reads(Path("none"), threads=1, time_limit_s=60, open_connection=open_memory)
    asker, started = Asker(reads), threading.Event()

    def endless(connection: sqlite3.Connection) -> Any:
        started.set()
        return connection.execute(SLOW).fetchone()

    asker.ask(endless)
    assert started.wait(10)
    asker.ask(lambda _: "second")
    qtbot.waitUntil(lambda: asker.answers == ["second"])
    assert asker.errors == []
    reads.close()


def test_the_answer_for_a_destroyed_owner_is_dropped(qtbot: Any, reads: Reads) -> None:
    owner, gate, answers = QObject(), threading.Event(), []
    reads.read(owner, "a", lambda _: gate.wait(10), answers.append, answers.append)
    reads.read(owner, "a", lambda _: answers.append("ran"), answers.append, answers.append)
    owner.deleteLater()
    other = Asker(reads)
    qtbot.waitUntil(lambda: not reads.busy())
    gate.set()
    other.ask(lambda _: 1)
    other.ask(lambda _: 2, "b")
    qtbot.waitUntil(lambda: len(other.answers) == 2)
    assert answers == []


def test_errors_go_to_the_asker_sqlites_own_too(qtbot: Any, reads: Reads) -> None:
    asker = Asker(reads)
    asker.ask(lambda c: c.execute("SELECT nothing"))
    asker.ask(lambda _: 1 / 0, "b")
    qtbot.waitUntil(lambda: len(asker.errors) == 2)
    assert {type(error) for error in asker.errors} == {sqlite3.OperationalError, ZeroDivisionError}


def test_a_read_over_its_time_limit_is_ended_with_advice(qtbot: Any, reads: Reads) -> None:
    asker = Asker(reads)
    asker.ask(lambda c: c.execute(SLOW).fetchone())
    qtbot.waitUntil(lambda: bool(asker.errors))
    assert isinstance(asker.errors[0], ReadTooSlow)
    assert "narrower filter" in str(asker.errors[0])


def test_close_ends_running_reads_and_all_threads(qtbot: Any, qapp: Any) -> None:
    before = threading.active_count()
    reads = Reads(Path("none"), threads=3, time_limit_s=60, open_connection=open_memory)
    asker, started = Asker(reads), threading.Semaphore(0)

    def endless(connection: sqlite3.Connection) -> Any:
        started.release()
        return connection.execute(SLOW).fetchone()

    for slot in ("a", "b", "c"):
        asker.ask(endless, slot)
    for _ in range(3):
        assert started.acquire(timeout=10)
    reads.close()
    asker.ask(lambda _: "late")
    qapp.processEvents()
    assert threading.active_count() <= before
    assert asker.answers == asker.errors == []


def test_connections_are_used_again(qtbot: Any) -> None:
    opened: list[sqlite3.Connection] = []

    def open_one(path: Path) -> sqlite3.Connection:
        opened.append(open_memory(path))
        return opened[-1]

    reads = Reads(Path("none"), threads=2, open_connection=open_one)
    asker = Asker(reads)
    for number in range(40):
        asker.ask(lambda connection: connection.execute("SELECT 1").fetchone()[0], f"slot {number % 4}")
        qtbot.waitUntil(lambda: not reads.busy())
    assert asker.answers == [1] * 40
    assert len(opened) <= 2
    reads.close()

"""What a reporter emits, that it never harms its host, and what it costs to import."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from console.reporter import Reporter, correlation, correlation_id, extract, inject, new_correlation_id
from console.reporter.database import describe_database

Events = Callable[[Reporter], list[dict[str, Any]]]


def test_the_shapes_of_events(make_reporter: Callable[..., Reporter], events: Events) -> None:
    reporter = make_reporter(clock=lambda: 1_795_442_208_468)
    reporter.performance("acu.search", 100, memory_delta=5, cpu_estimate=0.1, hits=3)
    reporter.sync_update(issue={"issueType": "conflict"}, pending_operations=1, conflict_count=1)
    reporter.contract_check(contract_id="c", checked=2, violations=1, last_violation={"id": "v"})
    with correlation("c-1"):
        reporter.warning("slow", category="PERFORMANCE", durationMs=5)
    performance, sync, contract, warning = events(reporter)
    head = {"timestamp": 1_795_442_208_468, "service": "server"}
    assert performance == {
        **head,
        "eventType": "performance",
        "data": {"operation": "acu.search", "hits": 3},
        "performance": {"duration": 100, "memoryDelta": 5, "cpuEstimate": 0.1},
    }
    assert sync["data"] == {"issue": {"issueType": "conflict"}}
    state = {"pendingOperations": 1, "lastSyncTimestamp": 0, "conflictCount": 1, "offlineQueue": 0}
    assert sync["syncState"] == state
    assert contract["contractState"] == {"checked": 2, "violations": 1, "lastViolation": {"id": "v"}}
    assert warning["data"]["correlationId"] == "c-1"


def test_an_error_report_holds_the_whole_story(make_reporter: Callable[..., Reporter], events: Events) -> None:
    reporter = make_reporter(version="1.2.3", environment="staging")
    identifier = ""
    try:
        try:
            dict[str, int]()["absent"]
        except KeyError as cause:
            raise ValueError("outer") from cause
    except ValueError as error:
        request = {"headers": {"Authorization": "Bearer x1"}}
        identifier = reporter.error(error, category="C", severity="low", user={"id": 1}, request=request, attempt=2)
    (event,) = events(reporter)
    data = event["data"]
    assert data["errorId"] == identifier
    assert (data["category"], data["severity"], data["message"]) == ("C", "low", "ValueError: outer")
    assert "KeyError: 'absent'" in data["source"]["stack"]
    assert "direct cause" in data["source"]["stack"]
    assert data["source"]["function"] == "test_an_error_report_holds_the_whole_story"
    assert (data["user"], data["context"]) == ({"id": 1}, {"attempt": 2})
    assert data["request"]["headers"] == {"Authorization": "[masked]"}
    about = data["environment"]
    assert (about["service"], about["version"], about["environment"], about["pid"]) == (
        "server",
        "1.2.3",
        "staging",
        os.getpid(),
    )


def test_a_message_alone_is_located_at_its_caller(reporter: Reporter, events: Events) -> None:
    reporter.error("no exception here")
    source = events(reporter)[0]["data"]["source"]
    assert source["function"] == "test_a_message_alone_is_located_at_its_caller"
    assert source["file"] == __file__


def test_arguments_may_change_after_the_call(reporter: Reporter, events: Events) -> None:
    items = [1]
    reporter.info("x", items=items)
    items.append(2)
    assert events(reporter)[0]["data"]["items"] == [1]


def test_a_failure_inside_stays_inside(make_reporter: Callable[..., Reporter]) -> None:
    reporter = make_reporter(clock=iter([]).__next__)
    reporter.info("x")
    assert reporter.status().failures == 1
    assert str(reporter.status().last_error).startswith("StopIteration")


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def test_an_exception_that_cannot_be_shown(reporter: Reporter, events: Events) -> None:
    try:
        raise Unspeakable
    except Unspeakable as error:
        reporter.error(error)
    assert events(reporter)[0]["data"]["message"].endswith("Unspeakable")


def test_real_sqlite_errors_become_a_database_section() -> None:
    import sqlite_utils

    database = sqlite_utils.Database(memory=True)
    database["users"].insert({"email": "a"}, pk="email")  # type: ignore[union-attr]
    try:
        database.execute("insert into users (email) values (?)", ["a"])
    except sqlite3.IntegrityError as error:
        section = describe_database(error)
    database.conn.close()
    assert section == {
        "errorCode": "SQLITE_CONSTRAINT_PRIMARYKEY",
        "driver": "sqlite3",
        "constraint": "users.email",
        "table": "users",
        "detail": "UNIQUE constraint failed: users.email",
    }


def test_a_real_asyncpg_error_behind_a_cause() -> None:
    import asyncpg

    inner = asyncpg.UniqueViolationError("duplicate key")
    inner.constraint_name, inner.table_name, inner.detail = "users_email_key", "users", "Key (email)=(a) already exists."
    outer = RuntimeError("save failed")
    outer.__cause__ = inner
    section = describe_database(outer)
    assert section == {
        "sqlstate": "23505",
        "constraint": "users_email_key",
        "table": "users",
        "detail": "Key (email)=(a) already exists.",
        "driver": "asyncpg",
    }


def test_duck_typed_psycopg_and_sqlalchemy_with_secret_parameters() -> None:
    class PsycopgError(Exception):
        sqlstate = "23505"
        diag = SimpleNamespace(constraint_name="k", table_name=None, column_name="c", message_detail="d")

    class SqlalchemyError(Exception):
        statement, params, orig = "UPDATE users SET password=%s", ("hunter2",), PsycopgError()

    section = describe_database(SqlalchemyError())
    assert section is not None
    assert (section["sqlstate"], section["table"], section["constraint"]) == ("23505", "users", "k")
    assert (section["parameters"], section["detail"]) == ("[masked]", "[masked]")
    assert describe_database(ValueError("plain")) is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Correlation-Id": "abc"}, "abc"),
        ({"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}, "a" * 32),
        ([(b"x-correlation-id", b"abc"), (b"traceparent", f"00-{'a' * 32}-{'b' * 16}-01".encode())], "abc"),
        ({"traceparent": f"00-{'0' * 32}-{'b' * 16}-01"}, None),
        ({"traceparent": f"ff-{'a' * 32}-{'b' * 16}-01"}, None),
        ({"x-correlation-id": "a\r\nSet-Cookie: x"}, None),
        ({"x-correlation-id": "a" * 129}, None),
    ],
)
def test_correlation_comes_from_headers(headers: Any, expected: str | None) -> None:
    assert extract(headers) == expected == correlation_id()


def test_correlation_goes_into_headers() -> None:
    assert inject({}) == {}
    with correlation(new_correlation_id()) as identifier:
        headers = inject({})
        assert headers["x-correlation-id"] == identifier
        assert headers["traceparent"].split("-")[1] == identifier
        assert inject({"X-Correlation-ID": "mine"})["X-Correlation-ID"] == "mine"
    with correlation("order-7"):
        assert inject({}) == {"x-correlation-id": "order-7"}
    assert correlation_id() is None


def test_memory_stays_bounded_with_nobody_listening(make_reporter: Callable[..., Reporter]) -> None:
    reporter = make_reporter(ring_size=2_000, ring_bytes=400_000)
    for _ in range(190_000):
        reporter.info("x", text="x" * 300)
    tracemalloc.start()
    for _ in range(5_000):
        reporter.info("traced", text="x" * 300)
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(5_000):
        reporter.info("traced", text="x" * 300)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    status = reporter.status()
    assert grown < 100_000
    assert status.ring_bytes <= 400_000
    assert status.next_seq - 1 == 200_000 == status.evicted + status.ring_events


def test_process_figures(make_reporter: Callable[..., Reporter], events: Events) -> None:
    reporter = make_reporter(process_interval_s=3600)
    reporter._emit_process()
    (event,) = events(reporter)
    assert event["data"]["operation"] == "process"
    assert event["data"]["process"]["rssBytes"] > 1_000_000
    assert event["performance"] == {"duration": 0}


def test_process_figures_without_psutil(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.reporter.process import ProcessMeter

    monkeypatch.setitem(sys.modules, "psutil", None)
    figures = ProcessMeter().read()
    assert set(figures) == {"rssBytes", "cpuPercent", "threads"}
    assert figures["rssBytes"] > 1_000_000


def _in_child(reporter: Reporter, answers: Any) -> None:
    reporter.info("child")
    status = reporter.status()
    answers.put((status.epoch, status.next_seq, reporter.serve().startswith("ws://")))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_starts_afresh(reporter: Reporter) -> None:
    reporter.serve()
    reporter.info("parent")
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_in_child, args=(reporter, answers))
    child.start()
    epoch, next_seq, served = answers.get(timeout=20)
    child.join(20)
    assert (epoch != reporter.status().epoch, next_seq, served, child.exitcode) == (True, 2, True, 0)


def test_close_is_idempotent_and_reporting_after_it_harmless(reporter: Reporter) -> None:
    reporter.serve()
    reporter.close()
    reporter.close()
    reporter.info("late")
    with pytest.raises(RuntimeError, match="closed"):
        reporter.serve()


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, console.reporter; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["asyncio", "websockets", "psutil", "logging", "pydantic", "msgspec", "PySide6", "dataclasses", "inspect"]
    ran = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

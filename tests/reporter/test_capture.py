"""Logging and uncaught exceptions: reported once, chained to what was there, gone after close."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from console.reporter import Reporter

Events = Callable[[Reporter], list[dict[str, Any]]]
Make = Callable[..., Reporter]


def test_log_records_become_events(make_reporter: Make, events: Events) -> None:
    reporter = make_reporter(capture_logging=True)
    log = logging.getLogger("shop.orders")
    log.setLevel(logging.DEBUG)
    log.info("ignored")
    log.warning("low on %s", "stock", extra={"sku": 7})
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("order %d failed", 5)
    wrong = log.makeRecord("shop", logging.CRITICAL, __file__, 1, "bad arguments %d", ("x",), None)
    assert reporter._logging is not None
    reporter._logging.handle(wrong)  # not through the logger: pytest's own handler would fail on it
    warning, error, critical = events(reporter)
    assert warning["eventType"] == "warning"
    data = warning["data"]
    assert (data["message"], data["logger"], data["sku"]) == ("low on stock", "shop.orders", 7)
    assert data["source"]["function"] == "test_log_records_become_events"
    assert (error["eventType"], error["data"]["message"]) == ("error", "order 5 failed: ValueError: broken")
    assert error["data"]["context"]["logMessage"] == "order 5 failed"
    assert "ValueError: broken" in error["data"]["source"]["stack"]
    assert (critical["data"]["severity"], "do not fit" in critical["data"]["message"]) == ("critical", True)


def test_an_exception_already_reported_is_not_told_again_by_a_log(make_reporter: Make, events: Events) -> None:
    reporter = make_reporter(capture_logging=True)
    try:
        raise ValueError("once")
    except ValueError as error:
        reporter.error(error)
        logging.getLogger("server").exception("request failed")
    assert len(events(reporter)) == 1


def test_logging_while_reporting_does_not_recurse(make_reporter: Make, events: Events) -> None:
    reporter = make_reporter(capture_logging=True)

    class Chatty:
        def __str__(self) -> str:
            logging.getLogger("chatty").error("while encoding")
            return "chatty"

    logging.getLogger("shop").warning("x", extra={"value": Chatty()})
    logging.getLogger("websockets.server").error("excluded")
    logging.getLogger("console.reporter.link").error("excluded")
    assert [event["data"]["value"] for event in events(reporter)] == ["chatty"]


def test_uncaught_exceptions_are_reported_and_passed_on(
    make_reporter: Make, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda *_: passed.append("sys"))
    monkeypatch.setattr(threading, "excepthook", lambda _: passed.append("threading"))
    before = (sys.excepthook, threading.excepthook)
    reporter = make_reporter(capture_uncaught=True)
    error = ValueError("main")
    sys.excepthook(ValueError, error, None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    def fail() -> None:
        raise LookupError("thread")

    thread = threading.Thread(target=fail, name="worker-1")
    thread.start()
    thread.join()
    assert passed == ["sys", "sys", "threading"]
    first, second = events(reporter)
    assert (first["data"]["message"], first["data"]["severity"]) == ("ValueError: main", "critical")
    assert (second["data"]["message"], second["data"]["context"]["thread"]) == ("LookupError: thread", "worker-1")
    reporter.close()
    assert (sys.excepthook, threading.excepthook) == before


async def test_an_asyncio_loop_is_watched(make_reporter: Make, events: Events) -> None:
    reporter = make_reporter(capture_uncaught=True)
    loop, passed = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, details: passed.append(details["message"]))
    before = loop.get_exception_handler()
    reporter.watch_loop(loop)
    reporter.watch_loop(loop)
    done = asyncio.Event()

    def fail() -> None:
        done.set()
        raise ValueError("in a callback")

    loop.call_soon(fail)
    await done.wait()
    await asyncio.sleep(0)
    assert [event["data"]["message"] for event in events(reporter)] == ["ValueError: in a callback"]
    assert len(passed) == 1
    reporter.close()
    assert loop.get_exception_handler() is before

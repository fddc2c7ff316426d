"""A command runs at most once, whatever the network does."""

from __future__ import annotations

import threading
from typing import Any

from console.reporter.commands import KEY_LIFETIME_MS, MAX_KEYS, Command, CommandAnswer, CommandBook


class Clock:
    now = 1_000

    def __call__(self) -> int:
        return self.now


def book_with(clock: Clock, calls: list[dict[str, Any]]) -> CommandBook:
    book = CommandBook(clock)

    def handler(args: dict[str, Any]) -> CommandAnswer:
        calls.append(args)
        return CommandAnswer("applied", {"call": len(calls)})

    book.register("x", handler)
    return book


def command(key: str = "k", name: str = "x", deadline_ms: int = 50, received_ms: int = 1_000, **args: Any) -> Command:
    return Command(key, name, args, deadline_ms, received_ms)


def test_same_key_same_arguments_is_answered_with_the_first_result() -> None:
    calls: list[dict[str, Any]] = []
    book = book_with(Clock(), calls)
    assert book.answer(command(a=1)) == ("applied", {"call": 1}, None)
    again = book.answer(command(a=1))
    assert (again.state, again.result, len(calls)) == ("duplicate", {"call": 1}, 1)


def test_same_key_other_arguments_is_rejected() -> None:
    calls: list[dict[str, Any]] = []
    book = book_with(Clock(), calls)
    book.answer(command(a=1))
    assert book.answer(command(a=2)).state == "rejected"
    assert len(calls) == 1


def test_past_its_deadline_it_does_not_run_and_may_be_asked_again() -> None:
    clock, calls = Clock(), []  # type: ignore[var-annotated]
    book = book_with(clock, calls)
    clock.now = 1_051
    assert book.answer(command()).state == "expired"
    assert book.answer(command(received_ms=1_051)).state == "applied"


def test_unknown_names_and_failing_handlers_are_rejected_with_the_reason() -> None:
    book = book_with(Clock(), [])
    assert "this service knows: x" in str(book.answer(command(name="y")).reason)
    book.register("bad", lambda args: args["missing"])
    assert "KeyError" in str(book.answer(command(key="2", name="bad")).reason)
    book.register("wrong", lambda args: None)  # type: ignore[arg-type, return-value]
    assert "not a CommandAnswer" in str(book.answer(command(key="3", name="wrong")).reason)


def test_keys_are_forgotten_after_a_day_and_bounded_in_number() -> None:
    clock, calls = Clock(), []  # type: ignore[var-annotated]
    book = book_with(clock, calls)
    book.answer(command())
    clock.now += KEY_LIFETIME_MS
    assert book.answer(command(received_ms=clock.now)).state == "applied"
    for number in range(MAX_KEYS):
        book.answer(command(key=f"n{number}", received_ms=clock.now))
    assert book.answer(command(received_ms=clock.now)).state == "applied"


def test_a_full_queue_rejects_at_once_and_close_ends_the_thread() -> None:
    book, started, release = CommandBook(Clock()), threading.Event(), threading.Event()

    def slow(_: dict[str, Any]) -> CommandAnswer:
        started.set()
        release.wait(10)
        return CommandAnswer("applied")

    book.register("slow", slow)
    answers: list[CommandAnswer] = []
    book.submit(command(name="slow"), answers.append)
    assert started.wait(10)
    for number in range(101):
        book.submit(command(key=f"{number}", name="slow"), answers.append)
    assert [answer.state for answer in answers] == ["rejected"]
    thread = book._thread
    book.close()
    release.set()
    assert thread is not None
    thread.join(10)
    assert not thread.is_alive()
    assert [answer.state for answer in answers] == ["rejected", "applied"]

"""Commands that a consumer sends: each runs at most once, whatever the network does."""

from __future__ import annotations

import json
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

KEY_LIFETIME_MS = 24 * 3_600_000
MAX_KEYS = 10_000
MAX_WAITING = 100


class Command(NamedTuple):
    """A command as it arrived; `deadline_ms` counts from `received_ms`."""

    key: str
    name: str
    args: dict[str, Any]
    deadline_ms: int
    received_ms: int


class CommandAnswer(NamedTuple):
    """What became of a command. `state` is applied, duplicate, stale, rejected or expired."""

    state: str
    result: dict[str, Any] | None = None
    reason: str | None = None


Handler = Callable[[dict[str, Any]], CommandAnswer]


class _Remembered(NamedTuple):
    fingerprint: str
    answer: CommandAnswer
    at_ms: int


class CommandBook:
    """Runs commands one after another in a daemon thread of its own, and remembers answers by key for 24 hours."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        self._answers: OrderedDict[str, _Remembered] = OrderedDict()
        self._waiting: queue.Queue[tuple[Command, Callable[[CommandAnswer], None]] | None] = queue.Queue(MAX_WAITING)
        self._thread: threading.Thread | None = None

    def register(self, name: str, handler: Handler) -> None:
        """Let `handler(args)` answer commands of this name; it takes the place of an earlier one."""
        self._handlers[name] = handler

    def copy_after_fork(self) -> CommandBook:
        """Return a book with the same handlers and answers, whose thread and queue are the child's own."""
        book = CommandBook(self._clock)
        book._handlers, book._answers = dict(self._handlers), OrderedDict(self._answers)
        return book

    def submit(self, command: Command, reply: Callable[[CommandAnswer], None]) -> None:
        """Queue a command; `reply` is called from the command thread, or at once when the queue is full."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="reporter-commands", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait((command, reply))
        except queue.Full:
            reply(CommandAnswer("rejected", reason=f"{MAX_WAITING} commands are waiting already; ask again later"))

    def close(self) -> None:
        """Let the thread end once what it runs is done; commands still queued are not run."""
        if self._thread is not None:
            while not self._waiting.empty():
                try:
                    self._waiting.get_nowait()
                except queue.Empty:
                    break
            self._waiting.put_nowait(None)
            self._thread = None

    def _run(self) -> None:
        while (item := self._waiting.get()) is not None:
            command, reply = item
            reply(self.answer(command))

    def answer(self, command: Command) -> CommandAnswer:
        """Run a command, or repeat what it gave the first time (`duplicate`); called by one thread at a time."""
        now_ms = self._clock()
        fingerprint = json.dumps([command.name, command.args], sort_keys=True)
        self._forget(now_ms)
        known = self._answers.get(command.key)
        if known is not None:
            if known.fingerprint != fingerprint:
                return CommandAnswer("rejected", reason="this key was used before with other arguments")
            # Whoever asks again must learn what came of it: a second answer to something refused is no success.
            reason = f"answered before: {known.answer.state}" + (f", {known.answer.reason}" if known.answer.reason else "")
            return CommandAnswer("duplicate", known.answer.result, reason)
        handler = self._handlers.get(command.name)
        if handler is None:
            names = ", ".join(sorted(self._handlers)) or "none"
            return CommandAnswer("rejected", reason=f"unknown command {command.name!r}; this service knows: {names}")
        if now_ms - command.received_ms > command.deadline_ms:
            return CommandAnswer("expired", reason=f"not started within {command.deadline_ms} ms")
        answer = _call(handler, command.args)
        self._answers[command.key] = _Remembered(fingerprint, answer, now_ms)
        return answer

    def _forget(self, now_ms: int) -> None:
        while self._answers:
            oldest = next(iter(self._answers.values()))
            if len(self._answers) < MAX_KEYS and now_ms - oldest.at_ms < KEY_LIFETIME_MS:
                return
            self._answers.popitem(last=False)


def _call(handler: Handler, args: dict[str, Any]) -> CommandAnswer:
    try:
        answer: object = handler(args)
    except Exception as error:  # noqa: BLE001 - the service's own code; its failure is the answer
        return CommandAnswer("rejected", reason=f"the handler failed: {type(error).__name__}: {error}")
    if isinstance(answer, CommandAnswer):
        return answer
    return CommandAnswer("rejected", reason=f"the handler returned {type(answer).__name__}, not a CommandAnswer")

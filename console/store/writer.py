"""The one thread that writes: takes facts from a queue, makes them durable in short transactions, says so.

A transaction holds at most 2,000 events or 50 ms of waiting. Areas' projections run in the same transaction,
so an aggregate never disagrees with its events.
"""

import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from console.model.clock import Clock, wall_clock
from console.model.facts import Arrived, Fact
from console.store.database import claim, is_damage, is_disk_full, open_writer, suspect_file
from console.store.migrations import AreaMigrations, migrate, refuse_newer_file
from console.store.projection import Projection
from console.store.recording import Recorder

TRANSACTION_EVENTS = 2_000
TRANSACTION_S = 0.05
RETRY_S = 1.0
IDLE_S = 0.5
"""So long nothing has come when areas are asked to write what they have put off."""

log = logging.getLogger(__name__)

Call = Callable[[sqlite3.Connection], Any]
_STOP = object()


class Writer:
    """Owns the writing connection. `submit` and `call` may be used from any thread.

    `on_commit(facts, last_id)` runs on the writer's thread after each commit; `on_fault(text)` when something
    keeps it from writing (a full disk is waited for, with nothing lost; a damaged file ends the thread).
    """

    def __init__(
        self,
        path: Path,
        *,
        projections: Iterable[tuple[str, Projection]] = (),
        migrations: Iterable[tuple[str, AreaMigrations]] = (),
        clock: Clock = wall_clock,
        durable: bool = False,
        on_commit: Callable[[Sequence[Fact], int], None] | None = None,
        on_fault: Callable[[str], None] | None = None,
    ) -> None:
        self._path = path
        refuse_newer_file(path, migrations := list(migrations))
        self._claim = claim(path)
        try:
            self._connection = open_writer(path, durable=durable)
        except BaseException:
            self._claim.close()
            raise
        try:
            migrate(self._connection, migrations)
            self._recorder = Recorder(self._connection, dict(projections), clock, self._fault)
        except BaseException:
            self._connection.close()
            self._claim.close()
            raise
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._on_commit = on_commit
        self._on_fault = on_fault
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def recorder(self) -> "Recorder":
        return self._recorder

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def submit(self, fact: Fact) -> None:
        """Queue a fact. The caller bounds how much is under way (see `console.ingest.gate`)."""
        self._queue.put(fact)

    def call(self, function: Call, done: Callable[[Any], None] | None = None) -> None:
        """Run `function(connection)` in a transaction of its own, in order with the facts.

        `done` gets its result, or the exception that it raised, on the writer's thread.
        """
        self._queue.put((function, done))

    def close(self) -> None:
        """Write what is queued, checkpoint and close the file. Idempotent."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._queue.put(_STOP)
        self._thread.join()

    def _fault(self, text: str) -> None:
        log.error("%s", text)
        if self._on_fault is not None:
            self._on_fault(text)

    def _run(self) -> None:
        try:
            while self._step():
                pass
            self._settle()
            self._recorder.close()
        except sqlite3.Error as error:
            self._note_damage(error)
            self._fault(f"the store cannot be written any more: {error}")
        except Exception as error:  # noqa: BLE001  # the thread ends: whoever waits for commits must hear why
            self._fault(f"the store is not written any more, by a fault of the console itself: {error!r}")
        finally:
            with contextlib.suppress(sqlite3.Error):  # closing checkpoints, which a full disk or damage refuses: said above
                self._connection.close()
            self._claim.close()

    def _note_damage(self, error: sqlite3.Error) -> None:
        """Leave the note that makes the next start check the whole file (see `console.store.salvage`)."""
        if is_damage(error):
            with contextlib.suppress(OSError):  # without the note the damage is only met again
                suspect_file(self._path).write_text(f"{error}\n", encoding="utf-8")

    def _step(self) -> bool:
        """Wait for work, do one transaction or one call; False when it is time to stop."""
        try:
            item = self._queue.get(timeout=IDLE_S if self._recorder.is_waiting else None)
        except queue.Empty:
            if self._settle() and self._on_commit is not None:
                self._on_commit((), self._recorder.identities.last_id)
            return True
        facts: list[Fact] = []
        room = TRANSACTION_EVENTS
        deadline = time.monotonic() + TRANSACTION_S
        while True:
            if item is _STOP:
                self._commit(facts)
                return False
            if isinstance(item, tuple):
                self._commit(facts)
                facts = []
                self._call(*item)
                return True
            facts.append(item)
            room -= len(item.events) if isinstance(item, Arrived) else 1
            wait = deadline - time.monotonic()
            if room <= 0 or wait <= 0:
                break
            try:
                item = self._queue.get(timeout=wait)
            except queue.Empty:
                break
        self._commit(facts)
        return True

    def _commit(self, facts: list[Fact]) -> None:
        if not facts:
            return
        while True:
            try:
                last_id = self._recorder.record(facts)
                break
            except sqlite3.OperationalError as error:
                if is_damage(error) or not (is_disk_full(error) or "locked" in str(error)):
                    raise
                self._fault(f"waiting to write, nothing is lost: {error} (free some disk space)")
                if self._stopping.wait(RETRY_S):
                    raise
        if self._on_commit is not None:
            self._on_commit(facts, last_id)

    def _settle(self) -> bool:
        """Write what areas have put off; False where the disk is full: it is in the events too, so nothing is lost."""
        try:
            self._recorder.settle()
        except sqlite3.OperationalError as error:
            if is_damage(error) or not (is_disk_full(error) or "locked" in str(error)):
                raise
            self._fault(f"waiting to write, nothing is lost: {error} (free some disk space)")
            return False
        return True

    def _call(self, function: Call, done: Callable[[Any], None] | None) -> None:
        try:
            result = self._recorder.transact(function)
        except (sqlite3.Error, ValueError, LookupError) as error:
            if isinstance(error, sqlite3.Error):
                self._note_damage(error)
            if done is None:
                self._fault(f"a change was not written: {error}")
            result = error
        if done is not None:
            done(result)

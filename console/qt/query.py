"""Reads of the store on a few threads; answers that nobody waits for any more are dropped."""

import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from shiboken6 import isValid

from console.store.database import open_reader

THREADS = 3
TIME_LIMIT_S = 20.0
CACHE_KIB, MAPPED_BYTES = 16_384, 64 * 1024 * 1024
"""Of each thread's connection: a window beside an editor and a browser must stay small, and the system caches the file."""
_STEPS_BETWEEN_CHECKS = 20_000

Query = Callable[[sqlite3.Connection], Any]
Lane = tuple[int, str]


class ReadTooSlow(Exception):
    """A read was ended at its time limit; the text says what to do."""


@dataclass(slots=True, eq=False)
class Request:
    """One read. `dropped` is set from the main thread and ends the statement at its next check."""

    lane: Lane
    owner: QObject
    query: Query
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    dropped: bool = False


class Reads(QObject):
    """Runs reads of one store file; all methods belong to the main thread.

    For each (owner, slot) one request runs at most, and of those that wait only the newest is kept.
    """

    _finished = Signal(object, object, object)
    idle = Signal()
    """No read runs or waits."""

    def __init__(
        self,
        path: Path,
        parent: QObject | None = None,
        *,
        threads: int = THREADS,
        time_limit_s: float = TIME_LIMIT_S,
        open_connection: Callable[[Path], sqlite3.Connection] = open_reader,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._open = open_connection
        self._time_limit_s = time_limit_s
        # Not thread-local: Python makes its state of a Qt thread anew for each task, and what hangs on it is lost.
        self._idle: list[sqlite3.Connection] = []
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._pool.setExpiryTimeout(-1)  # starting one costs more than keeping it
        self._running: dict[Lane, Request] = {}
        self._waiting: dict[Lane, Request] = {}
        self._known: set[int] = set()
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def read(
        self,
        owner: QObject,
        slot: str,
        query: Query,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run `query` off the main thread; see `Shell.read`."""
        if self._closed:
            return
        if id(owner) not in self._known:
            self._known.add(id(owner))
            owner.destroyed.connect(partial(self._forget, id(owner)))
        request = Request((id(owner), slot), owner, query, done, failed)
        running = self._running.get(request.lane)
        if running is None:
            self._start(request)
        else:
            running.dropped = True
            self._waiting[request.lane] = request

    def busy(self, besides: QObject | None = None) -> bool:
        """Tell whether a read of anyone but `besides` runs or waits."""
        return any(request.owner is not besides for request in self._running.values())

    def close(self) -> None:
        """End running reads, wait for the threads and close their connections."""
        self._closed = True
        self._waiting.clear()
        for request in self._running.values():
            request.dropped = True
        self._pool.waitForDone()
        self._running.clear()
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._idle.clear()

    def _start(self, request: Request) -> None:
        self._running[request.lane] = request
        self._pool.start(partial(self._work, request))

    def _work(self, request: Request) -> None:
        """On a pool thread."""
        result: Any = None
        error: Exception | None = None
        try:
            if not request.dropped:
                result = self._answer(request)
        except Exception as raised:  # noqa: BLE001  whatever a query raises belongs to its asker, not to the pool
            error = raised
        if not self._closed:
            self._finished.emit(request, result, error)

    def _answer(self, request: Request) -> Any:
        connection = self._take_connection()
        deadline_s = time.monotonic() + self._time_limit_s
        connection.set_progress_handler(lambda: request.dropped or time.monotonic() > deadline_s, _STEPS_BETWEEN_CHECKS)
        try:
            return request.query(connection)
        except sqlite3.OperationalError as error:
            if not request.dropped and time.monotonic() > deadline_s:
                raise ReadTooSlow(
                    f"the store gave no answer within {self._time_limit_s:g} s; choose a shorter range or a narrower filter"
                ) from error
            raise
        finally:
            connection.set_progress_handler(None, 0)
            with self._guard:
                self._idle.append(connection)

    def _take_connection(self) -> sqlite3.Connection:
        """Return one that nobody uses; there are never more of them than threads."""
        with self._guard:
            if self._idle:
                return self._idle.pop()  # the last one used has the warmest cache
        connection = self._open(self._path)
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        connection.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
        with self._guard:
            self._connections.append(connection)
        return connection

    def _deliver(self, request: Request, result: Any, error: Exception | None) -> None:
        if self._running.get(request.lane) is request:
            del self._running[request.lane]
            waiting = self._waiting.pop(request.lane, None)
            if waiting is not None:
                self._start(waiting)
        if not self._running:
            self.idle.emit()
        if request.dropped or self._closed or not isValid(request.owner):
            return
        if error is None:
            request.done(result)
        else:
            request.failed(error)

    def _forget(self, key: int, *_: object) -> None:
        self._known.discard(key)
        for lane in [lane for lane in self._waiting if lane[0] == key]:
            del self._waiting[lane]
        for lane, request in list(self._running.items()):
            if lane[0] == key:
                request.dropped = True
                del self._running[lane]  # the address may come back as another owner's

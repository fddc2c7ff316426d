"""The demo's data in one SQLite file; blocking calls run on a few threads with a connection each."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from console.demo.clock import elapsed_ms
from console.demo.server.database import STATEMENT_LIMIT_MS, QueryFailed, Row, Step

_THREADS = 3
_BUSY_LIMIT_MS = 2_000
_STEPS_BETWEEN_CHECKS = 20_000
_KINDS = {
    "SQLITE_CONSTRAINT_UNIQUE": "unique",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "unique",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "foreign_key",
    "SQLITE_CONSTRAINT_CHECK": "check",
    "SQLITE_CONSTRAINT_NOTNULL": "not_null",
    "SQLITE_INTERRUPT": "timeout",
}


class SqliteDatabase:
    """A `Database` over the file at `path`, which is made when it does not exist."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="demo-sqlite")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    async def fetch(self, sql: str, *params: Any) -> list[Row]:
        return (await self._in_thread(self._run, [(sql, params)]))[0]

    async def atomically(self, steps: Sequence[Step]) -> list[list[Row]]:
        return await self._in_thread(self._run_transaction, steps)

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
        for connection in self._opened:
            connection.close()

    async def _in_thread(self, run: Callable[[Sequence[Step]], list[list[Row]]], steps: Sequence[Step]) -> list[list[Row]]:
        return await asyncio.get_running_loop().run_in_executor(self._pool, run, steps)

    def _run_transaction(self, steps: Sequence[Step]) -> list[list[Row]]:
        self._run([("BEGIN IMMEDIATE", ())])
        try:
            results = self._run(steps)
        except QueryFailed:
            self._run([("ROLLBACK", ())])
            raise
        self._run([("COMMIT", ())])
        return results

    def _run(self, steps: Sequence[Step]) -> list[list[Row]]:
        connection = self._connection()
        results: list[list[Row]] = []
        for sql, params in steps:
            started = time.perf_counter()
            self._local.deadline = started + STATEMENT_LIMIT_MS / 1000
            try:
                rows = connection.execute(sql, params).fetchall()
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorname", None) or type(error).__name__
                failed = QueryFailed(error, code, _KINDS.get(code, "other"), (sql, tuple(params)), elapsed_ms(started))
                failed.rolled_back = len(results)
                raise failed from error
            results.append([dict(row) for row in rows])
        return results

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(  # noqa: TID251 - the demo's own data, not the console's store
                self._path, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # this data lives as long as the process
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_LIMIT_MS}")
            connection.set_progress_handler(self._is_over_time, _STEPS_BETWEEN_CHECKS)
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def _is_over_time(self) -> int:
        return int(time.perf_counter() > self._local.deadline)

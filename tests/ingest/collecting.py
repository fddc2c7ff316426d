"""Run a collector inside a test, wait for what it does, read what it stored."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from console.ingest.address import SourceSpec, parse_source
from console.ingest.collector import Collector
from console.store.database import open_reader


@asynccontextmanager
async def collecting(path: Path, *specs: SourceSpec | str, **options: Any) -> AsyncIterator[Collector]:
    """Collect from the sources (a text is the address of one called `src`); everything is committed at the end."""
    collector = Collector(path, **options)
    ready = asyncio.Event()

    async def started() -> None:
        for spec in specs:
            await collector.attach(parse_source("src", spec) if isinstance(spec, str) else spec)
        ready.set()

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(collector.run(started))
        waiting = tasks.create_task(ready.wait())
        await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
        try:
            yield collector
        finally:
            collector.stop()
            waiting.cancel()


async def until(condition: Callable[[], object], within_s: float = 20) -> None:
    """Return when the condition holds; fails with its source line otherwise."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.005)


def rows(path: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    connection = open_reader(path)
    try:
        return connection.execute(sql, parameters).fetchall()
    finally:
        connection.close()


def one(path: Path, sql: str, *parameters: object) -> Any:
    return rows(path, sql, *parameters)[0][0]


def count_events(path: Path) -> int:
    try:
        return int(one(path, "SELECT count(*) FROM v_events"))
    except sqlite3.OperationalError:
        return 0


def account(path: Path) -> dict[str, int]:
    """The exact counts as the store's tables tell them."""
    return {
        "stored": count_events(path),
        "quarantined": one(path, "SELECT count(*) FROM quarantine"),
        "gap_events": one(path, "SELECT coalesce(sum(events), 0) FROM v_gaps"),
        "unknown_intervals": one(path, "SELECT count(*) FROM coverage"),
    }

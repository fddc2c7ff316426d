"""Events as a service sends them, for the tests of this folder."""

import sqlite3
from pathlib import Path
from typing import Any

from console.areas.performance.store import MIGRATIONS
from console.model.event import Event
from console.store.database import open_writer
from console.store.projection import StoredEvent

NOW_MS = 1_795_442_210_000
"""The start of ten seconds."""


def timed(ts_ms: int, duration_ms: Any, operation: Any = "acu.search", service: str = "server", **more: Any) -> Event:
    data = {"data": {"operation": operation}, "performance": {"duration": duration_ms, **more}}
    usable = duration_ms if type(duration_ms) in (int, float) else None
    return Event("", ts_ms, service, "performance", "info", "info", duration_ms=usable, data=data)


def process(ts_ms: int, rss: Any, cpu: Any, service: str = "server") -> Event:
    detail = {"operation": "process", "process": {"rssBytes": rss, "cpuPercent": cpu}}
    data = {"data": detail, "performance": {"duration": 0}}
    return Event("", ts_ms, service, "performance", "info", "info", duration_ms=0.0, data=data)


def synced(ts_ms: int, state: Any, service: str = "pwa") -> Event:
    return Event("", ts_ms, service, "sync_update", "info", "info", data={"data": {}, "syncState": state})


def failed(ts_ms: int, service: str = "server") -> Event:
    return Event("", ts_ms, service, "error", "error", "high", duration_ms=9.0, data={"data": {}})


def stored(events: list[Event], received_ms: int | None = None) -> list[StoredEvent]:
    return [StoredEvent(i, 1, 0, received_ms or event.ts_ms, event) for i, event in enumerate(events, 1)]


def performance_store(path: Path) -> sqlite3.Connection:
    """Return a writing connection to a file with nothing but this area's tables."""
    connection = open_writer(path)
    for _, statements in MIGRATIONS:
        for statement in statements:
            connection.execute(statement)
    return connection

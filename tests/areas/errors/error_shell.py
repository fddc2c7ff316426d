"""A window over a store of errors: reads it, and really runs the area's commands on a writing connection."""

import json
from pathlib import Path
from typing import Any

from console.areas.errors.store import COMMANDS, MIGRATIONS, projection
from console.model.event import Event
from console.qt.shell import Scope
from tests.command_shell import CommandShell
from tests.store_filling import START_MS, fill_store, read_text

NOW_MS = START_MS + 600_000
MINUTE_MS = 60_000


def failure(function: str, at_ms: int, number: int = 0, *, kind: str = "AbortError", **more: Any) -> Event:
    """Return an error raised in `function`; the function and the kind decide its group, not the number."""
    stack = f"{kind}: cannot read item {number}\n    at {function} (/srv/app/{function}.ts:{10 + number}:7)"
    body = {
        "errorId": f"err-{function}-{at_ms}-{number}", "timestamp": at_ms, "category": "DATABASE_ERROR",
        "severity": more.pop("severity", "high"), "correlationId": f"corr-{number}",
        "message": more.pop("message", f"cannot read item {number}"),
        "source": {"service": more.pop("service", "server"), "stack": stack},
        "environment": {"appVersion": more.pop("version", "1.4.0")}, "user": {"userId": f"user-{number}"},
    }  # fmt: skip
    return read_text(json.dumps(body | more), at_ms)


def spread(function: str, count: int, last_ms: int, step_ms: int = 1_000, **more: Any) -> list[Event]:
    """Return `count` errors of one group, the last at `last_ms`."""
    return [failure(function, last_ms - (count - 1 - n) * step_ms, n, **more) for n in range(count)]


def store_errors(path: Path, events: list[Event], source: str = "server") -> None:
    options = {"projections": [("errors", projection())], "migrations": [("errors", MIGRATIONS)]}
    fill_store(path, sorted(events, key=lambda event: event.ts_ms), source, **options)


class ErrorShell(CommandShell):
    """The last quarter of an hour, unless a test says otherwise."""

    def __init__(self, path: Path, scope: Scope | None = None) -> None:
        super().__init__(path, COMMANDS, NOW_MS, scope or Scope(span_ms=15 * MINUTE_MS))

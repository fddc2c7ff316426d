"""The wall clock of the demo, in one place so that tests can pass another."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]


def now_ms() -> int:
    """Milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


def iso(ms: int) -> str:
    """ISO 8601 text in UTC, with milliseconds, as JavaScript's `toISOString` writes it."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def elapsed_ms(started: float) -> float:
    """Milliseconds since `started`, a reading of `time.perf_counter()`."""
    return round((time.perf_counter() - started) * 1000, 3)

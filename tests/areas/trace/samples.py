"""Events of traces, for the tests of this folder."""

import json
from pathlib import Path
from typing import Any

from console.areas.trace.core.event import TraceEvent
from console.areas.trace.store import MIGRATIONS, projection
from console.model.event import Event
from tests.store_filling import START_MS, fill_store, read_text

CALL = "POST /api/v1/sync/push"


def event(number: int, ts_ms: float, service: str = "server", duration_ms: float | None = None, **more: Any) -> TraceEvent:
    """Return an event of the core; `more` are fields of TraceEvent. It has the id `c` unless told."""
    told = {"event_type": "performance" if duration_ms else "info", "level": "info", "severity": "info", "category": "",
            "message": f"event {number}", "ids": ("c",), **more}  # fmt: skip
    return TraceEvent(number, ts_ms, service, duration_ms=duration_ms, **told)  # type: ignore[arg-type]


def failure(number: int, ts_ms: float, service: str = "server", **more: Any) -> TraceEvent:
    return event(
        number, ts_ms, service, **{"event_type": "error", "level": "error", "severity": "high", "step": "error", **more}
    )


def told(event_type: str, at_ms: int, service: str, data: dict[str, Any], **more: Any) -> Event:
    """Return a stream event as ingest reads it, `at_ms` after START_MS."""
    body = {"eventType": event_type, "timestamp": START_MS + at_ms, "service": service, "data": data, **more}
    return read_text(json.dumps(body), START_MS + at_ms)


def timed(at_ms: int, service: str, duration_ms: float, operation: str = CALL, **ids: Any) -> Event:
    return told("performance", at_ms, service, {"operation": operation, **ids}, performance={"duration": duration_ms})


def said(at_ms: int, service: str, message: str, **ids: Any) -> Event:
    return told("info", at_ms, service, {"message": message, **ids})


def failed(at_ms: int, service: str, message: str, category: str = "SERVICE_UNAVAILABLE", **ids: Any) -> Event:
    return told("error", at_ms, service, {"message": message, "category": category, "severity": "high", **ids})


def push(correlation: str, at_ms: int = 0, ahead_ms: int = 0) -> list[Event]:
    """Return a call of the pwa that the server handles 10 ms later and fails; the server's clock is `ahead_ms` ahead."""
    own = {"correlationId": correlation}
    return [
        said(at_ms, "pwa", "pushing", **own),
        failed(at_ms + 30 + ahead_ms, "server", "duplicate key", "CONSTRAINT_VIOLATION", **own),
        timed(at_ms + 40 + ahead_ms, "server", 30, **own),
        timed(at_ms + 50, "pwa", 50, **own),
        failed(at_ms + 51, "pwa", "push failed", **own),
    ]


def trace_store(path: Path, events: list[Event]) -> Path:
    """Fill a store through the real writer with this area's fold."""
    fill_store(path, events, projections=[("trace", projection())], migrations=[("trace", MIGRATIONS)])
    return path

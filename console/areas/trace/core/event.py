"""One event of a trace: what its row says and what its payload adds.

Bars: the platform writes an event when the work that it times is over, so `ts_ms` is its END and the bar is
[ts_ms - duration, ts_ms]. An event without a duration (or with none above 0) is a point at `ts_ms`.
"""

from typing import Any, NamedTuple

from console.areas.trace.core.endpoint import endpoint_of
from console.areas.trace.core.ids import body_of, ids_of, request_id_of
from console.areas.trace.core.step import Declared, declared_steps, step_of

_FAILED_LEVELS = frozenset({"error", "critical"})
_FAILED_SEVERITIES = frozenset({"critical", "fatal"})
LONGEST_MS = 10 * 365 * 86_400_000.0
"""A longer duration is another unit or nonsense, and would make the axis useless: such an event is a point."""


class TraceEvent(NamedTuple):
    """Times are Unix milliseconds on the clock of the event's own service."""

    id: int
    ts_ms: int
    service: str
    event_type: str
    level: str
    severity: str
    category: str
    message: str
    duration_ms: float | None
    ids: tuple[str, ...] = ()
    request_id: str = ""
    endpoint: str = ""
    step: str = "processing"
    declared: tuple[Declared, ...] = ()

    @property
    def is_bar(self) -> bool:
        duration = self.duration_ms
        return duration is not None and 0 < duration <= LONGEST_MS

    @property
    def start_ms(self) -> float:
        duration = self.duration_ms
        return self.ts_ms - duration if duration is not None and 0 < duration <= LONGEST_MS else float(self.ts_ms)

    @property
    def failed(self) -> bool:
        return is_failure(self.level, self.severity)


def is_failure(level: str, severity: str) -> bool:
    """Tell whether an event of this level and severity says that something failed."""
    return level in _FAILED_LEVELS or severity in _FAILED_SEVERITIES


def read_payload(event: TraceEvent, data: Any, correlation: str | None = None) -> TraceEvent:
    """Return the event with what its decoded payload says; `correlation` is its first id as the store has it."""
    body = body_of(data) if type(data) is dict else {}
    ids = ids_of(body)
    if correlation and correlation not in ids:
        ids = (correlation, *ids)
    endpoint = endpoint_of(body)
    step = step_of(body, event.event_type, event.category, endpoint, failed=event.failed, timed=event.is_bar)
    return event._replace(
        ids=ids, request_id=request_id_of(body), endpoint=endpoint, step=step, declared=declared_steps(body)
    )

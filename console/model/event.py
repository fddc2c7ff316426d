"""The event: what arrived, read leniently, beside its text exactly as it came."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Event:
    """One debug event as the console understands it.

    A plain slotted dataclass: tens of thousands are built per second, which leaves no time for validating models.

    `ts_ms` is the producer's time, or the time of arrival where it gave none that can be believed.
    `text` is the exact JSON text. `degraded` holds the reason when a field had a wrong type. `search` is
    the text that the search index sees. `data` is the decoded object.
    """

    text: str
    ts_ms: int
    service: str
    event_type: str
    level: str
    severity: str
    category: str = ""
    message: str = ""
    uid: str | None = None
    correlation_id: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    fingerprint: str | None = None
    duration_ms: float | None = None
    has_stack: bool = False
    degraded: str | None = None
    search: str = ""
    data: dict[str, Any] = field(default_factory=dict)

"""What a reporter says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReporterStatus:
    """How a reporter is doing. `dials` says per hub address whether it is connected, retrying or stopped, and why."""

    service: str
    epoch: str
    ring_events: int
    ring_bytes: int
    next_seq: int
    evicted: int
    consumers: int
    serving: tuple[str, ...]
    dials: dict[str, str]
    failures: int
    last_error: str | None

"""Events on the one axis of a trace."""

from typing import NamedTuple

from console.areas.trace.core.event import TraceEvent


class Placed(NamedTuple):
    """An event and where it stands: Unix ms after the correction of its clock, `lane` of its service, `row` in that."""

    event: TraceEvent
    start_ms: float
    end_ms: float
    lane: int
    row: int

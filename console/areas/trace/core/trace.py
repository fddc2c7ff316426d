"""A trace put together: lanes on one axis, as the clocks tell and with the clocks corrected."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from console.areas.trace.core.clock import Clock, Pair, estimate_clocks, find_pairs
from console.areas.trace.core.event import TraceEvent
from console.areas.trace.core.failure import Failure, first_failure
from console.areas.trace.core.flow import FlowStep, flow_steps
from console.areas.trace.core.placed import Placed
from console.model.taxonomy import severity_rank

SILENCE_SHARE = 0.1
"""A time in which nothing is reported is worth a word when it is longer than this share of the whole."""
MAX_ROWS = 6
"""Bars of one lane that overlap lie below each other, in at most so many rows."""


class Lane(NamedTuple):
    """A service. `rows` of points and bars; `worst` is its worst severity."""

    service: str
    clock: Clock
    rows: int
    events: int
    failed: int
    worst: str


class Silence(NamedTuple):
    """Between the events `after_id` and `before_id` nobody reported anything."""

    start_ms: float
    end_ms: float
    after_id: int
    before_id: int

    @property
    def duration_ms(self) -> float:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One way to lay the events on the axis. `placed` is in order of time: start, then the longer first."""

    lanes: tuple[Lane, ...]
    placed: tuple[Placed, ...]
    start_ms: float
    end_ms: float
    failure: Failure | None
    silences: tuple[Silence, ...]
    steps: tuple[FlowStep, ...]

    @property
    def duration_ms(self) -> float:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Extent:
    """What belongs to a trace beyond the events that were read.

    `ids` were followed; `refused` are shared by too many events to be a trace's; `found` events belong to it, of
    which only the read ones are there when it is `cut`; `open_ids` were not followed any more, being too many hops away.
    """

    ids: tuple[str, ...]
    found: int
    cut: bool = False
    refused: tuple[str, ...] = ()
    open_ids: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """All about one trace. `asked` is the id or `event:<id>` that was asked for."""

    asked: str
    extent: Extent
    clocks: Mapping[str, Clock]
    pairs: tuple[Pair, ...]
    as_told: Arrangement
    corrected: Arrangement
    """The same object as `as_told` when no clock has to be shifted."""

    @property
    def is_shifted(self) -> bool:
        return self.corrected is not self.as_told


def assemble(asked: str, extent: Extent, events: Sequence[TraceEvent]) -> Trace:
    """Put a trace together. Raises ValueError without any event."""
    if not events:
        raise ValueError("a trace has at least one event")
    pairs = find_pairs(events)
    clocks = estimate_clocks(sorted({event.service for event in events}), pairs)
    as_told = arrange(events, clocks, pairs, {})
    shifts = {name: clock.shift_ms for name, clock in clocks.items() if clock.shift_ms}
    corrected = arrange(events, clocks, pairs, shifts) if shifts else as_told
    return Trace(asked, extent, clocks, tuple(pairs), as_told, corrected)


def arrange(
    events: Iterable[TraceEvent], clocks: Mapping[str, Clock], pairs: Sequence[Pair], shifts: Mapping[str, float]
) -> Arrangement:
    """Lay events on the axis, each service's times less its entry in `shifts` (ms)."""
    timed = []
    for event in events:
        shift = shifts.get(event.service, 0.0)
        timed.append((event.start_ms - shift, event.ts_ms - shift, event))
    timed.sort(key=lambda one: (one[0], -one[1], one[2].id))
    services = dict.fromkeys(event.service for _, _, event in timed)
    numbers = {service: number for number, service in enumerate(services)}
    rows = {service: _Rows() for service in services}
    for service in {event.service for _, _, event in timed if not event.is_bar}:
        rows[service].keep_points_apart()
    placed = tuple(
        Placed(event, start, end, numbers[event.service], rows[event.service].place(event, start, end))
        for start, end, event in timed
    )
    start_ms, end_ms = placed[0].start_ms, max(one.end_ms for one in placed)
    lanes = _lanes(placed, clocks, rows)
    return Arrangement(
        lanes,
        placed,
        start_ms,
        end_ms,
        first_failure(placed),
        silences(placed, end_ms - start_ms),
        flow_steps(placed, pairs),
    )


def silences(placed: Sequence[Placed], total_ms: float) -> tuple[Silence, ...]:
    """Return the gaps between what is reported that are longer than SILENCE_SHARE of the whole."""
    found = []
    last = placed[0]
    for one in placed[1:]:
        if one.start_ms - last.end_ms > SILENCE_SHARE * total_ms:
            found.append(Silence(last.end_ms, one.start_ms, last.event.id, one.event.id))
        if one.end_ms >= last.end_ms:
            last = one
    return tuple(found)


class _Rows:
    """The rows of a lane while it fills: points in the first, so that no bar hides one; bars in the first that is free."""

    def __init__(self) -> None:
        self._first = 0
        self._ends: list[float] = []

    def keep_points_apart(self) -> None:
        self._first = 1

    @property
    def count(self) -> int:
        return self._first + len(self._ends)

    def place(self, event: TraceEvent, start_ms: float, end_ms: float) -> int:
        if not event.is_bar:
            return 0
        ends = self._ends
        row = next((number for number, end in enumerate(ends) if end <= start_ms), len(ends))
        if row == MAX_ROWS:
            row = ends.index(min(ends))
        if row == len(ends):
            ends.append(end_ms)
        else:
            ends[row] = max(ends[row], end_ms)
        return self._first + row


def _lanes(placed: Sequence[Placed], clocks: Mapping[str, Clock], rows: Mapping[str, _Rows]) -> tuple[Lane, ...]:
    events = Counter(one.event.service for one in placed)
    failed = Counter(one.event.service for one in placed if one.event.failed)
    worst: dict[str, str] = {}
    for one in placed:
        service, severity = one.event.service, one.event.severity
        if service not in worst or severity_rank(severity) > severity_rank(worst[service]):
            worst[service] = severity
    return tuple(
        Lane(service, clocks[service], rows[service].count, events[service], failed[service], worst[service])
        for service in rows
    )

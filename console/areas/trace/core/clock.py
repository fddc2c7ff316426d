"""How far the services' clocks are apart, estimated from requests that both sides timed.

As NTP does it (RFC 5905, section 8): the handling of a request lies inside the call that waits for it. One pair
of bars therefore bounds the offset of the handler's clock: it is the difference of the two middles, give or take
half of the time that the call took longer than the handling. Over several pairs the median of each is taken, and
the timestamps' own resolution is added to what is uncertain.

    offset > 0: the service's clock is ahead of the reference's; its true time is its timestamp minus the offset
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

from console.areas.trace.core.event import TraceEvent

RESOLUTION_MS = 1.0
"""Two timestamps in whole milliseconds differ by up to so much more or less than the times they stand for."""


class Pair(NamedTuple):
    """The call of a request and its handling by another service."""

    client: TraceEvent
    server: TraceEvent

    @property
    def offset_ms(self) -> float:
        """The handler's clock minus the caller's."""
        client, server = self.client, self.server
        return (server.start_ms + server.ts_ms - client.start_ms - client.ts_ms) / 2

    @property
    def slack_ms(self) -> float:
        """By how much the offset can be wrong, either way."""
        return ((self.client.duration_ms or 0.0) - (self.server.duration_ms or 0.0)) / 2


class Clock(NamedTuple):
    """A service's clock against the reference's. `pairs` 0: nothing is known, and the offset is taken as 0."""

    service: str
    offset_ms: float = 0.0
    uncertainty_ms: float = 0.0
    pairs: int = 0
    is_reference: bool = False

    @property
    def is_known(self) -> bool:
        return self.is_reference or self.pairs > 0

    @property
    def shift_ms(self) -> float:
        """What a correction takes off: 0 while the clocks may as well be equal, where shifting would only mislead."""
        return self.offset_ms if abs(self.offset_ms) > self.uncertainty_ms else 0.0


def find_pairs(events: Iterable[TraceEvent]) -> list[Pair]:
    """Pair calls with their handling: bars of two services with the same endpoint that share an id.

    Of two services the one that took longer is the caller. Where an id has more bars on one side than on the
    other nobody knows which belong together, and there is no pair.
    """
    by_endpoint: dict[str, dict[str, list[TraceEvent]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        if event.endpoint and event.is_bar and event.ids:
            by_endpoint[event.endpoint][event.service].append(event)
    pairs: list[Pair] = []
    for services in by_endpoint.values():
        chain = sorted(services, key=lambda name: (-fmean(bar.duration_ms or 0.0 for bar in services[name]), name))
        for client, server in pairwise(chain):
            pairs += _matched(services[client], services[server])
    return pairs


def _matched(clients: Sequence[TraceEvent], servers: Sequence[TraceEvent]) -> list[Pair]:
    ours, theirs = _by_id(clients), _by_id(servers)
    pairs: list[Pair] = []
    used: set[int] = set()
    for shared in sorted(ours.keys() & theirs.keys(), key=lambda one: (len(ours[one]), one)):
        left = [event for event in ours[shared] if event.id not in used]
        right = [event for event in theirs[shared] if event.id not in used]
        if len(left) != len(right):
            continue
        for client, server in zip(left, right, strict=True):
            used |= {client.id, server.id}
            if (server.duration_ms or 0.0) <= (client.duration_ms or 0.0):
                pairs.append(Pair(client, server))
    return pairs


def _by_id(events: Sequence[TraceEvent]) -> dict[str, list[TraceEvent]]:
    """Group bars by id, in order of time. A failed request is timed twice, by its report too: the timing counts."""
    grouped: dict[str, list[TraceEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda one: (one.start_ms, one.id)):
        for one in event.ids:
            grouped[one].append(event)
    for one, found in grouped.items():
        timings = [event for event in found if event.event_type == "performance"]
        grouped[one] = timings or found
    return grouped


def estimate_clocks(services: Sequence[str], pairs: Sequence[Pair]) -> dict[str, Clock]:
    """Return a clock for each service. The reference is the service that made most of the paired calls.

    Services that are no direct partners of the reference are reached over others: offsets and uncertainties add up.
    """
    clocks = {service: Clock(service) for service in services}
    if not pairs:
        return clocks
    samples: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    calls: dict[str, int] = defaultdict(int)
    for pair in pairs:
        client, server = pair.client.service, pair.server.service
        calls[client] += 1
        samples[client, server].append((pair.offset_ms, pair.slack_ms))
        samples[server, client].append((-pair.offset_ms, pair.slack_ms))
    reference = min(calls, key=lambda name: (-calls[name], name))
    clocks[reference] = Clock(reference, is_reference=True)
    waiting = [reference]
    while waiting:
        here = clocks[waiting.pop(0)]
        near = [other for one, other in samples if one == here.service and not clocks[other].is_known]
        for other in sorted(near, key=lambda name: (-len(samples[here.service, name]), name)):
            clocks[other] = _beyond(here, other, samples[here.service, other])
            waiting.append(other)
    return clocks


def _beyond(here: Clock, service: str, samples: Sequence[tuple[float, float]]) -> Clock:
    offset = here.offset_ms + median(offset for offset, _ in samples)
    slack = RESOLUTION_MS + median(slack for _, slack in samples)
    return Clock(service, offset, here.uncertainty_ms + slack, len(samples))

"""The data flow of a trace as steps in order: who did what, for how long, and what of it failed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.areas.trace.core.clock import Pair
from console.areas.trace.core.placed import Placed
from console.areas.trace.core.step import DATABASE, ERROR, PROCESSING, REQUEST, RESPONSE, VALIDATION


class FlowStep(NamedTuple):
    """`start_ms` is Unix ms on the axis. `duration_ms` None: nothing tells. `event_id` is the one to look at first."""

    step: str
    service: str
    start_ms: float
    duration_ms: float | None
    events: int
    event_id: int
    failed: bool
    note: str
    declared: bool = False


def flow_steps(placed: Sequence[Placed], pairs: Sequence[Pair]) -> tuple[FlowStep, ...]:
    """Return the steps in order of time.

    A call paired with its handling gives three: the way there (request), the handling (processing), the way back
    (response). Neighbouring events of one step and service are one step; declared steps follow the event that names them.
    """
    by_id = {one.event.id: one for one in placed}
    paired = {event.id for pair in pairs for event in pair}
    steps = list(_grouped([one for one in placed if one.event.id not in paired]))
    for pair in pairs:
        steps += _legs(by_id[pair.client.id], by_id[pair.server.id])
    for one in placed:
        if one.event.declared:
            steps += _declared(one)
    return tuple(sorted(steps, key=_place))


_AT_ONE_TIME = (REQUEST, VALIDATION, PROCESSING, DATABASE, ERROR, RESPONSE)
"""Of what begins in the same millisecond a request comes first, and the way back last."""


def _place(step: FlowStep) -> tuple[float, int, int]:
    known = _AT_ONE_TIME.index(step.step) if step.step in _AT_ONE_TIME else _AT_ONE_TIME.index(PROCESSING)
    return step.start_ms, known, step.event_id


def _legs(client: Placed, server: Placed) -> list[FlowStep]:
    endpoint, caller, handler = client.event.endpoint, client.event.service, server.event.service
    there, back = server.start_ms - client.start_ms, client.end_ms - server.end_ms
    way = (1, client.event.id, client.event.failed)
    handled = (1, server.event.id, server.event.failed, endpoint)
    return [
        FlowStep(REQUEST, caller, client.start_ms, max(0.0, there), *way, f"{endpoint} to {handler}"),
        FlowStep(PROCESSING, handler, server.start_ms, server.end_ms - server.start_ms, *handled),
        FlowStep(RESPONSE, caller, server.end_ms, max(0.0, back), *way, f"{endpoint} from {handler}"),
    ]


def _grouped(placed: Sequence[Placed]) -> Iterator[FlowStep]:
    group: list[Placed] = []
    for one in placed:
        if group and (group[0].event.step, group[0].event.service) != (one.event.step, one.event.service):
            yield _one_step(group)
            group = []
        group.append(one)
    if group:
        yield _one_step(group)


def _one_step(group: Sequence[Placed]) -> FlowStep:
    wrong = next((one for one in group if one.event.failed), None)
    shown = (wrong or group[0]).event
    start_ms, end_ms = group[0].start_ms, max(one.end_ms for one in group)
    timed = end_ms > start_ms
    return FlowStep(
        shown.step, shown.service, start_ms, end_ms - start_ms if timed else None, len(group), shown.id, wrong is not None,
        shown.message,
    )  # fmt: skip


def _declared(one: Placed) -> Iterator[FlowStep]:
    """Without times of their own, steps follow each other from the start of their event."""
    event = one.event
    shift_ms = event.ts_ms - one.end_ms
    at_ms = one.start_ms
    for step in event.declared:
        if step.at_ms is not None:
            at_ms = step.at_ms - shift_ms
        yield FlowStep(
            step.name,
            event.service,
            at_ms,
            step.duration_ms,
            1,
            event.id,
            step.failed,
            f"declared by event {event.id}",
            True,
        )
        at_ms += step.duration_ms or 0.0

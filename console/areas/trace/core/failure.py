"""Which event failed first, and which later failures follow from it."""

from collections.abc import Sequence
from typing import NamedTuple

from console.areas.trace.core.placed import Placed

SAME_REQUEST, WAITED = "same request", "was waiting while it failed"


class Failure(NamedTuple):
    """The earliest failure, and why each later one is taken for its consequence (by event id)."""

    event_id: int
    consequences: dict[int, str]


def first_failure(placed: Sequence[Placed]) -> Failure | None:
    """Find the failure that ended first, clocks as they are placed; None when nothing failed.

    A later failure is a consequence when it belongs to the same request (equal `requestId`; where one has none,
    any shared id), or when its own bar covers the first failure: it waited for that work.
    """
    failed = sorted((one for one in placed if one.event.failed), key=lambda one: (one.end_ms, one.start_ms, one.event.id))
    if not failed:
        return None
    first, *later = failed
    reasons = {one.event.id: reason for one in later if (reason := _reason(first, one))}
    return Failure(first.event.id, reasons)


def _reason(first: Placed, later: Placed) -> str:
    one, other = first.event, later.event
    if one.request_id and other.request_id:
        related = one.request_id == other.request_id
    else:
        related = not set(one.ids).isdisjoint(other.ids)
    if related:
        return SAME_REQUEST
    return WAITED if other.is_bar and later.start_ms <= first.end_ms <= later.end_ms else ""

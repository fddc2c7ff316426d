"""The ids by which events belong to one trace, wherever an event carries them.

Looked at: `correlationId`, `requestId`, `flowId`, `traceId` and the trace id of a W3C `traceparent`
(https://www.w3.org/TR/trace-context/#traceparent-header), in the report itself, its `request`, its `context`,
a log line's `data`, and the `headers` of each of these.
"""

import re
from typing import Any

from console.model.event import Event

ID_KEYS = ("correlationId", "requestId", "flowId", "traceId")
ID_LENGTH = 400
"""As `events.correlation` cuts them."""
_PLACES = ("request", "context", "data")
_CARRIERS = frozenset({*ID_KEYS, "traceparent", "headers"})
SIGNS = (_CARRIERS - {"correlationId"}) | set(_PLACES)
"""A report with none of these keys has no id beyond its `correlation_id`: most have none."""
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?", re.DOTALL)


def body_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the report: a stream event carries it as `data`, any other event is one itself."""
    body = data.get("data") if "eventType" in data else data
    return body if type(body) is dict else {}


def extra_ids(event: Event) -> list[str]:
    """Return the ids of an event besides its `correlation_id`."""
    known = event.correlation_id
    return [one for one in ids_of(body_of(event.data)) if one != known]


def ids_of(body: dict[str, Any]) -> tuple[str, ...]:
    """Return all ids of a report, each once, those that stand first in it first."""
    found: dict[str, None] = {}
    _take(body, found)
    for key in _PLACES:
        place = body.get(key)
        if type(place) is dict:
            _take(place, found)
    return tuple(found)


def request_id_of(body: dict[str, Any]) -> str:
    """Return the `requestId` of a report, "" without one."""
    for place in (body, *map(body.get, _PLACES)):
        if type(place) is dict and (found := _word(place.get("requestId"))):
            return found
    return ""


def trace_id_of(traceparent: Any) -> str:
    """Return the trace id of a `traceparent` value, "" for a malformed one."""
    found = _TRACEPARENT.fullmatch(traceparent.strip()) if type(traceparent) is str and len(traceparent) < 1_000 else None
    return found[1] if found else ""


def _take(place: dict[str, Any], found: dict[str, None]) -> None:
    if _CARRIERS.isdisjoint(place):
        return
    for key in ID_KEYS:
        if key in place and (one := _word(place[key])):
            found[one] = None
    if "traceparent" in place and (one := trace_id_of(place["traceparent"])):
        found[one] = None
    headers = place.get("headers")
    if type(headers) is dict and (one := trace_id_of(headers.get("traceparent") or headers.get("Traceparent"))):
        found[one] = None


def _word(value: Any) -> str:
    """An id as `events.correlation` writes it: text, or a whole number of 64 bits."""
    if type(value) is str:
        return value[:ID_LENGTH]
    return str(value) if type(value) is int and abs(value) < 2**63 else ""

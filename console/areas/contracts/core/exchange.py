"""The exchange that an event tells of, out of any dialect."""

import math
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from console.areas.contracts.core.sent import sent_in_check, sent_in_report
from console.model.decoding import decode
from console.model.endpoint import path_of
from console.model.event import Event
from console.reporter.contracts.exchange import ABSENT, Exchange

CHECK = "contract_check"
NO_ANSWER = frozenset(("NETWORK_TIMEOUT", "CONNECTION_LOST", "SERVICE_UNAVAILABLE"))
"""Categories of reports that say by themselves that nobody answered."""
MAX_FAILURE = 200
MAX_BODY = 65_536
"""Longer bodies, where they are told as text, are not decoded."""
_MAX_WEIGHT = 100_000
PLAIN = frozenset(("performance", "info", "sync_update"))
"""Types of most events, which speak of exchanges only where they say so by name."""
_MOST_PARAMETERS = 1_000
_ADDRESSES = ("url", "path", "endpoint")

Json: TypeAlias = dict[str, Any]
_EMPTY: Json = {}


def may_tell(event: Event) -> bool:
    """Tell apart cheaply which events can hold an exchange, a contract or a violation."""
    data = event.data
    body = data.get("data")
    if type(body) is not dict:
        body = _EMPTY
    if "request" in body or "contract" in body:
        return True
    if event.event_type in PLAIN and "eventType" in data:
        return False  # most events: nothing else in them speaks of exchanges
    if event.event_type == CHECK or "request" in data or "contract" in data:
        return True
    context = data.get("context") or body.get("context")
    return type(context) is dict and ("request" in context or "contract" in context)


def exchange_of(event: Event) -> Exchange | None:
    """Return the exchange in an event, None where it tells of none.

    A check holds it whole; a report of an error counts when it tells what was asked and what came of it: an answer with a
    status, or that none came.
    """
    body = event.data.get("data")
    if event.event_type == CHECK:
        if type(body) is not dict or type(told := body.get("exchange")) is not dict:
            return None
        return _of_check(event, body, told)
    places = _places(event.data, body)
    request = _section(places, "request")
    url = next((value for name in _ADDRESSES if type(value := request.get(name)) is str and value), "")
    return _of_report(event, request, url, _section(places, "response")) if url else None


def weight_of(event: Event) -> int:
    """Return how many exchanges an event stands for: those that held are told as samples."""
    body = event.data.get("data")
    sampled = body.get("sampled") if type(body) is dict else None
    return sampled if type(sampled) is int and 0 < sampled <= _MAX_WEIGHT else 1


def _of_check(event: Event, body: Json, told: Json) -> Exchange | None:
    path = told.get("path")
    if type(path) is not str or not path:
        return None
    service, method = body.get("service"), told.get("method")
    params, path_params = told.get("params"), told.get("pathParams")
    cut = told.get("truncated")
    cut = cut if type(cut) is list else ()
    status = told.get("status")
    failure = told.get("failure")
    return Exchange(
        service if type(service) is str and service else event.service,
        method.upper() if type(method) is str else "",
        path,
        params if type(params) is dict else None,
        told["request"] if "request" in told and "request" not in cut else ABSENT,
        status if type(status) is int and 100 <= status <= 599 else None,
        told["response"] if "response" in told and "response" not in cut else ABSENT,
        _duration(told.get("durationMs")),
        failure[:MAX_FAILURE] if type(failure) is str else "",
        path_params if type(path_params) is dict else _EMPTY,
        *sent_in_check(told),
        is_bodyless=told.get("bodyless") is True,
    )


def _of_report(event: Event, request: Json, url: str, response: Json) -> Exchange | None:
    """Return the exchange of a report. Reports are many: this reads less leniently than the inspector does."""
    status, failure = _first(response, "status", "statusCode"), ""
    if type(status) is not int or not 100 <= status <= 599:
        if event.category not in NO_ANSWER:
            return None
        status, failure = None, (event.message or event.category)[:MAX_FAILURE]
    method, path_params = request.get("method"), request.get("pathParams")
    return Exchange(
        event.service,
        method.upper() if type(method) is str else "",
        path_of(url),
        _params(request, url),
        _body(request.get("body")),
        status,
        _body(_first(response, "body", "data")),
        _duration(_first(response, "durationMs", "responseTime", "duration")),
        failure,
        path_params if type(path_params) is dict else _EMPTY,
        *sent_in_report(request),
    )


def _places(data: Json, body: Any) -> list[Json]:
    """Return the objects that may hold the sections of a report, its own first."""
    outer = (body, data) if type(body) is dict else (data,)
    found = []
    for place in outer:
        context = place.get("context")
        found += [place, context] if type(context) is dict else [place]
    return found


def _section(places: list[Json], name: str) -> Json:
    for place in places:
        section = place.get(name)
        if type(section) is dict:
            return section
    return _EMPTY


def _first(place: Json, *names: str) -> Any:
    for name in names:
        value = place.get(name)
        if value is not None:
            return value
    return None


def _params(request: Json, url: str) -> Json:
    """Return the parameters of the query: as they are told, else out of the address."""
    told = _first(request, "query", "queryParams", "searchParams", "params")
    if type(told) is dict:
        return told
    written = told if type(told) is str else url.partition("#")[0].partition("?")[2]
    if not written:
        return _EMPTY
    try:
        return dict(parse_qsl(written.removeprefix("?"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS))
    except ValueError:  # too many of them
        return _EMPTY


def _body(value: Any) -> Any:
    """Return a body as JSON value: reports often hold it as the text that was on the wire."""
    if value is None:
        return ABSENT  # a report writes null for a body that it does not know
    if type(value) is not str:
        return value
    if value[:1] not in ("{", "[") or len(value) > MAX_BODY:
        return ABSENT
    decoded = decode(value)
    return decoded.value if decoded.problem is None else ABSENT


def _duration(value: Any) -> float | None:
    if type(value) is not int and type(value) is not float:
        return None
    return float(value) if 0 <= value < 2**53 and math.isfinite(value) else None

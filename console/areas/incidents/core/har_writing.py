"""Events that hold a request and its response, as HAR 1.2. What was read from HAR comes out as it went in."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from console import __version__
from console.areas.incidents.core.har_pairs import BODIES, PAIRS, Json, unfold_pairs
from console.model.event import Event
from console.model.report.exchange import Request, Response, request_of, response_of

_CREATOR = {"name": "VIVIM debug console", "version": __version__}
_UNKNOWN_VERSION = "unknown"
_NO_HOST = "http://unknown.invalid"  # HAR wants absolute addresses; nothing is ever found under this one (RFC 2606)


def to_har(events: Iterable[Event]) -> str:
    """Return the HAR text of those events that hold both a request and a response, in their order."""
    log: Json = {"version": "1.2", "creator": _CREATOR}
    around: Json = {}
    entries: list[Json] = []
    for event in events:
        body = event.data.get("data")
        har = body.get("har") if isinstance(body, dict) else None
        if isinstance(har, dict) and isinstance(har.get("log"), dict):
            log = har["log"]
            around = har["around"] if isinstance(har.get("around"), dict) else {}
        elif isinstance(body, dict) and isinstance(har, dict) and isinstance(har.get("entry"), dict):
            entries.append(_entry_again(body, har))
        elif (request := request_of(event.data)) and (response := response_of(event.data)):
            entries.append(_entry(event, request, response))
    return json.dumps({**around, "log": {**log, "entries": entries}}, ensure_ascii=False, indent=1)


def _entry_again(body: Json, har: Json) -> Json:
    """Return the entry that `har.event_of` made an event of."""
    sides = {side: dict(body[side]) for side in ("request", "response") if isinstance(body.get(side), dict)}
    added = _mapping(har.get("added"))
    for side, section in sides.items():
        names = added.get(side)
        for name in names if isinstance(names, list) else ():
            value = section.pop(name, None) if isinstance(name, str) else None
            if name == "body":
                section[BODIES[side]] = {**_mapping(section.get(BODIES[side])), "text": value}
    rest = _mapping(har.get("pairs"))
    for side, *inner, key in PAIRS:
        place: Any = sides.get(side)
        for step in inner:
            child = place.get(step) if isinstance(place, dict) else None
            if isinstance(child, dict):
                place[step] = child = dict(child)
            place = child
        told = _mapping(rest.get(".".join((side, *inner, key))))
        if isinstance(place, dict) and isinstance(place.get(key), dict) and not told.get("isObject"):
            place[key] = unfold_pairs(place[key], told)
    return {**har["entry"], **sides}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _entry(event: Event, request: Request, response: Response) -> Json:
    duration = event.duration_ms if event.duration_ms is not None else response.duration_ms
    duration = duration if duration is not None and duration >= 0 else 0.0
    entry: Json = {
        "startedDateTime": _moment(event.ts_ms - duration),
        "time": duration,
        "request": _request(request),
        "response": _response(response),
        "cache": {},
        "timings": {"send": 0, "wait": duration, "receive": 0},
        "_service": event.service,
    }
    return entry | ({"_correlationId": event.correlation_id} if event.correlation_id else {})


def _request(request: Request) -> Json:
    told: Json = {
        "method": request.method,
        "url": _absolute(request),
        "httpVersion": _UNKNOWN_VERSION,
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _pairs(request.query),
        "headersSize": -1,
        "bodySize": -1,
    }
    if request.body is not None:
        told["postData"] = {"mimeType": _mime_type(request.headers, request.body), "text": _text(request.body)}
    return told


def _response(response: Response) -> Json:
    content: Json = {"size": -1, "mimeType": _mime_type(response.headers, response.body)}
    if response.body is not None:
        content |= {"text": _text(response.body), "size": len(_text(response.body).encode("utf-8", "replace"))}
    return {
        "status": response.status or 0,
        "statusText": "",
        "httpVersion": _UNKNOWN_VERSION,
        "cookies": [],
        "headers": _pairs(response.headers),
        "content": content,
        "redirectURL": response.headers.get("location", response.headers.get("Location", "")),
        "headersSize": -1,
        "bodySize": -1,
    }


def _absolute(request: Request) -> str:
    """Reports often name only the path; who was asked may stand in the headers."""
    try:
        if urlsplit(request.url).scheme:
            return request.url
    except ValueError:
        return request.url
    host = next((value for name, value in request.headers.items() if name.lower() == "host" and value), "")
    path = request.url if request.url.startswith("/") else f"/{request.url}"
    return f"http://{host}{path}" if host else _NO_HOST + path


def _pairs(values: Mapping[str, Any]) -> list[Json]:
    return [
        {"name": name, "value": _text(one)}
        for name, value in values.items()
        for one in (value if isinstance(value, list) else [value])
    ]


def _mime_type(headers: Mapping[str, str], body: Any) -> str:
    named = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return named or ("" if body is None else "text/plain" if isinstance(body, str) else "application/json")


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _moment(at_ms: float) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return "1970-01-01T00:00:00.000Z"

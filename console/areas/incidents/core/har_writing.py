"""Events that hold a request and its response, as HAR 1.2. What was read from HAR comes out as it went in."""

import json
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from console import __version__
from console.areas.incidents.core.har_checks import Check, check_of, text_of
from console.areas.incidents.core.har_pairs import BODIES, PAIRS, Json, unfold_pairs
from console.model.event import Event
from console.model.report.exchange import Request, Response, request_of, response_of

_CREATOR = {"name": "VIVIM debug console", "version": __version__}
_UNKNOWN_VERSION = "unknown"
_JSON = "application/json"
_NO_HOST = "http://unknown.invalid"  # HAR wants absolute addresses; nothing is ever found under this one (RFC 2606)
_SAME_MS = 5_000
"""A service's report of a request and its check of it come one right behind the other."""


def to_har(events: Iterable[Event]) -> str:
    """Return the HAR text of those events that hold a request and what came of it, in their order.

    Where a service both reported and checked a request, that is one entry.
    """
    log: Json = {"version": "1.2", "creator": _CREATOR}
    around: Json = {}
    found = _Entries()
    for event in events:
        body = event.data.get("data")
        har = body.get("har") if isinstance(body, dict) else None
        if isinstance(har, dict) and isinstance(har.get("log"), dict):
            log = har["log"]
            around = har["around"] if isinstance(har.get("around"), dict) else {}
        elif isinstance(body, dict) and isinstance(har, dict) and isinstance(har.get("entry"), dict):
            found.entries.append(_entry_again(body, har))
        elif check := check_of(event):
            found.add(event, check.request, check.response, check)
        elif (request := request_of(event.data)) and (response := response_of(event.data)):
            found.add(event, request, response, None)
    return json.dumps({**around, "log": {**log, "entries": found.entries}}, ensure_ascii=False, indent=1)


class _Entries:
    """Entries in order; a report and a check of the same request, whichever comes first, share the first's place."""

    def __init__(self) -> None:
        self.entries: list[Json] = []
        self._alone: dict[tuple[object, ...], deque[tuple[int, int]]] = {}

    def add(self, event: Event, request: Request, response: Response, check: Check | None) -> None:
        """Add what an event tells; `check` where it is one."""
        entry = _entry(event, request, response) if check is None else _checked(_entry(event, request, response), check)
        if event.correlation_id:
            about = (event.service, event.correlation_id, request.method, request.path, response.status)
            if (place := self._other(about, is_check=check is not None, at_ms=event.ts_ms)) is not None:
                other = self.entries[place]
                self.entries[place] = _joined(entry, other) if check is None else _joined(other, entry)
                return
            self._alone.setdefault((*about, check is not None), deque()).append((event.ts_ms, len(self.entries)))
        self.entries.append(entry)

    def _other(self, about: tuple[object, ...], *, is_check: bool, at_ms: int) -> int | None:
        """Return the place of the oldest entry of the other kind that has no partner yet."""
        waiting = self._alone.get((*about, not is_check), deque())
        while waiting:
            then_ms, place = waiting.popleft()
            if abs(at_ms - then_ms) <= _SAME_MS:
                return place
        return None


def _joined(report: Json, check: Json) -> Json:
    """Return the entry of a report, with what it does not say and the check does."""
    sides = {}
    for side in ("request", "response"):
        told = {name: value for name, value in report[side].items() if value not in ("", [], -1, _UNKNOWN_VERSION)}
        if side == "response" and "text" not in told["content"]:
            del told["content"]
        sides[side] = {**check[side], **told}
    timed = {} if report["time"] else {name: check[name] for name in ("startedDateTime", "time", "timings")}
    return {**check, **report, **sides, **timed}


def _checked(entry: Json, check: Check) -> Json:
    """Complete the entry of a check: its bodies are JSON, of headers it has few."""
    request, response = entry["request"], entry["response"]
    for content in (request.get("postData"), response["content"]):
        if content is not None and "text" in content:
            content["mimeType"] = _JSON
    request |= check.more["request"]
    response |= check.more["response"]
    return {**entry, "comment": check.comment} if check.comment else entry


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
        told["postData"] = {"mimeType": _mime_type(request.headers, request.body), "text": text_of(request.body)}
    return told


def _response(response: Response) -> Json:
    content: Json = {"size": -1, "mimeType": _mime_type(response.headers, response.body)}
    if response.body is not None:
        content |= {"text": text_of(response.body), "size": len(text_of(response.body).encode("utf-8", "replace"))}
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
        {"name": name, "value": text_of(one)}
        for name, value in values.items()
        for one in (value if isinstance(value, list) else [value])
    ]


def _mime_type(headers: Mapping[str, str], body: Any) -> str:
    named = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return named or ("" if body is None else "text/plain" if isinstance(body, str) else _JSON)


def _moment(at_ms: float) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return "1970-01-01T00:00:00.000Z"

"""The request that failed and its answer, out of any dialect."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from console.model.report.holding import Json, holders, pick, pick_number, pick_text, sections_of

_ADDRESSES = ("url", "path", "endpoint")
_MOST_PARAMETERS = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """`url` as it was reported, absolute or from the root; `path` without host and query; `body` None when there is none.

    A header that came several times is one, as RFC 9110 joins them; values have no line breaks.
    """

    method: str
    url: str
    path: str
    headers: dict[str, str]
    query: dict[str, Any]
    body: Any


@dataclass(frozen=True, slots=True)
class Response:
    """`status` is the HTTP status; `duration_ms` how long the answer took."""

    status: int | None
    duration_ms: float | None
    headers: dict[str, str]
    body: Any


def request_of(payload: Any) -> Request | None:
    """Return the request of an event, or None when it names no address."""
    for section in sections_of(payload, "request"):
        url = next((value for name in _ADDRESSES if isinstance(value := pick([section], name), str)), None)
        if url is not None:
            return _request(section, url, pick([section], "query", "queryParams", "searchParams", "params"))
    for place in holders(payload):
        url = next((value for name in ("endpoint", *_ADDRESSES) if _is_address(value := pick([place], name))), None)
        if url is not None:
            params = pick([place], "queryParams", "searchParams", "query", "params")
            return _request(place, url, params if isinstance(params, Mapping) else None)  # a text may be SQL
    return None


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("/", "http://", "https://"))


def _request(place: Json, url: str, query: Any) -> Request:
    try:
        parts = urlsplit(url)
        path, written = parts.path, parts.query
    except ValueError:  # a bracket that never closes in the host
        path, written = url, ""
    return Request(
        method=(pick_text([place], "method") or "GET").upper(),
        url=url,
        path=path,
        headers=read_headers(pick([place], "headers", "requestHeaders")),
        query=_query(query, written),
        body=pick([place], "body", "requestBody"),
    )


def _query(query: Any, written: str) -> dict[str, Any]:
    if isinstance(query, Mapping):
        return dict(query)
    try:
        pairs = parse_qsl(
            query if isinstance(query, str) else written, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        return {}
    return dict(pairs)


def read_headers(headers: Any) -> dict[str, str]:
    """Return headers from an object (values may be lists), from pairs, or from {name, value} objects."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(headers, Mapping):
        pairs = list(headers.items())
    elif isinstance(headers, list):
        pairs = [(item[0], item[1]) for item in headers if isinstance(item, list) and len(item) == 2]
        pairs += [(item.get("name"), item.get("value")) for item in headers if isinstance(item, dict)]
    found: dict[str, str] = {}
    for name, value in pairs:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(name, str) and one is not None:
                text = " ".join((one if isinstance(one, str) else _plain(one)).split())
                glue = "; " if name.lower() == "cookie" else ", "
                found[name] = f"{found[name]}{glue}{text}" if name in found else text
    return found


def _plain(value: Any) -> str:
    """A header's value that is no text: a number or a truth value; an object has no such form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) and abs(value) < 2**63 else f"({type(value).__name__})"


def response_of(payload: Any) -> Response | None:
    """Return the answer that an event tells of, or None."""
    for section in sections_of(payload, "response"):
        return _response(section, pick([section], "headers"), pick([section], "body", "data"))
    for place in holders(payload):
        if isinstance(place.get("response"), str) and place["response"]:
            return Response(_status(place), None, {}, place["response"])
        if _status(place) is not None or pick_number([place], "responseTime") is not None:
            return _response(place, pick([place], "responseHeaders"), pick([place], "responseBody"))
    return None


def _response(place: Json, headers: Any, body: Any) -> Response:
    duration_ms = pick_number([place], "durationMs", "responseTime", "duration")
    return Response(_status(place), duration_ms, read_headers(headers), body)


def _status(place: Json) -> int | None:
    number = pick_number([place], "statusCode", "status", "httpStatus")
    return int(number) if number is not None and 100 <= number <= 599 else None

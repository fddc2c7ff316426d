"""The eight facets of an error event: what may be common to a group and rare elsewhere."""

import re
from typing import Any

from console.model.event import Event

FACETS = ("service", "user", "version", "environment", "endpoint", "browser", "status", "sqlstate")
"""In the order of the columns of `errors_member`."""
SERVICE, USER, VERSION = 0, 1, 2
"""Places of the facets that lists of groups show."""
TEXT_LENGTH = 200

_EMPTY: dict[str, Any] = {}
_BROWSER = re.compile(r"(Edg|OPR|Firefox|Chrome|Version|HeadlessChrome|Electron)/(\d+)")
_BROWSER_NAMES = {"Edg": "Edge", "OPR": "Opera", "HeadlessChrome": "Chrome", "Version": "Safari"}
_VARIABLE = re.compile(r"/(?:[0-9a-f-]{16,}|[\w-]*\d[\w-]*)(?=/|$)", re.IGNORECASE)
_API_VERSION = re.compile(r"/v\d{1,3}")
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")


def traits_of(event: Event) -> tuple[str, ...]:
    """Return the facets' values, "" for what the event does not say. Never raises, whatever the payload holds."""
    body = event.data
    if "eventType" in body:
        inner = body.get("data")
        body = inner if type(inner) is dict else _EMPTY
    context, environment = _object(body, "context"), _object(body, "environment")
    request, response = _object(body, "request"), _object(body, "response")
    user, database = _object(body, "user"), _object(body, "database")
    return (
        storable(event.service),
        _first(user, "id", "userId") or _first(body, "user", "userId") or _first(context, "userId", "user"),
        _first(environment, "version", "appVersion") or _first(context, "version") or _first(body, "version"),
        _first(environment, "environment", "name") or _first(body, "environment") or _first(context, "environment"),
        _endpoint(request, context, body),
        _browser(environment, request, context),
        _first(response, "status", "statusCode") or _first(context, "statusCode") or _first(body, "statusCode"),
        _sqlstate(database, context, body),
    )


def storable(text: str) -> str:
    """Return a text that SQLite takes, of bounded length: lone surrogates cannot be encoded."""
    text = text[:TEXT_LENGTH]
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _object(place: dict[str, Any], key: str) -> dict[str, Any]:
    value = place.get(key)
    return value if type(value) is dict else _EMPTY


def _first(place: dict[str, Any], *keys: str) -> str:
    """Return the first value that is text or a whole number, "" for none."""
    for key in keys:
        value = place.get(key)
        if value is None or value == "":
            continue
        if type(value) is str:
            return storable(value)
        if type(value) is int and -(2**63) <= value < 2**63:
            return str(value)
    return ""


def _endpoint(request: dict[str, Any], context: dict[str, Any], body: dict[str, Any]) -> str:
    """Method and path; parts of the path that are ids become `:id`, so that one endpoint is one value."""
    url = _first(request, "route", "path", "url") or _first(context, "endpoint", "url", "path") or _first(body, "endpoint")
    if not url:
        return ""
    if "://" in url:
        _, slash, rest = url.partition("://")[2].partition("/")
        url = slash + rest or "/"
    path = url.partition("?")[0].partition("#")[0]
    if any(character.isdigit() for character in path):
        path = _VARIABLE.sub(lambda part: part[0] if _API_VERSION.fullmatch(part[0]) else "/:id", path)
    method = _first(request, "method") or _first(context, "method")
    return f"{method} {path}" if method else path


def _browser(environment: dict[str, Any], request: dict[str, Any], context: dict[str, Any]) -> str:
    """Name and major version out of a user agent, or what the event itself calls its browser."""
    named = _first(environment, "browser") or _first(context, "browser")
    if named:
        return named
    headers = _object(request, "headers")
    agent = _first(environment, "userAgent") or _first(context, "userAgent") or _first(headers, "user-agent", "User-Agent")
    if "/" not in agent:
        return agent[:40]
    # A browser names those it resembles too: the more special name tells.
    found = dict(_BROWSER.findall(agent))
    for name in ("Edg", "OPR", "Electron", "Firefox", "HeadlessChrome", "Chrome", "Version"):
        if name in found:
            return f"{_BROWSER_NAMES.get(name, name)} {found[name]}"
    return agent.partition(" ")[0][:40]


def _sqlstate(database: dict[str, Any], context: dict[str, Any], body: dict[str, Any]) -> str:
    code = (
        _first(database, "sqlstate", "errorCode", "code") or _first(context, "pgCode", "sqlstate") or _first(body, "pgCode")
    )
    return code if _SQLSTATE.fullmatch(code) else ""

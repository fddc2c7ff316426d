"""An error's payload opened once: its sections, and what both grouping and counting read from them.

Nothing here trusts a type: whatever is not what it should be is as good as absent.
"""

import re
from typing import Any, NamedTuple

from console.model.endpoint import endpoint_template

MAX_TEXT = 2_000

Section = dict[str, Any]

_EMPTY: Section = {}
_SQL_KEYS = ("sqlstate", "sqlState", "pgCode", "errorCode", "code")
_OWN_SQL_KEYS, _ANY_CODE_KEYS = _SQL_KEYS[:3], _SQL_KEYS[3:]
_ENDPOINT_KEYS = ("endpoint", "route", "path")
_REQUEST_KEYS = (*_ENDPOINT_KEYS, "url")
_METHOD_KEYS = ("method",)
_SQLSTATE = re.compile(r"(?=.*\d)[0-9A-Z]{5}")


class Payload(NamedTuple):
    """Sections are empty where the payload has none; texts "" where it says nothing."""

    body: Section
    """The report itself: enhanced or flat, bare or inside of a stream event."""
    context: Section
    error: Section
    source: Section
    debug: Section
    request: Section
    response: Section
    environment: Section
    user: Section
    extra: Section
    database: Section
    sql_place: Section
    """The section that `sql_code` was found in."""
    sql_code: str
    """SQLSTATE, or a driver's own name such as SQLITE_CONSTRAINT_UNIQUE."""
    method: str
    endpoint: str
    template: str
    """`endpoint` without host and query, ids left open."""


def open_payload(data: Any) -> Payload:
    """Read a decoded payload of any dialect. Never raises."""
    body = _body(data)
    context, error = section(body, "context"), section(body, "error")
    request = section(body, "request") or section(context, "request")
    database = section(body, "database") or section(context, "database")
    sql_code, sql_place = _sql(database, (context, error, body))
    method = first_text(request, _METHOD_KEYS) or first_text(context, _METHOD_KEYS) or first_text(body, _METHOD_KEYS)
    # Beside a request, `url` is the page that was open.
    endpoint = first_text(request, _REQUEST_KEYS) or first_text(context, _ENDPOINT_KEYS) or first_text(body, _ENDPOINT_KEYS)
    return Payload(
        body,
        context,
        error,
        section(body, "source"),
        section(body, "debug"),
        request,
        section(body, "response") or section(context, "response"),
        section(body, "environment"),
        section(body, "user"),
        section(body, "data"),
        database,
        sql_place,
        sql_code,
        method.upper() if method.isalpha() else "",
        endpoint,
        endpoint_template(endpoint) if endpoint else "",
    )


def _body(data: Any) -> Section:
    if type(data) is not dict:
        return _EMPTY
    if "eventType" in data:
        inner = data.get("data")
        return inner if type(inner) is dict else _EMPTY
    return data


def section(place: Section, key: str) -> Section:
    """Return an object inside of another, empty when there is none."""
    value = place.get(key)
    return value if type(value) is dict else _EMPTY


def first_text(place: Section, keys: tuple[str, ...]) -> str:
    """Return the first text that is not empty, cut to MAX_TEXT."""
    if place:
        for key in keys:
            value = place.get(key)
            if type(value) is str and value:
                return value[:MAX_TEXT]
    return ""


def is_sqlstate(code: str) -> bool:
    """Tell whether a code has the form of a SQLSTATE: five digits or capitals, a digit among them."""
    return _SQLSTATE.fullmatch(code) is not None


def _sql(database: Section, places: tuple[Section, ...]) -> tuple[str, Section]:
    """Return the code of a database's error and the section that it stands in."""
    if database:
        return first_text(database, _SQL_KEYS), database
    for place in places:
        if not place:
            continue
        if code := first_text(place, _OWN_SQL_KEYS):
            return code, place
        code = first_text(place, _ANY_CODE_KEYS)
        if is_sqlstate(code) or code.startswith("SQLITE_"):
            return code, place
    return "", _EMPTY

"""Endpoints that caller and handler call by the same name: method and path, ids in the path left open."""

import re
from typing import Any

from console.model.endpoint import open_path

_OPERATION = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (/\S*)")
_PATH_KEYS = ("route", "path", "endpoint", "url")
_LONGEST = 2_000


def endpoint_of(body: dict[str, Any]) -> str:
    """Return `POST /api/v1/messages/*` for what a report says of its request, "" when it says nothing of one."""
    operation = body.get("operation")
    if type(operation) is str and (found := _OPERATION.fullmatch(operation[:_LONGEST])):
        return f"{found[1]} {open_path(found[2])}"
    for key in ("request", "context"):
        place = body.get(key)
        if type(place) is dict and (named := _named(place)):
            return named
    return _named(body)


def _named(place: dict[str, Any]) -> str:
    method = place.get("method")
    for key in _PATH_KEYS:
        path = place.get(key)
        if type(path) is str and ("/" in path):
            path = path[:_LONGEST]
            if found := _OPERATION.fullmatch(path):
                return f"{found[1]} {open_path(found[2])}"
            return f"{method.upper()} {open_path(path)}" if type(method) is str else open_path(path)
    return ""

"""Endpoints that caller and handler call by the same name: method and path, ids in the path left open."""

import re
from typing import Any

_OPERATION = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (/\S*)")
_VERSION = re.compile(r"v\d{1,3}")
_OPEN = "*"
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


def open_path(path: str) -> str:
    """Return a path without host, query and ids: a segment that is a parameter or holds a digit or `_` is `*`.

    Versions such as `v1` stay. `/users/7`, `/users/:id` and `/users/{id}` are one path.
    """
    path = path.split("?", 1)[0].split("#", 1)[0]
    if "://" in path:
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    return "/".join(map(_open, path.rstrip("/").split("/"))) or "/"


def _open(segment: str) -> str:
    if _VERSION.fullmatch(segment):
        return segment
    return _OPEN if segment[:1] in (":", "{", "_") or "_" in segment or any(map(str.isdigit, segment)) else segment


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

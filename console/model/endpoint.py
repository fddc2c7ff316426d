"""One name for what many URLs ask of a server: the path, with what stands for a thing's id left open.

There are two answers, for two questions. `endpoint_template` opens what surely is an id, so that two endpoints never
become one: errors are grouped and counted by it. `open_path` opens whatever may be an id, so that a caller, who knows
the id, and the handler, who knows the parameter's name, say the same.
"""

import re

MAX_SEGMENTS = 20
OPEN = "*"

_ID_SEGMENT = re.compile(
    r"(?=.*\d)(?:[\w.~-]*[_:.~-][\w.:~-]*|[0-9]+|[0-9a-fA-F]{6,}|[0-9A-Za-z]{16,})|\{[^}]*\}|:[A-Za-z]\w*|\[[^\]]*\]|<[^>]*>|did:.*"
    r"|%[0-9A-F]{2}.*|[\w.+-]+@[\w.-]+|(?:conv|msg|acu|user|usr|circle|req|sess|corr|flow|peer|doc|op)_\w+|[A-Za-z0-9_-]{22,}"
)
_VERSION = re.compile(r"v\d{1,3}")
_DIGIT = re.compile(r"\d")
_LONGEST_WORD = 21
"""Segments of so many letters and nothing else are words, which spares most of them the pattern."""


def path_of(url: str) -> str:
    """Return a URL's path without host, query and fragment; what has no host is taken for a path."""
    path = url.partition("?")[0].partition("#")[0]  # first: a query may hold a whole URL
    return path if path.startswith("/") or "://" not in path else "/" + path.partition("://")[2].partition("/")[2]


def endpoint_template(url: str) -> str:
    """Return the path with `:id` for each segment that is an id or a parameter; what begins with no `/` stays as it is."""
    path = path_of(url)
    if not path.startswith("/"):
        return path
    return "/".join(
        [
            part if (part.isalpha() and len(part) <= _LONGEST_WORD) or not _is_id(part) else ":id"
            for part in path.split("/")[:MAX_SEGMENTS]
        ]
    )


def open_path(url: str) -> str:
    """Return the path with `*` for each segment that is an id, a parameter, or holds a digit or `_`.

    `/users/7`, `/users/:id` and `/users/{id}/` are one path; versions such as `v1` stay.
    """
    parts = path_of(url).rstrip("/").split("/")
    return "/".join([OPEN if _may_be_id(part) else part for part in parts]) or "/"


def _is_id(segment: str) -> bool:
    return _ID_SEGMENT.fullmatch(segment) is not None and _VERSION.fullmatch(segment) is None


def _may_be_id(segment: str) -> bool:
    if segment.isalpha():
        return False
    return (segment[:1] in (":", "{") or "_" in segment or _DIGIT.search(segment) is not None) and _VERSION.fullmatch(
        segment
    ) is None

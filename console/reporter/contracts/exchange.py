"""One exchange: what was asked of an endpoint and what it answered, as far as an event tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class _Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""In the place of a body that nothing is known of; None is the JSON value null."""


class Sent(NamedTuple):
    """Headers or cookies of a request: text by name, that of a header in lower case; None for one that was not sent.

    `is_whole`: these are all there were, so that what is not among them was not sent; else nothing is known of it.
    """

    values: dict[str, Any]
    is_whole: bool


@dataclass(slots=True)
class Exchange:
    """`service` is who answers, `path` without host and query, `method` upper case or "".

    `params` maps names of query parameters (and of path parameters, where the event names them) to text or JSON values;
    None: not told. Bodies are decoded JSON values or `ABSENT`. `status` is the HTTP status, None when no answer came or
    none is told. `failure` says in words why no answer came ("connection refused"), "" otherwise. `headers` and `cookies`
    are the request's, None where they are not told. `is_bodyless`: it is known that no body was sent.
    """

    service: str
    method: str
    path: str
    params: dict[str, Any] | None = None
    request: Any = ABSENT
    status: int | None = None
    response: Any = ABSENT
    duration_ms: float | None = None
    failure: str = ""
    path_params: dict[str, Any] = field(default_factory=dict)
    headers: Sent | None = None
    cookies: Sent | None = None
    is_bodyless: bool = False

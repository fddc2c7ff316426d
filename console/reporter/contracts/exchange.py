"""One exchange: what was asked of an endpoint and what it answered, as far as an event tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class _Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""In the place of a body that nothing is known of; None is the JSON value null."""


@dataclass(slots=True)
class Exchange:
    """`service` is who answers, `path` without host and query, `method` upper case or "".

    `params` maps names of query parameters (and of path parameters, where the event names them) to text or JSON values;
    None: not told. Bodies are decoded JSON values or `ABSENT`. `status` is the HTTP status, None when no answer came or
    none is told. `failure` says in words why no answer came ("connection refused"), "" otherwise.
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

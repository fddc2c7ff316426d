"""What a middleware saw of one request, read as an exchange: JSON bodies decoded and masked, what was cut is named."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from console.reporter.contracts.exchange import ABSENT, Exchange
from console.reporter.encoding import MAX_DEPTH, depth_of
from console.reporter.masking import mask_value, may_hold_secret
from console.reporter.secret_keys import MASK, is_secret_key

_DEEPEST = MAX_DEPTH - 8
"""Deeper bodies would be cut by the encoding of their event, which puts them deeper still."""
_BRACKETS = (b"{", b"[")

Pairs = Iterable[tuple[bytes, bytes]]


class Seen(NamedTuple):
    """One request and its answer. Bodies hold what was recorded; `is_whole` says that nothing is missing at their end.

    `template` is the route's, or the path with ids masked where there is no route. `failure` names what broke an answer off.
    """

    method: str
    path: str
    root_path: str
    template: str
    has_route: bool
    endpoint: Any
    query: bytes
    path_params: dict[str, Any]
    request_headers: Pairs
    request: bytes
    request_is_whole: bool
    status: int
    response_headers: Pairs
    response: bytes
    response_is_whole: bool
    duration_ms: float
    failure: str


def read_exchange(seen: Seen, service: str) -> tuple[Exchange, dict[str, Any]]:
    """Return the exchange for checking, and the same as the event tells it.

    `truncated` lists bodies that were too long or too deep to be kept, `unreadable` those that only claim to be JSON.
    """
    params, path = _params(seen.query), _without_secrets(seen.path, seen.path_params)
    told: dict[str, Any] = {"method": seen.method, "path": path, "params": params}
    if seen.path_params:
        told["pathParams"] = seen.path_params
    request = _read(told, "request", seen.request_headers, seen.request, seen.request_is_whole)
    told["status"] = seen.status
    response = _read(told, "response", seen.response_headers, seen.response, seen.response_is_whole)
    told["durationMs"] = seen.duration_ms
    if seen.failure:
        told["failure"] = seen.failure
    exchange = Exchange(
        service,
        seen.method,
        seen.path,
        params,
        request,
        seen.status,
        response,
        seen.duration_ms,
        seen.failure,
        seen.path_params,
    )
    return exchange, told


def is_json(headers: Pairs) -> bool:
    """Say whether headers announce a body of JSON that is not compressed."""
    found = False
    for name, value in headers:
        lowered = name.lower()
        if lowered == b"content-type":
            found = _is_json_type(value)
        elif lowered == b"content-encoding" and value.strip().lower() != b"identity":
            return False
    return found


@lru_cache(maxsize=64)
def _is_json_type(value: bytes) -> bool:
    kind = value.partition(b";")[0].strip().lower()
    return kind == b"application/json" or kind.endswith(b"+json")


def _params(query: bytes) -> dict[str, Any]:
    if not query:
        return {}
    text = query.decode("latin-1")
    params = {
        name: values if len(values) > 1 else values[0] for name, values in parse_qs(text, keep_blank_values=True).items()
    }
    masked: dict[str, Any] = mask_value(params) if may_hold_secret(text) else params
    return masked


def _without_secrets(path: str, path_params: dict[str, Any]) -> str:
    """Return the path with those of its parameters masked that have secret names."""
    for name, value in path_params.items():
        if value and is_secret_key(name):
            path = path.replace(str(value), MASK)
    return path


def _read(told: dict[str, Any], name: str, headers: Pairs, raw: bytes, is_whole: bool) -> Any:
    """Return the body, or `ABSENT`, and put it into `told`, or the reason why it is not there."""
    if not (raw or not is_whole) or not is_json(headers):
        return ABSENT
    if not is_whole:
        told.setdefault("truncated", []).append(name)
        return ABSENT
    try:
        text = raw.decode()
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        told.setdefault("unreadable", []).append(name)
        return ABSENT
    if sum(map(raw.count, _BRACKETS)) > _DEEPEST and depth_of(value) > _DEEPEST:
        told.setdefault("truncated", []).append(name)
        return ABSENT
    told[name] = mask_value(value) if may_hold_secret(text) else value
    return told[name]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)

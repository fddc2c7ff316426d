"""What a middleware saw of one request, read as an exchange: JSON bodies decoded and masked, what was cut is named."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from console.reporter.contracts.contract import Contract
from console.reporter.contracts.exchange import ABSENT, Exchange, Sent
from console.reporter.encoding import MAX_DEPTH, depth_of
from console.reporter.masking import mask_value, may_hold_secret
from console.reporter.secret_keys import MASK, is_secret_key

_DEEPEST = MAX_DEPTH - 8
"""Deeper bodies would be cut by the encoding of their event, which puts them deeper still."""
_BRACKETS = (b"{", b"[")
COOKIES = "cookieParams"
"""Under a name that ends in "cookies" all of them would be masked."""
_CLOSED_TYPES = ("integer", "number", "boolean")
_LONGEST_COOKIE = 12
"""Characters of a cookie's value that is told though it breaks its rule: too few for a session's id."""

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


def read_exchange(seen: Seen, service: str, contract: Contract | None = None) -> tuple[Exchange, dict[str, Any]]:
    """Return the exchange for checking, and the same as the event tells it.

    `truncated` lists bodies that were too long or too deep to be kept, `unreadable` those that only claim to be JSON. Of
    headers and cookies those are told that the contract names, null where one was not sent; `bodyless` that there was no
    body where the contract asks for one.
    """
    params, path = _params(seen.query), _without_secrets(seen.path, seen.path_params)
    told: dict[str, Any] = {"method": seen.method, "path": path, "params": params}
    if seen.path_params:
        told["pathParams"] = seen.path_params
    headers, cookies = (None, None) if contract is None else _sent(contract, seen.request_headers)
    for name, sent in (("headers", headers), (COOKIES, cookies)):
        if sent is not None:
            told[name] = sent.values
    request = _read(told, "request", seen.request_headers, seen.request, seen.request_is_whole)
    is_bodyless = seen.request_is_whole and not seen.request
    if is_bodyless and contract is not None and contract.is_request_required:
        told["bodyless"] = True
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
        headers,
        cookies,
        is_bodyless,
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


def _sent(contract: Contract, pairs: Pairs) -> tuple[Sent | None, Sent | None]:
    """Return the headers and the cookies that the contract names, masked as they are told."""
    headers = [rule for rule in contract.params if rule.get("in") == "header"]
    cookies = [rule for rule in contract.params if rule.get("in") == "cookie"]
    if not headers and not cookies:
        return None, None
    given = _by_name(pairs)
    named = {rule["name"].lower(): given.get(rule["name"].lower()) for rule in headers}
    return (
        Sent(mask_value(named), is_whole=False) if headers else None,
        Sent({rule["name"]: _cookie(rule, given.get("cookie", "")) for rule in cookies}, is_whole=False)
        if cookies
        else None,
    )


def _by_name(pairs: Pairs) -> dict[str, str]:
    """Return headers by their name in lower case; those that came several times are one (RFC 9110 and, of cookies, 9113)."""
    named: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        named[name] = f"{named[name]}{'; ' if name == 'cookie' else ', '}{value}" if name in named else value
    return named


def _cookie(rule: dict[str, Any], header: str) -> str | None:
    """Return what is told of a cookie, None where it was not sent.

    Cookies are credentials: the value of one is told only where its rule leaves no room for a secret, and it keeps to it or
    is too short to be a session's id.
    """
    listed = rule.get("enum") or ()
    for part in header.split(";"):
        name, sign, value = part.strip().partition("=")
        if sign and name == rule["name"]:
            value = value.strip('"')
            is_closed = bool(listed) or rule.get("type") in _CLOSED_TYPES
            is_harmless = value in listed or (is_closed and len(value) <= _LONGEST_COOKIE)
            return value if is_harmless and not is_secret_key(name) else MASK
    return None


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

"""What a service says itself of its contracts: which there are, and which violation it saw."""

import re
from typing import Any, NamedTuple

from console.areas.contracts.core.deviation import TOLD, read_deviation
from console.areas.contracts.core.exchange import CHECK
from console.model.event import Event
from console.model.report.holding import sections_of

MAX_TEXT = 400
MAX_TOLD = 40
"""So many violations of one check are read."""
UNNAMED = "the service told of a violation without saying which"
_DIRECTIONS = ("request", "response")
_AT_ROOT = {"timeout": "timeout", "unavailable": "status"}
_KINDS = {
    "param_mismatch": "param_mismatch",
    "request_mismatch": "param_mismatch",
    "response_mismatch": "response_schema_error",
    "response_schema_error": "response_schema_error",
    "schema_error": "response_schema_error",
    "timeout": "timeout",
    "unavailable": "unavailable",
    "service_unavailable": "unavailable",
}
_IN_WORDS = re.compile(r"Contract violation for ([^/\s]{1,200})(/\S{1,400}): ")
"""The platform's reports name service and endpoint in their message only."""
_EMPTY: dict[str, Any] = {}


class ToldViolation(NamedTuple):
    """One violation as a service told it, in the form of our own."""

    kind: str
    direction: str
    path: str
    keyword: str
    expected: str
    actual: str
    message: str


class Told(NamedTuple):
    """What an event says of a contract; each text is "" where it is not told.

    `document` is the contract as it was sent, None without one. `violations` are those of this very check, or the newest of
    all where platforms tell that; `uid` is the service's own id of the first, "" without one. `found` is how many there were
    in this check, None where the service does not say. `is_report` marks reports of errors, which platforms send beside.
    """

    service: str
    method: str
    endpoint: str
    version: str
    contract_id: str
    document: dict[str, Any] | None
    violations: tuple[ToldViolation, ...]
    uid: str
    found: int | None
    is_report: bool


def told_of(event: Event) -> Told | None:
    """Return what an event says of a contract, None where it says nothing."""
    if event.event_type == CHECK:
        return _of_check(event)
    for section in sections_of(event.data, "contract"):
        return _of_report(event, section)
    return None


def _of_check(event: Event) -> Told:
    data = event.data
    body, state = _object(data, "data"), _object(data, "contractState")
    told = _object(state, "lastViolation")
    document = _first_object(
        (body, "expectedContract"), (body, "contract"), (state, "expectedContract"), (told, "expectedContract")
    )
    about = document or _EMPTY
    return Told(
        _text(about, "serviceName") or _text(body, "service") or event.service,
        (_text(about, "method") or _text(body, "method")).upper(),
        _text(about, "endpoint") or _text(body, "endpoint"),
        _text(about, "contractVersion") or _text(body, "contractVersion"),
        _text(told, "contractId") or _text(body, "contractId") or _text(about, "id"),
        document,
        _violations(body, told),
        _text(told, "id"),
        _found(body, state),
        False,
    )


def _of_report(event: Event, section: Any) -> Told | None:
    """A report of an error that holds what was agreed beside what came."""
    document = _first_object((section, "expectedContract"))
    about = document or section
    if not section.get("deviation") and document is None:
        return None
    named = _IN_WORDS.match(event.message)
    service, endpoint = named.groups() if named else ("", "")
    return Told(
        _text(about, "serviceName") or service or event.service,
        _text(about, "method").upper(),
        _text(about, "endpoint") or endpoint,
        _text(about, "contractVersion"),
        _text(section, "contractId") or _text(about, "id"),
        document,
        (_violation(section),) if section.get("deviation") else (),
        "",
        None,
        True,
    )


def _violations(body: dict[str, Any], told: Any) -> tuple[ToldViolation, ...]:
    """Return what is told in full, by services that check as we do; else what the newest violation says."""
    found = body.get("found")
    if type(found) is list and found:
        read = [_in_full(one) for one in found[:MAX_TOLD] if type(one) is dict and one.get("direction") in _DIRECTIONS]
        if read:
            return tuple(read)
    return (_violation(told),) if told else ()


def _in_full(told: Any) -> ToldViolation:
    kind = _KINDS.get(_text(told, "kind"), "param_mismatch" if told["direction"] == "request" else "response_schema_error")
    path, keyword = _text(told, "path") or "$", _text(told, "keyword") or TOLD
    return ToldViolation(
        kind, told["direction"], path, keyword, _text(told, "expected"), _text(told, "actual"), _text(told, "message")
    )


def _violation(told: Any) -> ToldViolation:
    words = _text(told, "deviation") or UNNAMED
    kind = _KINDS.get(_text(told, "violationType")) or _kind_of(told)
    direction = "request" if kind == "param_mismatch" else "response"
    place = read_deviation(words)
    if kind in _AT_ROOT:
        place = place._replace(path="$", keyword=_AT_ROOT[kind])
    path, keyword = _text(told, "path") or place.path, _text(told, "keyword") or place.keyword
    return ToldViolation(kind, direction, path, keyword, place.expected, place.actual, words)


def _kind_of(told: Any) -> str:
    """Of a violation that does not name its kind: an answer is told, or what was asked."""
    if "timeout" in _text(told, "deviation").lower()[:40]:
        return "timeout"
    has_answer = any(told.get(name) is not None for name in ("actualResponse", "response"))
    return "response_schema_error" if has_answer else "param_mismatch"


def _found(body: dict[str, Any], state: dict[str, Any]) -> int | None:
    """How many violations this check found; a number that is the sum of all checks so far says nothing of this one."""
    found = body.get("violationsFound")
    if type(found) is int and found >= 0:
        return found
    found = body.get("violations")
    if type(found) is not int or found < 0:
        return None
    if found and found == state.get("violations") and state.get("checked") != 1:
        return None
    return found


def _object(place: dict[str, Any], key: str) -> dict[str, Any]:
    value = place.get(key)
    return value if type(value) is dict else _EMPTY


def _first_object(*places: tuple[Any, str]) -> dict[str, Any] | None:
    for place, key in places:
        value = place.get(key)
        if type(value) is dict and value:
            return value
    return None


def _text(place: Any, key: str) -> str:
    value = place.get(key)
    return value[:MAX_TEXT] if type(value) is str else ""

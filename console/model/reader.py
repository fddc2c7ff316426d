"""Read one decoded object of any dialect into an `Event`: lenient, and it remembers what it had to forgive."""

import math
from datetime import UTC, datetime
from typing import Any

from console.model.decoding import finite
from console.model.dialects import Piece
from console.model.event import Event
from console.model.searchable import searchable_text
from console.model.summary import summarise
from console.model.taxonomy import EVENT_TYPES, SEVERITIES

MESSAGE_LENGTH = 500
LEVEL_LENGTH = 40
ID_LENGTH = 400
"""Longer ids are cut in the columns that one filters by, and that is marked; the text keeps them whole."""
OLDEST_MS = 946_684_800_000  # 2000-01-01: an earlier time is a broken clock or another unit
FUTURE_MS = 86_400_000

# What loggers call the taxonomy's five levels; any other word stays as it came.
_LEVELS = {"warn": "warning", "err": "error", "fatal": "critical", "trace": "debug", "verbose": "debug", "log": "info"}
_LEVEL_TO_TYPE = {"debug": "info", "info": "info", "warning": "warning", "error": "error", "critical": "error"}
_LEVEL_TO_SEVERITY = {"debug": "info", "critical": "critical", "fatal": "fatal"}
_TYPE_TO_LEVEL = {"error": "error", "warning": "warning"}
_TYPE_TO_SEVERITY = {"error": "medium", "warning": "low"}
# As the platform's reporter maps its sync issues (see `mapSyncIssueTypeToCategory` and the recorded posts).
_ISSUE_SEVERITY = {"conflict": "medium", "divergence": "high", "missing_data": "high", "order_violation": "high"}
_EMPTY: dict[str, Any] = {}
_HARMLESS = ("info", "info")
_TYPE_DEFAULTS = {kind: (_TYPE_TO_LEVEL[kind], _TYPE_TO_SEVERITY[kind]) for kind in ("error", "warning")}
"""Level and severity of an event that says nothing of either, by its type."""


def read_event(piece: Piece, received_ms: int, service: str = "") -> Event:
    """Build the `Event` of a piece that holds an object.

    `received_ms` stands in for a time that cannot be believed, `service` for a service that is not named.
    Never raises for anything a JSON object can hold.
    """
    data = piece.data
    assert data is not None, "a piece without an object is quarantined, not read"
    problems = [piece.note] if piece.note else []
    if "eventType" in data:
        event = _read_stream_event(data, problems, piece.text, received_ms, service)
    else:
        event = _read_report(data, problems, piece.text, received_ms, service)
    event.search = searchable_text(event)
    if problems:
        event.degraded = "; ".join(problems)[:500]
    return event


def _read_stream_event(data: dict[str, Any], problems: list[str], text: str, received_ms: int, service: str) -> Event:
    """Read a `DebugStreamEvent`. Most events are right, so each value is taken as it is where its type says so."""
    get = data.get
    body = get("data")
    if type(body) is not dict:
        body = _odd_body(body, problems)
    event_type = get("eventType")
    if type(event_type) is not str or not event_type:
        event_type = _text(data, "eventType", problems) or "info"
    name = get("service")
    if type(name) is not str:
        name = _text(data, "service", problems)
    ts_ms = get("timestamp")
    if type(ts_ms) is not int or not OLDEST_MS <= ts_ms <= received_ms + FUTURE_MS:
        ts_ms = _time(ts_ms, received_ms, problems)
    level, severity = _TYPE_DEFAULTS.get(event_type, _HARMLESS)
    event = Event(text, ts_ms, name or service, event_type, level, severity, data=data)
    if not _IDENTITY.isdisjoint(body):  # few performance events have anything of all this
        _fill_identity(event, body, problems)
    if "performance" in data:
        _fill_performance(event, data, problems)
    if "issue" in body or "contractState" in data or "syncState" in data:
        _fill_stream_facts(event, data, body, problems)
    if not event.message:
        event.message = summarise(event, data, body)
    return event


def _odd_body(body: Any, problems: list[str]) -> dict[str, Any]:
    if type(body) is str:
        return {"message": body}
    if body is not None:
        problems.append(f"data is {_kind(body)}, not an object")
    return _EMPTY


def _fill_performance(event: Event, data: dict[str, Any], problems: list[str]) -> None:
    performance = data["performance"]
    duration = performance.get("duration") if type(performance) is dict else None
    if type(duration) is float and -math.inf < duration < math.inf:
        event.duration_ms = duration
    elif performance := _section(data, "performance", problems):
        event.duration_ms = _number(performance, "duration", problems)


def _fill_stream_facts(event: Event, data: dict[str, Any], body: dict[str, Any], problems: list[str]) -> None:
    if "issue" in body and (issue := _section(body, "issue", problems)):
        event.entity_type = _first(issue, ("entityType",), problems) or event.entity_type
        event.entity_id = _first(issue, ("entityId",), problems) or event.entity_id
        event.uid = _first(issue, ("id",), problems) or event.uid
        event.severity = _ISSUE_SEVERITY.get(_text(issue, "issueType", problems), "medium")
        # The level that the platform gives the same issue in its own error posts.
        event.level = "error" if event.severity == "high" else "warning"
    contract = _section(data, "contractState", problems) if "contractState" in data else _EMPTY
    violation = _section(contract, "lastViolation", problems) if contract else _EMPTY
    if violation and body.get("violations") != 0:
        event.severity = _severity(violation, problems) or event.severity
        event.level = "warning"
        event.uid = _first(violation, ("id",), problems) or event.uid
    if "syncState" in data:
        _section(data, "syncState", problems)


def _read_report(data: dict[str, Any], problems: list[str], text: str, received_ms: int, service: str) -> Event:
    """Read an enhanced or flat error report, or a line of the server's log."""
    word = _text(data, "level", problems).lower()
    level = _LEVELS.get(word, word)[:LEVEL_LENGTH]
    if not level and "errorId" not in data and "category" not in data:
        problems.append("neither eventType nor level: not a known kind of event")
    event_type = _LEVEL_TO_TYPE.get(level) or ("error" if "category" in data or "errorId" in data else "info")
    event = Event(
        text=text,
        ts_ms=_time(data.get("timestamp"), received_ms, problems),
        service=_report_service(data, problems, service),
        event_type=event_type,
        level=level or _TYPE_TO_LEVEL.get(event_type, "info"),
        severity=_LEVEL_TO_SEVERITY.get(word) or _TYPE_TO_SEVERITY.get(event_type, "info"),
        data=data,
    )
    _fill_identity(event, data, problems)
    if not event.message:
        event.message = _error_message(data) or f"{event.category or 'Report'} without a message"
    return event


def _error_message(data: dict[str, Any]) -> str:
    """A log line may leave its words to the error that it carries."""
    error = data.get("error")
    words = error.get("message") if type(error) is dict else error
    return words[:MESSAGE_LENGTH] if type(words) is str else ""


def _report_service(data: dict[str, Any], problems: list[str], service: str) -> str:
    """A log line's `module` is a part of a service: it stands in only where the connection names no service."""
    source = data.get("source")
    if type(source) is dict:
        return _text(source, "service", problems) or service
    for key in ("service", "component"):
        if name := _text(data, key, problems):
            return name
    return service or _text(data, "module", problems) or (source if type(source) is str else "")


def _fill_identity(event: Event, body: dict[str, Any], problems: list[str]) -> None:
    """Fill what a report says of itself, bare or as `data` of a stream event."""
    context = _section(body, "context", problems)
    event.message = _text(body, "message", problems)[:MESSAGE_LENGTH]
    event.uid = _first(body, ("errorId", "id"), problems)
    event.category = _text(body, "category", problems)
    event.severity = _severity(body, problems) or event.severity
    event.fingerprint = _first(body, ("fingerprint",), problems)
    request = _section(body, "request", problems)
    extra = body.get("data")
    details = extra if type(extra) is dict else _EMPTY  # a log line's own values
    for place in (body, request, context, details):
        if event.correlation_id is None and not _ID_KEYS.isdisjoint(place):
            event.correlation_id = _first(place, _IDS, problems)
    sync = _section(body, "sync", problems) or _section(context, "sync", problems) or body
    if "entityId" in sync or "entityType" in sync:
        event.entity_type = _first(sync, ("entityType",), problems)
        event.entity_id = _first(sync, ("entityId",), problems)
    event.duration_ms = _duration(body, (context, details), problems)
    event.has_stack = _has_stack(body)


_IDS = ("correlationId", "requestId", "flowId", "traceId")
_ID_KEYS = frozenset(_IDS)
_IDENTITY = _ID_KEYS | {
    "message", "errorId", "id", "category", "severity", "fingerprint", "context", "request", "response", "data", "sync",
    "entityType", "entityId", "stack", "source", "error",
}  # fmt: skip
_DURATIONS = ("durationMs", "responseTime", "duration")
_DURATION_KEYS = frozenset(_DURATIONS)


def _has_stack(body: dict[str, Any]) -> bool:
    source, error = body.get("source"), body.get("error")
    return bool(
        body.get("stack") or (type(source) is dict and source.get("stack")) or (type(error) is dict and error.get("stack"))
    )


def _duration(body: dict[str, Any], places: tuple[dict[str, Any], ...], problems: list[str]) -> float | None:
    for place in (_section(body, "response", problems), *places):
        if not place or _DURATION_KEYS.isdisjoint(place):
            continue
        for key in _DURATIONS:
            if key in place:
                return _number(place, key, problems)
    return None


def _text(place: dict[str, Any], key: str, problems: list[str]) -> str:
    value = place.get(key)
    if type(value) is str:
        return value
    if value is None:
        return ""
    problems.append(f"{key} is {_kind(value)}, not text")
    return str(value)[:200] if isinstance(value, int | float | bool) else ""


def _first(place: dict[str, Any], keys: tuple[str, ...], problems: list[str]) -> str | None:
    for key in keys:
        value = place.get(key)
        if value is not None:
            found = value if type(value) is str else _identifier(place, key, problems)
            if len(found) > ID_LENGTH:
                problems.append(f"{key} is longer than {ID_LENGTH} characters")
            return found[:ID_LENGTH] or None
    return None


def _identifier(place: dict[str, Any], key: str, problems: list[str]) -> str:
    """Ids may be whole numbers; anything else is a wrong type."""
    value = place[key]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 2**63 else ""
    return _text(place, key, problems)


def _section(place: dict[str, Any], key: str, problems: list[str]) -> dict[str, Any]:
    value = place.get(key)
    if type(value) is dict:
        return value
    if value is not None and not (key == "sync" or (key in ("request", "response") and type(value) is str)):
        problems.append(f"{key} is {_kind(value)}, not an object")
    return _EMPTY


def _severity(place: dict[str, Any], problems: list[str]) -> str:
    severity = _text(place, "severity", problems).lower()
    if severity and severity not in SEVERITIES:
        problems.append(f"severity {severity[:40]!r} is not in the taxonomy")
    return severity[:40]


def _number(place: dict[str, Any], key: str, problems: list[str]) -> float | None:
    value = place.get(key)
    if value is None:
        return None
    number = finite(value)
    if number is None:
        problems.append(f"{key} is {_kind(value)}, not a finite number")
    return number


def _time(value: Any, received_ms: int, problems: list[str]) -> int:
    """Return Unix milliseconds from a number of milliseconds or ISO 8601 text (UTC where no zone is given)."""
    number: float | None = None
    if type(value) is int or type(value) is float:
        number = finite(value)
    elif type(value) is str:
        number = _iso_ms(value)
    if number is None:
        problems.append("timestamp is missing" if value is None else f"timestamp {str(value)[:40]!r} is no time")
        return received_ms
    if not OLDEST_MS <= number <= received_ms + FUTURE_MS:
        problems.append(f"timestamp {str(value)[:40]} is not believable")
        return received_ms
    return int(number)


def _iso_ms(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.timestamp() * 1000
    except (OverflowError, ValueError):
        return None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    return {str: "text", list: "a list", dict: "an object", type(None): "null"}.get(type(value), type(value).__name__)


def is_known_type(event_type: str) -> bool:
    """Tell whether an event type is one of the platform's six; others are counted as `other`."""
    return event_type in EVENT_TYPES

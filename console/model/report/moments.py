"""What happened just before: the user's actions, the browser's console, network requests, as one small timeline."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from console.model.decoding import finite
from console.model.report.holding import Json, holders, pick, pick_text

MOST = 1_000
"""So many moments of each list are read, its last ones."""
TEXT_CHARS = 2_000
_LISTS = {
    "recentActions": "action",
    "userActions": "action",
    "actions": "action",
    "userAction": "action",
    "userJourney": "journey",
    "breadcrumbs": "breadcrumb",
    "consoleErrors": "console",
    "consoleWarnings": "console",
    "consoleLogs": "console",
    "networkRequests": "network",
}
_STAMPED = re.compile(r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?)\]?[:\s-]*")
_TIMES = ("timestamp", "time", "ts", "at", "date", "startedAt")
_WORDS = ("message", "text", "action", "description", "name", "label", "type", "event")
_SECONDS_BELOW = 100_000_000_000  # a Unix time in milliseconds is larger since March 1973


@dataclass(frozen=True, slots=True)
class Moment:
    """`ts_ms` is Unix milliseconds, None where no time was told; `kind` action, journey, breadcrumb, console or network."""

    ts_ms: int | None
    kind: str
    text: str


def actions_of(payload: Any) -> tuple[Moment, ...]:
    """Return what an event tells of the time before it, oldest first; what has no time keeps its order, behind."""
    found: dict[Moment, None] = {}  # the same moment in two lists is one
    for place in holders(payload):
        for holder in (place, place.get("debug")):
            if isinstance(holder, dict):
                found.update(dict.fromkeys(_moments(holder)))
    return tuple(sorted(found, key=lambda moment: (moment.ts_ms is None, moment.ts_ms or 0)))


def _moments(holder: Json) -> Iterator[Moment]:
    for name, kind in _LISTS.items():
        value = pick([holder], name)
        for item in value[-MOST:] if isinstance(value, list) else [value]:
            if isinstance(item, str) and item:
                yield _of_text(item, kind)
            elif isinstance(item, dict) and item:
                yield _of_object(item, kind)


def _of_text(text: str, kind: str) -> Moment:
    stamp = _STAMPED.match(text)
    ts_ms = _iso_ms(stamp[1]) if stamp else None
    rest = text[stamp.end() :] if stamp and ts_ms is not None else text
    return Moment(ts_ms, kind, (rest or text)[:TEXT_CHARS])


def _of_object(item: Json, kind: str) -> Moment:
    when = pick([item], *_TIMES)
    if isinstance(when, str):
        ts_ms = _iso_ms(when)
    else:
        number = finite(when)
        ts_ms = _unix_ms(number) if number is not None else None
    return Moment(ts_ms, kind, _text_of(item)[:TEXT_CHARS])


def _text_of(item: Json) -> str:
    words = [pick_text([item], name) for name in ("level", "method", "url", "status", "statusCode", "target", "selector")]
    chief = next((text for name in _WORDS if (text := pick_text([item], name))), None)
    text = " ".join(word for word in (chief, *words) if word)
    if text:
        return text
    try:
        return json.dumps(item, ensure_ascii=False)
    except (ValueError, RecursionError):
        return "(too deep to show)"


def _unix_ms(number: float) -> int | None:
    if number <= 0 or number > 8.64e15:  # the last time of JavaScript's Date
        return None
    return int(number * 1000 if number < _SECONDS_BELOW else number)


def _iso_ms(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None

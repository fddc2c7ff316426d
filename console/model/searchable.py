"""What the search index sees of an event: its message and the text values that it carries.

Indexed: message, ids, category, stack, paths, SQL and every other text value of the event down to eight
levels, up to 6,000 characters an event. Not indexed: keys, numbers, and text without spaces longer than
200 characters (encoded updates, tokens). The filter's help says so.
"""

from typing import Any

from console.model.event import Event

SEARCH_LENGTH = 6_000
OPAQUE_LENGTH = 200
_DEPTH = 8
_SKIPPED = frozenset({"eventType", "timestamp", "service", "severity", "level"})


def searchable_text(event: Event) -> str:
    """Return the text to index for an event, most telling parts first."""
    parts: list[str] = [event.message]
    room = SEARCH_LENGTH - len(event.message)
    _collect(event.data, parts, room, 0)
    return "\n".join(parts)


def _collect(place: dict[str, Any], parts: list[str], room: int, depth: int) -> int:
    for key, value in place.items():
        if room <= 0:
            break
        kind = type(value)
        if kind is str:
            if key not in _SKIPPED:
                room = _add(value, parts, room)
        elif kind is dict:
            if depth < _DEPTH:
                room = _collect(value, parts, room, depth + 1)
        elif kind is list and depth < _DEPTH:
            room = _collect_list(value, parts, room, depth + 1)
    return room


def _collect_list(items: list[Any], parts: list[str], room: int, depth: int) -> int:
    for item in items:
        if room <= 0:
            break
        kind = type(item)
        if kind is str:
            room = _add(item, parts, room)
        elif kind is dict:
            room = _collect(item, parts, room, depth)
        elif kind is list and depth < _DEPTH:
            room = _collect_list(item, parts, room, depth + 1)
    return room


def _add(value: str, parts: list[str], room: int) -> int:
    if len(value) > OPAQUE_LENGTH and " " not in value:
        return room
    if value == parts[0]:
        return room
    part = value if len(value) <= room else value[:room]
    parts.append(part)
    return room - len(part)

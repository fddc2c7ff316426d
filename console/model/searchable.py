"""What the search index sees of an event: its message and the text values that it carries.

Indexed: message, ids, category, stack, paths, SQL and every other text value of the event down to eight
levels, up to 6,000 characters an event. Not indexed: keys, numbers, and text without spaces longer than
200 characters (encoded updates, tokens). The filter's help says so.
"""

from collections.abc import Iterable
from typing import Any

from console.model.event import Event

SEARCH_LENGTH = 6_000
OPAQUE_LENGTH = 200
_DEPTH = 8
_SKIPPED = frozenset({"eventType", "timestamp", "service", "severity", "level"})


def searchable_text(event: Event) -> str:
    """Return the text to index for an event, most telling parts first.

    The ids are always in it, even where they were numbers or the rest left no room: `console.store.planning`
    finds them by this index.
    """
    message = event.message
    parts = [message]
    _collect(event.data.items(), parts, SEARCH_LENGTH - len(message), 0)
    if event.uid or event.entity_id or event.entity_type:
        parts += [value for value in (event.uid, event.entity_type, event.entity_id) if value and value not in parts]
    return "\n".join(parts)


def _collect(pairs: Iterable[tuple[str, Any]], parts: list[str], room: int, depth: int) -> int:
    """Append the texts of a place while there is room; returns the room that is left. One function: it is hot."""
    message = parts[0]
    for key, value in pairs:
        kind = type(value)
        if kind is str:
            if key in _SKIPPED or value == message:
                continue
            size = len(value)
            if size > OPAQUE_LENGTH and " " not in value:
                continue
            parts.append(value if size <= room else value[:room])
            room -= size
        elif kind is dict:
            if depth < _DEPTH:
                room = _collect(value.items(), parts, room, depth + 1)
        elif kind is list and depth < _DEPTH:
            room = _collect([("", item) for item in value], parts, room, depth + 1)
        if room <= 0:
            return 0
    return room

"""The objects of an event that may hold a part of it, whatever its dialect; and reading them leniently."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from console.model.decoding import finite

Json: TypeAlias = Mapping[str, Any]
_UPPER = re.compile(r"(?<=[a-z0-9])[A-Z]")


def holders(payload: Any) -> list[Json]:
    """Return the objects that hold sections and flat facts: the report, its context, its own data, the event."""
    if not isinstance(payload, dict):
        return []
    data = payload.get("data")
    outer = [data, payload] if isinstance(data, dict) else [payload]
    found: list[Json] = []
    for place in outer:
        found.append(place)
        found += [place[key] for key in ("context", "data") if isinstance(place.get(key), dict) and place[key] is not data]
    return found


def sections_of(payload: Any, name: str) -> Iterator[Json]:
    """Yield the objects under this name, the report's own first."""
    for place in holders(payload):
        section = place.get(name)
        if isinstance(section, dict) and section:
            yield section


def pick(places: Iterator[Json] | list[Json] | tuple[Json, ...], *names: str) -> Any:
    """Return the first value that is not null under one of the names, also written in snake_case; names decide first."""
    places = list(places)
    for name in names:
        snake = _snake(name)
        for place in places:
            for key in (name, snake):
                if place.get(key) is not None:
                    return place[key]
    return None


@cache
def _snake(name: str) -> str:
    return _UPPER.sub(lambda found: f"_{found[0].lower()}", name)


def pick_text(places: Iterator[Json] | list[Json] | tuple[Json, ...], *names: str) -> str | None:
    """Return the first text or number under one of the names as text; None for nothing, for "" and for objects."""
    value = pick(places, *names)
    if isinstance(value, str):
        return value or None
    number = finite(value)
    return None if number is None else str(value)


def pick_number(places: Iterator[Json] | list[Json] | tuple[Json, ...], *names: str) -> float | None:
    """Return the first value under one of the names as a finite number."""
    return finite(pick(places, *names))

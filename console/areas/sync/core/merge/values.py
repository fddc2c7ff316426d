"""JSON values as merges see them: absent ones, equality, stand-ins that can be hashed, and ways into them."""

from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

from console.model.json_path import ROOT, extend

MAX_DEPTH: Final = 64
"""Below so many levels a value is one piece: it is compared, never taken apart."""


class Absent(Enum):
    """What stands where there is no JSON value."""

    MISSING = "missing"
    NO_BASE = "no base"


MISSING: Final = Absent.MISSING
"""The value is absent on this side."""
NO_BASE: Final = Absent.NO_BASE
"""It is not known what both sides came from."""


class ItemId(NamedTuple):
    """A step to the item of a list that has this id."""

    value: str | int


Path: TypeAlias = tuple[str | ItemId, ...]
"""Keys of objects and ids of items, from the root."""


class TooDeep(Exception):
    """A value is nested too deeply to be taken apart."""


def path_text(path: Path) -> str:
    """Return a path for reading, as in `messages[id="m1"].text`; `$` is the root."""
    text = ""
    for one in path:
        text = f"{text}[id={_quote(one.value)}]" if isinstance(one, ItemId) else extend(text, one)
    return text or ROOT


def _quote(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def equal(a: Any, b: Any) -> bool:
    """Tell whether two JSON values (or absent ones) are the same: 1 is 1.0, but true is not 1. Any depth."""
    if a is b:
        return True
    try:
        # Fast, and enough to tell what differs; but Python takes true for 1.
        if a != b:
            return False
    except RecursionError:
        return _equal_throughout(a, b)
    return isinstance(a, str) or _equal_throughout(a, b)


def _equal_throughout(a: Any, b: Any) -> bool:
    waiting = [(a, b)]
    while waiting:
        x, y = waiting.pop()
        if isinstance(x, dict):
            if not isinstance(y, dict) or len(x) != len(y):
                return False
            for key, value in x.items():
                other = y.get(key, MISSING)
                if type(value) is not str:
                    waiting.append((value, other))
                elif value != other:
                    return False
        elif isinstance(x, list):
            if not isinstance(y, list) or len(x) != len(y):
                return False
            waiting.extend(zip(x, y, strict=True))
        elif isinstance(y, dict | list) or isinstance(x, bool) is not isinstance(y, bool) or x != y:
            return False
    return True


def stand_in(value: Any, levels: int = MAX_DEPTH) -> Any:
    """Return something hashable that is equal exactly where the JSON values are. Raises `TooDeep`."""
    if isinstance(value, bool):
        return ("?", value)
    if not isinstance(value, dict | list):
        return value
    if not levels:
        raise TooDeep
    if isinstance(value, list):
        return ("[", *(stand_in(item, levels - 1) for item in value))
    return ("{", frozenset((key, stand_in(item, levels - 1)) for key, item in value.items()))


def ids_of(items: Any, key: str) -> list[str | int] | None:
    """Return the ids of a list's items; None when one has none, or two have the same."""
    ids: list[str | int] = []
    for item in items:
        value = item.get(key) if isinstance(item, dict) else None
        if not isinstance(value, str | int) or isinstance(value, bool):
            return None
        ids.append(value)
    return ids if len(set(ids)) == len(ids) else None

"""How a decoded JSON value is looked at: its types, its keys, and how much of a long one."""

from __future__ import annotations

from typing import Any, Final

from console.areas.contracts.core.drift.formats import is_key_of_map
from console.areas.contracts.core.drift.slot import ARRAY, BOOLEAN, INTEGER, MOST_KEYS, NULL, NUMBER, OBJECT, STRING, Slot

CODES: Final = {type(None): NULL, bool: BOOLEAN, int: INTEGER, float: NUMBER, str: STRING, list: ARRAY, dict: OBJECT}
LONGEST_KEY = 200
HALF = 50
"""Of a long array or map the first so many are looked at, and as many of the rest."""


def code_of(value: Any) -> int:
    """Return the code of the value's type; what is no JSON value counts as what it derives from, else as a text."""
    code = CODES.get(type(value))
    if code is None:
        code = next((number for kind, number in CODES.items() if isinstance(value, kind)), STRING)
    return code


def safe_key(key: Any) -> str:
    """Return the key as a text that can be stored: cut when it is very long, without lone surrogates."""
    text = key if isinstance(key, str) else str(key)
    if len(text) > LONGEST_KEY:
        text = text[: LONGEST_KEY - 1] + "…"
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def is_map(slot: Slot, fresh: list[str]) -> bool:
    """Whether the object at the slot is a map: more than 40 keys, or several that are all values rather than names."""
    if len(slot.children) + len(fresh) > MOST_KEYS:
        return True
    names = [*slot.children, *fresh]
    return len(names) > 1 and all(map(is_key_of_map, names))


def spread(values: list[Any]) -> list[Any]:
    """Return all values, or of more than 100 the first 50 and 50 more, evenly spread."""
    if len(values) <= 2 * HALF:
        return values
    rest = len(values) - HALF
    return values[:HALF] + [values[HALF + i * rest // HALF] for i in range(HALF)]

"""What a schema wanted and what came instead, in few words. Values may be huge or hostile; the texts never are."""

import json
import math
from collections.abc import Callable
from typing import Any

from console.reporter.contracts.paths import clean

LONGEST = 200
"""Characters of a text that tells of a value."""
_MOST_PARTS = 8


def type_name(value: Any) -> str:
    """Return the JSON type of a decoded value; "integer" for whole numbers."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", type(None): "null"}
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    return names.get(type(value), "number")


def brief(value: Any, longest: int = LONGEST) -> str:
    """Return the value as JSON, cut to `longest` characters; looks only at as much of it as can be shown."""
    text = clean(_written(value, 3))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def with_type(value: Any) -> str:
    """Return the value with its JSON type before it, as in `string "0.83"`; null is null."""
    if value is None:
        return "null"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} (no JSON number)"
    return _cut(f"{type_name(value)} {brief(value)}")


def _written(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return json.dumps(value[:LONGEST], ensure_ascii=False) if len(value) <= LONGEST else _long(value)
    if isinstance(value, dict):
        parts = [f"{_written(str(k), 0)}: {_written(v, depth - 1)}" for k, v in _first(value.items())] if depth > 0 else []
        return _list_of(parts, len(value), "{}")
    if isinstance(value, list | tuple):
        return _list_of([_written(one, depth - 1) for one in _first(value)] if depth > 0 else [], len(value), "[]")
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 600:
        return f"a number of about {int(value.bit_length() * 0.30103)} digits"
    return json.dumps(value) if isinstance(value, int | float | bool | None) else str(value)[:LONGEST]


def _first(values: Any) -> list[Any]:
    return [one for one, _ in zip(values, range(_MOST_PARTS), strict=False)]


def _list_of(parts: list[str], n: int, ends: str) -> str:
    more = ["…"] if n > len(parts) else []
    return ends[0] + ", ".join(parts + more) + ends[1]


def _long(value: str) -> str:
    return f'{json.dumps(value[:80], ensure_ascii=False)[:-1]}…" ({len(value)} characters)'


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _any_of(values: Any) -> str:
    listed = [brief(one, 60) for one in _first(values)]
    return "one of " + ", ".join(listed) + (f" and {len(values) - len(listed)} more" if len(values) > len(listed) else "")


_PLAIN = {
    "required": "present",
    "additionalProperties": "no such property",
    "unevaluatedProperties": "no such property",
    "unevaluatedItems": "no such item",
    "uniqueItems": "no item twice",
    "contains": "an item as `contains` wants it",
    "falseSchema": "nothing at all",
    "items": "no such item",
    "oneOf": "exactly one of the alternatives",
    "anyOf": "one of the alternatives",
}
_EXPECTED: dict[str, Callable[[dict[str, Any]], str]] = {
    "type": lambda of: " or ".join(of["types"]),
    "enum": lambda of: _any_of(of["options"]),
    "const": lambda of: brief(of["expected_value"]),
    "additionalItems": lambda of: f"at most {_count(of['limit'], 'item')}",
    "minimum": lambda of: f"≥ {brief(of['limit'])}",
    "maximum": lambda of: f"≤ {brief(of['limit'])}",
    "exclusiveMinimum": lambda of: f"> {brief(of['limit'])}",
    "exclusiveMaximum": lambda of: f"< {brief(of['limit'])}",
    "multipleOf": lambda of: f"a multiple of {brief(of['multiple_of'])}",
    "minLength": lambda of: f"at least {_count(of['limit'], 'character')}",
    "maxLength": lambda of: f"at most {_count(of['limit'], 'character')}",
    "minItems": lambda of: f"at least {_count(of['limit'], 'item')}",
    "maxItems": lambda of: f"at most {_count(of['limit'], 'item')}",
    "minProperties": lambda of: f"at least {_count(of['limit'], 'property')}",
    "maxProperties": lambda of: f"at most {_count(of['limit'], 'property')}",
    "pattern": lambda of: f"matches {of['pattern']}" if "pattern" in of else "a pattern that can be decided in time",
    "format": lambda of: str(of["format"]),
    "not": lambda of: f"not {brief(of['schema'])}",
    "propertyNames": lambda of: f"names of properties: {of['error'].message}" if "error" in of else "no property",
    "contentEncoding": lambda of: f"encoded as {of['content_encoding']}",
    "contentMediaType": lambda of: f"{of['content_media_type']} inside",
}


def _count(n: Any, what: str) -> str:
    plural = {"property": "properties"}.get(what, f"{what}s")
    return f"{n} {what if n == 1 else plural}"


def expected_words(keyword: str, details: dict[str, Any]) -> str:
    """Return what the keyword wanted, in at most `LONGEST` characters."""
    words = _EXPECTED.get(keyword)
    return _cut(clean(words(details) if words else _PLAIN.get(keyword, keyword)))


def message(at: str, keyword: str, expected: str, actual: str) -> str:
    """Return one sentence that says what is wrong at this place."""
    return f"{at} is missing" if keyword == "required" else f"{at}: expected {expected}, got {actual}"

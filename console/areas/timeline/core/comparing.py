"""Two payloads, field by field. Made for big and hostile ones: no recursion, bounded output."""

import json
from typing import Any, Literal, NamedTuple

Change = Literal["equal", "changed", "added", "removed"]
VALUE_CHARS = 2000
"""Longest text of one side; the rest is cut, and said so."""


class Difference(NamedTuple):
    """One field: its path from `$`, and what stands left and right as JSON text ("" where it is absent)."""

    path: str
    change: Change
    left: str
    right: str


class Comparison(NamedTuple):
    """`cut` is True when more than the allowed number of fields were met and the rest was left out."""

    differences: list[Difference]
    cut: bool


_ABSENT = object()


def compare_payloads(left: Any, right: Any, max_fields: int = 20_000) -> Comparison:
    """Compare two decoded JSON values; objects by key, arrays by index, everything else by type and value.

    Fields come in the order of the left side, those only on the right after them. An object or array on one side
    only is one line.
    """
    found: list[Difference] = []
    waiting: list[tuple[str, Any, Any]] = [("$", left, right)]
    while waiting:
        if len(found) >= max_fields:
            return Comparison(found, True)
        path, a, b = waiting.pop()
        children = _children(path, a, b)
        if children is None:
            found.append(_difference(path, a, b))
        else:
            waiting.extend(reversed(children))
    return Comparison(found, False)


def _children(path: str, a: Any, b: Any) -> list[tuple[str, Any, Any]] | None:
    if isinstance(a, dict) and isinstance(b, dict) and (a or b):
        keys = [*a, *(key for key in b if key not in a)]
        return [(path + _step(key), a.get(key, _ABSENT), b.get(key, _ABSENT)) for key in keys]
    if isinstance(a, list) and isinstance(b, list) and (a or b):
        return [
            (f"{path}[{i}]", a[i] if i < len(a) else _ABSENT, b[i] if i < len(b) else _ABSENT)
            for i in range(max(len(a), len(b)))
        ]
    return None


def _step(key: str) -> str:
    return f".{key}" if key.isidentifier() else f"[{json.dumps(key, ensure_ascii=False)}]"


def _difference(path: str, a: Any, b: Any) -> Difference:
    if a is _ABSENT:
        return Difference(path, "added", "", brief_json(b))
    if b is _ABSENT:
        return Difference(path, "removed", brief_json(a), "")
    left, right = brief_json(a), brief_json(b)
    # Leaves only get here, so equality of scalars decides; true == 1 in Python, but not in JSON. NaN equals NaN here.
    same = type(a) is type(b) and (a == b or a != a)
    return Difference(path, "equal" if same else "changed", left, right)


def brief_json(value: Any, limit: int = VALUE_CHARS) -> str:
    """Return `value` as compact JSON text of at most about `limit` characters."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply to show)"
    except ValueError:  # an integer with more digits than Python prints
        return "(a number too long to show)"
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"

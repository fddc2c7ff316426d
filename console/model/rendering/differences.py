"""Two JSON values, field by field. Made for big and hostile ones: no recursion, bounded output."""

import json
from collections import Counter
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from console.model.json_path import ROOT, step

Kind = Literal["same", "changed", "added", "removed"]
VALUE_CHARS = 2000
"""Longest text of one side in `brief_json`; the rest is cut, and said so."""
_MOST_LINES = 1_000
_MOST_PAIRS = 5_000
_LINE_BUDGET = 20_000


class Hunk(NamedTuple):
    """Lines that differ: those on the left and those in their place on the right; line numbers from 1."""

    left_line: int
    left: tuple[str, ...]
    right_line: int
    right: tuple[str, ...]


class Difference(NamedTuple):
    """One field: its path from `$`, and what stands left and right (None where it is absent: see `kind`).

    Items of lists that are known by an id have it in their path: `$.parts[id="p1"].title`. `hunks` is set for changed
    texts of several lines.
    """

    path: str
    kind: Kind
    left: Any
    right: Any
    hunks: tuple[Hunk, ...] = ()


class Differences(NamedTuple):
    """`cut` is True when more than the allowed number of fields were met and the rest was left out."""

    fields: list[Difference]
    cut: bool


class _Absent:
    pass


_ABSENT = _Absent()


def diff_values(left: Any, right: Any, max_fields: int = 20_000) -> Differences:
    """Compare two decoded JSON values; objects by key, everything else by type and value.

    Lists of objects that all have an `id` of their own are matched by it, other lists by position. Fields come in the
    order of the left side, those only on the right after them. An object or array on one side only is one field.
    """
    found: list[Difference] = []
    waiting: list[tuple[str, Any, Any]] = [(ROOT, left, right)]
    lines_left = _LINE_BUDGET
    while waiting:
        if len(found) >= max_fields:
            return Differences(found, True)
        path, a, b = waiting.pop()
        children = _children(path, a, b)
        if children is not None:
            waiting.extend(reversed(children))
            continue
        one = _difference(path, a, b)
        if one.kind == "changed" and isinstance(a, str) and isinstance(b, str) and ("\n" in a or "\n" in b):
            lines_left -= a.count("\n") + b.count("\n")
            if lines_left >= 0:
                one = one._replace(hunks=diff_lines(a, b))
        found.append(one)
    return Differences(found, False)


def _children(path: str, a: Any, b: Any) -> list[tuple[str, Any, Any]] | None:
    if isinstance(a, dict) and isinstance(b, dict) and (a or b):
        keys = [*a, *(key for key in b if key not in a)]
        return [(path + step(key), a.get(key, _ABSENT), b.get(key, _ABSENT)) for key in keys]
    if isinstance(a, list) and isinstance(b, list) and (a or b):
        left, right = _by_id(a), _by_id(b)
        if left is not None and right is not None:
            ids = [*left, *(name for name in right if name not in left)]
            return [(f"{path}[id={name}]", left.get(name, _ABSENT), right.get(name, _ABSENT)) for name in ids]
        return [
            (path + step(i), a[i] if i < len(a) else _ABSENT, b[i] if i < len(b) else _ABSENT)
            for i in range(max(len(a), len(b)))
        ]
    return None


def _by_id(items: list[Any]) -> dict[str, Any] | None:
    """Return the items by their ids as JSON text; None when one has none, or two have the same."""
    found: dict[str, Any] = {}
    for item in items:
        name = item.get("id") if isinstance(item, dict) else None
        if not isinstance(name, str | int) or isinstance(name, bool):
            return None
        found[brief_json(name)] = item
    return found if len(found) == len(items) else None


def _difference(path: str, a: Any, b: Any) -> Difference:
    if a is _ABSENT:
        return Difference(path, "added", None, b)
    if b is _ABSENT:
        return Difference(path, "removed", a, None)
    # Leaves only get here, so equality of scalars decides; true == 1 in Python, but not in JSON. NaN equals NaN here.
    same = type(a) is type(b) and (a == b or a != a)
    return Difference(path, "same" if same else "changed", a, b)


def diff_lines(left: str, right: str) -> tuple[Hunk, ...]:
    """Return the lines that differ. Texts too alike to themselves, or too long, become one hunk between equal ends."""
    a, b = left.split("\n"), right.split("\n")
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[start : len(a) - end], b[start : len(b) - end]
    if not _is_cheap(a, b):
        return (Hunk(start + 1, tuple(a), start + 1, tuple(b)),)
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return tuple(
        Hunk(start + i + 1, tuple(a[i:i2]), start + j + 1, tuple(b[j:j2])) for tag, i, i2, j, j2 in blocks if tag != "equal"
    )


def _is_cheap(a: list[str], b: list[str]) -> bool:
    """difflib looks at every pair of equal lines again for each block that it finds."""
    counts = Counter(b)
    return max(len(a), len(b)) <= _MOST_LINES and sum(counts[line] for line in a) <= _MOST_PAIRS


def brief_json(value: Any, limit: int = VALUE_CHARS) -> str:
    """Return `value` as compact JSON text of at most about `limit` characters."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply to show)"
    except ValueError:  # an integer with more digits than Python prints
        return "(a number too long to show)"
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"

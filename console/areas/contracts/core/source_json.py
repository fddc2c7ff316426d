"""JSON text to a value, strictly, and its tokens for lines of problems."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NoReturn

from console.areas.contracts.core.source_tokens import CLOSE, OPEN_LIST, OPEN_MAP, SCALAR, Token

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^\s{}\[\]:,"]+', re.DOTALL)
_KINDS = {"{": OPEN_MAP, "[": OPEN_LIST, "}": CLOSE, "]": CLOSE}
_LARGEST = 2.0**63


class SourceError(ValueError):
    """A text that is neither; `line` counts from 1, None when it is unknown."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what, self.line = what, line


class _NoNumber(ValueError):
    """A literal that JSON does not have, or that no double holds."""


def decode_json(text: str) -> tuple[Any, bool]:
    """Return the value and whether some key stands twice in one object; raises `SourceError`.

    Integers beyond 64 bits become floats, as JavaScript reads them.
    """
    has_doubles = False

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal has_doubles
        value = dict(items)
        has_doubles = has_doubles or len(value) != len(items)
        return value

    try:
        value = json.loads(
            text, object_pairs_hook=pairs, parse_int=whole_number, parse_float=number, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise SourceError("is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise SourceError(f"is no JSON: {error.msg} (column {error.colno})", error.lineno) from None
    except _NoNumber as error:
        literal = str(error)
        starts = (match.start() for match in _TOKEN.finditer(text) if match.group() == literal)
        line = next((text.count("\n", 0, start) + 1 for start in starts), None)
        raise SourceError(f"{literal[:40]} is no JSON number", line) from None
    return value, has_doubles


def whole_number(digits: str) -> int | float:
    """Return an integer, a float when 64 bits cannot hold it; raises ValueError when nothing can."""
    if len(digits) <= 18:
        return int(digits)
    value = number(digits)
    return int(digits) if abs(value) < _LARGEST else value


def number(text: str) -> float:
    """Return a float; raises ValueError for what is beyond all doubles."""
    value = float(text)
    if not math.isfinite(value):
        raise _NoNumber(text)
    return value


def json_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a JSON text; the text of a key or a string is what it stands for."""
    ends = [match.start() for match in re.finditer("\n", text)]
    for match in _TOKEN.finditer(text):
        raw = match.group()
        line = bisect_right(ends, match.start()) + 1
        kind = _KINDS.get(raw, SCALAR)
        yield Token(kind, _string(raw) if raw[0] == '"' else raw, line)


def _string(raw: str) -> str:
    return str(json.loads(raw, strict=False)) if "\\" in raw else raw[1:-1]


def _refuse_constant(name: str) -> NoReturn:
    raise _NoNumber(name)

"""JSON text to objects, strictly first and leniently after, never with an exception the caller must guess.

Python's own decoder accepts NaN, lone surrogates and duplicate keys and raises three unrelated errors for
depth, huge integers and bad syntax; here all of that becomes a value and a note.
"""

import json
import math
import re
from typing import Any, NamedTuple

import msgspec

MAX_DEPTH = 64
"""Events nested deeper are still stored, but marked; see `hello.limits.depth` of the protocol."""

BYTE_ORDER_MARK = "\ufeff"

_strict = msgspec.json.Decoder()
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|([{\[])|([}\]])', re.DOTALL)


class Decoded(NamedTuple):
    """`value` is the decoded JSON; `note` says what was not strict about the text; `problem` why it has no value."""

    value: Any
    note: str | None = None
    problem: str | None = None


def decode_plainly(text: str) -> Any:
    """Decode a text that has nothing odd about it, which nearly all have; None for any other, for `decode` to judge."""
    if text.count("{") + text.count("[") > MAX_DEPTH:
        return None
    try:
        return _strict.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def decode(text: str) -> Decoded:
    """Decode one JSON text. Never raises: what cannot be decoded has a `problem`."""
    try:
        value = _strict.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as strict_error:
        return _decode_leniently(text, str(strict_error))
    if text.count("{") + text.count("[") > MAX_DEPTH and depth(text) > MAX_DEPTH:
        return Decoded(value, note=f"nested deeper than {MAX_DEPTH} levels")
    return Decoded(value)


def _decode_leniently(text: str, strict_reason: str) -> Decoded:
    try:
        value = _without_surrogates(json.loads(text.removeprefix(BYTE_ORDER_MARK), parse_int=_bounded_int))
    except RecursionError:
        return Decoded(None, problem="nested too deeply to read")
    except ValueError as error:
        return Decoded(None, problem=f"not JSON: {error}")
    reason = "starts with a byte order mark" if text.startswith(BYTE_ORDER_MARK) else strict_reason
    return Decoded(value, note=f"not strict JSON: {reason.encode('ascii', 'backslashreplace').decode('ascii')}")


def _bounded_int(digits: str) -> int | float:
    """Integers beyond 64 bits become floats (infinity at worst), as JavaScript reads them."""
    if len(digits) <= 18:
        return int(digits)
    number = float(digits)
    return int(digits) if abs(number) < 2.0**63 else number


def _without_surrogates(value: Any) -> Any:
    """Replace lone surrogates, which SQLite and UTF-8 refuse; the event's text keeps them as escapes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value


def depth(text: str) -> int:
    """Return how deep brackets nest in a JSON text, strings left out."""
    level = deepest = 0
    for match in _BRACKETS.finditer(text):
        if match.group(1):
            level += 1
            deepest = max(deepest, level)
        elif match.group(2):
            level -= 1
    return deepest


def finite(value: Any) -> float | None:
    """Return a JSON number as float; None for what is no finite number (booleans are none)."""
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else None
    if kind is not int:
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number

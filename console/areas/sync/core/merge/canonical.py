"""Canonical JSON (RFC 8785)."""

import json
import math
from typing import Any

_MAX_EXACT = 2**53
_ecmascript_text = json.JSONEncoder(ensure_ascii=False).encode


def canonical(value: Any) -> bytes:
    """Return the one text that RFC 8785 gives a JSON value: equal values have equal texts.

    Numbers are doubles, as ECMAScript takes and prints them. Raises `ValueError` for what has no such text: numbers
    beyond doubles, lone surrogates, nesting that is too deep, and what is no JSON.
    """
    pieces: list[str] = []
    try:
        _write(value, pieces)
        return "".join(pieces).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply for canonical JSON") from error


def _write(value: Any, pieces: list[str]) -> None:
    if isinstance(value, str):
        pieces.append(_ecmascript_text(value))
    elif value is None or isinstance(value, bool):
        pieces.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, int | float):
        pieces.append(_number(value))
    elif isinstance(value, list):
        mark = "["
        for item in value:
            pieces.append(mark)
            _write(item, pieces)
            mark = ","
        pieces.append("]" if value else "[]")
    elif isinstance(value, dict):
        mark = "{"
        for key in sorted(value, key=_utf16):
            pieces.append(f"{mark}{_ecmascript_text(key)}:")
            _write(value[key], pieces)
            mark = ","
        pieces.append("}" if value else "{}")
    else:
        raise ValueError(f"no JSON: {type(value).__name__}")


def _utf16(key: str) -> bytes:
    """Order by code units, as ECMAScript does: surrogate pairs come before U+E000 and those behind it."""
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """Return a number as `Number::toString` of ECMAScript (ECMA-262, 6.1.6.1.20) writes it."""
    if isinstance(value, int):
        if -_MAX_EXACT <= value <= _MAX_EXACT:
            return str(value)
        try:
            value = float(value)
        except OverflowError as error:
            raise ValueError("a number beyond what canonical JSON holds") from error
    if not math.isfinite(value):
        raise ValueError(f"no JSON number: {value}")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    sign = "-" if value < 0 else ""
    if len(digits) <= point <= 21:
        return f"{sign}{digits.ljust(point, '0')}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    behind = f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{behind}e{point - 1:+d}"

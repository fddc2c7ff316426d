"""Read lib0's encoding byte by byte, strictly: whatever is not exactly what an encoder writes raises `UpdateError`.

Source of the format: lib0's `encoding.js` and `decoding.js` (variable-length integers, strings, "any" values).
"""

import json
import struct
from enum import Enum
from typing import Any, Final

MAX_BYTES = 16 * 1024 * 1024
MAX_INTEGER = 2**53 - 1
"""JavaScript's largest exact integer; no clock, length or id is larger."""
MAX_DEPTH = 100


class UpdateError(ValueError):
    """The bytes are no Yjs v1 update or state vector. `offset` is where, `expected` what should have stood there."""

    def __init__(self, offset: int, expected: str, found: str) -> None:
        super().__init__(f"at byte {offset}: expected {expected}, found {found}")
        self.offset = offset
        self.expected = expected


class UpdateV2Refused(UpdateError):
    """The bytes are a V2 update: another format, which the platform does not exchange."""


class Undefined(Enum):
    """JavaScript's `undefined`, which Yjs keeps apart from null."""

    UNDEFINED = "undefined"

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined.UNDEFINED


class Reader:
    """A place in some bytes. Every method reads one value, moves on, and raises `UpdateError` where there is none."""

    __slots__ = ("data", "pos")

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            raise UpdateError(MAX_BYTES, f"at most {MAX_BYTES} bytes", f"{len(data)} bytes")
        self.data = data
        self.pos = 0

    @property
    def left(self) -> int:
        """How many bytes are not read yet."""
        return len(self.data) - self.pos

    def byte(self, expected: str) -> int:
        pos = self.pos
        if pos >= len(self.data):
            raise UpdateError(pos, expected, "the end")
        self.pos = pos + 1
        return self.data[pos]

    def uint(self, expected: str) -> int:
        """Return an unsigned integer of at most 53 bits, in its shortest encoding."""
        data, pos = self.data, self.pos
        try:
            byte = data[pos]
            if byte < 0x80:
                self.pos = pos + 1
                return byte
            value, shift = byte & 0x7F, 7
            while True:
                pos += 1
                byte = data[pos]
                value |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
                shift += 7
                if shift > 49:
                    raise UpdateError(self.pos, expected, "an integer of more than 53 bits")
        except IndexError:
            raise UpdateError(pos, expected, "the end") from None
        if value > MAX_INTEGER:
            raise UpdateError(self.pos, expected, "an integer of more than 53 bits")
        if byte == 0:
            raise UpdateError(pos, expected, "an integer with bytes that say nothing")
        self.pos = pos + 1
        return value

    def positive(self, expected: str) -> int:
        """Return an unsigned integer over 0."""
        start = self.pos
        value = self.uint(expected)
        if value == 0:
            raise UpdateError(start, expected, "0")
        return value

    def count(self, expected: str, least: int) -> int:
        """Return how many things follow, none shorter than `least` bytes: a forged count cannot make work."""
        start = self.pos
        value = self.uint(expected)
        if value * least > self.left:
            raise UpdateError(start, expected, f"{value}, but only {self.left} bytes follow")
        return value

    def integer(self, expected: str) -> int | float:
        """Return a signed integer of at most 53 bits; -0 is the float that JavaScript means."""
        start = self.pos
        byte = self.byte(expected)
        negative, value, shift = byte & 0x40, byte & 0x3F, 6
        more = byte & 0x80
        while more:
            byte = self.byte(expected)
            value |= (byte & 0x7F) << shift
            shift += 7
            more = byte & 0x80
            if value > MAX_INTEGER or shift > 62:
                raise UpdateError(start, expected, "an integer of more than 53 bits")
            if not more and byte == 0:
                raise UpdateError(self.pos - 1, expected, "an integer with bytes that say nothing")
        if negative:
            return -value if value else -0.0
        return value

    def blob(self, expected: str) -> bytes:
        """Return bytes that stand behind their length."""
        size = self.count(expected, 1)
        start = self.pos
        self.pos = start + size
        return self.data[start : self.pos]

    def text(self, expected: str) -> str:
        """Return a string. Encoders write UTF-8 with U+FFFD for half surrogate pairs; anything else is refused."""
        start = self.pos
        try:
            return self.blob(expected).decode()
        except UnicodeDecodeError as error:
            raise UpdateError(start, f"{expected} in UTF-8", error.reason) from None

    def json_value(self, expected: str) -> Any:
        """Return a value written as JSON text; integers over 53 bits become floats, as `JSON.parse` makes them."""
        start = self.pos
        return parse_json(self.text(expected), start, expected)

    def fixed(self, layout: str, size: int, expected: str) -> Any:
        start = self.pos
        if size > self.left:
            raise UpdateError(start, expected, "the end")
        self.pos = start + size
        return struct.unpack_from(layout, self.data, start)[0]

    def any_value(self, expected: str, depth: int = 0) -> Any:
        """Return an "any" value: JSON, bytes, a 64-bit integer or `UNDEFINED`."""
        start = self.pos
        kind = self.byte(expected)
        if kind == 119:
            return self.text("a string")
        if kind == 125:
            return self.integer("an integer")
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        if kind == 122:
            return self.fixed(">q", 8, "a 64-bit integer")
        if kind in (123, 124):
            return _plain(self.fixed(*_FLOATS[kind]))
        if kind == 116:
            return self.blob("bytes")
        if kind not in (117, 118):
            raise UpdateError(start, f"{expected} of a type from 116 to 127", f"type {kind}")
        if depth >= MAX_DEPTH:
            raise UpdateError(start, f"values nested at most {MAX_DEPTH} deep", "a deeper one")
        if kind == 117:
            return [self.any_value("an item of an array", depth + 1) for _ in range(self.count("the length of an array", 1))]
        size = self.count("the size of an object", 2)
        return {self.text("a key"): self.any_value("a value", depth + 1) for _ in range(size)}


_CONSTANTS: dict[int, Any] = {127: UNDEFINED, 126: None, 121: False, 120: True}
_FLOATS = {124: (">f", 4, "a 32-bit float"), 123: (">d", 8, "a 64-bit float")}


def parse_json(text: str, offset: int, expected: str) -> Any:
    """Parse JSON as JavaScript does: no NaN, floats for integers over 53 bits. Raises `UpdateError`."""
    try:
        return json.loads(text, parse_int=_javascript_number, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UpdateError(offset, f"{expected} as JSON", type(error).__name__) from None


def _plain(value: float) -> int | float:
    """JavaScript has one kind of number: whole ones are integers, except -0."""
    if value.is_integer() and abs(value) <= MAX_INTEGER and (value or str(value) == "0.0"):
        return int(value)
    return value


def _javascript_number(digits: str) -> int | float:
    if len(digits) < 16:
        return int(digits)
    value = float(digits)
    return value if abs(value) > MAX_INTEGER else int(digits)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")

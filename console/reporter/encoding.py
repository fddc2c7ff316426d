"""Turns an event into its one wire form: compact JSON in UTF-8, masked, within the limits of the protocol.

Nothing here raises for any argument: what cannot be encoded is described in its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from enum import Enum
from typing import Any

from console.reporter.masking import mask_value, may_hold_secret

MAX_EVENT_BYTES = 1024 * 1024
MAX_DEPTH = 64
_MAX_NODES = 100_000
_MAX_REPR = 2_000
_CUTS = ((65_536, 2_000), (4_096, 200), (256, 50), (64, 10))  # (characters a text, items a container) to try in turn


def encode_event(event: dict[str, Any], max_bytes: int = MAX_EVENT_BYTES) -> bytes:
    """Return the event as compact UTF-8 JSON: secrets masked, depth at most 64, at most `max_bytes` long.

    Values of unknown types become text, NaN and infinities null, lone surrogates "?", what is too deep or circular a
    remark. An event that is too long is cut, and `data.truncated` says how long it was.
    """
    text = _encode_anything(event)
    if may_hold_secret(text):
        text = _encode(mask_value(json.loads(text)))
    try:
        encoded = text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair is no character; strict readers refuse the whole event
        encoded = text.encode("utf-8", "replace")
    return encoded if len(encoded) <= max_bytes else _truncate(json.loads(encoded), len(encoded), max_bytes)


def _encode_anything(event: dict[str, Any]) -> str:
    try:
        text: str = _encode(event)
    except Exception:  # noqa: BLE001 - arguments are anyone's objects; the plain copy cannot fail
        return str(_encode(_Plain().copy(event, 1)))
    if text.count("{") + text.count("[") <= MAX_DEPTH or depth_of(event) <= MAX_DEPTH:
        return text
    return str(_encode(_Plain().copy(event, 1)))


def describe(value: object, limit: int = _MAX_REPR) -> str:
    """Return `repr(value)`, at most `limit` characters, or a remark when the object's own repr fails."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - the object's own code may fail in any way
        return f"<{type(value).__name__} without repr>"
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def to_plain(value: object) -> Any:
    """Return something closer to JSON for a value that `json` does not know. Never raises."""
    try:
        return _to_plain(value)
    except Exception:  # noqa: BLE001 - the object's own code may fail in any way
        return f"<{type(value).__name__} not encodable>"


def _to_plain(value: object) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value[:_MAX_REPR]).decode("utf-8", "replace")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, BaseException):
        return {"exceptionType": type(value).__qualname__, "message": str(value)}
    if isinstance(value, Mapping):
        return {_key(key): item for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return list(value)
    fields = getattr(type(value), "__dataclass_fields__", None)  # `dataclasses` itself is slow to import
    if fields is not None:
        return {name: getattr(value, name, None) for name in fields}
    text = str(value) if type(value).__str__ is not object.__str__ else describe(value)
    return text if len(text) <= _MAX_REPR else text[:_MAX_REPR] + "…"


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=to_plain).encode


def _key(key: object) -> str:
    return key if type(key) is str else str(to_plain(key)) if not isinstance(key, str | int | float) else str(key)


class _Plain:
    """Copies any object graph into plain JSON values, bounded in depth and size, with cycles cut."""

    def __init__(self) -> None:
        self._nodes = 0
        self._path: set[int] = set()

    def copy(self, value: object, depth: int) -> Any:
        self._nodes += 1
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value if type(value) is str else str.__str__(value)
        if isinstance(value, int):
            return int(value) if abs(int(value)) < 10**300 else f"<integer of {int(value).bit_length()} bits>"
        if isinstance(value, float):
            return float(value) if value - value == 0 else None
        if self._nodes > _MAX_NODES:
            return "<omitted: too many values>"
        if id(value) in self._path:
            return "<circular>"
        if depth > MAX_DEPTH:
            return f"<too deep: {type(value).__name__}>"
        self._path.add(id(value))
        try:
            return self._copy_container(value, depth)
        except Exception:  # noqa: BLE001 - the object's own iteration may fail in any way
            return f"<{type(value).__name__} not encodable>"
        finally:
            self._path.discard(id(value))

    def _copy_container(self, value: object, depth: int) -> Any:
        if isinstance(value, Mapping):
            return {_key(key): self.copy(item, depth + 1) for key, item in list(value.items())}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.copy(item, depth + 1) for item in list(value)]
        return self.copy(to_plain(value), depth)


def depth_of(value: object) -> int:
    """Return how deep containers nest, looking no further than the limit."""
    level: list[Any] = [value]
    for depth in range(MAX_DEPTH + 1):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, Mapping):
                inner += item.values()
            elif isinstance(item, list | tuple):
                inner += item
            elif item is not None and not isinstance(item, str | int | float):
                return MAX_DEPTH + 1  # an object of unknown depth: let the bounded copy decide
        if not inner:
            return depth
        level = inner
    return MAX_DEPTH + 1


def _truncate(event: dict[str, Any], size: int, max_bytes: int) -> bytes:
    for max_chars, max_items in _CUTS:
        cut = _cut(event, max_chars, max_items)
        data = cut.get("data")
        note = {
            "originalBytes": size,
            "note": f"texts over {max_chars} characters and lists over {max_items} were cut",
        }
        cut["data"] = {**data, "truncated": note} if isinstance(data, dict) else {"value": data, "truncated": note}
        encoded: bytes = _encode(cut).encode()
        if len(encoded) <= max_bytes:
            return encoded
    kept = {key: event.get(key) for key in ("eventType", "timestamp", "service")}
    note = {"originalBytes": size, "note": "too large in every part; only the outline was kept"}
    outline: bytes = _encode({**kept, "data": {"truncated": note}}).encode()
    return outline


def _cut(value: Any, max_chars: int, max_items: int) -> Any:
    if isinstance(value, str) and len(value) > max_chars:
        return f"{value[:max_chars]}… ({len(value)} characters)"
    if isinstance(value, dict):
        return {_cut(key, max_chars, max_items): _cut(value[key], max_chars, max_items) for key in _first(value, max_items)}
    if isinstance(value, list):
        return [_cut(item, max_chars, max_items) for item in _first(value, max_items)]
    return value


def _first(items: Iterable[Any], count: int) -> list[Any]:
    return list(items)[:count]

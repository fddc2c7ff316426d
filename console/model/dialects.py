"""Cut messages into events: the shapes in which events arrive on a connection that says nothing else.

A naive message is one event object, an array of events, newline-separated objects, the platform's
`{"reports": […], "metadata": …}` body, or a recorded HTTP request with such a body. Every piece keeps its
exact text.
"""

import json
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

import msgspec

from console.model.decoding import BYTE_ORDER_MARK, Decoded, decode, decode_plainly

Raw = msgspec.Raw


class Piece(NamedTuple):
    """One candidate event. `data` is None for what is no JSON object; `note` then says why (else what is odd)."""

    text: str
    data: dict[str, Any] | None
    note: str | None = None


class _Reports(msgspec.Struct):
    """A body of reports. An event of its own that happens to hold `reports` names its kind, and is no body."""

    reports: list[Raw]
    eventType: Raw | msgspec.UnsetType = msgspec.UNSET
    errorId: Raw | msgspec.UnsetType = msgspec.UNSET
    level: Raw | msgspec.UnsetType = msgspec.UNSET


class _RecordedRequest(msgspec.Struct):
    method: str
    url: str
    body: _Reports


_reports = msgspec.json.Decoder(_Reports)
_recorded = msgspec.json.Decoder(_RecordedRequest)
_array = msgspec.json.Decoder(list[Raw])
_scanner = json.JSONDecoder()


def piece_of(text: str) -> Piece:
    """Decode one text that should be one event object."""
    value = decode_plainly(text)
    if type(value) is dict:
        return Piece(text, value)
    decoded = decode(text)
    if type(decoded.value) is dict:
        return Piece(text, decoded.value, decoded.note)
    return Piece(text, None, decoded.problem or f"not an object but {_type_name(decoded)}")


def split_message(text: str) -> list[Piece]:
    """Cut one naive message into its events, in order. An empty message has none."""
    stripped = text.removeprefix(BYTE_ORDER_MARK).strip()
    if not stripped:
        return []
    if stripped[0] == "[":
        return [piece_of(item) for item in _array_items(stripped)]
    if '"reports"' in stripped:
        reports = _report_texts(stripped)
        if reports is not None:
            return [piece_of(item) for item in reports]
    whole = piece_of(stripped)
    if whole.data is None and "\n" in stripped:
        # Only at line feeds: U+2028 and its kin, where `splitlines` would cut too, may stand inside a JSON string.
        return [piece_of(line) for line in map(str.strip, stripped.split("\n")) if line]
    return [whole]


def _report_texts(text: str) -> list[str] | None:
    """Return the texts of a reports body, None when the object only happens to hold the word."""
    body = _body_of_reports(text)
    if body is None or not body.eventType is body.errorId is body.level is msgspec.UNSET:
        return None
    return [str(raw, "utf-8") for raw in body.reports]


def _body_of_reports(text: str) -> _Reports | None:
    try:
        return _reports.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        pass  # not the bare body: maybe a recorded request around one
    try:
        return _recorded.decode(text).body
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def _array_items(text: str) -> list[str]:
    try:
        return [str(raw, "utf-8") for raw in _array.decode(text)]
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return list(_salvage_array(text))


def _salvage_array(text: str) -> Iterator[str]:
    """Yield the items of a broken array that is the whole text: what stands behind its end is an item too."""
    end = yield from salvage_items(text, 1)
    if rest := text[end:].strip():
        yield rest


def salvage_items(text: str, start: int) -> Generator[str, None, int]:
    """Yield the texts of the items of a broken JSON array from `start` on; the unreadable rest is the last item.

    Returns the position behind the array.
    """
    position = start
    while position < len(text):
        while position < len(text) and text[position] in " \t\r\n,":
            position += 1
        if position >= len(text) or text[position] == "]":
            return position + 1
        try:
            _, end = _scanner.raw_decode(text, position)
        except (ValueError, RecursionError):
            yield text[position:]
            return len(text)
        yield text[position:end]
        position = end
    return position


def _type_name(decoded: Decoded) -> str:
    names = {
        str: "a string",
        list: "an array",
        bool: "a boolean",
        type(None): "null",
        int: "a number",
        float: "a number",
    }
    return names.get(type(decoded.value), "something else")

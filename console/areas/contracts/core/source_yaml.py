"""YAML text to JSON values, safely and as YAML 1.2 means it, and its tokens for lines of problems.

Built on the parser's events instead of PyYAML's loader, whose YAML 1.1 makes `no` a boolean and `2026-11-24` a date, lets
a key stand twice, and recurses. Numbers where a version stands keep their text: `1.10` is not 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from console.areas.contracts.core.source_json import SourceError, number, whole_number
from console.areas.contracts.core.source_tokens import CLOSE, OPEN_LIST, OPEN_MAP, SCALAR, Token

MAX_DEPTH = 64
MAX_ALIASED = 200_000
"""So many values may stand in a text by reference (`*name`): some lines of it could else mean billions."""

INTEGER = re.compile(r"[-+]?[0-9]+")
OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
"""YAML 1.2 core schema, 10.3.2."""
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = {_TAG + name for name in ("int", "float", "bool", "null")}
_CONTAINER_TAGS = {None, "!", _TAG + "map", _TAG + "seq"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Frame:
    """A map or list that is being filled. `weight` counts the values in it, `height` how deep it goes."""

    __slots__ = ("anchor", "has_merge", "height", "key", "value", "weight")

    def __init__(self, value: dict[str, Any] | list[Any], anchor: str | None) -> None:
        self.value, self.anchor = value, anchor
        self.key: str | None = None
        self.has_merge = False
        self.weight = self.height = 1


class _Builder:
    """Takes events and makes the value of one document after the other."""

    def __init__(self) -> None:
        self.has_doubles = False
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._aliased = 0
        self._root: Any = None

    def build(self, events: Iterator[Any]) -> Iterator[Any]:
        """Yield documents; raises `SourceError` at the first thing that cannot be read."""
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._open(event, [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._anchors.clear()
                self._root = None
            elif kind is yaml.DocumentEndEvent:
                yield self._root

    def _open(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        if event.tag not in _CONTAINER_TAGS:
            raise SourceError(f"the tag {event.tag[:60]} is not read", _line(event))
        if self._awaits_key():
            raise SourceError("a key must be a text", _line(event))
        if len(self._frames) >= MAX_DEPTH:
            raise SourceError(f"is nested deeper than {MAX_DEPTH} levels", _line(event))
        self._frames.append(_Frame(value, event.anchor))

    def _close(self, event: Any) -> None:
        frame = self._frames.pop()
        if frame.has_merge and isinstance(frame.value, dict):
            frame.value = _merged(frame.value, _line(event))
        self._put(frame.value, frame.weight, frame.height)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (frame.value, frame.weight, frame.height)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise SourceError(f"*{event.anchor[:40]} names nothing that ended before it", _line(event))
        value, weight, height = self._anchors[event.anchor]
        self._aliased += weight
        if self._aliased > MAX_ALIASED:
            raise SourceError(f"more than {MAX_ALIASED:,} values stand by reference (*{event.anchor[:40]})", _line(event))
        if len(self._frames) + height > MAX_DEPTH:
            raise SourceError(f"is nested deeper than {MAX_DEPTH} levels by *{event.anchor[:40]}", _line(event))
        if self._awaits_key():
            raise SourceError("a key must be a text, not a reference", _line(event))
        self._put(value, weight, height)

    def _scalar(self, event: Any) -> None:
        if self._awaits_key():
            frame = self._frames[-1]
            frame.key = event.value
            frame.has_merge = frame.has_merge or (event.value == "<<" and event.implicit[0])
            self.has_doubles = self.has_doubles or event.value in frame.value
            return
        value = event.value if event.value[:1].isdigit() and self._is_version() else _value_of(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1, 0)
        self._put(value, 1, 0)

    def _awaits_key(self) -> bool:
        return bool(self._frames) and type(self._frames[-1].value) is dict and self._frames[-1].key is None

    def _is_version(self) -> bool:
        if not self._frames:
            return False
        key, depth = self._frames[-1].key, len(self._frames)
        if key == "contractVersion" or (depth == 1 and key in ("openapi", "swagger")):
            return True
        return key == "version" and depth == 2 and self._frames[0].key == "info"

    def _put(self, value: Any, weight: int, height: int) -> None:
        if not self._frames:
            self._root = value
            return
        frame = self._frames[-1]
        frame.weight += weight
        frame.height = max(frame.height, height + 1)
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is not None:
            frame.value[frame.key] = value
            frame.key = None


def decode_yaml(text: str) -> tuple[list[Any], bool, SourceError | None]:
    """Return the documents that could be read, whether some key stands twice in a map, and what ended the reading."""
    builder, values = _Builder(), []
    try:
        for value in builder.build(yaml.parse(text, Loader=_LOADER)):
            values.append(value)  # noqa: PERF402 - those before an error are kept
    except SourceError as error:
        return values, builder.has_doubles, error
    except yaml.YAMLError as error:
        return values, builder.has_doubles, _error_of(error, text)
    return values, builder.has_doubles, None


def yaml_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text that `decode_yaml` has read, up to where it ended."""
    kinds = {yaml.MappingStartEvent: OPEN_MAP, yaml.SequenceStartEvent: OPEN_LIST, yaml.ScalarEvent: SCALAR}
    kinds |= {yaml.MappingEndEvent: CLOSE, yaml.SequenceEndEvent: CLOSE, yaml.AliasEvent: SCALAR}
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            kind = kinds.get(type(event))
            if kind is not None:
                yield Token(kind, getattr(event, "value", ""), _line(event))
    except yaml.YAMLError:
        return  # said by `decode_yaml`


def _value_of(event: Any) -> Any:
    tag, text = event.tag, event.value
    if tag in _PLAIN_TAGS or (tag is None and event.implicit[0]):
        return plain_value(text)
    if tag is not None and tag not in ("!", _TAG + "str", _TAG + "timestamp"):
        raise SourceError(f"the tag {tag[:60]} is not read", _line(event))
    return text


def plain_value(text: str) -> Any:
    """Return what a plain scalar stands for; numbers that no double holds stay texts."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    try:
        if INTEGER.fullmatch(text):
            return whole_number(text)
        if FLOAT.fullmatch(text):
            return number(text)
        if OCTAL_OR_HEX.fullmatch(text):
            return int(text, 0) if len(text) <= 17 else text
    except ValueError:
        return text
    return text


def _merged(value: dict[str, Any], line: int) -> dict[str, Any]:
    """Return a map with the maps under its `<<` in it; its own keys count first, then those of earlier maps."""
    own = dict(value)
    given = own.pop("<<")
    result: dict[str, Any] = {}
    for one in reversed(given if isinstance(given, list) else [given]):
        if not isinstance(one, dict):
            raise SourceError("<< wants a map or a list of maps", line)
        result |= one
    return result | own


def _error_of(error: yaml.YAMLError, text: str) -> SourceError:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        where = f" (column {mark.column + 1})" if mark else ""
        return SourceError(f"is no YAML: {error.problem or error.context}{where}", mark.line + 1 if mark else None)
    if isinstance(error, yaml.reader.ReaderError):
        line = text.encode("utf-8", "replace").count(b"\n", 0, error.position) + 1
        return SourceError(f"is no YAML: {error.reason}", line)
    return SourceError(f"is no YAML: {error}"[:200])


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1

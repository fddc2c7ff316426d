"""A text that holds documents, JSON or YAML: its values, what is wrong with it, and lines for what is found later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from console.areas.contracts.core.source_json import SourceError, decode_json, json_tokens
from console.areas.contracts.core.source_tokens import Located, Path, Token, locate

MAX_CHARACTERS = 64 * 2**20
MAX_DEPTH = 64
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Source:
    """The values of the documents in one text. `error` is what ended the reading; values before it are there."""

    text: str
    is_json: bool
    values: list[Any]
    has_doubles: bool = False
    error: SourceError | None = None

    def locate(self, wanted: Iterable[Path]) -> Located:
        """Return lines for paths, and the keys that stand twice: one pass over the text."""
        return locate(self._tokens(), wanted)

    def _tokens(self) -> Iterator[Token]:
        if self.is_json:
            return json_tokens(self.text)
        from console.areas.contracts.core.source_yaml import yaml_tokens

        return yaml_tokens(self.text)


def read_source(text: str, name: str) -> Source:
    """Read JSON or YAML; the file's name decides, and where it says nothing the first character. Never raises."""
    if len(text) > MAX_CHARACTERS:
        return Source("", True, [], error=SourceError(f"is longer than {MAX_CHARACTERS // 2**20} Mi characters"))
    text = text.removeprefix("\ufeff")
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    suffix = name.lower().rpartition(".")[2]
    if suffix == "json" or text.lstrip()[:1] in ("{", "["):
        source = _read_json(text)
        if source.error is None or suffix == "json":
            return source
    from console.areas.contracts.core.source_yaml import decode_yaml  # YAML is loaded only where it is met

    values, has_doubles, error = decode_yaml(text)
    return Source(text, False, values, has_doubles, error)


def _read_json(text: str) -> Source:
    try:
        value, has_doubles = decode_json(text)
    except SourceError as error:
        return Source(text, True, [], error=error)
    if is_deeper(value, MAX_DEPTH):
        return Source(text, True, [], error=SourceError(f"is nested deeper than {MAX_DEPTH} levels"))
    if _ESCAPED_SURROGATE.search(text):
        value = _without_surrogates(value)
    return Source(text, True, [value], has_doubles)


def is_deeper(value: Any, levels: int) -> bool:
    """Return whether maps and lists in `value` nest deeper than so many levels."""
    layer = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        layer = [
            child
            for one in layer
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, dict | list)
        ]
        if not layer:
            return False
    return True


def _without_surrogates(value: Any) -> Any:
    """SQLite and UTF-8 refuse halves of surrogate pairs."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value

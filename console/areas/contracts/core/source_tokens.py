"""Where in a text a place of its value stands: lines for problems, found in one pass when there are any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from console.model.json_path import ROOT, extend

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the root of a text: the first is the number of the document in it."""

OPEN_MAP, OPEN_LIST, CLOSE, SCALAR = "{", "[", "}", "."
_STEP = re.compile(r'\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[\]]+)')
_MOST_DOUBLES = 100


class Token(NamedTuple):
    """The start or end of a map or list, or a scalar with its text; lines count from 1."""

    kind: str
    text: str
    line: int


class Located(NamedTuple):
    """The lines of what was asked for, and keys that stand twice in one object."""

    lines: dict[Path, int]
    doubles: list[tuple[Path, int]]


class _Frame:
    """A map (`keys` is what stood in it so far) or a list that is open."""

    __slots__ = ("awaits_key", "keys")

    def __init__(self, kind: str) -> None:
        self.keys: set[str] | None = set() if kind == OPEN_MAP else None
        self.awaits_key = self.keys is not None


def locate(tokens: Iterable[Token], wanted: Iterable[Path]) -> Located:
    """Return lines for the paths that are wanted and all that lie above them, and every key that stands twice."""
    asked = {path[:size] for path in wanted for size in range(1, len(path) + 1)}
    lines: dict[Path, int] = {}
    doubles: list[tuple[Path, int]] = []
    frames, path = [_Frame(OPEN_LIST)], [_before_first()]
    for kind, text, line in tokens:
        if kind == CLOSE:
            frames.pop()
            path.pop()
            continue
        frame = frames[-1]
        if frame.keys is None:
            path[-1] = int(path[-1]) + 1
        elif frame.awaits_key:
            path[-1] = text
            if text in frame.keys and len(doubles) < _MOST_DOUBLES:
                doubles.append((tuple(path), line))
            frame.keys.add(text)
        if (place := tuple(path)) in asked:
            lines.setdefault(place, line)
        if frame.awaits_key:
            frame.awaits_key = False
            continue
        frame.awaits_key = frame.keys is not None
        if kind != SCALAR:
            frames.append(_Frame(kind))
            path.append(_before_first())
    return Located(lines, doubles)


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """Return the line of the nearest place that exists: of a missing member, the line of what lacks it."""
    return next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), None)


def path_text(path: Path) -> str:
    """Return a path as people read it, without the number of the document."""
    text = ""
    for key in path[1:]:
        text = extend(text, key)
    return text or ROOT


def steps(text: str) -> Path:
    """Return the keys and indexes in a path that is written as text (`expectedParams[0].name`, `responses.4xx`)."""
    return tuple(_steps(text.removeprefix(ROOT)))


def _steps(text: str) -> Iterator[str | int]:
    for index, quoted, name in _STEP.findall(text):
        if index:
            yield int(index)
        else:
            yield name or re.sub(r"\\(.)", r"\1", quoted)


def _before_first() -> str | int:
    return -1

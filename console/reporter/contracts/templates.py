"""Path templates: which segments are open, and how a path finds the best of many templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Generic, TypeVar

OPEN = "*"
_HOLES = re.compile(r"\{[^{}/]*\}|\*")

T = TypeVar("T")
R = TypeVar("R")


def segments_of(path: str) -> list[str]:
    """Return the segments of a path or template; slashes at the ends do not count."""
    return path.strip("/").split("/")


def template_key(endpoint: str) -> str:
    """Return the template with `*` for what is open: `/users/:id`, `/users/{id}/` and `/users/*` are one."""
    return "/" + "/".join(_open(one) for one in segments_of(endpoint))


def _open(segment: str) -> str:
    return OPEN if len(segment) > 1 and segment[0] == ":" else _HOLES.sub(OPEN, segment) if "{" in segment else segment


def open_names(endpoint: str) -> dict[str, int]:
    """Return the names of open segments (`:id`, `{id}`) and their places, counted from 0."""
    names: dict[str, int] = {}
    for place, segment in enumerate(segments_of(endpoint)):
        if segment[:1] == ":":
            names[segment[1:]] = place
        elif segment[:1] == "{" and segment[-1:] == "}":
            names[segment[1:-1]] = place
    return names


class _Node(Generic[T]):
    __slots__ = ("branches", "held", "partial", "rest")

    def __init__(self) -> None:
        self.branches: dict[str, _Node[T]] = {}
        self.partial: list[tuple[str, list[str], _Node[T]]] = []
        self.rest: _Node[T] | None = None
        self.held: T | None = None


class Templates(Generic[T]):
    """What is held for each template, found by path: of the templates that fit, those with literal segments first.

    The first segment that differs decides: a literal one beats one with a hole (`{name}.json`), which beats an open one.
    """

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def put(self, key: str, held: T | None) -> None:
        """Hold this for the template of that key (`template_key`); None takes it away."""
        node = self._root
        for segment in segments_of(key):
            node = _branch(node, segment)
        node.held = held

    def first(self, path: str, pick: Callable[[T], R | None]) -> R | None:
        """Return what `pick` makes of the best template that fits the path and that it makes anything of.

        The path may be a template itself.
        """
        return _first(self._root, segments_of(path), 0, pick)


def _first(node: _Node[T], segments: list[str], at: int, pick: Callable[[T], R | None]) -> R | None:
    if at == len(segments):
        return None if node.held is None else pick(node.held)
    segment = segments[at]
    literal = node.branches.get(segment)
    found = None if literal is None else _first(literal, segments, at + 1, pick)
    if found is None and node.partial:
        fitting = (one for _, parts, one in node.partial if _fits(parts, segment))
        found = next((got for one in fitting if (got := _first(one, segments, at + 1, pick)) is not None), None)
    if found is None and node.rest is not None and segment:
        found = _first(node.rest, segments, at + 1, pick)
    return found


def _branch(node: _Node[T], segment: str) -> _Node[T]:
    if segment == OPEN:
        node.rest = node.rest or _Node()
        return node.rest
    if OPEN not in segment:
        return node.branches.setdefault(segment, _Node())
    for known, _, branch in node.partial:
        if known == segment:
            return branch
    branch = _Node[T]()
    node.partial = sorted([*node.partial, (segment, segment.split(OPEN), branch)], key=lambda one: -len(one[0]))
    return branch


def _fits(parts: list[str], segment: str) -> bool:
    """Return whether the segment is these parts with at least one character in each hole between them."""
    first, last = parts[0], parts[-1]
    end = len(segment) - len(last)
    if not segment.startswith(first) or not segment.endswith(last):
        return False
    at = len(first)
    for part in parts[1:-1]:
        found = segment.find(part, at + 1, end)
        if found < 0:
            return False
        at = found + len(part)
    return at < end

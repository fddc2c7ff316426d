"""Patterns of paths, as `metadata.*.updatedAt`: `*` is any one step, `**` any number of them, also none."""

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

from console.areas.sync.core.merge.values import ItemId, Path

Meaning = TypeVar("Meaning")
State: TypeAlias = frozenset[tuple[int, int]]
"""For each pattern that may still match: its number, and how many of its parts are behind."""
_PIECE = re.compile(r"\\?.", re.DOTALL)
"""A character, with the backslash before it."""


class Wild(Enum):
    """A part that stands for any one step, or for any number of them."""

    ONE = "*"
    MANY = "**"


Part: TypeAlias = str | Wild
_WILD: dict[str, Part] = {wild.value: wild for wild in Wild}


def parts_of(pattern: str) -> tuple[Part, ...]:
    r"""Take a pattern apart at its dots. `\.` is a dot in a name, `\*` a star. Empty: the root only.

    Raises `ValueError` for a backslash at the end.
    """
    if not pattern:
        return ()
    parts = [""]
    for piece in _PIECE.findall(pattern):
        if piece == "\\":
            raise ValueError(f"a pattern of a path cannot end in a backslash: {pattern}")
        if piece == ".":
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(_WILD.get(part) or re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts)


class Patterns(Generic[Meaning]):
    """Patterns with a meaning each, matched step by step on the way down. The first that matches counts."""

    def __init__(self, rules: Iterable[tuple[str, Meaning]]) -> None:
        self._meanings: list[Meaning] = []
        self._parts: list[tuple[Part, ...]] = []
        for pattern, meaning in rules:
            self._parts.append(parts_of(pattern))
            self._meanings.append(meaning)
        self.start: State = self._closed((number, 0) for number in range(len(self._parts)))
        self._known: dict[tuple[State, str], State] = {}

    def step(self, state: State, step: str | ItemId) -> State:
        """Return the state one step further down."""
        if not state:
            return state
        name = str(step.value) if isinstance(step, ItemId) else step
        known = self._known.get((state, name))
        if known is None:
            known = self._known[state, name] = self._closed(self._moved(state, name))
        return known

    def meaning(self, state: State) -> Meaning | None:
        """Return what the first pattern that matches here means."""
        first = min(self._matched(state), default=None)
        return None if first is None else self._meanings[first]

    def covering(self, path: Path) -> Meaning | None:
        """Return what the first pattern means that matches this path, or one on the way to it."""
        state, matched = self.start, list(self._matched(self.start))
        for one in path:
            state = self.step(state, one)
            matched += self._matched(state)
        return self._meanings[min(matched)] if matched else None

    def _matched(self, state: State) -> Iterable[int]:
        return (number for number, at in state if at == len(self._parts[number]))

    def _moved(self, state: State, name: str) -> Iterable[tuple[int, int]]:
        for number, at in state:
            parts = self._parts[number]
            if at == len(parts):
                continue
            if parts[at] is Wild.MANY:
                yield number, at
            elif parts[at] in (Wild.ONE, name):
                yield number, at + 1

    def _closed(self, places: Iterable[tuple[int, int]]) -> State:
        """`**` may stand for no step at all."""
        found = set()
        for number, at in places:
            parts: Sequence[Part] = self._parts[number]
            found.add((number, at))
            while at < len(parts) and parts[at] is Wild.MANY:
                at += 1
                found.add((number, at))
        return frozenset(found)

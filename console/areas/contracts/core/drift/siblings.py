"""Segments that stand side by side in paths that nobody declared: when there are too many, they are values and not names.

`/notes/first-steps`, `/notes/second-thoughts` … are one endpoint, `/notes/{…}`. What is called often stays a name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

OPEN = "{…}"
MOST = 20
"""So many seldom called siblings are taken for names of things."""
SELDOM = 3
"""Calls of all that lies below a segment, up to which it is called seldom."""
DEEPEST = 12
"""Segments of a path that are looked at."""

Steps: TypeAlias = tuple[str, ...]
Calls: TypeAlias = Callable[[], int]


class Siblings:
    """The paths of one service and method. What is held is bounded by what was added, with `DEEPEST` entries for each."""

    def __init__(self) -> None:
        self._below: dict[Steps, dict[str, list[Calls]]] = {}
        self._open: set[Steps] = set()

    def collapsed(self, endpoint: str) -> str:
        """Return the endpoint with `{…}` for what stands among too many siblings and is none of the names there."""
        if not self._open or endpoint[:1] != "/":
            return endpoint
        parts = endpoint.split("/")
        for at in range(1, min(len(parts), DEEPEST)):
            before = tuple(parts[1:at])
            if before in self._open and _is_literal(parts[at]) and parts[at] not in self._below.get(before, ()):
                parts[at] = OPEN
        return "/".join(parts)

    def add(self, endpoint: str, calls: Calls) -> bool:
        """Note an endpoint that was called; returns whether it has one sibling too many now, so that some collapse."""
        if endpoint[:1] != "/":
            return False
        parts = endpoint.split("/")
        for at in range(1, min(len(parts), DEEPEST)):
            before, segment = tuple(parts[1:at]), parts[at]
            if segment == OPEN:
                self._open.add(before)
            elif _is_literal(segment):
                beside = self._below.setdefault(before, {})
                beside.setdefault(segment, []).append(calls)
                if len(beside) > MOST and self._collapse(before, beside):
                    return True
        return False

    def _collapse(self, before: Steps, beside: dict[str, list[Calls]]) -> bool:
        seldom = [segment for segment, below in beside.items() if sum(calls() for calls in below) <= SELDOM]
        if not seldom or (len(seldom) <= MOST and before not in self._open):
            return False
        self._open.add(before)
        for segment in seldom:
            del beside[segment]
        gone = {(*before, segment) for segment in seldom}
        end = len(before) + 1
        self._below = {steps: held for steps, held in self._below.items() if steps[:end] not in gone}
        return True


def _is_literal(segment: str) -> bool:
    return segment[:1] not in ("", ":", "{", "*")

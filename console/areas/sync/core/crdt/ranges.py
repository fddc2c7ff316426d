"""Sets of operation ids as ranges of clocks by client: what was deleted, what is missing."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

Range = tuple[int, int, int]
"""(client, first clock, clock behind the last)."""


class Ranges:
    """A set of ids. Ranges of a client never overlap or touch, and are in order."""

    __slots__ = ("_clients",)

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._clients: dict[int, list[tuple[int, int]]] = {}
        for one in ranges:
            self.add(*one)

    def __iter__(self) -> Iterator[Range]:
        for client, ranges in self._clients.items():
            for start, end in ranges:
                yield client, start, end

    def __bool__(self) -> bool:
        return bool(self._clients)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranges) and self._clients == other._clients

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"Ranges({list(self)})"

    @property
    def size(self) -> int:
        """How many ids there are."""
        return sum(end - start for _, start, end in self)

    def add(self, client: int, start: int, end: int) -> None:
        """Add the clocks from `start` up to and without `end`."""
        if start >= end:
            return
        ranges = self._clients.setdefault(client, [])
        if not ranges or ranges[-1][1] < start:  # in order, as updates hold them
            ranges.append((start, end))
            return
        if _covers(ranges, start, end):
            return
        first = bisect_left(ranges, start, key=_end)
        last = bisect_right(ranges, end, key=_start)
        if first < last:
            start, end = min(start, ranges[first][0]), max(end, ranges[last - 1][1])
        ranges[first:last] = [(start, end)]

    def holds(self, client: int, clock: int) -> bool:
        return any(start <= clock < end for start, end in self.within(client, clock, clock + 1))

    def within(self, client: int, start: int, end: int) -> list[tuple[int, int]]:
        """Return the parts of [start, end) that are in the set."""
        ranges = self._clients.get(client)
        if not ranges:
            return []
        first = bisect_right(ranges, start, key=_end)
        found = []
        for low, high in ranges[first:]:
            if low >= end:
                break
            found.append((max(low, start), min(high, end)))
        return found

    def without(self, other: "Ranges") -> "Ranges":
        """Return what is here and not in the other."""
        rest = Ranges()
        for client, start, end in self:
            known = other._clients.get(client)
            if known is not None and _covers(known, start, end):
                continue
            for low, high in other.within(client, start, end):
                rest.add(client, start, low)
                start = high
            rest.add(client, start, end)
        return rest

    def update(self, other: "Ranges") -> None:
        """Add all of the other."""
        for one in other:
            self.add(*one)


def _covers(ranges: list[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether one range holds all of [start, end)."""
    place = bisect_right(ranges, (start, math.inf)) - 1
    return place >= 0 and ranges[place][1] >= end


def _start(one: tuple[int, int]) -> int:
    return one[0]


def _end(one: tuple[int, int]) -> int:
    return one[1]

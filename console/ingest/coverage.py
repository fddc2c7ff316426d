"""Which sequence numbers of an epoch are accounted for: the bookkeeping behind "no gap is silent".

Within an epoch everything in [start, next) is accounted for: stored, quarantined, or part of a declared gap.
Pure; no I/O.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import NamedTuple

from console.model.facts import StreamPosition


class Run(NamedTuple):
    """Consecutive sequence numbers `first`..`last`; `fills` tells that they were a gap until now."""

    first: int
    last: int
    fills: bool


class Accepted(NamedTuple):
    """What became of an offered run: holes to declare, runs to store in order, and how many were duplicates."""

    holes: list[tuple[int, int]]
    runs: list[Run]
    duplicates: int


@dataclass(slots=True)
class EpochCoverage:
    """The accounted range of one epoch. `start` is None until anything is known."""

    start: int | None = None
    next: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def restored(cls, position: StreamPosition) -> "EpochCoverage":
        return cls(position.start, position.next, sorted(position.gaps))

    def begin(self, seq: int) -> None:
        """Say where the epoch starts for us, when nothing of it is known yet."""
        if self.start is None:
            self.start = self.next = seq

    def offer(self, first: int, last: int) -> Accepted:
        """Account for the numbers first..last that arrived; returns what is new of them."""
        self.begin(first)
        assert self.start is not None
        holes: list[tuple[int, int]] = []
        runs: list[Run] = []
        duplicates = 0
        if first < self.start:
            upper = min(last, self.start - 1)
            runs.append(Run(first, upper, fills=False))
            if upper < self.start - 1:
                holes.append(self._declare(upper + 1, self.start - 1))
            self.start = first
        low, high = max(first, self.start), min(last, self.next - 1)
        if low <= high and not (runs and high < runs[0].last + 1):
            inside_low = max(low, runs[-1].last + 1) if runs else low
            if inside_low <= high:
                filled = self._fill(inside_low, high)
                runs += filled
                duplicates = high - inside_low + 1 - sum(run.last - run.first + 1 for run in filled)
        if last >= self.next:
            begin = max(first, self.next)
            if begin > self.next:
                holes.append(self._declare(self.next, begin - 1))
            runs.append(Run(begin, last, fills=False))
            self.next = last + 1
        return Accepted(holes, runs, duplicates)

    def declare(self, first: int, last: int) -> list[tuple[int, int]]:
        """Account for a gap that the producer declared; returns the parts that were not accounted for yet."""
        self.begin(first)
        assert self.start is not None
        parts: list[tuple[int, int]] = []
        if first < self.start:
            parts.append(self._declare(first, self.start - 1))
            self.start = first
        if last >= self.next:
            parts.append(self._declare(self.next, last))
            self.next = last + 1
        return parts

    def gap_events(self) -> int:
        return sum(last - first + 1 for first, last in self.gaps)

    def _declare(self, first: int, last: int) -> tuple[int, int]:
        insort(self.gaps, (first, last))
        return first, last

    def _fill(self, first: int, last: int) -> list[Run]:
        """Take first..last out of the gaps; returns the parts that were gaps."""
        runs: list[Run] = []
        index = max(bisect_left(self.gaps, (first, 0)) - 1, 0)
        while index < len(self.gaps):
            gap_first, gap_last = self.gaps[index]
            if gap_first > last:
                break
            if gap_last < first:
                index += 1
                continue
            low, high = max(first, gap_first), min(last, gap_last)
            runs.append(Run(low, high, fills=True))
            rest = [(a, b) for a, b in ((gap_first, low - 1), (high + 1, gap_last)) if a <= b]
            self.gaps[index : index + 1] = rest
            index += len(rest)
        return runs

"""What two sequences have in common, in order: patience (tokens that occur once on each side) and Myers between those.

B. Cohen's patience diff gives matches that people recognise; E. Myers, "An O(ND) Difference Algorithm and Its
Variations" (Algorithmica 1986), gives the longest ones where nothing is unique. The work is bounded: a stretch that
differs too much to be matched in time has no matches.
"""

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple

MAX_STEPS = 50_000
"""Steps of Myers' algorithm per call; about 15 ms."""
_STRIDE = 64


class Block(NamedTuple):
    """`length` tokens from `a` on one side are the same as those from `b` on the other."""

    a: int
    b: int
    length: int


def match(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Block]:
    """Return the blocks that both have in common, in order and as long as they go."""
    found: list[Block] = []
    steps_left = MAX_STEPS
    waiting = [(0, len(a), 0, len(b))]
    while waiting:
        a0, a1, b0, b1 = waiting.pop()
        head = _common_head(a, a0, a1, b, b0, b1)
        if head:
            _add(found, Block(a0, b0, head))
            a0, b0 = a0 + head, b0 + head
        tail = _common_tail(a, a0, a1, b, b0, b1)
        a1, b1 = a1 - tail, b1 - tail
        if tail:
            waiting.append((a1, a1 + tail, b1, b1 + tail))
        if a0 == a1 or b0 == b1:
            continue
        anchors = _anchors(a, a0, a1, b, b0, b1)
        if anchors is None:
            continue
        if anchors:
            starts = [(a0, b0), *anchors]
            ends = [*anchors, (a1, b1)]
            waiting.extend((i, k, j, m) for (i, j), (k, m) in zip(reversed(starts), reversed(ends), strict=True))
            continue
        pairs, steps = _myers(a[a0:a1], b[b0:b1], steps_left)
        steps_left -= steps
        for i, j in pairs:
            _add(found, Block(a0 + i, b0 + j, 1))
    return found


def _add(found: list[Block], block: Block) -> None:
    if found:
        last = found[-1]
        if last.a + last.length == block.a and last.b + last.length == block.b:
            found[-1] = Block(last.a, last.b, last.length + block.length)
            return
    found.append(block)


def _common_head(a: Sequence[Hashable], a0: int, a1: int, b: Sequence[Hashable], b0: int, b1: int) -> int:
    most, count = min(a1 - a0, b1 - b0), 0
    while count + _STRIDE <= most and a[a0 + count : a0 + count + _STRIDE] == b[b0 + count : b0 + count + _STRIDE]:
        count += _STRIDE
    while count < most and a[a0 + count] == b[b0 + count]:
        count += 1
    return count


def _common_tail(a: Sequence[Hashable], a0: int, a1: int, b: Sequence[Hashable], b0: int, b1: int) -> int:
    most, count = min(a1 - a0, b1 - b0), 0
    while count + _STRIDE <= most and a[a1 - count - _STRIDE : a1 - count] == b[b1 - count - _STRIDE : b1 - count]:
        count += _STRIDE
    while count < most and a[a1 - 1 - count] == b[b1 - 1 - count]:
        count += 1
    return count


def _anchors(
    a: Sequence[Hashable], a0: int, a1: int, b: Sequence[Hashable], b0: int, b1: int
) -> list[tuple[int, int]] | None:
    """Return where tokens stand that occur once on each side, the most that rise on both; None when nothing is common."""
    mine, theirs = _places(a, a0, a1), _places(b, b0, b1)
    if mine.keys().isdisjoint(theirs):
        return None
    pairs = [(i, theirs[token]) for token, i in mine.items() if i >= 0 and theirs.get(token, -1) >= 0]
    return _run_starts(a, b, _rising(pairs))


def _run_starts(a: Sequence[Hashable], b: Sequence[Hashable], anchors: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out the anchors that are reached from the one before by equal tokens only: those are one block with it."""
    starts = anchors[:1]
    for (i, j), (k, m) in pairwise(anchors):
        if k - i != m - j or a[i:k] != b[j:m]:
            starts.append((k, m))
    return starts


def _places(tokens: Sequence[Hashable], start: int, end: int) -> dict[Hashable, int]:
    """Return where each token stands that occurs only once; -1 for the others."""
    places: dict[Hashable, int] = {}
    for at, token in enumerate(tokens[start:end], start):
        places[token] = -1 if token in places else at
    return places


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of the pairs whose second numbers rise; the first ones do already (Fredman 1975)."""
    seconds = [j for _, j in pairs]
    if seconds == sorted(seconds):
        return pairs  # nothing moved, as nearly always
    lasts: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(lasts, j)
        before.append(ends[at - 1] if at else -1)
        lasts[at : at + 1] = [j]
        ends[at : at + 1] = [number]
    chain, number = [], ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _myers(a: Sequence[Hashable], b: Sequence[Hashable], max_steps: int) -> tuple[list[tuple[int, int]], int]:
    """Return the pairs of a longest common subsequence, and the steps taken; no pairs when those run out."""
    n, m = len(a), len(b)
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    steps = 0
    for d in range(n + m + 1):
        steps += d + 1
        if steps > max_steps:
            return [], steps
        trace.append(furthest.copy())
        for k in range(-d + 2 * max(0, d - m), d - 2 * max(0, d - n) + 1, 2):
            down = k == -d or (k != d and furthest.get(k - 1, -1) < furthest.get(k + 1, -1))
            x = furthest.get(k + 1, 0) if down else furthest[k - 1] + 1
            y = x - k
            while x < n and y < m and a[x] == b[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if k == n - m and x >= n:
                return _walk_back(trace, n, m), steps
    raise AssertionError("an edit script is never longer than both sides")


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs = []
    for d in range(len(trace) - 1, -1, -1):
        furthest, k = trace[d], x - y
        down = k == -d or (k != d and furthest.get(k - 1, -1) < furthest.get(k + 1, -1))
        before = k + 1 if down else k - 1
        start_x = furthest.get(before, 0)
        while x > start_x and y > start_x - before:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = start_x, start_x - before
    return pairs[::-1]

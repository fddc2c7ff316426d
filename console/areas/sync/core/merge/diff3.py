"""Where two sequences changed a third, after Khanna, Kunal and Pierce, "A Formal Investigation of Diff3" (2007).

What both kept is stable. Between two stable stretches lies a region that one side changed, or both: changes that touch
are one region, since which of them belongs where is a guess.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from console.areas.sync.core.merge.matching import Block, match

RegionKind: TypeAlias = Literal["stable", "local", "remote", "same", "conflict"]


class Region(NamedTuple):
    """One stretch: who changed it, and where it stands on the three sides (from, behind)."""

    kind: RegionKind
    base: tuple[int, int]
    local: tuple[int, int]
    remote: tuple[int, int]


def diff3(base: Sequence[Hashable], local: Sequence[Hashable], remote: Sequence[Hashable]) -> Iterator[Region]:
    """Yield the regions in order; together they cover all three sides."""
    b = m = r = 0
    for at, local_at, remote_at, length in _stable(match(base, local), match(base, remote)):
        if (b, m, r) != (at, local_at, remote_at):
            yield _region(base, local, remote, (b, at), (m, local_at), (r, remote_at))
        b, m, r = at + length, local_at + length, remote_at + length
        yield Region("stable", (at, b), (local_at, m), (remote_at, r))
    if (b, m, r) != (len(base), len(local), len(remote)):
        yield _region(base, local, remote, (b, len(base)), (m, len(local)), (r, len(remote)))


def _stable(local: list[Block], remote: list[Block]) -> Iterator[tuple[int, int, int, int]]:
    """Yield what both blocks cover of the base: its place there, in local, in remote, and its length."""
    i = j = 0
    while i < len(local) and j < len(remote):
        mine, theirs = local[i], remote[j]
        start = max(mine.a, theirs.a)
        end = min(mine.a + mine.length, theirs.a + theirs.length)
        if start < end:
            yield start, mine.b + start - mine.a, theirs.b + start - theirs.a, end - start
        if mine.a + mine.length <= theirs.a + theirs.length:
            i += 1
        else:
            j += 1


def _region(
    base: Sequence[Hashable], local: Sequence[Hashable], remote: Sequence[Hashable],
    b: tuple[int, int], m: tuple[int, int], r: tuple[int, int],
) -> Region:  # fmt: skip
    was, mine, theirs = base[slice(*b)], local[slice(*m)], remote[slice(*r)]
    if mine == theirs:
        return Region("same", b, m, r)
    if theirs == was:
        return Region("local", b, m, r)
    return Region("remote" if mine == was else "conflict", b, m, r)

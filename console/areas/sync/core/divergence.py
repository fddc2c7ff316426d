"""How replicas stand to each other, pair by pair, with the rule in words; and when a difference is more than delay."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from console.areas.sync.core.digest import RING, Digest, HashDigest, RowDigest, VectorDigest

PATIENCE_MS = 10_000
"""A difference may last this long, or three times the 95th percentile of propagation, before it counts."""


class Standing(StrEnum):
    """How two replicas stand to each other, the worst first."""

    HOLE = "hole"
    CORRUPT = "corrupt"
    DISJOINT_HISTORY = "disjoint history"
    FORKED = "forked"
    CONCURRENT = "concurrent"
    DELETE_LAG = "delete lag"
    BEHIND = "behind"
    LAGGING = "lagging"
    UNKNOWN = "unknown"
    IN_SYNC = "in sync"


_RANK = {standing: rank for rank, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair: how it stands, why in words, and which of both is to catch up, where one is."""

    standing: Standing
    rule: str
    late: str | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """All pairs of replicas. `cells` holds each pair under both orders; a replica with itself is not in it."""

    replicas: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    @property
    def worst(self) -> Cell:
        """The pair that stands worst; IN_SYNC for fewer than two replicas."""
        none = Cell(Standing.IN_SYNC, "there is nothing to compare with")
        return min(self.cells.values(), key=lambda cell: _RANK[cell.standing], default=none)


def classify(replicas: Mapping[str, Digest]) -> Matrix:
    """Compare every replica with every other."""
    names = tuple(replicas)
    cells = {}
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            cells[one, other] = cells[other, one] = compare((one, replicas[one]), (other, replicas[other]))
    return Matrix(names, cells)


def compare(one: tuple[str, Digest], other: tuple[str, Digest]) -> Cell:
    """Tell how two replicas (name, digest) stand to each other."""
    (name, mine), (other_name, theirs) = one, other
    if isinstance(mine, VectorDigest) and isinstance(theirs, VectorDigest):
        return _compare_vectors(name, mine, other_name, theirs)
    if isinstance(mine, RowDigest) and isinstance(theirs, RowDigest):
        return _compare_rows(name, mine, other_name, theirs)
    if isinstance(mine, HashDigest) and isinstance(theirs, HashDigest):
        return _compare_hashes(name, mine, other_name, theirs)
    if mine.content is not None and mine.content == theirs.content:
        return Cell(Standing.IN_SYNC, "both have the same content; what else they tell cannot be compared")
    return Cell(Standing.UNKNOWN, "one tells clocks, the other versions or a hash: that cannot be compared")


def _compare_vectors(name: str, mine: VectorDigest, other: str, theirs: VectorDigest) -> Cell:
    for who, digest in ((name, mine), (other, theirs)):
        if digest.holes:
            client, start, end = digest.holes[0]
            more = f" and {len(digest.holes) - 1} more ranges" if len(digest.holes) > 1 else ""
            words = f"{who} lacks operations {start} to {end - 1} of client {client}{more}, and has later ones"
            return Cell(Standing.HOLE, words, who)
    ahead, behind = _surplus(mine, theirs), _surplus(theirs, mine)
    if not ahead and not behind:
        return _compare_equal_vectors(name, mine, other, theirs)
    if ahead and behind:
        if not _clients(mine) & _clients(theirs):
            return Cell(Standing.DISJOINT_HISTORY, "neither has a single operation of the other's clients")
        return Cell(
            Standing.CONCURRENT, f"{name} has {ahead} operations that {other} lacks, {other} {behind} that {name} lacks"
        )
    late, full, count = (other, name, ahead) if ahead else (name, other, behind)
    return Cell(Standing.BEHIND, f"{late} lacks {count} operations that {full} has, and has none of its own", late)


def _compare_equal_vectors(name: str, mine: VectorDigest, other: str, theirs: VectorDigest) -> Cell:
    told = mine.deletes is not None and theirs.deletes is not None
    same_content = mine.content == theirs.content if mine.content is not None and theirs.content is not None else None
    if told and mine.deletes != theirs.deletes:
        return Cell(Standing.DELETE_LAG, "both have the same operations, but one lacks deletes that the other has")
    if same_content:
        return Cell(Standing.IN_SYNC, "both have the same operations and the same content")
    if same_content is False and told:
        words = "both have the same operations and deletes, but other content: an id was used twice, or one is damaged"
        return Cell(Standing.CORRUPT, words)
    if same_content is False:
        words = (
            f"{name} and {other} have the same operations, but other content: deletes, which they do not tell, may differ"
        )
        return Cell(Standing.DELETE_LAG, words)
    if told:
        return Cell(Standing.IN_SYNC, "both have the same operations and deletes; content was not compared")
    return Cell(Standing.UNKNOWN, "both have the same operations; that proves nothing about deletes and content")


def _compare_rows(name: str, mine: RowDigest, other: str, theirs: RowDigest) -> Cell:
    if mine.version != theirs.version:
        late, full = (name, other) if mine.version < theirs.version else (other, name)
        low, high = sorted((mine.version, theirs.version))
        same = ", though the content is the same" if mine.content is not None and mine.content == theirs.content else ""
        return Cell(Standing.BEHIND, f"{late} has version {low}, {full} has {high}{same}", late)
    if mine.content is None or theirs.content is None:
        return Cell(Standing.UNKNOWN, f"both have version {mine.version}; content was not compared")
    if mine.content != theirs.content:
        return Cell(Standing.CORRUPT, f"both have version {mine.version}, but other content: the version was used twice")
    return Cell(Standing.IN_SYNC, f"both have version {mine.version} and the same content")


def _compare_hashes(name: str, mine: HashDigest, other: str, theirs: HashDigest) -> Cell:
    if mine.content == theirs.content:
        return Cell(Standing.IN_SYNC, "both have the same hash")
    steps, other_steps = _steps_back(theirs, mine.content), _steps_back(mine, theirs.content)
    if steps is None and other_steps is None:
        if not mine.before and not theirs.before:
            return Cell(Standing.UNKNOWN, "the hashes differ, and nothing is known of earlier ones")
        return Cell(Standing.FORKED, f"the hashes differ, and neither is among the other's last {RING}")
    if other_steps is None or (steps is not None and steps <= other_steps):
        return Cell(Standing.LAGGING, f"{name} has what {other} had {_changes(steps)} ago", name)
    return Cell(Standing.LAGGING, f"{other} has what {name} had {_changes(other_steps)} ago", other)


def _steps_back(digest: HashDigest, content: str) -> int | None:
    for steps, one in enumerate(reversed(digest.before), 1):
        if one == content:
            return steps
    return None


def _changes(steps: int | None) -> str:
    return "1 change" if steps == 1 else f"{steps} changes"


def _clients(digest: VectorDigest) -> set[int]:
    return {client for client, clock in digest.vector.items() if clock > 0}


def _surplus(one: VectorDigest, other: VectorDigest) -> int:
    """Return how many operations one has that the other lacks."""
    return sum(max(0, clock - other.vector.get(client, 0)) for client, clock in one.vector.items())


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference over time. `quiet_since_ms` is since when nothing is pending; None while something is."""

    cell: Cell
    since_ms: int
    quiet_since_ms: int | None

    def is_divergence(self, now_ms: int, p95_ms: float | None = None) -> bool:
        """Tell whether it lasts longer than delay explains. What waiting cannot mend is one at once."""
        if self.cell.standing is Standing.CORRUPT:
            return True
        return self.quiet_since_ms is not None and now_ms - self.quiet_since_ms > patience_ms(p95_ms)

    def describe(self, now_ms: int, p95_ms: float | None = None) -> str:
        """Return the verdict with its rule in words."""
        if self.cell.standing is Standing.CORRUPT:
            return f"diverged: {self.cell.rule}"
        limit = patience_ms(p95_ms) / 1000
        if self.quiet_since_ms is None:
            return f"propagating: operations are pending; {self.cell.rule}"
        lasted = (now_ms - self.quiet_since_ms) / 1000
        if self.is_divergence(now_ms, p95_ms):
            return f"diverged: for {lasted:.0f} s, over {limit:.0f} s, with nothing pending; {self.cell.rule}"
        return f"propagating: for {lasted:.0f} s of at most {limit:.0f} s; {self.cell.rule}"


def patience_ms(p95_ms: float | None) -> float:
    """Return how long a difference may be delay: max(3 × p95 of propagation, 10 s)."""
    return max(3 * (p95_ms or 0.0), PATIENCE_MS)


def follow(before: Difference | None, cell: Cell, pending: int, now_ms: int) -> Difference | None:
    """Return the difference as it is now, given how the replicas stand and how many operations are pending.

    None in sync, and while nothing is known. The time with nothing pending begins anew after something was.
    """
    if cell.standing in (Standing.IN_SYNC, Standing.UNKNOWN):
        return None
    if before is None:
        return Difference(cell, now_ms, None if pending else now_ms)
    quiet = None if pending else before.quiet_since_ms if before.quiet_since_ms is not None else now_ms
    return replace(before, cell=cell, quiet_since_ms=quiet)

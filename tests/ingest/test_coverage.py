"""The bookkeeping of sequence numbers against a naive oracle made of sets."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from console.ingest.coverage import EpochCoverage
from console.model.facts import StreamPosition


@dataclass
class Oracle:
    """What must hold, said with sets: every number of [start, next) is stored or a gap, never both."""

    stored: set[int] = field(default_factory=set)
    gaps: set[int] = field(default_factory=set)

    def known(self) -> set[int]:
        return self.stored | self.gaps

    def offer(self, first: int, last: int) -> tuple[set[int], set[int], int]:
        """Return (new, of these from gaps, duplicates)."""
        offered = set(range(first, last + 1))
        new = offered - self.stored
        filled = new & self.gaps
        self.stored |= new
        self.gaps -= filled
        self._close_holes()
        return new, filled, len(offered - new)

    def declare(self, first: int, last: int) -> None:
        self.gaps |= set(range(first, last + 1)) - self.stored
        self._close_holes()

    def _close_holes(self) -> None:
        known = self.known()
        self.gaps |= set(range(min(known), max(known) + 1)) - known


def numbers(pairs: list[tuple[int, int]]) -> set[int]:
    return {n for first, last in pairs for n in range(first, last + 1)}


STEPS = st.lists(
    st.tuples(st.sampled_from(["offer", "offer", "declare", "restart"]), st.integers(1, 60), st.integers(0, 12)),
    min_size=1,
    max_size=40,
)


@given(steps=STEPS, begin=st.none() | st.integers(1, 60))
def test_every_number_is_stored_or_a_gap_and_none_twice(steps: list[tuple[str, int, int]], begin: int | None) -> None:
    coverage, oracle = EpochCoverage(), Oracle()
    if begin is not None:
        coverage.begin(begin)
        first = next((first for step, first, _ in steps if step != "restart"), begin)
        if first > begin:  # from where it began on, everything counts
            oracle.gaps |= set(range(begin, first))
        elif first < begin:
            oracle.gaps |= set(range(first, begin))
    declared: set[int] = set()
    stored: list[int] = []
    for step, first, more in steps:
        last = first + more
        if step == "restart":
            if coverage.start is not None:
                position = StreamPosition("e", coverage.start, coverage.next, list(reversed(coverage.gaps)))
                coverage = EpochCoverage.restored(position)
            continue
        if step == "declare":
            parts = numbers(coverage.declare(first, last))
            assert not parts & declared, "a number is declared lost once"
            oracle.declare(first, last)
            declared |= parts
        else:
            accepted = coverage.offer(first, last)
            holes, runs = numbers(accepted.holes), numbers([(run.first, run.last) for run in accepted.runs])
            new, filled, duplicates = oracle.offer(first, last)
            stored += [n for run in accepted.runs for n in range(run.first, run.last + 1)]
            assert runs == new
            assert numbers([(run.first, run.last) for run in accepted.runs if run.fills]) == filled & declared
            assert accepted.duplicates == duplicates
            assert not holes & declared
            declared = (declared | holes) - filled
        assert coverage.start is not None
        assert numbers(coverage.gaps) == oracle.gaps == declared
        assert set(range(coverage.start, coverage.next)) == oracle.known()
        assert coverage.gap_events() == len(oracle.gaps)
    assert len(stored) == len(set(stored)), "nothing is stored twice"


def test_runs_come_in_the_order_of_their_numbers() -> None:
    coverage = EpochCoverage()
    coverage.offer(10, 12)
    coverage.offer(20, 22)
    accepted = coverage.offer(5, 30)
    assert [run.first for run in accepted.runs] == sorted(run.first for run in accepted.runs)
    assert [(run.first, run.last, run.fills) for run in accepted.runs] == [(5, 9, False), (13, 19, True), (23, 30, False)]
    assert accepted.duplicates == 6

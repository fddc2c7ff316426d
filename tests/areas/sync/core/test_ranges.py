"""Ranges behave as sets of (client, clock), whatever the order of adding."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.areas.sync.core.crdt.ranges import Ranges

ranges = st.lists(st.tuples(st.integers(1, 2), st.integers(0, 20), st.integers(0, 25)), max_size=12)


def ids(listed: list[tuple[int, int, int]]) -> set[tuple[int, int]]:
    return {(client, clock) for client, start, end in listed for clock in range(start, end)}


@given(ranges, ranges)
def test_ranges_are_sets(one: list[tuple[int, int, int]], other: list[tuple[int, int, int]]) -> None:
    mine, theirs = Ranges(one), Ranges(other)
    assert ids(list(mine)) == ids(one)
    assert mine.size == len(ids(one))
    assert ids(list(mine.without(theirs))) == ids(one) - ids(other)
    assert all(mine.holds(client, clock) == ((client, clock) in ids(one)) for client in (1, 2) for clock in range(26))
    mine.update(theirs)
    assert mine == Ranges([*reversed(other), *one])
    assert bool(mine) == bool(ids(one) | ids(other))


@given(ranges)
def test_no_two_ranges_touch(listed: list[tuple[int, int, int]]) -> None:
    found = list(Ranges(listed))
    assert all(a[0] != b[0] or a[2] < b[1] for a, b in pairwise(found))

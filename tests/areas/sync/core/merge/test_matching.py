"""Matches are common, in order, as long as can be where nothing repeats, and found in bounded time."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.sync.core.merge.diff3 import diff3
from console.areas.sync.core.merge.matching import match

tokens = st.lists(st.sampled_from("abcd"), max_size=30) | st.permutations(range(12))


def longest(a: list[object], b: list[object]) -> int:
    """Return the length of the longest common subsequence, by the textbook's table."""
    row = [0] * (len(b) + 1)
    for one in a:
        before = row[:]
        for j, other in enumerate(b):
            row[j + 1] = before[j] + 1 if one == other else max(before[j + 1], row[j])
    return row[-1]


@settings(max_examples=400, deadline=None)
@given(tokens, tokens)
def test_blocks_are_common_and_in_order(a: list[object], b: list[object]) -> None:
    i = j = 0
    for block in match(a, b):
        assert block.length > 0
        assert block.a >= i
        assert block.b >= j
        assert (i, j) == (0, 0) or (block.a, block.b) != (i, j)
        i, j = block.a + block.length, block.b + block.length
        assert a[block.a : i] == b[block.b : j]


@settings(max_examples=300, deadline=None)
@given(st.permutations(range(10)), st.permutations(range(10)))
def test_unique_tokens_are_matched_as_far_as_can_be(a: list[object], b: list[object]) -> None:
    assert sum(block.length for block in match(a, b)) == longest(a, b)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from("ab"), min_size=8, max_size=24), st.lists(st.sampled_from("ab"), min_size=8, max_size=24))
def test_repeated_tokens_are_matched_as_far_as_can_be(a: list[object], b: list[object]) -> None:
    if min(side.count(token) for side in (a, b) for token in "ab") > 1:
        a, b = ["x", "y", *a, "y", "x"], ["y", "x", *b, "x", "y"]  # nothing is unique, and both ends differ
        assert sum(block.length for block in match(a, b)) == longest(a, b)


@settings(max_examples=400, deadline=None)
@given(tokens, tokens, tokens)
def test_regions_cover_all_sides(base: list[object], local: list[object], remote: list[object]) -> None:
    ends = [0, 0, 0]
    before = ""
    for kind, *places in diff3(base, local, remote):
        assert [place[0] for place in places] == ends
        ends = [place[1] for place in places]
        was, mine, theirs = (side[slice(*place)] for side, place in zip((base, local, remote), places, strict=True))
        assert (was == mine == theirs) == (kind == "stable")
        assert (mine == theirs) == (kind in ("stable", "same"))
        assert (was == theirs) == (kind in ("stable", "local"))
        assert (was == mine) == (kind in ("stable", "remote"))
        assert (kind == "stable") != (before == "stable") or not before
        before = kind
    assert ends == [len(base), len(local), len(remote)]


def test_hostile_sequences_take_bounded_time() -> None:
    start = time.process_time()
    match(["a", "b"] * 20_000, ["b", "b", "a"] * 15_000)
    match(list(range(50_000)), list(range(50_000, 0, -1)))
    match(["a"] * 100_000, ["a"] * 99_000 + ["b"])
    assert time.process_time() - start < 5

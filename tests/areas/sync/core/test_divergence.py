"""How replicas stand to each other: every class by its rule, in the order of their weight, and when delay ends."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.sync.core.digest import RING, HashDigest, RowDigest, VectorDigest, content_hash, remember
from console.areas.sync.core.divergence import Cell, Difference, Standing, classify, compare, follow, patience_ms
from console.areas.sync.core.merge.canonical import canonical


def stand(mine: VectorDigest | RowDigest | HashDigest, theirs: VectorDigest | RowDigest | HashDigest) -> Cell:
    cell, mirrored = compare(("server", mine), ("pwa", theirs)), compare(("pwa", theirs), ("server", mine))
    assert (cell.standing, cell.late) == (mirrored.standing, mirrored.late)
    return cell


@pytest.mark.parametrize(
    ("mine", "theirs", "standing", "late"),
    [
        (VectorDigest({1: 5}, "d", "c"), VectorDigest({1: 5}, "d", "c"), Standing.IN_SYNC, None),
        (VectorDigest({1: 5}, "d"), VectorDigest({1: 5}, "d"), Standing.IN_SYNC, None),
        (VectorDigest({1: 5}), VectorDigest({1: 5}), Standing.UNKNOWN, None),
        (VectorDigest({1: 5}, "d", "c"), VectorDigest({1: 5}, "e", "x"), Standing.DELETE_LAG, None),
        (VectorDigest({1: 5}, "d", "c"), VectorDigest({1: 5}, "d", "x"), Standing.CORRUPT, None),
        (VectorDigest({1: 5}, None, "c"), VectorDigest({1: 5}, None, "x"), Standing.DELETE_LAG, None),
        (VectorDigest({1: 5}), VectorDigest({1: 7, 2: 1}), Standing.BEHIND, "server"),
        (VectorDigest({}), VectorDigest({1: 1}), Standing.BEHIND, "server"),
        (VectorDigest({1: 5, 2: 3}), VectorDigest({1: 7, 2: 1}), Standing.CONCURRENT, None),
        (VectorDigest({1: 5, 3: 0}), VectorDigest({2: 7, 3: 0}), Standing.DISJOINT_HISTORY, None),
        (VectorDigest({1: 5}, holes=((2, 3, 5),)), VectorDigest({2: 7}), Standing.HOLE, "server"),
        (RowDigest(3, "c"), RowDigest(3, "c"), Standing.IN_SYNC, None),
        (RowDigest(3, "c"), RowDigest(3, "x"), Standing.CORRUPT, None),
        (RowDigest(3), RowDigest(3, "x"), Standing.UNKNOWN, None),
        (RowDigest(3, "c"), RowDigest(2, "c"), Standing.BEHIND, "pwa"),
        (HashDigest("b", ("a",)), HashDigest("b"), Standing.IN_SYNC, None),
        (HashDigest("c", ("a", "b")), HashDigest("a"), Standing.LAGGING, "pwa"),
        (HashDigest("c", ("a", "b")), HashDigest("x", ("a",)), Standing.FORKED, None),
        (HashDigest("c"), HashDigest("x"), Standing.UNKNOWN, None),
        (VectorDigest({1: 5}, content="c"), RowDigest(3, "c"), Standing.IN_SYNC, None),
        (VectorDigest({1: 5}), HashDigest("c"), Standing.UNKNOWN, None),
    ],
)
def test_each_standing_by_its_rule(mine: VectorDigest, theirs: VectorDigest, standing: Standing, late: str | None) -> None:
    cell = stand(mine, theirs)
    assert (cell.standing, cell.late) == (standing, late)
    assert cell.rule


def test_rules_are_told_in_words() -> None:
    assert stand(VectorDigest({1: 5}, holes=((2, 3, 5),)), VectorDigest({})).rule == (
        "server lacks operations 3 to 4 of client 2, and has later ones"
    )
    assert stand(HashDigest("c", ("a", "b")), HashDigest("b")).rule == "pwa has what server had 1 change ago"


vectors = st.dictionaries(st.integers(1, 3), st.integers(0, 3), max_size=3)


@given(vectors, vectors, st.sampled_from(["d", "e"]), st.sampled_from(["c", "x"]))
def test_vectors_alone_are_never_in_sync(one: dict[int, int], two: dict[int, int], deletes: str, content: str) -> None:
    assert stand(VectorDigest(one), VectorDigest(two)).standing is not Standing.IN_SYNC
    cell = stand(VectorDigest(one, "d", "c"), VectorDigest(two, deletes, content))
    same = {k: v for k, v in one.items() if v} == {k: v for k, v in two.items() if v}
    assert (cell.standing is Standing.IN_SYNC) == (same and (deletes, content) == ("d", "c"))


def test_the_matrix_holds_every_pair_and_its_worst() -> None:
    matrix = classify({"server": RowDigest(3, "c"), "pwa": RowDigest(2, "b"), "database": RowDigest(3, "x")})
    assert len(matrix.cells) == 6
    assert matrix.cells["server", "pwa"] is matrix.cells["pwa", "server"]
    assert matrix.worst.standing is Standing.CORRUPT
    assert classify({"server": RowDigest(1)}).worst.standing is Standing.IN_SYNC


def test_a_ring_keeps_the_last_hashes() -> None:
    digest = remember(None, "0")
    for number in range(1, 200):
        digest = remember(remember(digest, str(number)), str(number))
    assert (digest.content, len(digest.before)) == ("199", RING - 1)
    assert stand(digest, HashDigest("136")).standing is Standing.LAGGING
    assert stand(digest, HashDigest("135")).standing is Standing.FORKED


BEHIND, CORRUPT, EQUAL = Cell(Standing.BEHIND, "late"), Cell(Standing.CORRUPT, "bad"), Cell(Standing.IN_SYNC, "same")


def test_a_difference_is_delay_until_it_lasts_with_nothing_pending() -> None:
    difference = follow(None, BEHIND, 2, 0)
    assert difference is not None
    assert not difference.is_divergence(60_000)
    assert difference.describe(60_000) == "propagating: operations are pending; late"
    difference = follow(difference, BEHIND, 0, 60_000)
    assert difference == Difference(BEHIND, 0, 60_000)
    assert not difference.is_divergence(70_000)
    assert difference.is_divergence(70_001)
    assert not difference.is_divergence(75_000, p95_ms=5_000)
    assert difference.is_divergence(75_001, p95_ms=5_000)
    assert difference.describe(75_001) == "diverged: for 15 s, over 10 s, with nothing pending; late"
    assert difference.describe(65_000) == "propagating: for 5 s of at most 10 s; late"
    assert follow(difference, BEHIND, 1, 80_000) == Difference(BEHIND, 0, None)
    assert follow(difference, EQUAL, 0, 80_000) is None
    assert patience_ms(None) == 10_000


def test_what_waiting_cannot_mend_is_a_divergence_at_once() -> None:
    difference = follow(None, CORRUPT, 3, 0)
    assert difference is not None
    assert difference.is_divergence(0)
    assert difference.describe(0) == "diverged: bad"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e21, "1e+21"), (1e20, "100000000000000000000"), (333333333.33333329, "333333333.3333333"), (1e-7, "1e-7"),
        (0.000001, "0.000001"), (-0.0, "0"), (4.5, "4.5"), (2e-3, "0.002"), (1.5e300, "1.5e+300"),
        (10**15, "1000000000000000"),
        (True, "true"), (None, "null"),
        ({"\U0001f600": 1, "\ufb33": 2, "a": [1.0, "\u20ac\n\x0f"]}, '{"a":[1,"€\\n\\u000f"],"😀":1,"\ufb33":2}'),
    ],
)  # fmt: skip
def test_canonical_text_is_that_of_rfc_8785(value: object, text: str) -> None:
    assert canonical(value).decode() == text


def test_content_is_hashed_without_what_changes_by_itself() -> None:
    one = {"title": "x", "updatedAt": 1, "parts": [{"n": 1.0, "syncedAt": "now"}]}
    assert content_hash(one) == content_hash({"parts": [{"n": 1}], "title": "x"})
    assert content_hash(one) == hashlib.sha256(b'{"parts":[{"n":1}],"title":"x"}').hexdigest()
    assert content_hash(one) != content_hash({"parts": [{"n": 2}], "title": "x"})
    with pytest.raises(ValueError, match="no JSON number"):
        content_hash({"n": float("nan")})

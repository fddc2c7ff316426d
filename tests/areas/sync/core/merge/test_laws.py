"""What holds for every merge, whatever JSON it is given."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.sync.core.merge.canonical import canonical
from console.areas.sync.core.merge.merging import merge
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.merge.values import MISSING, NO_BASE, equal
from tests.areas.sync.core.merge.documents import Sides, any_json, deep, is_json, mirrored, sides

many = settings(max_examples=400, deadline=None)


@many
@given(sides)
def test_one_side_changed_then_that_side_stands(three: Sides) -> None:
    base, local, remote = three
    for changed in (local, remote):
        for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
            assert equal(merged.result, changed)
            assert not merged.open


@many
@given(sides)
def test_swapped_sides_give_the_mirrored_merge(three: Sides) -> None:
    base, local, remote = three
    for start in (base, NO_BASE, MISSING):
        there, back = merge(start, local, remote), merge(start, remote, local)
        assert equal(there.result, back.result)
        assert len(there.conflicts) == len(back.conflicts)
        swapped = {(one.path, one.about): one for one in map(mirrored, back.decisions)}
        for one in there.decisions:
            other = swapped.pop((one.path, one.about))
            assert (one.kind, len(one.hunks)) == (other.kind, len(other.hunks))
            assert equal([one.local, one.remote, one.result], [other.local, other.remote, other.result])
            assert [hunk[0] for hunk in one.hunks] == [hunk[0] for hunk in other.hunks]
        assert not swapped


@many
@given(sides)
def test_a_merge_is_json_and_merging_it_again_changes_nothing(three: Sides) -> None:
    merged = merge(*three)
    again = merge(*three)
    assert canonical_or_none(merged.result) == canonical_or_none(again.result)
    assert is_json(merged.result)
    assert equal(merge(merged.result, merged.result, merged.result).result, merged.result)
    assert equal(merge(three.base, merged.result, merged.result).result, merged.result)


def canonical_or_none(value: Any) -> bytes | None:
    try:
        return canonical(value)
    except ValueError:  # a lone surrogate
        return None


@many
@given(sides)
def test_every_difference_is_decided_once_and_each_side_can_be_had_whole(three: Sides) -> None:
    base, local, remote = three
    for start in (base, NO_BASE, MISSING):
        settlement = Settlement(start, local, remote)
        paths = [one.path for one in settlement.merge.decisions]
        assert len(set(paths)) == len(paths)
        for how, side in (("local", local), ("remote", remote)):
            whole = settlement
            for path in paths:
                whole = whole.choose(path, how)  # type: ignore[arg-type]
            assert equal(whole.result, side)
            assert whole.is_complete


@many
@given(any_json, any_json)
def test_without_a_base_every_difference_is_a_conflict(local: Any, remote: Any) -> None:
    merged = merge(NO_BASE, local, remote)
    assert {one.kind for one in merged.decisions} <= {"same", "conflict"}
    assert (not merged.conflicts) == equal(local, remote)
    assert all(equal(one.local, one.remote) for one in merged.decisions if one.kind == "same")


@settings(max_examples=50, deadline=None)
@given(st.integers(60, 70), any_json, any_json, any_json)
def test_what_lies_too_deep_is_one_piece(levels: int, base: Any, local: Any, remote: Any) -> None:
    merged = merge(deep(levels, base), deep(levels, local), deep(levels, remote))
    assert all(len(one.path) <= 64 for one in merged.decisions)
    assert equal(merge(deep(levels, base), deep(levels, local), deep(levels, base)).result, deep(levels, local))


def test_objects_are_taken_apart_for_64_levels() -> None:
    def nested(levels: int, core: Any) -> Any:
        value = core
        for _ in range(levels):
            value = {"a": value}
        return value

    for levels in (3, 64, 65, 9_000):
        (one,) = merge(nested(levels, 1), nested(levels, 2), nested(levels, 3)).decisions
        assert (one.kind, len(one.path)) == ("conflict", min(levels, 64))
    assert not merge(nested(64, {"x": 1, "y": 1}), nested(64, {"x": 2, "y": 1}), nested(64, {"x": 2, "y": 1})).conflicts
    assert merge(nested(64, {"x": 1, "y": 1}), nested(64, {"x": 2, "y": 1}), nested(64, {"x": 1, "y": 2})).conflicts
    assert not merge(nested(63, {"x": 1, "y": 1}), nested(63, {"x": 2, "y": 1}), nested(63, {"x": 1, "y": 2})).conflicts


def test_depth_beyond_the_stack_raises_nothing() -> None:
    one, two, three = deep(30_000), deep(30_000, 2), deep(30_000, 3)
    assert equal(one, deep(30_000))
    assert not equal(one, two)
    assert not equal(deep(30_000, 1), deep(30_000, True))
    assert [decision.kind for decision in merge([one], [two], [three]).decisions] == ["conflict"]
    assert merge([one], [two], [one]).decisions[0].kind == "local"
    assert merge({"a": one}, {"a": one}, {"a": two}).decisions[0].kind == "remote"

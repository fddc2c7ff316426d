"""The rules of the merge, one by one, and the words that say which it was."""

from typing import Any

import pytest

from console.areas.sync.core.merge.merging import Merge, merge
from console.areas.sync.core.merge.options import MergeOptions
from console.areas.sync.core.merge.values import MISSING, NO_BASE, ItemId, equal, path_text


def told(merged: Merge) -> dict[str, tuple[str, str]]:
    return {path_text(one.path): (one.kind, one.rule) for one in merged.decisions}


@pytest.mark.parametrize(
    ("base", "local", "remote", "kind", "rule", "result"),
    [
        (1, 1, 1, "same", "nobody changed it", 1),
        (1, 2, 2, "same", "both changed it, to the same", 2),
        (1, 2, 1, "local", "only local changed it", 2),
        (1, 1, 2, "remote", "only remote changed it", 2),
        (1, MISSING, 1, "local", "only local deleted it", MISSING),
        (1, MISSING, MISSING, "same", "both deleted it", MISSING),
        (MISSING, MISSING, 2, "remote", "only remote added it", 2),
        (MISSING, 2, 2, "same", "both added it, to the same", 2),
        (MISSING, 2, 3, "conflict", "both added it, differently", MISSING),
        (1, 2, 3, "conflict", "both changed it, differently", 1),
        (1, MISSING, 3, "conflict", "local deleted it, remote changed it", 1),
        (1, 3, MISSING, "conflict", "remote deleted it, local changed it", 1),
        ({"a": 1}, MISSING, {"a": 2}, "conflict", "local deleted it, remote changed it", {"a": 1}),
        ("x", "y", "z", "conflict", "both changed it, differently", "x"),
        (1, True, 1.0, "local", "only local changed it", True),
        (0, False, None, "conflict", "both changed it, differently", 0),
        (NO_BASE, 1, 1.0, "same", "both sides are equal", 1),
        (NO_BASE, 1, 2, "conflict", "no base: the sides differ", MISSING),
        (NO_BASE, MISSING, 2, "conflict", "no base: only remote has it", MISSING),
    ],
)
def test_one_place(base: Any, local: Any, remote: Any, kind: str, rule: str, result: Any) -> None:
    merged = merge(base, local, remote)
    (one,) = merged.decisions
    assert (one.kind, one.rule) == (kind, rule)
    assert equal(one.result, result)
    assert equal(merged.result, result)
    inside = merge(*(side if side is NO_BASE else {} if side is MISSING else {"k": side} for side in (base, local, remote)))
    assert told(inside).get("k", (kind, rule)) == (kind, rule)


def test_fields_are_merged_each_for_itself() -> None:
    merged = merge(
        {"id": "c", "title": "old", "n": 1, "gone": 1},
        {"id": "c", "title": "mine", "n": 1, "gone": 1, "new": 1},
        {"id": "c", "title": "theirs", "n": 2, "more": 2},
    )
    assert list(merged.result.items()) == [("id", "c"), ("title", "old"), ("n", 2), ("new", 1), ("more", 2)]
    assert [one.path for one in merged.conflicts] == [("title",)]
    assert [one.path for one in merged.decisions if not one.is_unchanged] == [
        ("title",), ("n",), ("gone",), ("new",), ("more",)
    ]  # fmt: skip


def test_what_both_added_or_put_in_place_has_no_base_inside() -> None:
    for base in ({}, {"meta": 1}):
        merged = merge(base, {"meta": {"a": 1, "same": 1}}, {"meta": {"b": 2, "same": 1}})
        assert told(merged) == {
            "meta.a": ("conflict", "no base: only local has it"),
            "meta.same": ("same", "both sides are equal"),
            "meta.b": ("conflict", "no base: only remote has it"),
        }


def test_items_are_known_by_their_ids() -> None:
    base = [{"id": "m1", "t": "a"}, {"id": "m2", "t": "b"}, {"id": "m3", "t": "c"}]
    local = [{"id": "m1", "t": "A"}, {"id": "m3", "t": "c"}]
    remote = [{"id": "m2", "t": "b"}, {"id": "m3", "t": "C"}, {"id": "m1", "t": "a"}]
    merged = merge({"messages": base}, {"messages": local}, {"messages": remote})
    assert merged.result == {"messages": [{"id": "m3", "t": "C"}, {"id": "m1", "t": "A"}]}
    assert not merged.open
    assert told(merged) == {
        "messages": ("remote", "only remote moved items"),
        'messages[id="m1"].id': ("same", "nobody changed it"),
        'messages[id="m1"].t': ("local", "only local changed it"),
        'messages[id="m2"]': ("local", "only local deleted it"),
        'messages[id="m3"].id': ("same", "nobody changed it"),
        'messages[id="m3"].t': ("remote", "only remote changed it"),
    }


def test_the_key_of_items_can_be_told_per_path() -> None:
    base = {"parts": [{"uuid": 1, "t": "a"}, {"uuid": 2, "t": "b"}]}
    local = {"parts": [{"uuid": 1, "t": "A"}, {"uuid": 2, "t": "b"}]}
    remote = {"parts": [{"uuid": 1, "t": "a"}, {"uuid": 2, "t": "B"}]}
    assert merge(base, local, remote).conflicts
    merged = merge(base, local, remote, MergeOptions(keys=(("parts", "uuid"),)))
    assert merged.result == {"parts": [{"uuid": 1, "t": "A"}, {"uuid": 2, "t": "B"}]}
    assert ("parts", ItemId(1), "t") in [one.path for one in merged.decisions]


@pytest.mark.parametrize("odd", [{"id": "m1"}, {"x": 1}, {"id": None}, {"id": True}, {"id": 1.5}, 7])
def test_one_item_without_an_id_of_its_own_and_the_list_is_merged_by_place(odd: Any) -> None:
    base = [{"id": "m1"}, {"id": "m2"}]
    merged = merge(base, [*base, odd], [{"id": "m0"}, *base])
    (one,) = merged.decisions
    assert one.kind == "both"
    assert merged.result == [{"id": "m0"}, *base, odd]


def test_hunks_of_lists() -> None:
    merged = merge([1, 2, 3, 4, 5], [0, 1, 2, 3, 9, 5], [1, 2, 3, 8, 5, 6])
    (one,) = merged.decisions
    assert [(hunk.kind, hunk.base, hunk.local, hunk.remote) for hunk in one.hunks] == [
        ("local", (), (0,), ()),
        ("stable", (1, 2, 3), (1, 2, 3), (1, 2, 3)),
        ("conflict", (4,), (9,), (8,)),
        ("stable", (5,), (5,), (5,)),
        ("remote", (), (), (6,)),
    ]
    assert merged.result == [0, 1, 2, 3, 4, 5, 6]


def test_true_is_not_one_in_lists() -> None:
    assert merge([1, 0, 5], [True, 0, 5], [1, 0, 5, 6]).result == [True, 0, 5, 6]
    assert isinstance(merge([1, 0, 5], [True, 0, 5], [1, 0, 5, 6]).result[0], bool)


LONG = "The quick brown fox jumps over the lazy dog, and the dog does not mind it at all, as far as one can see."


def test_short_text_is_one_piece_and_long_text_is_merged_by_word_for_review() -> None:
    assert merge("the old cat", "the new cat", "the old dog").conflicts
    merged = merge(LONG, LONG.replace("quick", "slow"), LONG.replace("see", "tell"))
    (one,) = merged.open
    assert (one.kind, merged.result) == ("review", LONG.replace("quick", "slow").replace("see", "tell"))
    assert not merged.conflicts


def test_changes_of_neighbouring_words_touch() -> None:
    merged = merge(LONG, LONG.replace("quick", "slow"), LONG.replace("brown", "red"))
    (one,) = merged.conflicts
    assert [(hunk.base, hunk.local, hunk.remote) for hunk in one.hunks if hunk.kind == "conflict"] == [
        (" quick brown", " slow brown", " quick red")
    ]
    assert merged.result == LONG


def test_characters_are_words_where_no_blanks_are() -> None:
    text = "東京は日本の首都であり、世界でも有数の大都市である。" * 4
    merged = merge(text, text.replace("東", "西", 1), f"{text}終")
    assert merged.result == text.replace("東", "西", 1) + "終"


def test_lines() -> None:
    merged = merge("a\nb\nc\n", "A\nb\nc\n", "a\nb\nc\nd\n")
    assert (merged.decisions[0].kind, merged.result) == ("both", "A\nb\nc\nd\n")
    clash = merge("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nbb\nc\nD\n")
    assert [hunk.kind for hunk in clash.conflicts[0].hunks] == ["stable", "conflict", "stable", "remote"]
    assert clash.result == "a\nb\nc\nD\n"
    assert merge("a\nb", "a\nB", "A\nb").conflicts[0].hunks == ()
    partly = merge("a\nb\nc\nd\ne\n", "A\nb\nC\nd\ne\n", "A\nb\nc\nd\nE\n")
    assert [hunk.kind for hunk in partly.decisions[0].hunks] == ["same", "stable", "local", "stable", "remote"]
    assert partly.result == "A\nb\nC\nd\nE\n"


def test_hunks_join_to_each_side() -> None:
    local, remote = LONG.replace("fox", "cat").replace("mind", "care"), LONG.replace("dog, and", "hen, but")
    (one,) = (each for each in merge(LONG, local, remote).decisions if each.hunks)
    assert "".join(str(hunk.base) for hunk in one.hunks) == LONG
    assert "".join(str(hunk.local) for hunk in one.hunks) == local
    assert "".join(str(hunk.remote) for hunk in one.hunks) == remote


def test_a_deleted_entity_against_a_changed_one() -> None:
    (one,) = merge({"a": 1}, MISSING, {"a": 2}).conflicts
    assert one.path == ()
    assert merge({"a": 1}, MISSING, {"a": 1}).result is MISSING

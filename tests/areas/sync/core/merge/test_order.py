"""In which order items stand: removals never disturb it, new ones stand where they were put, moves that compete conflict."""

import pytest
from hypothesis import given, settings

from console.areas.sync.core.merge.merging import merge
from console.areas.sync.core.merge.order import complete, merge_orders
from console.areas.sync.core.merge.settlement import Settlement
from tests.areas.sync.core.merge.documents import ids


@pytest.mark.parametrize(
    ("base", "local", "remote", "merged", "kind"),
    [
        ("abc", "abc", "abc", "abc", "same"),
        ("abcd", "acd", "abd", "abcd", "same"),  # whether they stand is not asked here
        ("abc", "abxc", "abyc", "abxyc", "same"),
        ("abc", "abyc", "abxc", "abxyc", "same"),
        ("ab", "a92b", "a5b", "a592b", "same"),  # each side's run keeps its own order
        ("ab", "xab", "aby", "xaby", "same"),
        ("abc", "axbc", "abxc", "axbc", "conflict"),  # one new item, put in two places
        ("abc", "axybc", "ayxbc", "axybc", "conflict"),
        ("abc", "axybc", "axzybc", "axzybc", "same"),
        ("abcd", "bacd", "abcd", "bacd", "local"),
        ("abcd", "abcd", "dabc", "dabc", "remote"),
        ("abcd", "bacd", "bacd", "bacd", "same"),
        ("abcdefgh", "bcadefgh", "abcdehfg", "bcadehfg", "both"),
        ("abcdefg", "bcadefg", "bcdefga", "abcdefg", "conflict"),  # a moved to two places
        ("abcdef", "fabcde", "bacdef", "abcdef", "conflict"),
        ("abcd", "bacd", "dbac", "abcd", "conflict"),  # moves that touch
        ("abcd", "bxacd", "abcyd", "bxacyd", "local"),
        ("abcd", "acd", "bacd", "bacd", "remote"),
        ("", "ab", "ba", "ab", "conflict"),
    ],
)
def test_orders(base: str, local: str, remote: str, merged: str, kind: str) -> None:
    order = merge_orders([*base], [*local], [*remote])
    assert ("".join(map(str, order.ids)), order.kind) == (merged, kind)
    back = merge_orders([*base], [*remote], [*local])
    assert "".join(map(str, back.ids)) == merged
    assert bool(order.rule) == (kind != "same" or (local == remote != base))


def test_touching_removals_and_inserts_of_items_with_ids_are_no_conflict() -> None:
    def items(names: str) -> list[dict[str, str]]:
        return [{"id": one} for one in names]

    merged = merge(items("abcd"), items("ad"), items("abxd"))
    assert [one["id"] for one in merged.result] == ["a", "x", "d"]
    assert not merged.conflicts


def test_without_a_base_other_orders_conflict_and_the_order_of_ids_stands() -> None:
    order = merge_orders(None, [*"cba"], [*"bca"])
    assert (order.ids, order.kind) == ([*"abc"], "conflict")
    assert merge_orders(None, [*"cxa"], [*"ca"]).kind == "same"


def test_numbers_come_before_texts() -> None:
    assert merge_orders([], ["1", "b"], [2, 10]).ids == [2, 10, "1", "b"]


@settings(max_examples=400, deadline=None)
@given(ids, ids, ids)
def test_every_id_stands_once_and_each_side_can_be_had(base: list[str], local: list[str], remote: list[str]) -> None:
    order = merge_orders(base, local, remote).ids
    assert sorted(order) == sorted({*local, *remote})
    assert order == merge_orders(base, remote, local).ids
    for side in (local, remote):
        assert [one for one in complete(side, order) if one in side] == side
    assert [one for one in merge_orders(base, local, base).ids if one in local] == local


def test_an_item_that_both_deleted_comes_back_where_it_was() -> None:
    base = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    settlement = Settlement(base, [base[0], base[2]], [base[0], base[2]])
    assert settlement.result == [{"id": "a"}, {"id": "c"}]
    settlement = Settlement(base, [base[2], base[0]], [base[0], base[2], {"id": "d"}])
    path = next(one.path for one in settlement.merge.decisions if one.rule == "both deleted it")
    assert [one["id"] for one in settlement.choose(path, "base").result] == ["c", "d", "a", "b"]  # d was put behind c

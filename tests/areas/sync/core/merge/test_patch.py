"""Patches lead from one value to the other, and say no more than what differs."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings

from console.areas.sync.core.merge.patch import PatchFailed, apply_patch, patch
from console.areas.sync.core.merge.values import MISSING, equal
from tests.areas.sync.core.merge.documents import Sides, any_json, deep, sides


@settings(max_examples=500, deadline=None)
@given(sides)
def test_a_patch_leads_to_the_other_value(three: Sides) -> None:
    for before in (*three, MISSING):
        for after in (*three, MISSING):
            kept = copy.deepcopy(before)
            operations = patch(before, after)
            assert equal(apply_patch(before, operations), after)
            assert equal(before, kept)
            assert (operations == []) == equal(before, after)


@settings(max_examples=200, deadline=None)
@given(any_json)
def test_one_changed_item_is_one_operation(value: Any) -> None:
    items = [{"id": one, "v": value} for one in range(20)]
    changed = [*items[:7], {"id": 7, "v": ["changed", value]}, *items[8:]]
    assert all(operation["path"].startswith("/7/v") for operation in patch(items, changed))


def test_operations() -> None:
    before = {"a/b": 1, "m~n": 2, "gone": 3, "list": [1, 2, 3, 4], "items": [{"id": 1, "t": "x"}, {"id": 2, "t": "y"}]}
    after = {"a/b": 2, "m~n": 2.0, "list": [1, 9, 3], "items": [{"id": 3}, {"id": 2, "t": "z"}], "new": None}
    assert patch(before, after) == [
        {"op": "replace", "path": "/a~1b", "value": 2},
        {"op": "remove", "path": "/gone"},
        {"op": "replace", "path": "/list/1", "value": 9},
        {"op": "remove", "path": "/list/3"},
        {"op": "remove", "path": "/items/0"},
        {"op": "add", "path": "/items/0", "value": {"id": 3}},
        {"op": "replace", "path": "/items/1/t", "value": "z"},
        {"op": "add", "path": "/new", "value": None},
    ]
    assert patch({"~1": 1}, {}) == [{"op": "remove", "path": "/~01"}]
    assert patch({"a": 1}, [1]) == [{"op": "replace", "path": "", "value": [1]}]


def test_what_lies_too_deep_is_replaced_whole() -> None:
    for core in (deep(5_000), deep(70)):
        operations = patch({"x": [core, 1]}, {"x": [core, 2]})
        assert [operation["path"] for operation in operations] == ["/x"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/x", "value": 1},
        {"op": "remove", "path": "/list/2"},
        {"op": "add", "path": "/list/3", "value": 1},
        {"op": "add", "path": "/list/01", "value": 1},
        {"op": "add", "path": "/list/-1", "value": 1},
        {"op": "replace", "path": "/list/-", "value": 1},
        {"op": "add", "path": "/a/b", "value": 1},
        {"op": "add", "path": "a", "value": 1},
        {"op": "move", "from": "/a", "path": "/b"},
        {"op": "add", "path": "/b"},
        {"path": "/a"},
        {"op": "add", "path": 1, "value": 1},
        "add",
    ],
)
def test_patches_for_other_documents_fail(operation: Any) -> None:
    with pytest.raises(PatchFailed):
        apply_patch({"a": 1, "list": [1, 2]}, [operation])


def test_the_end_of_a_list_and_no_document() -> None:
    assert apply_patch([1], [{"op": "add", "path": "/-", "value": 2}]) == [1, 2]
    for name in ("replace", "remove"):
        with pytest.raises(PatchFailed):
            apply_patch(MISSING, [{"op": name, "path": "", "value": 1}])

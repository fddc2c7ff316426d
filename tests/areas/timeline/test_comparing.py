"""Field-by-field comparison, also of hostile payloads."""

import json

from hypothesis import given
from hypothesis import strategies as st

from console.areas.timeline.core import Difference, compare_payloads

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def test_added_removed_changed_and_equal_are_told_apart():
    left = {"a": 1, "b": {"c": [1, 2], "d": "x"}, "gone": True}
    right = {"a": 1, "b": {"c": [1, 3, 4], "d": "x"}, "new key": None}
    assert compare_payloads(left, right).differences == [
        Difference("$.a", "equal", "1", "1"),
        Difference("$.b.c[0]", "equal", "1", "1"),
        Difference("$.b.c[1]", "changed", "2", "3"),
        Difference("$.b.c[2]", "added", "", "4"),
        Difference("$.b.d", "equal", '"x"', '"x"'),
        Difference("$.gone", "removed", "true", ""),
        Difference('$["new key"]', "added", "", "null"),
    ]


def test_types_are_json_types():
    changes = [d.change for d in compare_payloads([1, 1, 0, {}, None], [True, 1.0, False, [], 0]).differences]
    assert changes == ["changed"] * 5


@given(json_values)
def test_a_value_equals_itself(value):
    assert all(d.change == "equal" for d in compare_payloads(value, value).differences)


@given(json_values, json_values)
def test_comparing_is_symmetrical(a, b):
    mirror = {"equal": "equal", "changed": "changed", "added": "removed", "removed": "added"}
    there = {(d.path, d.change) for d in compare_payloads(a, b).differences}
    back = {(d.path, mirror[d.change]) for d in compare_payloads(b, a).differences}
    assert there == back


def test_depth_and_size_are_survived():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert compare_payloads(deep, {"a": deep}).differences == [
        Difference("$", "changed", "(nested too deeply to show)", "(nested too deeply to show)")
    ]
    assert len(compare_payloads(deep, deep, max_fields=10).differences) == 1
    wide = compare_payloads(list(range(50_000)), list(range(50_000)), max_fields=1000)
    assert wide.cut
    assert len(wide.differences) == 1000
    long = compare_payloads("x" * 10_000, "y").differences[0]
    assert "more characters" in long.left
    assert len(long.left) < 2100
    assert json.loads(long.right) == "y"

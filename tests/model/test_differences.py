"""Two JSON values compared: by key, by id, by place, and texts by line."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.rendering import Difference, Hunk, diff_lines, diff_values


def test_values_keep_their_types_and_kinds() -> None:
    assert diff_values({"a": 1, "b": [1, True], "c": None}, {"a": 1, "b": [1.0, 1], "d": {"x": 1}}).fields == [
        Difference("$.a", "same", 1, 1),
        Difference("$.b[0]", "changed", 1, 1.0),
        Difference("$.b[1]", "changed", True, 1),
        Difference("$.c", "removed", None, None),
        Difference("$.d", "added", None, {"x": 1}),
    ]


def test_items_are_matched_by_id() -> None:
    left = [{"id": "a", "t": 1}, {"id": 2, "t": 2}]
    right = [{"id": "z"}, {"id": 2, "t": 2}, {"id": "a", "t": 9}]
    changed = [(one.path, one.kind) for one in diff_values(left, right).fields if one.kind != "same"]
    assert changed == [('$[id="a"].t', "changed"), ('$[id="z"]', "added")]


def test_ids_that_are_not_unique_match_by_position() -> None:
    left, right = [{"id": 1, "t": 1}, {"id": 1, "t": 2}], [{"id": 1, "t": 1}]
    assert [(one.path, one.kind) for one in diff_values(left, right).fields] == [
        ("$[0].id", "same"),
        ("$[0].t", "same"),
        ("$[1]", "removed"),
    ]


def test_texts_of_several_lines_have_hunks() -> None:
    (one,) = diff_values("a\nb\nc\nd", "a\nB\nc\nd\ne").fields
    assert one.hunks == (Hunk(2, ("b",), 2, ("B",)), Hunk(5, (), 5, ("e",)))
    assert diff_values("a", "b").fields[0].hunks == ()


def apply(left: str, hunks: tuple[Hunk, ...]) -> str:
    lines = left.split("\n")
    for hunk in reversed(hunks):
        at = hunk.left_line - 1
        assert tuple(lines[at : at + len(hunk.left)]) == hunk.left
        lines[at : at + len(hunk.left)] = hunk.right
    return "\n".join(lines)


texts = st.lists(st.sampled_from("abc"), max_size=12).map("\n".join)


@settings(max_examples=200)
@given(texts, texts)
def test_hunks_lead_from_left_to_right(left: str, right: str) -> None:
    assert apply(left, diff_lines(left, right)) == right
    assert (diff_lines(left, right) == ()) == (left == right)


def test_long_and_monotonous_texts_stay_fast() -> None:
    for left, right in (
        ("a\n" * 900 + "x", "b\n" + "a\n" * 890 + "y"),
        ("\n".join(map(str, range(200_000))), "\n".join(map(str, range(1, 200_001)))),
    ):
        assert len(diff_lines(left, right)) == 1
        assert apply(left, diff_lines(left, right)) == right
    many = diff_values([f"{i}\n{i}\n{i}" for i in range(30_000)], ["a\nb\nc"] * 30_000, max_fields=30_000).fields
    assert many[0].hunks
    assert not many[-1].hunks


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(("", "x", "a\nb", "a\nc")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("id", "a", "b c")), inner, max_size=3),
    max_leaves=15,
)


@settings(max_examples=200)
@given(json_values, json_values)
def test_a_mirror_shows_the_same(a: Any, b: Any) -> None:
    mirror = {"same": "same", "changed": "changed", "added": "removed", "removed": "added"}
    there = {(one.path, one.kind) for one in diff_values(a, b).fields}
    assert there == {(one.path, mirror[one.kind]) for one in diff_values(b, a).fields}
    assert all(one.kind == "same" for one in diff_values(a, a).fields)

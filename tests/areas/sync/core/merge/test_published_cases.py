"""The cases of other people's suites, as data in our own words; README.md beside this says which and where ours differs."""

from typing import Any, NamedTuple

import pytest

from console.areas.sync.core.merge.diff3 import diff3
from console.areas.sync.core.merge.merging import merge
from console.areas.sync.core.merge.values import MISSING, equal


class Case(NamedTuple):
    """`result` is MISSING where the suite expects a conflict; `hunks` is how many, where it says so."""

    name: str
    base: Any
    local: Any
    remote: Any
    result: Any = MISSING
    conflicts: int = 1


def quoted(value: Any) -> Any:
    """Return the value with all its keys, and no texts else, in quotes: names that SQL and JSON paths trip over."""
    return {f'"{key}"': quoted(item) for key, item in value.items()} if isinstance(value, dict) else value


COMPLEX = Case(
    "added, removed and modified, at two levels",
    {"removed": 1, "modified": 2, "nested": {"removed": 3, "modified": 4}},
    {"added": 7, "modified": 2, "nested": {"removed": 3, "modified": 5}},
    {"removed": 1, "modified": 6, "nested": {"added": 8, "modified": 4}},
    {"added": 7, "modified": 6, "nested": {"added": 8, "modified": 5}},
)
V1, V2 = "value1", "value2"
PLAIN_DOLT = [
    Case("both insert the same", {}, {"k": V1}, {"k": V1}, {"k": V1}),
    Case("each inserts another key", {}, {"k": V1}, {"l": V2}, {"k": V1, "l": V2}),
    Case("both modify to the same", {"k": V1}, {"k": V2}, {"k": V2}, {"k": V2}),
    Case("each modifies another key", {"k": V1, "l": V2}, {"k": "3", "l": V2}, {"k": V1, "l": "4"}, {"k": "3", "l": "4"}),
    Case("both delete the same", {"k": V1}, {}, {}, {}),
    Case("each deletes another key", {"k": V1, "l": V2}, {"l": V2}, {"k": V1}, {}),
    Case("inserts that differ", {}, {"k": V1}, {"k": V2}),
    Case("modifications that differ", {"k": V1}, {"k": V2}, {"k": "value3"}),
    Case("modified and deleted", {"k": V1}, {"k": V2}, {}),
    Case("nested inserts", {"k": {}}, {"k": {"a": 1}}, {"k": {"b": 2}}, {"k": {"a": 1, "b": 2}}),
    Case(
        "nested changes", {"k": {"a": 1, "b": 2}}, {"k": {"a": 3, "b": 2}}, {"k": {"a": 1, "b": 4}}, {"k": {"a": 3, "b": 4}}
    ),
    Case("nested deletes", {"k": {"a": 1, "b": 2}}, {"k": {"a": 1}}, {"k": {"b": 2}}, {"k": {}}),
    COMPLEX,
    Case("types change at other keys", {"k": {}, "l": 2}, {"k": [], "l": 2}, {"k": {}, "l": True}, {"k": [], "l": True}),
    Case("types change at one key", {"k": {}}, {"k": []}, {"k": 2}),
    Case("inserted into what is replaced", {"k": {}}, {"k": {"l": 2}}, {"k": 2}),
    Case("inserted into what is deleted", {"k": {}}, {"k": {"l": 2}}, {}),
    Case("one list longer, one shorter", {"k": [1]}, {"k": [1, 1]}, {"k": []}),
    Case("objects in a list", {"k": [{}]}, {"k": [{"l": V1}]}, {"k": [{"m": V2}]}),
    Case("equal items in a list", {"k": [1, 1]}, {"k": [2, 1]}, {"k": [1, 2]}),
]
WITH_QUOTES = ("both insert the same", "nested inserts", "nested changes", "nested deletes", COMPLEX.name)
DOLT = PLAIN_DOLT + [
    Case(f"{one.name}, with quotes in keys", *map(quoted, one[1:5])) for one in PLAIN_DOLT if one.name in WITH_QUOTES
]

_B = [1, 3, 2, 7]
_NESTED = [[1, 3, 5], [2, 4, 6]]


def cut(*gone: int) -> list[int]:
    return [item for at, item in enumerate(_B) if at not in gone]


_PAIRS = [(i, j, k) for i in range(4) for j in range(4) for k in range(4) if len({i, j, k}) == 3]
NBDIME = [
    Case("local removes", [1, 3], [1], [1, 3], [1]),
    Case("remote removes", [1, 3], [1, 3], [1], [1]),
    *(Case(f"both remove item {i}", _B, cut(i), cut(i), cut(i)) for i in range(4)),
    *(Case(f"both remove {i}, one {j}, one {k}", _B, cut(i, j), cut(i, k), cut(i, j, k)) for i, j, k in _PAIRS),
    Case("local adds", [1], [1, 2], [1], [1, 2]),
    Case("remote adds", [1], [1], [1, 3], [1, 3]),
    Case("both add the same between", [1, 3, 5], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]),
    Case("each adds one at the end", [1], [1, 2], [1, 3]),
    Case("each adds one, and both the same", [1, 9], [1, 2, 7, 9], [1, 3, 7, 9]),
    Case("each fills an empty list", [], [1, 2, 4], [1, 3, 4]),
    Case("each adds others between", [2, 5, 8], [0, 2, 3, 5, 6, 8, 9], [1, 2, 4, 5, 7, 8, 10], conflicts=4),
    *(
        Case(f"one side removes {i} {j} of a list in a list", _NESTED, *pair, result)
        for i in range(2) for j in range(3)
        for result in [[[x for at, x in enumerate(row) if (n, at) != (i, j)] for n, row in enumerate(_NESTED)]]
        for pair in [(result, _NESTED), (_NESTED, result)]
    ),
    Case("both remove one, and each another, in lists", [[1, 3, 5], [2, 4, 6]], [[1, 5], [2, 4]], [[1, 5], [4, 6]]),
    Case("local adds to a list in a list", [[1]], [[1, 2]], [[1]], [[1, 2]]),
    Case("remote adds to a list in a list", [[1]], [[1]], [[1, 3]], [[1, 3]]),
    Case("each adds lists to an empty one", [], [[2], [3]], [[2], [4]]),
    Case("each adds lists to another", [[1]], [[1], [2], [3]], [[1], [2], [4]]),
    Case("each adds to one list in a list", [[1]], [[1, 2]], [[1, 3]]),
    Case("each adds to one list, and both the same", [[1]], [[1, 2, 4]], [[1, 3, 4]]),
    Case("local removes a key", {"b": 1, "a": 3}, {"b": 1}, {"b": 1, "a": 3}, {"b": 1}),
    Case("remote removes a key", {"b": 1, "a": 3}, {"b": 1, "a": 3}, {"b": 1}, {"b": 1}),
    Case("both remove a key", {"b": 1, "a": 3}, {"b": 1}, {"b": 1}, {"b": 1}),
    Case("local adds a key", {"b": 1}, {"b": 1, "l": 2}, {"b": 1}, {"b": 1, "l": 2}),
    Case("remote adds a key", {"b": 1}, {"b": 1}, {"b": 1, "r": 3}, {"b": 1, "r": 3}),
    Case("each adds a key", {"b": 1}, {"b": 1, "l": 2}, {"b": 1, "r": 3}, {"b": 1, "l": 2, "r": 3}),
    Case("each adds a key, and both the same", {"b": 1}, {"b": 1, "l": 2, "s": 7}, {"b": 1, "r": 3, "s": 7},
         {"b": 1, "l": 2, "r": 3, "s": 7}),
    Case("each removes a key, and both the same", {"p": {"b": 1, "a": 3, "c": 5, "d": 7}}, {"p": {"b": 1, "c": 5}},
         {"p": {"b": 1, "d": 7}}, {"p": {"b": 1}}),
    Case("each adds a key deeper", {"p": {"b": 1}}, {"p": {"b": 1, "l": 2}}, {"p": {"b": 1, "r": 3}},
         {"p": {"b": 1, "l": 2, "r": 3}}),
    Case("each adds an object with some in common", {"p": {"b": 1}}, {"p": {"b": 1}, "n": {"s": 7, "l": 2}},
         {"p": {"b": 1}, "n": {"s": 7, "r": 3}}),
    Case(
        "everything at once, without conflict",
        {"a": {}, "d": {"x": 4, "y": 5, "z": 6}, "m": {"x": 7, "y": 8, "z": 9}},
        {"a": {"x": 1, "y": 2}, "d": {"z": 6}, "m": {"x": 17, "y": 18, "z": 9}},
        {"a": {"x": 1, "z": 3}, "d": {"y": 5}, "m": {"x": 17, "y": 8, "z": 19}},
        {"a": {"x": 1, "y": 2, "z": 3}, "d": {}, "m": {"x": 17, "y": 18, "z": 19}},
    ),
    Case("both change a key", {"a": {"x": 1}}, {"a": {"x": 2}}, {"a": {"x": 3}}),
    Case("both add a key", {"a": {}}, {"a": {"y": 4}}, {"a": {"y": 5}}),
    Case("both change one, and add one", {"a": {"x": 1}}, {"a": {"x": 2, "y": 4}}, {"a": {"x": 3, "y": 5}}, conflicts=2),
    Case("and each changes what the other removes", {"a": {"x": 1}, "d": {"x": 4, "y": 5}},
         {"a": {"x": 2, "y": 4}, "d": {"y": 6}}, {"a": {"x": 3, "y": 5}, "d": {"x": 5}}, conflicts=4),
    Case("and both change elsewhere", {"a": {"x": 1}, "d": {"x": 4, "y": 5}, "m": {"x": 7}},
         {"a": {"x": 2, "y": 4}, "d": {"y": 6}, "m": {"x": 17}}, {"a": {"x": 3, "y": 5}, "d": {"x": 5}, "m": {"x": 27}},
         conflicts=5),
    Case("and both add an object", {"a": {"x": 1}, "d": {"x": 4, "y": 5}, "m": {"x": 7}},
         {"a": {"x": 2, "y": 4}, "d": {"y": 6}, "m": {"x": 17}, "n": {"q": 9}},
         {"a": {"x": 3, "y": 5}, "d": {"x": 5}, "m": {"x": 27}, "n": {"q": 19}}, conflicts=6),
]  # fmt: skip
TOUCHING = {f"both remove {i}, one {j}, one {k}" for i, j, k in _PAIRS}
"""Ours are conflicts: one side's change touches the other's."""
TWICE = {"each adds an object with some in common"}
"""Ours are two conflicts, at the two keys that differ, where nbdime has one for the object."""
HALF = {*TWICE, "and both add an object"}
"""The object that both added stands in ours, without what differs; nbdime leaves it out."""


def count(case: Case) -> int:
    """Count the conflicts, and those of texts and lists by their hunks."""
    conflicts = merge(case.base, case.local, case.remote).conflicts
    return sum(sum(hunk.kind == "conflict" for hunk in one.hunks) or 1 for one in conflicts)


@pytest.mark.parametrize("case", DOLT, ids=lambda case: case.name)
def test_dolt(case: Case) -> None:
    for local, remote in ((case.local, case.remote), (case.remote, case.local)):
        merged = merge(case.base, local, remote)
        if case.result is MISSING:
            assert len(merged.conflicts) == 1
        else:
            assert not merged.conflicts
            assert equal(merged.result, case.result)


@pytest.mark.parametrize("case", NBDIME, ids=lambda case: case.name)
def test_nbdime(case: Case) -> None:
    merged = merge(case.base, case.local, case.remote)
    if case.name in TOUCHING:
        assert count(case) == 1
        assert case.result is not MISSING
    elif case.result is not MISSING:
        assert not merged.conflicts
        assert equal(merged.result, case.result)
    else:
        assert count(case) == case.conflicts + (case.name in TWICE)
        assert equal(merged.result, case.base) == (case.name not in HALF)


def test_figures_of_the_readme() -> None:
    assert (len(DOLT), len(NBDIME), len(TOUCHING)) == (25, 73, 24)


def parts(base: str, local: str, remote: str) -> list[tuple[str, str]]:
    """Return (kind, what stands there): of a conflict `local|base|remote`."""
    o, a, b = base.split(), local.split(), remote.split()
    found = []
    for kind, was, mine, theirs in diff3(o, a, b):
        sides = [" ".join(side[slice(*place)]) for side, place in ((a, mine), (o, was), (b, theirs))]
        found.append((kind, "|".join(sides) if kind == "conflict" else sides[2 if kind == "remote" else 0]))
    return found


MANY = "1 2 3 4 5 6 7 8 9 10 11 12"
NODE_DIFF3 = {
    "conflicts beside what is stable": (
        ("AA ZZ 00 M 99", "AA a b c ZZ new 00 a a M 99", "AA a d c ZZ 11 M z z 99"),
        [("stable", "AA"), ("conflict", "a b c||a d c"), ("stable", "ZZ"), ("conflict", "new 00 a a|00|11"),
         ("stable", "M"), ("remote", "z z"), ("stable", "99")],
    ),
    "words in one place": (
        ("was touring", "was here touring", "was into touring"),
        [("stable", "was"), ("conflict", "here||into"), ("stable", "touring")],
    ),
    "the same on both sides": (
        ("AA ZZ", "AA a b c ZZ", "AA a b c ZZ"),
        [("stable", "AA"), ("same", "a b c"), ("stable", "ZZ")],
    ),
    "nothing changed": (("AA", "AA", "AA"), [("stable", "AA")]),
    "inserts on both sides, in order": (
        (MANY, MANY.replace("3 ", "3 -1 "), MANY.replace(" 11 ", " 61 11 ").replace(" 12", " 62 12")),
        [("stable", "1 2 3"), ("local", "-1"), ("stable", "4 5 6 7 8 9 10"), ("remote", "61"), ("stable", "11"),
         ("remote", "62"), ("stable", "12")],
    ),
    "lines that touch": (
        ("title description", "title description-changed", "title-changed description"),
        [("conflict", "title description-changed|title description|title-changed description")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NODE_DIFF3)
def test_node_diff3(name: str) -> None:
    sides, expected = NODE_DIFF3[name]
    assert parts(*sides) == expected

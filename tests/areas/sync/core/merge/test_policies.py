"""Policies of paths: what they decide, where they leave it to the general rules, and how their patterns match."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.sync.core.merge.merging import merge
from console.areas.sync.core.merge.options import POLICIES, MergeOptions, Policy
from console.areas.sync.core.merge.pattern import Patterns, parts_of
from console.areas.sync.core.merge.values import MISSING, NO_BASE, ItemId, equal
from tests.areas.sync.core.merge.documents import Sides, is_json, sides


@pytest.mark.parametrize(
    ("policy", "base", "local", "remote", "result"),
    [
        ("server", 1, 2, 3, 3),
        ("server", 1, 2, 1, 1),
        ("server", 1, 2, MISSING, MISSING),
        ("client", 1, 2, 3, 2),
        ("client", NO_BASE, {"a": 1}, {"a": 2}, {"a": 1}),
        ("ignore", 1, 2, 3, 3),
        ("ignore", 1, 2, MISSING, 2),
        ("max", 1, 2, 3, 3),
        ("max", 5, 4, 5, 5),
        ("max", "2026-01-01", "2026-03-01", "2026-02-01", "2026-03-01"),
        ("max", MISSING, MISSING, 7, 7),
        ("min", 1, -2, 3.5, -2),
        ("counter", 10, 12, 15, 17),
        ("counter", 10, 11, 11, 12),
        ("counter", MISSING, 1, 2, 3),
        ("counter", 10, 7, 10, 7),
        ("set", ["a", "b"], ["b", "c"], ["a", "b", "d"], ["b", "c", "d"]),
        ("set", NO_BASE, [1], [True, 1.0], [1, True]),
        ("set", MISSING, ["z"], ["a"], ["a", "z"]),
        ("text", "the old cat", "the new cat", "the old cat runs", "the new cat runs"),
    ],
)
def test_policies_decide(policy: Policy, base: Any, local: Any, remote: Any, result: Any) -> None:
    merged = merge(base, local, remote, MergeOptions(policies=(("", policy),)))
    assert equal(merged.result, result)
    assert not merged.conflicts
    (one,) = merged.decisions
    assert one.kind == ("review" if policy == "text" else "policy")


@pytest.mark.parametrize(
    ("policy", "base", "local", "remote"),
    [
        ("max", 1, "2", 3),
        ("max", 1, True, 3),
        ("counter", NO_BASE, 1, 2),
        ("counter", 1, "2", 3),
        ("counter", 0.5, 1e300, 2**60),
        ("set", [1], [2], {"a": 1}),
        ("text", "same", "one", "two"),
        ("text", 1, 2, 3),
    ],
)
def test_where_a_policy_cannot_decide_the_general_rules_do(policy: Policy, base: Any, local: Any, remote: Any) -> None:
    merged = merge({"a": base}, {"a": local}, {"a": remote}, MergeOptions(policies=(("a", policy),)))
    if base is NO_BASE:
        merged = merge(NO_BASE, {"a": local}, {"a": remote}, MergeOptions(policies=(("a", policy),)))
    assert [one.path for one in merged.conflicts] == [("a",)]


def test_the_server_may_be_local() -> None:
    options = MergeOptions(policies=(("a", "server"), ("b", "client")), server="local")
    assert merge({"a": 1, "b": 1}, {"a": 2, "b": 2}, {"a": 3, "b": 3}, options).result == {"a": 2, "b": 3}


def test_equal_counts_are_added_up_at_any_depth() -> None:
    options = MergeOptions(policies=(("**.views", "counter"),))
    base, side = {"m": [{"id": 1, "views": 5, "t": "a"}]}, {"m": [{"id": 1, "views": 7, "t": "b"}]}
    assert merge(base, side, side, options).result == {"m": [{"id": 1, "views": 9, "t": "b"}]}
    assert merge(base, side, base, options).result == side


def test_other_policies_do_not_care_for_what_both_made_the_same() -> None:
    options = MergeOptions(policies=(("**", "max"), ("x", "counter")))
    merged = merge({"a": 1, "b": 2}, {"a": 3}, {"a": 3}, options)
    assert [(one.path, one.kind) for one in merged.decisions] == [(("a",), "same"), (("b",), "same")]
    assert merged.result == {"a": 3}


def test_unknown_policies_are_refused() -> None:
    with pytest.raises(ValueError, match="no policy: newest"):
        MergeOptions(policies=(("a", "newest"),))  # type: ignore[arg-type]


def test_options_survive_json() -> None:
    options = MergeOptions(policies=(("a.*", "max"), ("**", "ignore")), keys=(("x", "uuid"),), long_text=7, server="local")
    assert MergeOptions.from_json(options.to_json()) == options


@settings(max_examples=150, deadline=None)
@given(sides, st.lists(st.tuples(st.sampled_from(["**", "*", "title", "**.id", "messages.*.n"]), st.sampled_from(POLICIES))))
def test_policies_never_raise(three: Sides, policies: list[tuple[str, Policy]]) -> None:
    options = MergeOptions(policies=tuple(policies))
    assert is_json(merge(*three, options).result)
    if not any(policy == "counter" for _, policy in policies):
        assert all(one.kind == "same" for one in merge(three.base, three.local, three.local, options).decisions)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("", (), True),
        ("a", ("a",), True),
        ("a", ("a", "b"), False),
        ("*", ("a",), True),
        ("*", (), False),
        ("**", (), True),
        ("**", ("a", "b", "c"), True),
        ("metadata.*.updatedAt", ("metadata", "x", "updatedAt"), True),
        ("metadata.*.updatedAt", ("metadata", "updatedAt"), False),
        ("**.updatedAt", ("updatedAt",), True),
        ("**.updatedAt", ("a", "b", "updatedAt"), True),
        ("a.**.b", ("a", "b"), True),
        ("a.**.**.**.b", ("a", "b"), True),
        ("a.**.b", ("a", "b", "x", "b"), True),
        ("a.**.b", ("a", "b", "x"), False),
        ("messages.*.text", ("messages", ItemId("m1"), "text"), True),
        ("messages.7.text", ("messages", ItemId(7), "text"), True),
        (r"a\.b", ("a.b",), True),
        (r"a\.b", ("a", "b"), False),
        (r"\*", ("*",), True),
        (r"\*", ("a",), False),
        ("a.", ("a", ""), True),
        (".a", ("", "a"), True),
    ],
)
def test_patterns(pattern: str, path: tuple[Any, ...], matches: bool) -> None:
    patterns = Patterns([(pattern, "yes")])
    state = patterns.start
    for step in path:
        state = patterns.step(state, step)
    assert (patterns.meaning(state) == "yes") == matches


def test_the_first_pattern_that_matches_counts() -> None:
    patterns = Patterns([("a.b", 1), ("**", 2)])
    assert patterns.covering(("a", "b", "c")) == 1
    assert patterns.covering(("x",)) == 2
    assert Patterns([("a.b", 1)]).covering(("a",)) is None


def test_a_pattern_cannot_end_in_a_backslash() -> None:
    with pytest.raises(ValueError, match="backslash"):
        parts_of("a\\")

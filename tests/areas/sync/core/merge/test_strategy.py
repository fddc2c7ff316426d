"""Rules settle as a hand would, say why not, and never what is to be settled by hand; alike conflicts are found."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.sync.core.merge.choice import Choice, Place
from console.areas.sync.core.merge.conflict import Conflict
from console.areas.sync.core.merge.options import MergeOptions
from console.areas.sync.core.merge.similarity import shape_of, shape_text, similar, transfer
from console.areas.sync.core.merge.strategy import (
    STRATEGIES,
    Remaining,
    Rule,
    Settled,
    Strategy,
    dry_run,
    settle_automatically,
)
from console.areas.sync.core.merge.values import MISSING, NO_BASE, ItemId, equal
from tests.areas.sync.core.merge.documents import Sides, sides

LONG = "The quick brown fox jumps over the lazy dog, and the dog does not mind it at all, as far as one can see."


def conflict(base: Any, local: Any, remote: Any, kind: str = "conversation") -> Conflict:
    return Conflict(kind, "c1", base, local, remote)


DIFFER = "(both changed it, differently)"
CLASH = conflict(
    {"title": "a", "n": 1, "topic": "x"}, {"title": "b", "n": 2, "topic": "y"}, {"title": "c", "n": 1, "topic": "z"}
)


@pytest.mark.parametrize(
    ("rules", "strategy", "result"),
    [
        ([("*", "**", "server_wins")], "server_wins", {"title": "c", "n": 1, "topic": "z"}),
        ([("conv*", "**", "client_wins")], "client_wins", {"title": "b", "n": 2, "topic": "y"}),
        ([("*", "title", "client_wins"), ("*", "**", "server_wins")], "merge", {"title": "b", "n": 1, "topic": "z"}),
        ([("*", "title", "client_wins"), ("*", "topic", "server_wins")], "merge", {"title": "b", "n": 2, "topic": "z"}),
        ([("*", "**", "rejected")], "rejected", MISSING),
        ([("message", "**", "manual"), ("*", "**", "server_wins")], "server_wins", {"title": "c", "n": 1, "topic": "z"}),
    ],
)
def test_rules_settle(rules: list[tuple[str, str, Strategy]], strategy: str, result: Any) -> None:
    answer = settle_automatically(CLASH, [Rule(*rule) for rule in rules])
    assert isinstance(answer, Settled)
    assert (answer.strategy, answer.result) == (strategy, result)
    if strategy != "rejected":
        assert answer.settlement.is_complete
        assert answer.settlement.undo() == CLASH.begin()
    assert answer.rules
    swapped = settle_automatically(
        conflict(CLASH.base, CLASH.remote, CLASH.local), [Rule(*rule) for rule in rules], MergeOptions(server="local")
    )
    assert isinstance(swapped, Settled)
    assert swapped.result == result


@pytest.mark.parametrize(
    ("rules", "reasons"),
    [
        ([], [f"no rule covers title {DIFFER}", f"no rule covers topic {DIFFER}"]),
        ([("*", "title", "server_wins")], [f"no rule covers topic {DIFFER}"]),
        ([("*", "**", "manual")], [f"{name} is to be settled by hand" for name in ("n", "title", "topic")]),
        ([("*", "n", "manual"), ("*", "**", "rejected")], ["n is to be settled by hand"]),
        ([("*", "title", "merge"), ("*", "**", "server_wins")], [f"title cannot be merged {DIFFER}"]),
        ([("message", "**", "server_wins")], [f"no rule covers title {DIFFER}", f"no rule covers topic {DIFFER}"]),
    ],
)
def test_what_remains_says_why(rules: list[tuple[str, str, Strategy]], reasons: list[str]) -> None:
    answer = settle_automatically(CLASH, [Rule(*rule) for rule in rules])
    assert isinstance(answer, Remaining)
    assert sorted(answer.reasons) == sorted(reasons)
    assert answer.reason == "; ".join(answer.reasons)


def test_what_merges_by_itself_needs_no_rule_but_words_want_a_reader() -> None:
    clean = settle_automatically(conflict({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}), [])
    assert isinstance(clean, Settled)
    assert (clean.strategy, clean.result) == ("merge", {"a": 2, "b": 2})
    words = conflict(LONG, LONG.replace("quick", "slow"), LONG.replace("see", "tell"))
    assert isinstance(settle_automatically(words, [Rule("*", "**", "merge")]), Remaining)
    assert isinstance(settle_automatically(words, [Rule("*", "**", "client_wins")]), Settled)


def test_what_both_made_the_same_is_no_choice() -> None:
    answer = settle_automatically(
        conflict({"a": 1, "b": 1}, {"a": 2, "b": 5}, {"a": 3, "b": 5}), [Rule("*", "**", "server_wins")]
    )
    assert isinstance(answer, Settled)
    assert list(answer.settlement.choices) == [Place(("a",))]
    assert answer.strategy == "server_wins"


def test_no_base_is_settled_by_a_side_only() -> None:
    blind = conflict(NO_BASE, {"a": 1, "b": 1}, {"a": 2, "b": 1})
    assert isinstance(settle_automatically(blind, [Rule("*", "**", "merge")]), Remaining)
    answer = settle_automatically(blind, [Rule("*", "a", "server_wins")])
    assert isinstance(answer, Settled)
    assert answer.result == {"a": 2, "b": 1}


rules = st.lists(
    st.builds(
        Rule,
        st.sampled_from(["*", "conversation", "message"]),
        st.sampled_from(["**", "title", "tags", "messages.*.text", "messages", "**.n"]),
        st.sampled_from(STRATEGIES),
    ),
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(sides, rules)
def test_rules_hold_what_they_promise(three: Sides, many: list[Rule]) -> None:
    answer = settle_automatically(conflict(*three), many)
    if isinstance(answer, Remaining):
        assert all(answer.reasons)
        return
    assert not any(rule.strategy == "manual" for rule in answer.rules)
    if answer.strategy == "rejected":
        assert any(rule.strategy == "rejected" for rule in answer.rules)
        return
    assert answer.settlement.is_complete
    if answer.strategy in ("server_wins", "client_wins"):
        assert equal(answer.result, three.remote if answer.strategy == "server_wins" else three.local)


def test_dry_run_counts_and_says_why() -> None:
    by_hand = conflict({"x": 1}, {"x": 2}, {"x": 3}, "circle")
    queue = [CLASH] * 3 + [by_hand] * 2 + [conflict({"y": 1}, {"y": 2}, {"y": 3}, "user")]
    run = dry_run(queue, [Rule("conversation", "**", "server_wins"), Rule("circle", "**", "manual")])
    assert run.words == (
        "would settle 3 of 6, 3 remain: 2 because x is to be settled by hand; "
        "1 because no rule covers y (both changed it, differently)"
    )
    assert [one.entity_type for one, _ in run.remaining] == ["circle", "circle", "user"]
    assert dry_run(queue, [Rule("*", "**", "server_wins")]).words == "would settle 6 of 6"
    assert dry_run([], []).words == "would settle 0 of 0"


def messages(text: str, *, at: str, extra: str = "") -> dict[str, Any]:
    return {"title": f"t{extra}", "messages": [{"id": at, "text": text}]}


def clash_at(one: str, *, kind: str = "conversation", local: str = "mine", remote: str = "hers") -> Conflict:
    return conflict(messages("old", at=one), messages(local, at=one), messages(remote, at=one, extra="!"), kind)


def test_alike_are_the_same_places_of_the_same_type_whatever_the_ids() -> None:
    one = clash_at("m1")
    others = [
        clash_at("m2", local="x", remote="y"),
        clash_at("m3", kind="message"),
        conflict(messages("old", at="m1"), messages("x", at="m1"), {"title": "t", "messages": []}),
        CLASH,
    ]
    assert similar(one, others) == [others[0]]
    assert (
        shape_of("conversation", one.begin().merge)
        == '["conversation",[[["messages","*","text"],"value","both changed it, differently"]]]'
    )
    assert shape_text(("messages", ItemId("m1"), "text")) == "messages.*.text"


def test_choices_are_carried_over_in_one_step() -> None:
    path = ("messages", ItemId("m1"), "text")
    target = clash_at("m7", local="L", remote="R").begin()
    done = transfer(clash_at("m1").begin().choose(path, "remote"), target)
    assert done.result["messages"] == [{"id": "m7", "text": "R"}]
    assert done.undo() == target
    edited = clash_at("m1").begin().choose(path, "edit", "ours")
    assert transfer(edited, target) == target
    assert transfer(edited, clash_at("m8").begin()).result["messages"] == [{"id": "m8", "text": "ours"}]


def test_what_was_chosen_differently_is_not_carried_over() -> None:
    def two(local: str, remote: str) -> Conflict:
        return conflict(*([{"id": "m1", "text": text}, {"id": "m2", "text": text}] for text in ("old", local, remote)))

    source = two("mine", "hers").begin()
    apart = source.choose((ItemId("m1"), "text"), "local").choose((ItemId("m2"), "text"), "remote")
    alike = source.choose((ItemId("m1"), "text"), "local").choose((ItemId("m2"), "text"), "local")
    target = two("x", "y").begin()
    assert transfer(apart, target) == target
    assert transfer(alike, target).result == target.local


def test_hunks_are_carried_over_when_each_got_the_same() -> None:
    def lines(count: int) -> Conflict:
        base = [f"{i}\n" for i in range(30)]
        local, remote = base.copy(), base.copy()
        for number in range(count):
            local[number * 3], remote[number * 3] = f"L{number}\n", f"R{number}\n"
        return conflict(*({"text": "".join(side)} for side in (base, local, remote)))

    source, target = lines(2).begin(), lines(4).begin()
    numbers = source.open_hunks(source.open[0])
    same = source.choose_all({Place(("text",), number): Choice("remote") for number in numbers})
    assert transfer(same, target).result == target.remote
    assert transfer(source.choose(("text",), "remote", hunk=numbers[0]), target) == target


@settings(max_examples=200, deadline=None)
@given(sides, sides, st.sampled_from(["local", "remote"]))
def test_what_is_carried_over_can_be_chosen_there(one: Sides, other: Sides, how: Any) -> None:
    source, target = conflict(*one).begin(), conflict(*other).begin()
    source = source.choose_all({Place(decision.path): Choice(how) for decision in source.merge.decisions})
    done = transfer(source, target)
    assert set(done.choices.values()) <= {Choice(how)}
    assert transfer(source, conflict(*one).begin()).is_complete

"""Settling by hand: choices, hunks, undo, JSON, new sides after a stale answer, alike conflicts."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.sync.core.merge.choice import Choice, Place, choices_for
from console.areas.sync.core.merge.memory import (
    MemoryDamaged,
    choices_from_json,
    choices_to_json,
    from_json,
    to_json,
)
from console.areas.sync.core.merge.options import MergeOptions
from console.areas.sync.core.merge.rebasing import rebase
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.merge.values import MISSING, NO_BASE, ItemId, equal
from tests.areas.sync.core.merge.documents import Sides, is_json, sides

BASE = {"title": "old", "n": 1, "text": "a\nb\nc\nd\ne\n", "messages": [{"id": "m1", "t": "x"}, {"id": "m2", "t": "y"}]}
LOCAL = {"title": "mine", "n": 2, "text": "A\nb\nC\nd\ne\n", "messages": [{"id": "m1", "t": "X"}]}
REMOTE = {"title": "hers", "n": 1, "text": "aa\nb\ncc\nd\nE\n", "messages": [{"id": "m1", "t": "x"}, {"id": "m2", "t": "z"}]}
M2 = ("messages", ItemId("m2"))


@pytest.fixture
def begun() -> Settlement:
    return Settlement(BASE, LOCAL, REMOTE)


def test_stepping_through(begun: Settlement) -> None:
    assert [one.path for one in begun.open] == [("title",), ("text",), M2]
    assert begun.result == {
        "title": "old",
        "n": 2,
        "text": "a\nb\nc\nd\nE\n",
        "messages": [{"id": "m1", "t": "X"}, BASE["messages"][1]],
    }
    done = begun.choose(("title",), "remote").choose(("text",), "both").choose(M2, "delete")
    assert done.is_complete
    assert done.result == {"title": "hers", "n": 2, "text": "A\naa\nb\nC\ncc\nd\nE\n", "messages": [{"id": "m1", "t": "X"}]}
    assert begun.choices == {}


def test_hunk_by_hunk(begun: Settlement) -> None:
    text = begun.decision_at(("text",))
    assert begun.open_hunks(text) == (0, 2)
    half = begun.choose(("text",), "remote", hunk=0)
    assert half.open_hunks(text) == (2,)
    assert not half.is_settled(text)
    done = half.choose(("text",), "edit", "see\n", hunk=2)
    assert done.is_settled(text)
    assert done.result["text"] == "aa\nb\nsee\nd\nE\n"
    assert done.choose(("text",), "delete", hunk=4).result["text"] == "aa\nb\nsee\nd\n"
    whole = done.choose(("text",), "local")
    assert whole.result["text"] == LOCAL["text"]
    assert list(whole.choices) == [Place(("text",))]
    assert whole.undo().result["text"] == "aa\nb\nsee\nd\nE\n"
    assert whole.choose(("text",), "base", hunk=0).result["text"] == "a\nb\nc\nd\nE\n"


def test_undo_takes_steps_back_one_by_one(begun: Settlement) -> None:
    one = begun.choose(("title",), "local")
    two = one.choose(("title",), "edit", "new")
    three = two.choose_all({Place(("title",)): Choice("remote"), Place(M2): Choice("remote")})
    assert three.result["title"] == "hers"
    assert three.undo().choices == two.choices
    assert three.undo().undo().choices == one.choices
    assert three.undo().undo().undo() == begun
    assert begun.undo() == begun
    assert begun.choose_all({}) == begun


def test_what_can_be_chosen(begun: Settlement) -> None:
    assert choices_for(begun.decision_at(("title",))) == ("base", "local", "remote", "both", "edit", "delete")
    assert choices_for(begun.decision_at(("n",))) == ("base", "local", "remote", "edit", "delete", "merged")
    assert choices_for(begun.decision_at(("text",)), 2) == ("base", "local", "remote", "both", "edit", "delete")
    assert choices_for(begun.decision_at(("text",)), 9) == ()
    without = Settlement(NO_BASE, [{"id": 1}, {"id": 2}], [{"id": 2}, {"id": 1}])
    assert choices_for(without.open[0]) == ("local", "remote", "edit")


@pytest.mark.parametrize(
    ("path", "how", "value", "hunk"),
    [
        (("nowhere",), "local", MISSING, None),
        (("title",), "merged", MISSING, None),
        (("title",), "local", MISSING, 0),
        (("n",), "both", MISSING, None),
        (("text",), "local", MISSING, 17),
        (("text",), "edit", ["no text"], 0),
        (("title",), "edit", MISSING, None),
        (("title",), "edit", float("nan"), None),
        (("title",), "edit", {1, 2}, None),
        (("messages",), "edit", "m1", None),
        (("messages",), "delete", MISSING, None),
    ],
)
def test_what_cannot_be_chosen(path: Any, how: Any, value: Any, hunk: int | None) -> None:
    local = LOCAL | {"messages": [BASE["messages"][1], BASE["messages"][0]]}
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        Settlement(BASE, local, REMOTE).choose(path, how, value, hunk=hunk)


def test_both_of_lists_and_texts() -> None:
    begun = Settlement(
        {"l": [1], "t": "x", "u": "x"}, {"l": [1, 2, True], "t": "y", "u": "y\ny"}, {"l": [2, 1], "t": "z", "u": "z"}
    )
    for path in ("l", "t", "u"):
        begun = begun.choose((path,), "both")
    assert equal(begun.result, {"l": [2, 1, 2, True], "t": "y z", "u": "y\ny\nz"})
    whole = Settlement([1], [2, 3], [3, 4]).choose((), "both")
    assert whole.result == [2, 3, 4]


def test_orders_can_be_chosen_and_edited() -> None:
    items = {one: {"id": one, "t": one} for one in "abcd"}

    def begin(base: str, local: str, remote: str) -> Settlement:
        return Settlement(*([items[one] for one in names] for names in (base, local, remote)))

    begun = begin("abc", "bca", "cabd")
    (order,) = begun.open
    assert (order.about, order.path) == ("order", ())
    names = {how: "".join(one["id"] for one in begun.choose((), how).result) for how in ("base", "local", "remote")}
    assert names == {"base": "abdc", "local": "bdca", "remote": "cabd"}
    assert [one["id"] for one in begun.choose((), "edit", ["d", "nobody", "b", "a", "b"]).result] == [*"dcba"]


def test_a_proposal_is_confirmed_with_its_hunks() -> None:
    base = " ".join(f"word{i}" for i in range(40))
    begun = Settlement(base, base.replace("word3 ", "drei "), base.replace("word30", "dreissig"))
    (review,) = begun.open
    assert begun.choose((), "merged").is_complete
    first = next(number for number, hunk in enumerate(review.hunks) if hunk.kind == "local")
    changed = begun.choose((), "base", hunk=first)
    assert not changed.is_complete
    assert changed.choose((), "merged").result == base.replace("word30", "dreissig")
    assert changed.choose((), "merged").is_complete


def test_a_deleted_entity(begun: Settlement) -> None:
    deleted = Settlement(BASE, MISSING, REMOTE)
    assert deleted.choose((), "local").result is MISSING
    assert deleted.choose((), "remote").result == REMOTE


@st.composite
def settled(draw: st.DrawFn) -> Settlement:
    three = draw(sides)
    settlement = Settlement(draw(st.sampled_from([three.base, NO_BASE, MISSING])), three.local, three.remote)
    for decision in draw(st.lists(st.sampled_from(settlement.merge.decisions), max_size=4)):
        hunk = draw(st.none() | st.sampled_from(range(len(decision.hunks)))) if decision.hunks else None
        how = draw(st.sampled_from(choices_for(decision, hunk)))
        value: Any = MISSING
        if how == "edit":
            text = isinstance(decision.base, str)
            value = ["m", 1] if decision.about == "order" else "x" if hunk is None or text else [1]
        settlement = settlement.choose(decision.path, how, value, hunk=hunk)
    return settlement


@settings(max_examples=300, deadline=None)
@given(settled())
def test_settlements_survive_json_with_their_undo(settlement: Settlement) -> None:
    told = json.loads(json.dumps(to_json(settlement)))
    back = from_json(told)
    while True:
        assert back == settlement
        assert back.result is settlement.result is MISSING or is_json(back.result)
        assert equal(back.result, settlement.result)
        if not settlement.steps:
            break
        settlement, back = settlement.undo(), back.undo()
    assert not settlement.choices


def test_choices_are_kept_without_the_sides(begun: Settlement) -> None:
    begun = Settlement(BASE, LOCAL, REMOTE, MergeOptions(long_text=10)).choose(M2, "remote").choose(("title",), "edit", None)
    told = json.loads(json.dumps(choices_to_json(begun)))
    assert choices_from_json(told, BASE, LOCAL, REMOTE) == begun
    assert "mine" not in json.dumps(told)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(version=2),
        lambda told: told.pop("version"),
        lambda told: told.update(choices=[{"path": ["nowhere"], "how": "local"}]),
        lambda told: told.update(choices=[{"path": ["title"], "how": "steal"}]),
        lambda told: told.update(choices=[{"path": ["title"], "how": "edit"}]),
        lambda told: told.update(choices=[{"path": ["text"], "hunk": "0", "how": "local"}]),
        lambda told: told.update(choices=[{"path": ["text"], "hunk": 0, "how": "edit", "value": [1]}]),
        lambda told: told.update(choices=[{"path": [7], "how": "local"}]),
        lambda told: told.update(choices=[{"path": ["messages", {"id": 1.5}], "how": "local"}]),
        lambda told: told.update(choices=[3]),
        lambda told: told.update(steps=[[{"path": ["n"], "how": "both"}]]),
        lambda told: told.update(steps=3),
        lambda told: told.pop("sides"),
        lambda told: told.update(sides=3),
        lambda told: told.pop("hasBase"),
        lambda told: told.update(options={}),
        lambda told: told["options"].update(policies=[["a", "newest"]]),
    ],
)
def test_damaged_memory_is_refused(begun: Settlement, change: Any) -> None:
    told = to_json(begun.choose(("title",), "local"))
    change(told)
    with pytest.raises(MemoryDamaged):
        from_json(told)


def test_rebase_keeps_what_did_not_change(begun: Settlement) -> None:
    begun = begun.choose(("title",), "local").choose(M2, "local").choose(("text",), "local", hunk=0)
    begun = begun.choose(("text",), "remote", hunk=2).choose(("n",), "edit", 7)
    newer = REMOTE | {"title": "hers again", "n": 3, "text": "aa\nb\ncc\nd\nE\nf\n"}
    rebased = rebase(begun, LOCAL, newer)
    assert rebased.kept == (Place(M2), Place(("text",), 0), Place(("text",), 2))
    assert rebased.dropped == (Place(("title",)), Place(("n",)))
    assert [one.path for one in rebased.settlement.open] == [("title",), ("n",)]
    assert rebased.settlement.result["text"] == "A\nb\ncc\nd\nE\nf\n"
    assert len(rebased.settlement.steps) == 3
    assert rebased.settlement.undo().open_hunks(rebased.settlement.decision_at(("text",))) == (2,)
    assert rebase(begun, LOCAL, REMOTE).settlement == begun


def test_a_choice_for_one_of_two_equal_hunks_is_asked_again() -> None:
    twice = Settlement("x\n1\ny\n1\nz\n", "x\nL\ny\nL\nz\n", "x\nR\ny\nR\nz\n").choose((), "local", hunk=1)
    once = rebase(twice, twice.local, "x\nother\ny\nR\nz\n")
    assert once.kept == ()
    assert once.dropped == (Place((), 1),)


def test_rebase_when_the_sides_agree_by_now(begun: Settlement) -> None:
    rebased = rebase(begun.choose(("title",), "local"), LOCAL, LOCAL)
    assert rebased.settlement.is_complete
    assert rebased.dropped == (Place(("title",)),)
    assert rebased.settlement.steps == ()


@settings(max_examples=200, deadline=None)
@given(settled(), sides)
def test_rebased_choices_can_be_made_there(settlement: Settlement, newer: Sides) -> None:
    for local, remote in ((settlement.local, newer.remote), (newer.local, newer.remote)):
        rebased = rebase(settlement, local, remote)
        assert from_json(to_json(rebased.settlement)) == rebased.settlement
        assert len(rebased.kept) + len(rebased.dropped) == len(settlement.choices)
        undone = rebased.settlement
        while undone.steps:
            undone = undone.undo()
        assert not undone.choices

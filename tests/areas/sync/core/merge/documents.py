"""Hypothesis strategies: any JSON, and three sides of a document as people change them."""

from typing import Any, NamedTuple

from hypothesis import strategies as st

from console.areas.sync.core.merge.decision import Decision
from console.areas.sync.core.merge.values import MISSING

words = st.sampled_from(["", "a", "b", "x\ny", "x\nz\n", "one two three", "é\u202e\ud800", "東京"])
scalars = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([1.0, 0.5, 2**60]) | words
keys = st.sampled_from(["id", "a", "b", "messages", "a.b", "*"])


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = st.dictionaries(keys, inner, max_size=3)
    with_ids = st.lists(st.tuples(st.sampled_from([1, 2, "1", "m", "n"]), items), max_size=4).map(
        lambda pairs: [{**item, "id": one} for one, item in dict(pairs).items()]
    )
    return st.lists(inner, max_size=4) | items | with_ids


any_json = st.recursive(scalars, _containers, max_leaves=14)
ids = st.lists(st.sampled_from("abcdefg"), unique=True, max_size=7)
texts = st.lists(st.sampled_from(["one", "two", "three", "four", "\n"]), max_size=12).map(" ".join)
items = st.fixed_dictionaries({"text": texts, "n": st.integers(0, 2)}, optional={"meta": st.dictionaries(keys, scalars)})


class Sides(NamedTuple):
    base: Any
    local: Any
    remote: Any


@st.composite
def _messages(draw: st.DrawFn, known: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw a list of messages in which those that are known are mostly as they were."""
    order = draw(ids)
    return [{"id": one, **(known[one] if one in known and draw(st.booleans()) else draw(items))} for one in order]


@st.composite
def edited(draw: st.DrawFn) -> Sides:
    """Draw a document and two later versions: fields set, items added, removed, moved and changed, texts edited."""
    known = {one: draw(items) for one in draw(ids)}
    base = {
        "title": draw(texts),
        "tags": draw(st.lists(st.integers(0, 4), max_size=6)),
        "messages": [{"id": one, **known[one]} for one in known],
    }
    sides = []
    for _ in range(2):
        side = dict(base)
        for name, values in (("title", texts), ("tags", st.lists(st.integers(0, 4), max_size=6)), ("extra", any_json)):
            how = draw(st.sampled_from(["keep", "keep", "set", "drop"]))
            if how == "set":
                side[name] = draw(values)
            elif how == "drop":
                side.pop(name, None)
        if draw(st.booleans()):
            side["messages"] = draw(_messages(known))
        sides.append(side)
    return Sides(base, *sides)


wild = st.builds(Sides, any_json, any_json, any_json)
sides = edited() | wild
MIRROR = {"local": "remote", "remote": "local"}


def mirrored(decision: Decision) -> Decision:
    """Return the decision as it is when both sides change places."""
    hunks = tuple(
        one._replace(kind=MIRROR.get(one.kind, one.kind), local=one.remote, remote=one.local) for one in decision.hunks
    )
    return decision._replace(
        kind=MIRROR.get(decision.kind, decision.kind), local=decision.remote, remote=decision.local, hunks=hunks
    )


def deep(levels: int, core: Any = 1) -> Any:
    """Return a value of so many levels, lists and objects by turns."""
    value = core
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


def is_json(value: Any) -> bool:
    """Tell whether a value of few levels is JSON, and nothing absent hides in it."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_json, value))
    return value is not MISSING and (value is None or isinstance(value, bool | int | float | str))

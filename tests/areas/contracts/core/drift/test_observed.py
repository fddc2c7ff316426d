"""Statistics of what is observed: exact where they say so, bounded under any JSON, the same after being written and read."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.contracts.core.drift.chance import MOST_PATHS
from console.areas.contracts.core.drift.observed import ALL_OF_THE_FIRST, Observed
from console.areas.contracts.core.drift.path_view import PathView, places_of
from console.areas.contracts.core.drift.slot import HOURS, MINUTES, MOST_EXAMPLES, MOST_KEYS, MOST_VALUES
from console.reporter.contracts.exchange import ABSENT

MINUTE = 60_000
START = 1_790_000_000_000

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["a", "b", "\ud800", "7"])
)
_KEYS = st.sampled_from(["id", "name", "items", "odd key", "", "\ud800", "k" * 500]) | st.text(max_size=3)
JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=25
)


def observed_of(values: list[Any], step_ms: int = 1000) -> Observed:
    observed = Observed()
    for i, value in enumerate(values):
        observed.fold(value, START + i * step_ms, i + 1)
    return observed


def by_path(observed: Observed) -> dict[str, PathView]:
    return {view.path: view for view in observed.paths()}


def count(value: Any, path: str, into: dict[str, dict[str, int]]) -> None:
    """Count types by path the plain way."""
    names = {
        dict: "object",
        list: "array",
        str: "string",
        bool: "boolean",
        int: "integer",
        float: "number",
        type(None): "null",
    }
    here = into.setdefault(path or "$", {})
    name = names[type(value)]
    here[name] = here.get(name, 0) + 1
    if isinstance(value, dict):
        for key, one in value.items():
            count(one, f"{path}.{key}" if path else key, into)
    elif isinstance(value, list):
        for one in value:
            count(one, f"{path}[]", into)


def test_counts_types_nulls_and_presence_exactly() -> None:
    values = [{"id": i, "name": None if i % 10 == 0 else "x", **({"tag": True} if i % 4 == 0 else {})} for i in range(1000)]
    paths = by_path(observed_of(values))
    assert paths["id"].types == {"integer": 1000}
    assert paths["name"].types == {"null": 100, "string": 900}
    assert paths["name"].nulls == 100
    assert paths["tag"].n == 250
    assert paths["tag"].parents == 1000
    assert paths["tag"].presence == 0.25


def test_items_count_against_the_objects_that_hold_them() -> None:
    values = [{"hits": [{"id": "a", "p": 1}, {"id": "b"}]} for _ in range(50)]
    paths = by_path(observed_of(values))
    assert paths["hits[].p"].presence == 0.5
    assert paths["hits[].p"].parents == 100
    assert paths["hits"].sizes == (2, 2)


def test_a_field_that_comes_late_was_absent_before() -> None:
    observed = observed_of([{"a": 1}] * 70)
    observed.settle()
    for i in range(30):
        observed.fold({"a": 1, "b": 2}, START + 10 * MINUTE + i, 100 + i)
    late = observed.settle().root.children["b"]
    assert (late.n, late.absent.n, late.absent.first, late.absent.last) == (30, 70, 1, 70)
    assert by_path(observed)["b"].presence == 0.3


def test_enumerations_are_counted_until_there_are_too_many() -> None:
    few = by_path(observed_of([{"kind": f"k{i % MOST_VALUES}"} for i in range(240)]))["kind"]
    assert dict(few.values) == {f"k{i}": 10 for i in range(MOST_VALUES)}
    many = by_path(observed_of([{"kind": f"k{i % 25}"} for i in range(240)]))["kind"]
    assert many.values == ()
    assert many.has_many_values
    assert many.types == {"string": 240}
    assert many.lengths == (2, 3)


def test_forms_of_texts_need_the_whole_text() -> None:
    values = [
        {"id": f"00000000-0000-4000-8000-{i:012}", "day": f"2026-11-{i % 28 + 1:02}", "free": f"on 2026-11-0{i}"}
        for i in range(100)
    ]
    paths = by_path(observed_of(values))
    assert paths["id"].formats == ("uuid",)
    assert paths["day"].formats == ("date",)
    assert paths["free"].formats == ()


def test_more_than_forty_keys_are_a_map_with_what_was_counted_before() -> None:
    values: list[Any] = [
        {"by": {f"user{chr(97 + i % 26)}{chr(97 + i // 26)}": {"score": i} for i in range(n)}} for n in range(1, 60)
    ]
    observed = observed_of(values)
    paths = by_path(observed)
    assert set(paths) == {"$", "by", "by.*", "by.*.score"}
    assert paths["by.*"].n == sum(range(1, 60))
    assert paths["by.*.score"].types == {"integer": sum(range(1, 60))}
    assert paths["by.*.score"].numbers == (0, 58)


def test_keys_that_are_ids_are_a_map_at_once() -> None:
    paths = by_path(observed_of([{"by": {"17": 1, "42": 2}}, {"by": {"99": 3}}]))
    assert paths["by.*"].n == 3
    assert "by.17" not in paths


def test_buckets_tell_when_it_changed() -> None:
    observed = Observed()
    for i in range(600):
        observed.fold({"a": None if i >= 400 else 1, **({} if i >= 500 else {"b": 2})}, START + i * 6_000, i + 1)
    minutes = by_path(observed)["a"].minutes
    assert min(minutes) == (START + 400 * 6_000) // MINUTE
    assert sum(counts[1] for counts in minutes.values()) == 200
    gone = by_path(observed)["b"].minutes
    assert min(gone) == (START + 500 * 6_000) // MINUTE
    assert sum(counts[0] for counts in gone.values()) == 100


def test_what_has_no_body_is_counted_and_not_looked_at() -> None:
    observed = observed_of([ABSENT, {"a": 1}, ABSENT])
    observed.settle()
    assert (observed.seen, observed.n) == (3, 1)


@given(st.lists(JSON, max_size=12))
@settings(max_examples=150, deadline=None)
def test_what_is_written_reads_as_the_same(values: list[Any]) -> None:
    observed = observed_of(values, step_ms=40_000)
    for i, _ in enumerate(values):
        observed.fold_duration(i * 1.5, START + i, i)
    again = Observed.load(observed.dump())
    assert again == observed
    assert again.dump() == observed.dump()
    again.fold({"a": 1}, START, 5)
    observed.fold({"a": 1}, START, 5)
    assert again == observed


@given(st.lists(JSON, max_size=10), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_bounds_hold_under_any_json(values: list[Any], rng: random.Random) -> None:
    wide = [{f"k{rng.randrange(200)}": {f"x{j}": rng.random() for j in range(rng.randrange(60))}} for _ in range(20)]
    observed = observed_of([*values, *wide, values, {"all": values}], step_ms=7 * MINUTE)
    places = list(places_of(observed.settle().root))
    assert len(places) <= MOST_PATHS
    for _, slot, _ in places:
        assert len(slot.children) <= MOST_KEYS
        assert len(slot.values) <= MOST_VALUES
        assert len(slot.minutes) <= MINUTES
        assert len(slot.hours) <= HOURS
        assert all(len(tally.examples) <= MOST_EXAMPLES for tally in slot.types.values())
        assert len(slot.forms) <= 12


@given(st.lists(JSON, min_size=1, max_size=10), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_of_events_does_not_change_counts(values: list[Any], rng: random.Random) -> None:
    shuffled = list(values)
    rng.shuffle(shuffled)
    one, other = by_path(observed_of(values)), by_path(observed_of(shuffled))
    if any(path.endswith(".*") for path in [*one, *other]):  # what one sees as a map from the start
        assert {p for p in one if p.endswith("*")} == {p for p in other if p.endswith("*")}
        return
    assert {path: (view.types, view.n, view.parents, sorted(map(str, view.values))) for path, view in one.items()} == {
        path: (view.types, view.n, view.parents, sorted(map(str, view.values))) for path, view in other.items()
    }


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcd"), JSON.filter(lambda v: "\ud800" not in repr(v)), max_size=4), max_size=12
    )
)
@settings(max_examples=100, deadline=None)
def test_agrees_with_counting_the_plain_way(values: list[Any]) -> None:
    observed = observed_of(values)
    if observed.settle().dropped:
        return
    plain: dict[str, dict[str, int]] = {}
    for value in values:
        count(value, "", plain)
    for path, view in by_path(observed).items():
        if path.isalpha():
            assert view.types == plain[path]


def test_what_is_not_its_own_is_refused() -> None:
    for blob in (b"", b"\x09abc", b"\x01", b"\x01\x93\x01\x02\x03", b"\x01" + b"\xff" * 40):
        with pytest.raises(ValueError, match="drift statistics"):
            Observed.load(blob)


def test_hostile_values_neither_raise_nor_grow_it() -> None:
    deep: Any = 1
    for _ in range(400):
        deep = {"d": [deep]}
    observed = observed_of(
        [
            {"big": 10**400, "text": "x" * 1_000_000, "nan": float("nan"), "inf": float("inf"), "neg": -(10**30)},
            {"k" * 100_000: 1, "\ud800": "\ud800", "": None},
            deep,
            [[[[1]]]] * 5_000,
            {str(i): i for i in range(100_000)},
            (1, 2),
        ]
    )
    assert len(observed.dump()) < 40_000
    assert Observed.load(observed.dump()) == observed


def test_samples_after_the_first_hundreds_still_see_a_tenth() -> None:
    values = [{"at": f"2026-11-01T00:00:{i % 60:02}.{i:06}Z"} for i in range(ALL_OF_THE_FIRST + 400)]
    for value in values[-40:]:
        value["at"] = "yesterday, about " + value["at"][-7:]
    assert "" in observed_of(values).settle().root.children["at"].forms

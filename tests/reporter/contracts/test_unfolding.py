"""Schemas that make one value be checked without end are found by counting, and sound ones are left alone."""

import time
from typing import Any

import pytest

from console.reporter.contracts.schema import DEEPEST, SchemaChecker, SchemaError
from console.reporter.contracts.unfolding import unfold


def doubling(n: int, keyword: str, wrap: Any = lambda one: one) -> dict[str, Any]:
    """Each definition names the next one twice."""
    steps = {f"a{i}": wrap({keyword: [{"$ref": f"#/$defs/a{i + 1}"}, {"$ref": f"#/$defs/a{i + 1}"}]}) for i in range(n)}
    return {"$ref": "#/$defs/a0", "$defs": {**steps, f"a{n}": {"type": "integer"}}}


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_doubling_in_place_is_refused_when_it_gets_too_much(keyword: str) -> None:
    assert unfold(doubling(6, keyword), DEEPEST).deepest == DEEPEST
    assert unfold(doubling(40, keyword), DEEPEST).deepest == -1
    with pytest.raises(SchemaError, match="more than 2,000 times"):
        SchemaChecker(doubling(40, keyword))


@pytest.mark.parametrize(
    "node",
    [
        {"items": {"anyOf": [{"$ref": "#/$defs/n"}, {"$ref": "#/$defs/n"}]}, "maxItems": 1},
        {"anyOf": [{"items": {"$ref": "#/$defs/n"}, "maxItems": 1}, {"items": {"$ref": "#/$defs/n"}}], "maxItems": 1},
        {"allOf": [{"items": {"$ref": "#/$defs/n"}}, {"prefixItems": [{"$ref": "#/$defs/n"}]}], "maxItems": 1},
    ],
)
def test_doubling_with_each_level_of_the_value_is_checked_so_deep_and_no_deeper(node: dict[str, Any]) -> None:
    checker = SchemaChecker({"$ref": "#/$defs/n", "$defs": {"n": {"type": ["array", "integer"], **node}}})
    value: Any = "wrong"
    for _ in range(60):
        value = [value]
    begun = time.perf_counter()
    assert not checker.holds(value)
    assert [one.keyword for one in checker.problems(value)] == ["depth"]
    assert checker.holds([[[[1]]]])
    assert time.perf_counter() - begun < 2


def test_maps_and_named_properties_meet_at_one_value() -> None:
    both = {"properties": {"a": {"$ref": "#"}}, "patternProperties": {"": {"$ref": "#"}}}
    assert 5 < unfold(both, DEEPEST).deepest < 15
    assert unfold({"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}}, DEEPEST).deepest == DEEPEST


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {
            "anyOf": [{"$ref": "#/$defs/a"}, {"type": "string"}],
            "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
        },
        {"$dynamicRef": "#x", "$dynamicAnchor": "x"},
        {"$ref": "#x", "$defs": {"x": {"$anchor": "x", "not": {"$ref": "#x"}}}},
    ],
)
def test_what_refers_to_itself_in_place_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="refers to itself"):
        SchemaChecker(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}},
        {
            "$ref": "#/$defs/t",
            "$defs": {"t": {"anyOf": [{"type": "null"}, {"properties": {"next": {"$ref": "#/$defs/t"}}}]}},
        },
        {
            "$id": "https://x.test/a",
            "$ref": "b#/$defs/c",
            "$defs": {"b": {"$id": "b", "$defs": {"c": {"items": {"$ref": "#"}}}}},
        },
        {
            "properties": {f"p{i}": {"$ref": f"#/$defs/d{i % 30}"} for i in range(300)},
            "$defs": {f"d{i}": {"properties": {"x": {"$ref": f"#/$defs/d{i + 1}"}} if i < 29 else {}} for i in range(30)},
        },
        True,
    ],
)
def test_recursion_as_services_have_it_is_checked_in_full(schema: Any) -> None:
    assert unfold(schema, DEEPEST).deepest == DEEPEST
    SchemaChecker(schema)


def test_counting_takes_no_longer_than_compiling_is_worth() -> None:
    refs = [{"$ref": f"#/$defs/d{i}"} for i in range(300)]
    schema = {
        "properties": {f"p{i}": one for i, one in enumerate(refs)},
        "$defs": {f"d{i}": {"properties": {f"q{k}": refs[(i * k) % 300] for k in range(1, 9)}} for i in range(300)},
    }
    begun = time.perf_counter()
    assert unfold(schema, DEEPEST).deepest > 3
    assert time.perf_counter() - begun < 3

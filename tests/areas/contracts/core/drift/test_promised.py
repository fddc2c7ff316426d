"""What is read of a schema is never narrower than the schema, so that a finding against it is one against the schema."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.contracts.core.drift.chance import OBSERVED
from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.finding import BREAKING, Finding
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.proposing import infer_contract, propose
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.schema import SchemaChecker

START = 1_790_000_000_000
_NAMES = st.sampled_from(["a", "b", "c"])
_WHOLE = st.integers(-3, 6)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | _WHOLE
    | st.floats(-3, 6, allow_nan=False)
    | st.sampled_from(["", "x", "red", "2026-11-24", "long text"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)
_TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "object", "array"])


def _leaf() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.booleans(),
        st.fixed_dictionaries({"type": _TYPES | st.lists(_TYPES, min_size=1, max_size=3, unique=True)}),
        st.fixed_dictionaries(
            {"enum": st.lists(st.sampled_from(["x", "red", 1, 2.0, None, True, {}]), min_size=1, max_size=3, unique_by=repr)}
        ),
        st.fixed_dictionaries({"const": st.sampled_from(["x", 1, None, False])}),
        st.fixed_dictionaries(
            {"type": st.just("string")},
            optional={"minLength": st.integers(0, 4), "maxLength": st.integers(0, 9), "format": st.just("date")},
        ),
        st.fixed_dictionaries(
            {}, optional={"minimum": _WHOLE, "exclusiveMinimum": _WHOLE, "maximum": _WHOLE, "exclusiveMaximum": _WHOLE}
        ),
        st.just({"$ref": "#/$defs/one"}),
    )


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.just("object"),
                "properties": st.dictionaries(_NAMES, inner, max_size=3),
                "additionalProperties": inner,
                "required": st.lists(_NAMES, max_size=2, unique=True),
                "patternProperties": st.dictionaries(st.sampled_from(["^a", "c$"]), inner, max_size=1),
            },
        ),
        st.fixed_dictionaries(
            {},
            optional={
                "items": inner,
                "prefixItems": st.lists(inner, min_size=1, max_size=2),
                "minItems": st.integers(0, 2),
                "maxItems": st.integers(0, 3),
            },
        ),
        st.sampled_from(["allOf", "anyOf", "oneOf"]).flatmap(
            lambda name: st.fixed_dictionaries({name: st.lists(inner, min_size=1, max_size=3)})
        ),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"if": inner, "then": inner}),
    )


SCHEMAS = st.recursive(_leaf(), _nested, max_leaves=6).map(
    lambda schema: (
        {"$defs": {"one": {"type": ["string", "null"], "maxLength": 3}}, **schema} if isinstance(schema, dict) else schema
    )
)


def contract(schema: Any, **more: Any) -> Contract:
    return Contract("server", "/x", "1.0.0", "GET", responses={"2xx": schema}, **more)


def observed_of(values: list[Any]) -> Observed:
    observed = Observed()
    for i, value in enumerate(values):
        observed.fold(value, START + i * 1000, i + 1)
    return observed


def findings(values: list[Any], promised: Contract | None) -> tuple[Finding, ...]:
    return detect_drift(observed_of(values), promised, "response", "2xx", START + len(values) * 1000)


@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=6))
@settings(max_examples=400, deadline=None)
def test_what_keeps_to_the_schema_never_breaks_it(schema: Any, values: list[Any]) -> None:
    checker = SchemaChecker(schema)
    holding = [value for value in values if checker.holds(value)]
    broken = [one for one in findings(holding, contract(schema)) if one.severity == BREAKING]
    assert broken == [], (schema, holding)


@given(st.lists(VALUES, min_size=1, max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_contract_made_from_what_was_seen_holds_for_all_of_it(values: list[Any]) -> None:
    made = infer_contract({("response", "2xx"): observed_of(values * 40)}, "server", "GET", "/x")
    checker = SchemaChecker(made.responses["2xx"])
    assert [value for value in values if not checker.holds(value)] == []


@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_after_accepting_nothing_that_was_found_is_found_again(schema: Any, values: list[Any]) -> None:
    observed, promised = observed_of(values), contract(schema)
    before = detect_drift(observed, promised, "response", "2xx", START)
    if len({(one.kind, one.path) for one in before}) != 1:
        return
    after = detect_drift(observed, propose(promised, {("response", "2xx"): observed}), "response", "2xx", START)
    facts = {(one.kind, one.path) for one in before if one.chance == OBSERVED}
    assert not facts & {(one.kind, one.path) for one in after}, schema


@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=5), st.lists(VALUES, max_size=6))
@settings(max_examples=200, deadline=None)
def test_accepting_only_ever_widens(schema: Any, values: list[Any], others: list[Any]) -> None:
    if any(word in repr(schema) for word in ("'not'", "'oneOf'", "'if'")):  # wider inside of these is narrower outside
        return
    widened = propose(contract(schema), {("response", "2xx"): observed_of(values)}).responses["2xx"]
    before, after = SchemaChecker(schema), SchemaChecker(widened)
    for value in [*values, *others]:
        assert not before.holds(value) or after.holds(value), (schema, widened, value)


@pytest.mark.parametrize(
    ("schema", "value", "kind", "path"),
    [
        ({"properties": {"a": {"type": "string"}}}, {"a": 1}, "type_change", "a"),
        ({"properties": {"a": {"type": "string"}}}, {"a": None}, "nullability", "a"),
        ({"properties": {"a": {"type": "integer"}}}, {"a": 1.5}, "type_change", "a"),
        ({"properties": {"a": {"enum": ["x"]}}}, {"a": "y"}, "enum_widening", "a"),
        ({"properties": {"a": {"format": "date"}}}, {"a": "soon"}, "format_change", "a"),
        ({"properties": {"a": {"maximum": 5}}}, {"a": 6}, "range", "a"),
        ({"properties": {"a": {"exclusiveMinimum": 5}}}, {"a": 5}, "range", "a"),
        ({"properties": {"a": {"maxLength": 2}}}, {"a": "abc"}, "range", "a"),
        ({"properties": {"a": {"minItems": 2}}}, {"a": [1]}, "range", "a"),
        ({"properties": {"a": {}}, "required": ["a"]}, {}, "vanished_field", "a"),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"b": 1}, "undeclared_field", "b"),
        ({"items": {"properties": {"a": {"type": "string"}}}}, [{"a": 1}], "type_change", "[].a"),
        ({"additionalProperties": {"type": "string"}}, {"7": 1, "9": 2}, "type_change", "$.*"),
        (
            {"$ref": "#/$defs/t", "$defs": {"t": {"properties": {"n": {"$ref": "#/$defs/t"}}, "type": "object"}}},
            {"n": {"n": 3}},
            "type_change",
            "n.n",
        ),
        ({"anyOf": [{"type": "object", "required": ["a"]}, {"type": "null"}]}, {"b": 1}, "missing", ""),
        ({"type": "array"}, {}, "type_change", "$"),
    ],
)
def test_one_value_outside_is_a_fact(schema: Any, value: Any, kind: str, path: str) -> None:
    broken = [one for one in findings([value], contract(schema)) if one.severity == BREAKING]
    if kind == "missing":
        assert [one.kind for one in broken] == ["vanished_field"]
        return
    assert (kind, path.replace("$.*", "*")) in [(one.kind, one.path.replace("$.*", "*").removeprefix(".")) for one in broken]
    assert all(one.chance == OBSERVED and one.is_unbumped and one.examples for one in broken)

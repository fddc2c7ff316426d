"""Schemas meant to hang or crash a comparison: each ends soon, with a verdict or the word that there is none."""

from __future__ import annotations

import time
from typing import Any

import pytest

from console.areas.contracts.core.compatibility import compare
from console.areas.contracts.core.compatibility.containment import covers
from console.areas.contracts.core.compatibility.weighing import weigh
from console.reporter.contracts.contract import Contract

TEXT: dict[str, Any] = {"type": "string"}
MAYBE: dict[str, Any] = {"type": ["string", "null"]}


def deep(leaf: Any, levels: int) -> Any:
    for _ in range(levels):
        leaf = {"type": "object", "properties": {"a": leaf}}
    return leaf


def doubling(leaf: Any, levels: int) -> Any:
    """Return a schema that is 2 to the power of `levels` large when each reference is followed."""
    both = [{name: {"$ref": f"#/$defs/d{i + 1}"} for name in "ab"} for i in range(levels)]
    defs = {f"d{i}": {"type": "object", "properties": one} for i, one in enumerate(both)}
    return {"$ref": "#/$defs/d0", "$defs": {**defs, f"d{levels}": leaf}}


def crossing(count: int) -> Any:
    return {"allOf": [{"anyOf": [{"type": "object", "required": [f"x{i}{j}"]} for j in range(6)]} for i in range(count)]}


def alternatives(count: int) -> Any:
    return {"oneOf": [{"type": "object", "properties": {f"a{i}": TEXT, f"b{i}": MAYBE}} for i in range(count)]}


def fields(count: int, leaf: Any) -> Any:
    return {"properties": {f"f{i}": leaf for i in range(count)}}


def patterns(form: str, leaf: Any) -> Any:
    return {"patternProperties": {form.format(i): leaf for i in range(60)}}


PAIRS = {
    "deep": (deep(TEXT, 50), deep(MAYBE, 50)),
    "too deep": (deep(TEXT, 3000), deep(MAYBE, 3000)),
    "doubling": (doubling(TEXT, 40), doubling(MAYBE, 40)),
    "crossing": (crossing(12), crossing(11)),
    "alternatives": (alternatives(150), alternatives(151)),
    "many values": ({"enum": list(range(10_000))}, {"enum": list(range(1, 10_001))}),
    "many fields": (fields(900, TEXT), fields(900, MAYBE)),
    "many patterns": (patterns("^(a|b)*{}$", TEXT), patterns("^(a*)*{}$", TEXT)),
    "slow pattern": ({"pattern": "^(a+)+$"}, {"pattern": "^(a|aa)+$"}),
    "refers to itself": ({"$ref": "#"}, {"$ref": "#", "type": "string"}),
    "in a circle": ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}, TEXT),
    "large numbers": ({"maximum": 10**400}, {"maximum": 10**401}),
    "half a character": ({"const": "\ud800"}, TEXT),
}  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_a_comparison_ends(pair: tuple[Any, Any]) -> None:
    started = time.perf_counter()
    for direction in ("request", "response"):
        found = weigh(*pair, direction, "$")  # type: ignore[arg-type]
        assert found
        assert all(len(one.rule) < 600 and len(one.old) < 300 and len(one.new) < 300 for one in found)
    assert covers(*pair) in (True, False, None)
    assert time.perf_counter() - started < 20


def test_what_is_too_large_is_to_be_reviewed() -> None:
    (change,) = weigh(*PAIRS["too deep"], "request", "$")
    assert (change.kind, change.verdict) == ("too-large", "RISKY")
    assert "too-large" in {one.kind for one in weigh(*PAIRS["doubling"], "request", "$")}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [({"type": "nope"}, "invalid-schema"), ({"minLength": "x"}, "invalid-schema"),
     ({"$ref": "https://elsewhere.test/one"}, "unknown-reference"), ({"$ref": "#/$defs/none"}, "unknown-reference")],
)  # fmt: skip
def test_a_broken_schema_is_risky_in_words(schema: Any, kind: str) -> None:
    for pair in (schema, TEXT), (TEXT, schema):
        (change,) = weigh(*pair, "response", "$")
        assert (change.kind, change.verdict) == (kind, "RISKY")
        assert covers(*pair) is None


def test_500_operations_are_compared_in_a_second() -> None:
    def operation(i: int, leaf: Any) -> Contract:
        item = {"type": "object", "properties": {f"f{k}": TEXT for k in range(10)} | {"changed": leaf}, "required": ["f0"]}
        page = {"type": "object", "properties": {"items": {"type": "array", "items": item}, "next": MAYBE}}
        return Contract("s", f"/r{i}/:id", "1.0.0", "POST", request=item, responses={"2xx": page, "4xx": item})

    old, new = ([operation(i, leaf) for i in range(500)] for leaf in (TEXT, {"type": "integer"}))
    started = time.perf_counter()
    found = [compare(*pair) for pair in zip(old, new, strict=True)]
    spent = time.perf_counter() - started
    assert all(len(one) == 3 for one in found)
    assert spent < 5, "1 s is the aim, several times that on a busy machine"

"""Fields that are only read or only written: what changes in them concerns only the direction in which they are sent."""

from __future__ import annotations

from random import Random
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from console.areas.contracts.core.compatibility.changes import Direction
from console.areas.contracts.core.compatibility.schemas import Document, mapped
from console.areas.contracts.core.compatibility.sending import UNSENT, sent
from console.areas.contracts.core.compatibility.weighing import weigh
from console.reporter.contracts.schema import SchemaChecker
from tests.areas.contracts.core.compatibility.random_schemas import changed, document, near

ONE, TWO = {"enum": ["a"]}, {"enum": ["a", "b"]}
READ, WRITTEN = {"readOnly": True}, {"writeOnly": True}
UNSURE = {"pattern": "^(?!x)[a-z]+$"}, {"pattern": "^(?=a)[a-z]+$"}
"""Two patterns of which it cannot be proved how they stand to each other."""


def having(*required: str, **fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(required)}


def told(old: Any, new: Any, direction: Direction) -> list[tuple[str, str, str]]:
    return [(one.path, one.kind, one.verdict) for one in weigh(old, new, direction, "$")]


@pytest.mark.parametrize(
    ("old", "new", "direction", "kind", "verdict"),
    [
        (TWO | READ, ONE | READ, "request", "value-removed", "COSMETIC"),
        (TWO | READ, ONE, "request", "value-removed", "COSMETIC"),
        (TWO, ONE | READ, "request", "value-removed", "BREAKING"),  # the mark is new to those who send it
        (TWO | WRITTEN, ONE | WRITTEN, "request", "value-removed", "BREAKING"),
        (ONE | WRITTEN, TWO | WRITTEN, "response", "value-added", "COSMETIC"),
        (ONE | READ, TWO | READ, "response", "value-added", "RISKY"),
    ],
)
def test_a_field_that_is_not_sent_breaks_nobody(old: Any, new: Any, direction: Direction, kind: str, verdict: str) -> None:
    assert ("f", kind, verdict) in told(having(f=old), having(f=new), direction)


def test_a_field_that_something_asks_for_is_sent_whatever_its_mark() -> None:
    asked = {"allOf": [having(f=TWO | READ), {"required": ["f"]}]}
    assert told(asked, {"allOf": [having(f=ONE | READ), {"required": ["f"]}]}, "request") == [
        ("f", "value-removed", "BREAKING")
    ]
    old, new = ({"required": ["f"], "anyOf": [having(f=one | READ, g=UNSURE[0]), having("n", n=ONE)]} for one in (TWO, ONE))
    assert ("f", "value-removed", "COSMETIC") not in told(old, new, "request")


def test_the_rest_is_decided_without_the_field() -> None:
    old, new = having(f=TWO | READ, g={"type": "string"} | UNSURE[0]), having(f=ONE | READ, g={"type": "string"} | UNSURE[1])
    assert sorted(told(old, new, "request")) == [("f", "value-removed", "COSMETIC"), ("g", "pattern-changed", "RISKY")]
    more = having(f=ONE | READ, g={"anyOf": [ONE, {"type": "integer"}]})
    assert {verdict for _, _, verdict in told(having(f=TWO | READ, g=ONE), more, "request")} == {"ADDITIVE", "COSMETIC"}


def test_what_is_behind_a_reference_is_marked_there() -> None:
    old, new = (
        having(f={"$ref": "#/$defs/key"}) | {"$defs": {"key": {"type": "string", "readOnly": True, **limit}}}
        for limit in ({}, {"maxLength": 3})
    )
    assert told(old, new, "request") == [("f", "max-length-set", "COSMETIC")]


def test_one_that_comes_or_goes_is_told_as_what_nobody_sees() -> None:
    bare, key = having(n=ONE), having(n=ONE, key=TWO | WRITTEN)
    closed = {"additionalProperties": False}
    assert told(key, bare, "response") == [("key", "field-removed", "COSMETIC")]
    assert told(bare | closed, key | closed, "response") == [("key", "field-added", "ADDITIVE")]
    assert told(having(n=ONE, key=TWO | READ) | closed, bare | closed, "request") == [("key", "field-removed", "COSMETIC")]
    others = bare | {"additionalProperties": {"type": "integer"}}  # now answered under its name, as one of the others
    assert ("key", "type-changed", "BREAKING") in told(key, others, "response")


def _marked(random: Random, schema: Any, mark: str, asked: frozenset[str]) -> Any:
    """Return the schema with some of the fields marked that nothing asks for."""

    def part(key: str, one: Any) -> Any:
        return _marked(random, one, mark, asked)

    result = mapped(schema, part)
    if isinstance(result, dict) and isinstance(result.get("properties"), dict):
        result["properties"] = {
            name: {**one, mark: True} if isinstance(one, dict) and name not in asked and random.random() < 0.5 else one
            for name, one in result["properties"].items()
        }
    return result


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.integers(0, 2**32))
@pytest.mark.parametrize("direction", get_args(Direction))
def test_what_is_called_safe_is_understood_without_what_is_not_sent(direction: Direction, seed: int) -> None:
    random = Random(seed)
    plain = document(random)
    other = changed(random, plain)
    asked = Document(plain).asked | Document(other).asked
    old, new = (_marked(random, one, UNSENT[direction], asked) for one in (plain, other))
    changes = weigh(old, new, direction, "$")
    assume(not {one.verdict for one in changes} & {"BREAKING", "RISKY"})
    writer, reader = (old, new) if direction == "request" else (new, old)
    sender, receiver = SchemaChecker(sent(writer, Document(writer), direction)), SchemaChecker(reader)
    for _ in range(40):
        value = near(random, writer)
        if sender.holds(value):
            assert receiver.holds(value), (value, old, new, changes)

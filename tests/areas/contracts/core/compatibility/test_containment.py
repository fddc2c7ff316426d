"""What one reads and another writes: containment, and what is sent by one who keeps to a contract."""

from __future__ import annotations

from typing import Any

import pytest

from console.areas.contracts.core.compatibility.containment import covers
from console.areas.contracts.core.compatibility.schemas import Document, plain
from console.areas.contracts.core.compatibility.sending import sent
from console.reporter.contracts.schema import SchemaChecker

TEXT: dict[str, Any] = {"type": "string"}
OLD_DRAFT = "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    ("reader", "writer", "answer"),
    [
        (TEXT, TEXT, True),
        ({"type": ["string", "null"]}, TEXT, True),
        (TEXT, {"type": ["string", "null"]}, False),
        ({"type": "number"}, {"type": "integer", "minimum": 3}, True),
        ({"type": "string", "format": "uuid"}, TEXT, False),
        ({"type": "string", "pattern": "^(?!x)a"}, {"type": "string", "pattern": "^(?=a)a"}, None),
        ({"$schema": OLD_DRAFT, "type": "array", "items": [TEXT]}, {"type": "array", "items": TEXT}, True),
        ({"$ref": "https://elsewhere.test/one"}, TEXT, None),
        ({"type": "nope"}, TEXT, None),
        (True, False, True),
    ],
)
def test_covers(reader: Any, writer: Any, answer: bool | None) -> None:
    assert covers(reader, writer) is answer


def sender(schema: Any) -> SchemaChecker:
    return SchemaChecker(sent(schema, Document(schema)))


def test_a_writer_sends_the_fields_that_are_named() -> None:
    one = sender({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": TEXT}}}, "required": ["c"]})
    assert one.holds({"a": {"b": "x"}, "c": 1})
    assert not one.holds({"a": {"b": "x"}, "c": 1, "d": 1})
    assert not one.holds({"a": {"b": "x", "d": 1}, "c": 1})


def test_a_writer_of_an_open_map_sends_any_field() -> None:
    assert sender({"type": "object"}).holds({"a": 1})
    assert sender({"type": "object", "properties": {"a": TEXT}, "additionalProperties": TEXT}).holds({"a": "x", "b": "y"})
    assert not sender({"type": "object", "patternProperties": {"^x-": TEXT}}).holds({"y": "1"})


def test_fields_are_named_through_references_and_parts() -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}, "right": {"$ref": "#/$defs/tree"}}}
    whole = {"allOf": [{"$ref": "#/$defs/tree"}, {"properties": {"name": TEXT}}], "$defs": {"tree": tree}}
    assert sender(whole).holds({"name": "x", "left": {"right": {}}})
    assert not sender(whole).holds({"name": "x", "left": {"right": {"other": 1}}})
    assert not sender(whole).holds({"other": 1})


def test_what_alternatives_hold_is_closed_but_not_which_one_fits() -> None:
    kinds = [{"type": "object", "properties": {"k": {"const": k}, "v": {"type": "object", "properties": {k: TEXT}}},
              "required": ["k"]} for k in "ab"]  # fmt: skip
    one = sender({"oneOf": kinds})
    assert one.holds({"k": "a", "v": {"a": "x"}})
    assert not one.holds({"k": "a", "v": {"b": "x"}})
    assert not one.holds({"k": "c"})


def test_schemas_of_older_drafts_are_read_as_todays() -> None:
    old = {
        "$schema": OLD_DRAFT,
        "items": [TEXT],
        "additionalItems": False,
        "dependencies": {"a": ["b"], "c": {"required": ["d"]}},
    }
    assert plain(old) == {
        "prefixItems": [TEXT], "items": False, "dependentRequired": {"a": ["b"]},
        "dependentSchemas": {"c": {"required": ["d"]}},
    }  # fmt: skip
    assert plain({"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": True}) == {
        "exclusiveMinimum": 1}  # fmt: skip
    beside = {"$schema": OLD_DRAFT, "$ref": "#/definitions/a", "minLength": 3, "definitions": {"a": TEXT}}
    assert plain(beside) == {"$ref": "#/definitions/a", "definitions": {"a": TEXT}}

"""A schema changed at one place, so that what was found there is within it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from console.areas.contracts.core.compatibility.schemas import Document
from console.areas.contracts.core.drift.inferring import infer
from console.areas.contracts.core.drift.promises import rebased
from console.areas.contracts.core.drift.slot import INTEGER, NUMBER, TYPE_NAMES, Slot
from console.reporter.contracts.contract import Schema
from console.reporter.contracts.paths import ANY_ITEM

Steps: TypeAlias = tuple[str | int, ...]
Change: TypeAlias = Callable[[dict[str, Any]], Schema]
_COMBINING = ("$ref", "anyOf", "oneOf", "allOf", "not", "if", "enum", "const")
_HELD = ("$defs", "definitions", "$id", "$anchor")
_DEEPEST = 16


def changed_at(schema: Schema, steps: Steps, change: Change, document: Document, depth: int = 0) -> Schema:
    """Return the schema with `change` applied wherever it speaks of the place; what it refers to on the way is written out.

    The schema of a place that it says nothing of stays as it is.
    """
    if schema is False and not steps:
        schema = {"not": {}}
    if isinstance(schema, bool) or depth > _DEEPEST:
        return schema
    if "$ref" in schema and steps:
        schema = _written_out(schema, document)
    if not steps:
        return change(schema)
    result = dict(schema)

    def into(part: Schema, rest: Steps) -> Schema:
        return changed_at(part, rest, change, document, depth + 1)

    for keyword in ("allOf", "anyOf", "oneOf"):
        if isinstance(schema.get(keyword), list):
            result[keyword] = [into(part, steps) for part in schema[keyword]]
    step, rest = steps[0], steps[1:]
    properties = schema.get("properties", {})
    if step == ANY_ITEM:
        if "items" in schema:
            result["items"] = into(schema["items"], rest)
        if "prefixItems" in schema:
            result["prefixItems"] = [into(part, rest) for part in schema["prefixItems"]]
    elif isinstance(step, str) and step in properties:
        result["properties"] = {**properties, step: into(properties[step], rest)}
    else:
        if not isinstance(step, str) and properties:
            result["properties"] = {name: into(part, rest) for name, part in properties.items()}
        if "additionalProperties" in schema:
            result["additionalProperties"] = into(schema["additionalProperties"], rest)
    return result


def with_types(slot: Slot) -> Change:
    """Return the change that lets all types in which something was seen."""

    def change(schema: dict[str, Any]) -> Schema:
        kinds = schema.get("type")
        if kinds is None or any(keyword in schema for keyword in _COMBINING):
            return _or(schema, infer(slot))
        names = list(kinds) if isinstance(kinds, list) else [kinds]
        codes = set(slot.types) - ({INTEGER} if NUMBER in slot.types or "number" in names else set())
        names += [TYPE_NAMES[code] for code in sorted(codes) if TYPE_NAMES[code] not in names]
        if "number" in names:
            names = [name for name in names if name != "integer"]
        return {**schema, "type": names[0] if len(names) == 1 else names}

    return change


def with_values(slot: Slot) -> Change:
    """Return the change that lets in the values that were seen; any text where there were too many."""

    def change(schema: dict[str, Any]) -> Schema:
        listed = schema.get("enum", [schema["const"]] if "const" in schema else None)
        rest = {key: value for key, value in schema.items() if key not in ("enum", "const")}
        if not isinstance(listed, list) or ("enum" in schema and "const" in schema):
            return _or(schema, infer(slot))
        if slot.is_open:
            return _or(rest | {"enum": listed}, _only_type(slot))
        return {**rest, "enum": [*listed, *(value for value in slot.values if value not in listed)]}

    return change


def with_any_format(slot: Slot) -> Change:
    """Return the change that asks for no format."""

    def change(schema: dict[str, Any]) -> Schema:
        if "format" not in schema:
            return _or(schema, _only_type(slot))
        return {key: value for key, value in schema.items() if key != "format"}

    return change


def with_range(slot: Slot) -> Change:
    """Return the change that moves bounds out to what was seen."""

    def change(schema: dict[str, Any]) -> Schema:
        result = dict(schema)
        for bounds, least, most in (
            (slot.numbers, ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")),
            (slot.lengths, ("minLength",), ("maxLength",)),
            (slot.sizes, ("minItems",), ("maxItems",)),
        ):
            if bounds is None:
                continue
            for keyword in least:
                _move(result, keyword, bounds.low, is_low=True)
            for keyword in most:
                _move(result, keyword, bounds.high, is_low=False)
        return result if result != schema else _or(schema, infer(slot))

    return change


def not_required(name: str) -> Change:
    """Return the change of an object that lets a property be absent."""

    def let_go(part: dict[str, Any]) -> dict[str, Any]:
        required = part.get("required")
        return {**part, "required": [one for one in required if one != name]} if isinstance(required, list) else part

    return lambda schema: in_parts(schema, let_go)


def without(name: str) -> Change:
    """Return the change of an object that speaks no more of a property."""

    def silent(part: dict[str, Any]) -> dict[str, Any]:
        if name not in part.get("properties", {}):
            return part
        return {**part, "properties": {key: one for key, one in part["properties"].items() if key != name}}

    return lambda schema: in_parts(schema, silent)


def with_property(name: str, slot: Slot) -> Change:
    """Return the change of an object that declares a property, as one that may be absent."""
    inferred = infer(slot)

    def declared(part: dict[str, Any]) -> dict[str, Any]:
        speaks = "properties" in part or part.get("additionalProperties") is False
        return part | {"properties": {**part.get("properties", {}), name: inferred}} if speaks else part

    def change(schema: dict[str, Any]) -> Schema:
        result = in_parts(schema, declared)
        return result if result != schema else schema | {"properties": {**schema.get("properties", {}), name: inferred}}

    return change


def in_parts(schema: Schema, change: Callable[[dict[str, Any]], dict[str, Any]], depth: int = 0) -> Schema:
    """Return an object's schema with the change made in it and in those that it combines."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return schema
    result = change(schema)
    for keyword in ("allOf", "anyOf", "oneOf"):
        if isinstance(result.get(keyword), list):
            result = {**result, keyword: [in_parts(part, change, depth + 1) for part in result[keyword]]}
    return result


def _move(schema: dict[str, Any], keyword: str, seen: float, *, is_low: bool) -> None:
    bound = schema.get(keyword)
    if isinstance(bound, bool) or not isinstance(bound, int | float):
        return
    if keyword.startswith("exclusive") and (seen <= bound if is_low else seen >= bound):
        del schema[keyword]
        schema[keyword.removeprefix("exclusive").lower()] = seen
    elif not keyword.startswith("exclusive") and (seen < bound if is_low else seen > bound):
        schema[keyword] = seen if isinstance(seen, int) or not math.isfinite(seen) or seen % 1 else int(seen)


def _or(schema: Schema, other: Schema) -> Schema:
    """Return a schema of two alternatives; what the first one holds for references stays outside."""
    if isinstance(schema, bool):
        return {"anyOf": [schema, other]}
    held = {key: schema[key] for key in _HELD if key in schema}
    return {**held, "anyOf": [{key: one for key, one in schema.items() if key not in held}, other]}


def _only_type(slot: Slot) -> Schema:
    return {key: value for key, value in infer(slot).items() if key == "type"}


def either(schema: Schema, slot: Slot) -> Schema:
    """Return a schema for all that the schema lets in and all that was seen, whatever references it has."""
    return {"anyOf": [rebased(schema, "#/anyOf/0"), infer(slot)]}


def _written_out(schema: dict[str, Any], document: Document) -> dict[str, Any]:
    """Return the schema with what its reference names in the place of it."""
    ref = schema["$ref"]
    named = document.resolve(ref) if isinstance(ref, str) else None
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    if not isinstance(named, dict):
        return schema
    named = {key: value for key, value in named.items() if key not in ("$defs", "definitions", "$id", "$schema")}
    if rest.keys() <= {*_HELD, "title", "description"}:
        return {**named, **rest}
    return {**rest, "allOf": [*rest.get("allOf", []), named]}

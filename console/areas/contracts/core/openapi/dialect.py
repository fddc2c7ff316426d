"""Schemas of OpenAPI 3.0 in the words of JSON Schema 2020-12 (OpenAPI 3.0.4, Schema Object, against 3.1)."""

from __future__ import annotations

from typing import Any

SUBSCHEMA = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties", "additionalItems", "contentSchema",
)  # fmt: skip
SUBSCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
SUBSCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
DROPPED = frozenset(
    {"example", "examples", "discriminator", "xml", "externalDocs", "$defs", "definitions", "$id", "$anchor"}
)
"""What says nothing about values, or only about where references lead, which is settled when they are followed."""
_WORDS = ("title", "description", "default", "deprecated")
_NULL = {"type": "null"}


def modern(schema: dict[str, Any]) -> dict[str, Any]:
    """Return one schema object of 3.0 as 2020-12 means it; what lies inside stays as it is."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}  # its siblings are ignored in 3.0
    result = {key: value for key, value in schema.items() if key != "nullable"}
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = result.get(exclusive)
        if isinstance(flag, bool):
            del result[exclusive]
            if flag and limit in result:
                result[exclusive] = result.pop(limit)
    return _nullable(result) if schema.get("nullable") is True else result


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Let null pass. Without a type 3.0.3 gives `nullable` no meaning, but those who write it beside `allOf` mean this."""
    if isinstance(schema.get("type"), str):
        enum = schema.get("enum")
        widened: dict[str, Any] = {"enum": [*enum, None]} if isinstance(enum, list) and None not in enum else {}
        if not any(key in schema for key in ("allOf", "anyOf", "oneOf", "not")):
            return {**schema, "type": [schema["type"], "null"], **widened}
    elif not any(key in schema for key in ("allOf", "anyOf", "oneOf", "not", "enum")):
        return schema
    words: dict[str, Any] = {key: schema[key] for key in _WORDS if key in schema}
    rules = {key: value for key, value in schema.items() if key not in words}
    return {**words, "anyOf": [rules, _NULL]}

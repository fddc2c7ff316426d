"""JSON Schemas as documents to walk: one dialect, references that resolve, and limits.

All other modules here read schemas in the form that `plain` gives: keywords of 2020-12, whatever dialect was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from console.reporter.contracts.contract import Schema

MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
ONES = ("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else",
        "unevaluatedItems", "unevaluatedProperties", "contentSchema")  # fmt: skip
MAX_DEPTH = 120
MAX_VALUES = 200_000
_OLD_DIALECTS = ("draft-03", "draft-04", "draft-06", "draft-07")


class Document:
    """A schema with what its references name; only references into itself resolve."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        keys = [key for key in ("$defs", "definitions") if isinstance(root, dict) and key in root]
        self.defs: dict[str, Any] = {key: root[key] for key in keys} if isinstance(root, dict) else {}

    @cached_property
    def stands_alone(self) -> bool:
        """Whether a part of the document, with its definitions, refers to nothing else."""
        return all(ref.startswith(("#/$defs/", "#/definitions/")) for ref in self._references)

    @property
    def is_whole(self) -> bool:
        """Whether all that the document refers to is in it."""
        return all(self.resolve(ref) is not None for ref in self._references)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The names of fields that have to be there, anywhere in the document."""
        return frozenset(name for one in subschemas(self.root) for name in one.get("required") or ())

    @cached_property
    def _references(self) -> set[str]:
        return references(self.root)

    def resolve(self, ref: str) -> Schema | None:
        """Return what a reference names: `#`, `#/a/b` or `#anchor`. None: nothing in this document."""
        if ref == "#":
            return self.root
        if ref.startswith("#/"):
            return _at_pointer(self.root, ref[2:])
        return next((one for one in subschemas(self.root) if ref == f"#{one.get('$anchor')}"), None)

    def standing_alone(self, node: Schema) -> Schema | None:
        """Return a part of the document as a schema of its own, or None when its references would be lost."""
        if isinstance(node, bool) or not self.defs:
            return node if self.stands_alone else None
        return {**node, **self.defs} if self.stands_alone else None


def plain(schema: Schema) -> Schema:
    """Return the schema in the keywords of 2020-12."""
    dialect = str(schema.get("$schema", "")) if isinstance(schema, dict) else ""
    if not dialect:
        return schema
    is_old = any(one in dialect for one in _OLD_DIALECTS)
    renewed = _renewed(schema) if is_old else schema
    return {key: value for key, value in renewed.items() if key != "$schema"} if isinstance(renewed, dict) else renewed


def is_comparable(schema: Schema) -> bool:
    """Whether the schema is small and shallow enough to be walked."""
    waiting: list[tuple[Any, int]] = [(schema, 0)]
    for seen, (value, depth) in enumerate(_drain(waiting)):
        if depth > MAX_DEPTH or seen > MAX_VALUES:
            return False
        if isinstance(value, dict):
            waiting.extend((one, depth + 1) for one in value.values())
        elif isinstance(value, list):
            waiting.extend((one, depth + 1) for one in value)
    return True


def mapped(schema: Schema, change: Callable[[str, Schema], Schema]) -> Schema:
    """Return the schema with each direct subschema changed; `change` gets the keyword that holds it."""
    if isinstance(schema, bool):
        return schema
    result = dict(schema)
    for key, value in schema.items():
        if key in MAPS and isinstance(value, dict):
            result[key] = {name: change(key, one) if _is_schema(one) else one for name, one in value.items()}
        elif key in LISTS and isinstance(value, list):
            result[key] = [change(key, one) if _is_schema(one) else one for one in value]
        elif key in ONES and _is_schema(value):
            result[key] = change(key, value)
    return result


def subschemas(schema: Schema) -> Iterator[dict[str, Any]]:
    """Yield the schema and all schemas within it that are objects."""
    waiting: list[Any] = [schema]
    for one in _drain(waiting):
        if not isinstance(one, dict):
            continue
        yield one
        for key, value in one.items():
            if key in MAPS and isinstance(value, dict):
                waiting.extend(value.values())
            elif key in LISTS and isinstance(value, list):
                waiting.extend(value)
            elif key in ONES:
                waiting.append(value)


def references(schema: Schema) -> set[str]:
    """Return all that the schema refers to."""
    found = (one.get(key) for one in subschemas(schema) for key in ("$ref", "$dynamicRef"))
    return {one for one in found if isinstance(one, str)}


def _drain(waiting: list[Any]) -> Iterator[Any]:
    while waiting:
        yield waiting.pop()


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def _at_pointer(value: Any, pointer: str) -> Schema | None:
    for part in pointer.split("/"):
        name = part.replace("~1", "/").replace("~0", "~").replace("%25", "%").replace("%22", '"')
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value if _is_schema(value) else None


def _renewed(schema: Schema) -> Schema:
    """Return a schema of draft 4 to 7 in the keywords of today."""
    if isinstance(schema, bool):
        return schema
    if "$ref" in schema:  # in these drafts all beside a reference counts for nothing, but for what can be referred to
        kept: dict[str, Any] = {key: schema[key] for key in ("$ref", "$defs", "definitions") if key in schema}
        return mapped(kept, lambda _, one: _renewed(one))
    result = dict(schema)
    items = result.get("items")
    if isinstance(items, list):
        result.pop("items")
        result["prefixItems"] = items
        if "additionalItems" in result:
            result["items"] = result["additionalItems"]
    result.pop("additionalItems", None)
    for name, needs in (result.pop("dependencies", None) or {}).items():
        kind = "dependentRequired" if isinstance(needs, list) else "dependentSchemas"
        result[kind] = {**result.get(kind, {}), name: needs}
    for side in ("Minimum", "Maximum"):  # draft 4 says by true or false whether the bound itself is out
        if isinstance(result.get(f"exclusive{side}"), bool) and result.pop(f"exclusive{side}") and side.lower() in result:
            result[f"exclusive{side}"] = result.pop(side.lower())
    return mapped(result, lambda _, one: _renewed(one))

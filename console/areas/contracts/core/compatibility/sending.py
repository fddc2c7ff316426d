"""What a writer sends: only the fields that its contract names, where it names any.

JSON Schema leaves objects open, so a schema alone would say that a caller who knows `title` may send `color` as well,
with anything in it, and each new field would break someone. Readers tolerate what they do not know; writers do not invent.
"""

from __future__ import annotations

from typing import Any

from console.areas.contracts.core.compatibility.changes import Direction
from console.areas.contracts.core.compatibility.schemas import Document, mapped
from console.reporter.contracts.contract import Schema

_IN_PLACE = ("allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas")
_UNTOUCHED = ("not", "if", "contains", "propertyNames", "contentSchema", "$defs", "definitions", "oneOf")
"""Narrowing these could admit more, not less; they stay as written."""
_NAMING = frozenset(("properties", "patternProperties", "required", "$ref", "if", *_IN_PLACE))
_BESIDE = ("$ref", *_IN_PLACE)
UNSENT: dict[Direction, str] = {"request": "readOnly", "response": "writeOnly"}
"""The mark of a field that writers in this direction leave out (OpenAPI 3.1 and JSON Schema Validation 2020-12, 9.4)."""


class Named:
    """The fields that a schema names for one object, or asks for, by name and by pattern.

    `asked`: those that have to be there somewhere. `is_open` when it says what others hold.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.asked: set[str] = set()
        self.patterns: set[str] = set()
        self.is_open = False

    @property
    def any(self) -> bool:
        return bool(self.names or self.patterns)


def named(node: Schema, document: Document) -> Named:
    """Return the fields that the schema names, also through references and the schemas that hold at the same place."""
    result, seen = Named(), set()
    waiting: list[Any] = [node]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict) or id(one) in seen:
            continue
        seen.add(id(one))
        asked = one.get("required") or ()
        result.asked.update(asked)
        result.names.update(_keys(one, "properties"), asked)
        result.patterns.update(_keys(one, "patternProperties"))
        for rest in ("additionalProperties", "unevaluatedProperties"):
            result.is_open |= isinstance(one.get(rest), dict) and bool(one[rest])
        if isinstance(one.get("$ref"), str):
            waiting.append(document.resolve(one["$ref"]))
        for key in (*_IN_PLACE, "if"):
            inner = one.get(key)
            waiting.extend(inner.values() if key == "dependentSchemas" and isinstance(inner, dict) else
                           inner if isinstance(inner, list) else [inner])  # fmt: skip
    return result


def sent(node: Schema, document: Document, direction: Direction | None = None) -> Schema:
    """Return the schema of what is sent by one who keeps to this part of the document; it stands alone.

    Fields that are marked as not sent in this direction are left out, unless something in the document asks for them.
    """
    sender = _Sender(document, direction)
    result = sender.closed(node)
    if isinstance(result, bool):
        return result
    own = {**document.defs.get("$defs", {}), **sender.parts()}
    return {**result, **document.defs, "$defs": own} if own else {**result, **document.defs}


class _Sender:
    def __init__(self, document: Document, direction: Direction | None) -> None:
        self._document = document
        self._mark = UNSENT[direction] if direction else ""
        self._wanted: dict[str, str] = {}

    def closed(self, node: Schema) -> Schema:
        """Return the schema of one value, closed to fields that are not named."""
        inner = self._within(node)
        if isinstance(inner, bool) or inner.keys().isdisjoint(_NAMING):
            return inner
        fields = named(node, self._document)
        if fields.is_open or not fields.any or inner.get("additionalProperties") is False:
            return inner
        if not any(key in inner for key in (*_BESIDE, "unevaluatedProperties")):
            own = {**dict.fromkeys(sorted(fields.names), True), **inner.get("properties", {})}
            return {**inner, "properties": own, "additionalProperties": False}
        names = [{"enum": sorted(fields.names)}] if fields.names else []
        only = {"propertyNames": {"anyOf": [*names, *({"pattern": one} for one in sorted(fields.patterns))]}}
        return {**inner, "allOf": [*inner.get("allOf", ()), only]}

    def parts(self) -> dict[str, Schema]:
        """Return the definitions that the schemas made so far refer to."""
        made: dict[str, Schema] = {}
        while waiting := [ref for ref, name in self._wanted.items() if name not in made]:
            for ref in waiting:
                target = self._document.resolve(ref)
                made[self._wanted[ref]] = True if target is None else self._within(target)
        return made

    def _within(self, node: Schema) -> Schema:
        """Return the schema with the values in it closed, itself as open as it was."""
        if isinstance(node, bool):
            return node
        bare = {key: value for key, value in node.items() if key not in ("$defs", "definitions")}
        result = mapped(bare, self._part)
        if isinstance(result, dict):
            for name in [name for name, one in _fields(bare) if self._is_unsent(name, one)]:
                result["properties"][name] = False
            if isinstance(bare.get("$ref"), str):
                name = self._wanted.setdefault(bare["$ref"], f"sent:{len(self._wanted)}")
                result["$ref"] = f"#/$defs/{name}"
            if isinstance(bare.get("oneOf"), list):  # which one it is is decided as written, what it holds is closed
                result["allOf"] = [*result.get("allOf", ()), {"anyOf": [self.closed(one) for one in bare["oneOf"]]}]
        return result

    def _is_unsent(self, name: str, field: Any) -> bool:
        if isinstance(field, dict) and isinstance(field.get("$ref"), str) and self._mark not in field:
            field = self._document.resolve(field["$ref"])
        marked = bool(self._mark) and isinstance(field, dict) and field.get(self._mark) is True
        return marked and name not in self._document.asked

    def _part(self, key: str, part: Schema) -> Schema:
        if key in _UNTOUCHED:
            return part
        return self._within(part) if key in _IN_PLACE else self.closed(part)


def _fields(node: dict[str, Any]) -> list[tuple[str, Any]]:
    value = node.get("properties")
    return list(value.items()) if isinstance(value, dict) else []


def _keys(node: dict[str, Any], key: str) -> set[str]:
    value = node.get(key)
    return set(value) if isinstance(value, dict) else set()

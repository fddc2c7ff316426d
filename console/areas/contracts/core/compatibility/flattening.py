"""A schema at one place as one flat set of keywords: references followed, parts of `allOf` joined, null taken out of unions.

Only what joins without a loss is joined; the rest stays in `allOf`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs

from console.areas.contracts.core.compatibility.schemas import Document
from console.reporter.contracts.contract import Schema

ANNOTATIONS = ("title", "description", "examples", "example", "$comment", "default", "deprecated", "readOnly", "writeOnly",
               "contentMediaType", "contentEncoding", "contentSchema", "$id", "$anchor", "discriminator", "externalDocs",
               "xml")  # fmt: skip
_STEPS = 64
_TAKEN = ("$ref", "allOf", "$defs", "definitions", "$schema")
_OPEN = ("additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems")
"""Keywords that say nothing when they are true."""
_SHARED = ("additionalProperties", "unevaluatedProperties", "patternProperties", "items", "prefixItems", "unevaluatedItems",
           "contains", "minContains", "maxContains", "if", "then", "else")  # fmt: skip
"""Keywords that mean what they do only beside those they stand with."""


class Flattener:
    """Flattens the parts of one document; the same part always gives the same object."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._flat: dict[int, tuple[Schema, Schema]] = {}
        self._any: Schema = {}
        self._both: dict[tuple[int, int], Schema] = {}

    def flat(self, node: Schema) -> Schema:
        """Return the keywords that hold for a value at this place; true becomes {}."""
        node = node if isinstance(node, bool) else self._target(node)
        if isinstance(node, bool):
            return self._any if node else False
        known = self._flat.get(id(node))
        if known is None:
            known = self._flat[id(node)] = (node, self._flattened(node))  # the node is held, so that its id stays its own
        return known[1]

    def _target(self, node: dict[str, Any]) -> Schema:
        """Return what a mere reference names."""
        for _ in range(_STEPS):
            if not isinstance(node.get("$ref"), str) or not node.keys() <= {"$ref", "$defs", "definitions"}:
                break
            target = self._document.resolve(node["$ref"])
            if not isinstance(target, dict):
                return True if target is None else target
            node = target
        return node

    def _flattened(self, node: dict[str, Any]) -> Schema:
        result: dict[str, Any] = {}
        rest: list[Schema] = []
        waiting: list[Schema] = [node]
        for _ in range(_STEPS):
            if not waiting:
                break
            part = waiting.pop(0)
            if part is False:
                return False
            if part is True:
                continue
            own = {
                key: value for key, value in part.items() if key not in _TAKEN and not (key in _OPEN and value in (True, {}))
            }
            joined = self._joined(result, own)
            if joined is None:
                rest.append(own)
            else:
                result = joined
            target = self._document.resolve(part["$ref"]) if isinstance(part.get("$ref"), str) else True
            waiting[:0] = [True if target is None else target, *part.get("allOf", ())]
        rest.extend(waiting)  # deeper than anyone writes, or a reference in a circle
        if rest:
            result["allOf"] = rest
        return self._without_null_branch(result)

    def _joined(self, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any] | None:
        """Return what holds for both, or None when that is more than one set of keywords can say."""
        if any(key in one or key in other for key in _SHARED) and not (_is_bare(one) or _is_bare(other)):
            return None
        result = dict(one)
        for key, value in other.items():
            if key not in one or value_key(one[key]) == value_key(value):
                result[key] = value
            elif key in _JOINING:
                result[key] = _JOINING[key](one[key], value)
            elif key == "properties":
                result[key] = {**one[key], **{name: self._both_of(one[key].get(name), of) for name, of in value.items()}}
            elif key not in ANNOTATIONS:
                return None
        return result

    def _both_of(self, one: Schema | None, other: Schema) -> Schema:
        if one is None or value_key(one) == value_key(other):
            return other
        key = (id(one), id(other))
        return self._both.setdefault(key, {"allOf": [one, other]})

    def _without_null_branch(self, node: dict[str, Any]) -> Schema:
        """Return `anyOf: [X, null]` as X that may be null."""
        for key in ("anyOf", "oneOf"):
            branches = node.get(key)
            if not isinstance(branches, list) or len(branches) > 2:
                continue
            flat = [self.flat(one) for one in branches]
            others = [one for one in flat if one != {"type": "null"}]
            if len(others) != 1 or not isinstance(others[0], dict):
                continue
            only = dict(others[0])
            if len(branches) == 2 and not _made_nullable(only):
                continue
            around = {name: value for name, value in node.items() if name != key}
            joined = self._joined(around, only) if set(around) <= set(ANNOTATIONS) or len(branches) == 1 else None
            if joined is not None:
                return joined
        return node


def value_key(value: Any) -> str:
    """Return a text that is equal for values that JSON Schema takes for equal (1 and 1.0, but not 1 and true)."""
    try:
        return jsonschema_rs.canonical.json.to_string(value)
    except ValueError:  # lone surrogates
        return json.dumps(value, sort_keys=True)


def types_in(node: dict[str, Any]) -> list[str] | None:
    """Return the types that the keyword `type` names, None where it does not stand."""
    own = node.get("type")
    return [own] if isinstance(own, str) else list(own) if isinstance(own, list) else None


def _made_nullable(node: dict[str, Any]) -> bool:
    """Let the schema admit null too; False when it does already or does not name its types."""
    own = types_in(node)
    if own is None or "null" in own or any(key in node for key in ("anyOf", "oneOf", "allOf", "not", "if")):
        return False
    node["type"] = [*own, "null"]
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if isinstance(node.get("enum"), list):
        node["enum"] = [*node["enum"], None]
    return True


def _is_bare(node: dict[str, Any]) -> bool:
    """Whether the schema says nothing that counts."""
    return all(key in ANNOTATIONS for key in node)


def _meeting_types(one: Any, other: Any) -> Any:
    mine, theirs = ([of] if isinstance(of, str) else list(of) for of in (one, other))
    kept = [of for of in mine if of in theirs or (of == "integer" and "number" in theirs)]
    kept += [of for of in theirs if of == "integer" and "number" in mine and of not in kept]
    return kept[0] if len(kept) == 1 else kept


def _meeting_values(one: list[Any], other: list[Any]) -> list[Any]:
    kept = {value_key(of) for of in other}
    return [of for of in one if value_key(of) in kept]


_JOINING: dict[str, Callable[[Any, Any], Any]] = {
    "type": _meeting_types,
    "required": lambda one, other: [*one, *(of for of in other if of not in one)],
    "enum": _meeting_values,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
    "uniqueItems": lambda one, other: one or other,
}

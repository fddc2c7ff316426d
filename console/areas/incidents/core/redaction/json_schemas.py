"""What a JSON Schema says of secrets in words that can be none themselves: `{"password": {"type": "string"}}`."""

import re
from collections.abc import Sequence

from console.areas.incidents.core.redaction.json_tree import Node, content

_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))
_FORMATS = frozenset((
    "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "ipv4", "ipv6", "uri", "uri-reference",
    "uuid", "regex", "json-pointer", "int32", "int64", "float", "double", "byte", "binary", "password",
))  # fmt: skip
_LIMITS = frozenset((
    "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems",
    "maxItems", "minProperties", "maxProperties",
))  # fmt: skip
_REFERENCE = re.compile(r"#/(?:\$defs|definitions|components/schemas)/[A-Za-z_]{1,40}")
_LONGEST_LIMIT = 6


def described(text: str, node: Node, keys: Sequence[str]) -> frozenset[str] | None:
    """Return the names of the properties that a JSON Schema has, None for an object that is no schema."""
    if "type" not in keys or not describes(text, "type", node.members[keys.index("type")][1]):
        return frozenset() if "$ref" in keys else None
    properties = node.members[keys.index("properties")][1] if "properties" in keys else None
    if properties is None or properties.kind != "object":
        return frozenset()
    return frozenset(content(text, name) for name, _ in properties.members)


def describes(text: str, key: str, item: Node) -> bool:
    """Tell whether a member of a schema says what a secret looks like, in words that can be no secret themselves.

    `{"password": {"type": "string", "minLength": 8}}` holds none. All else in it is masked as under any secret name.
    """
    if key == "type":
        kinds = item.items if item.kind == "array" else [item]
        return bool(kinds) and all(kind.kind == "string" and content(text, kind) in _TYPES for kind in kinds)
    if key in _LIMITS:
        return item.kind == "number" and item.end - item.start <= _LONGEST_LIMIT
    if item.kind != "string":
        return False
    said = content(text, item)
    return (key == "format" and said in _FORMATS) or (key == "$ref" and _REFERENCE.fullmatch(said) is not None)


def requires(text: str, key: str, item: Node, properties: frozenset[str]) -> bool:
    """Tell whether a member is the list of a schema's required properties: names that stand as keys beside it."""
    if key != "required" or item.kind != "array" or any(name.kind != "string" for name in item.items):
        return False
    return all(content(text, name) in properties for name in item.items)

"""Small random schemas, changes to them, and values that lie near what they allow."""

from __future__ import annotations

from random import Random
from typing import Any

NAMES = ("a", "b", "c")
TEXTS = ("", "x", "ab", "abc", "2024-05-01", "zz-9")
NUMBERS = (0, 1, 2, 3, 5, 10, -1, 1.5)
PATTERNS = ("^a", "^[a-z]+$", "c$", "^.*$")
ENUMS = (["x"], ["x", "ab"], ["x", "ab", None], [1, 2], [0, "x"], [1.5, True])
HOLDERS = ("properties", "items", "anyOf", "oneOf", "allOf", "prefixItems", "$defs", "additionalProperties")
FORMATS = ("date", "uuid", "int32")


def schema(random: Random, depth: int = 3) -> Any:
    """Return a schema without references."""
    makers = [_text, _text, _number, _listed, _plain]
    if depth:
        makers += [_object, _object, _object, _array, _union, _all_of]
    return random.choice(makers)(random, depth)


def document(random: Random) -> Any:
    """Return a schema, in one of three with definitions that it refers to, also to themselves."""
    if random.random() < 0.66:
        return schema(random)
    inner = _object(random, 2)
    inner["properties"][random.choice(NAMES)] = {"$ref": "#/$defs/node"}
    outer = random.choice(
        [{"$ref": "#/$defs/node"}, _object(random, 2), {"type": "array", "items": {"$ref": "#/$defs/node"}}]
    )
    if "properties" in outer:
        outer["properties"][random.choice(NAMES)] = {"$ref": "#/$defs/node"}
    return {**outer, "$defs": {"node": inner}}


def changed(random: Random, value: Any) -> Any:
    """Return the schema with something small changed somewhere."""
    if isinstance(value, bool):
        return not value
    result = dict(value)
    inner = [key for key in HOLDERS if isinstance(result.get(key), dict | list)]
    if inner and random.random() < 0.65:
        key = random.choice(inner)
        held = result[key]
        if isinstance(held, list):
            place = random.randrange(len(held))
            result[key] = [*held[:place], changed(random, held[place]), *held[place + 1 :]]
        elif key in ("properties", "$defs") and held:
            name = random.choice(list(held))
            result[key] = {**held, name: changed(random, held[name])}
        elif key in ("items", "additionalProperties"):
            result[key] = changed(random, held)
        return result
    return _changed_here(random, result)


def _changed_here(random: Random, result: dict[str, Any]) -> Any:
    if "$ref" in result or "$defs" in result:
        return {**result, "title": random.choice(TEXTS)}
    other = schema(random, 1)
    if random.random() < 0.25:
        return other
    if random.random() < 0.4 and len(result) > 1:
        result.pop(random.choice([key for key in result if key != "type"] or list(result)))
        return result
    if "properties" in result and random.random() < 0.6:
        name = random.choice(NAMES)
        fields = dict(result["properties"])
        if name in fields and random.random() < 0.5:
            fields.pop(name)
        else:
            fields[name] = other
        names = fields if result.get("additionalProperties") is False else NAMES
        required = [one for one in names if random.random() < 0.4]
        return {**result, "properties": fields, "required": required}
    if other and isinstance(other, dict) and not {"properties", "anyOf", "oneOf", "allOf"} & (other.keys() | result.keys()):
        key = random.choice(list(other))
        result[key] = other[key]
    return result


def near(random: Random, root: Any, node: Any = None, depth: int = 6) -> Any:
    """Return a value that the schema may well allow."""
    node = root if node is None else node
    if isinstance(node, bool) or not depth or random.random() < 0.04:
        return _any(random)
    if "$ref" in node:
        return near(random, root, root["$defs"]["node"], depth - 1)
    for key in ("anyOf", "oneOf", "allOf"):
        if node.get(key) and random.random() < 0.8:
            return near(random, root, random.choice(node[key]), depth - 1)
    if "const" in node:
        return node["const"]
    if node.get("enum"):
        return random.choice(node["enum"])
    own = node.get("type", "any")
    return _of_type(random, root, node, random.choice(own) if isinstance(own, list) and own else own, depth)


def _of_type(random: Random, root: Any, node: Any, own: Any, depth: int) -> Any:
    if own == "object" or "properties" in node:
        fields = node.get("properties", {})
        names = [name for name in fields if name in node.get("required", ()) or random.random() < 0.5]
        value = {name: near(random, root, fields[name], depth - 1) for name in names}
        if isinstance(node.get("additionalProperties"), dict) and random.random() < 0.5:
            value[random.choice(NAMES)] = near(random, root, node["additionalProperties"], depth - 1)
        return value
    if own == "array":
        firsts = node.get("prefixItems", [])
        rest = node.get("items", True)
        count = random.randrange(4)
        return [near(random, root, firsts[i] if i < len(firsts) else rest, depth - 1) for i in range(count)]
    kinds = {"string": TEXTS, "integer": NUMBERS, "number": NUMBERS, "null": (None,), "boolean": (True, False)}
    return random.choice(kinds[own]) if own in kinds else _any(random)


def _any(random: Random) -> Any:
    return random.choice([*TEXTS, *NUMBERS, None, True, [], ["x"], {}, {"a": "x"}, {"a": 1, "b": "ab"}])


def _text(random: Random, depth: int) -> Any:
    result: dict[str, Any] = {"type": random.choice(["string", ["string", "null"]])}
    for key, values in (("minLength", (0, 1, 2)), ("maxLength", (1, 2, 3)), ("pattern", PATTERNS), ("format", FORMATS)):
        if random.random() < 0.2:
            result[key] = random.choice(values)
    return result


def _number(random: Random, depth: int) -> Any:
    result: dict[str, Any] = {"type": random.choice(["integer", "number", ["integer", "string"]])}
    for key in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"):
        if random.random() < 0.2:
            result[key] = random.choice((1, 2, 3))
    return result


def _listed(random: Random, depth: int) -> Any:
    if random.random() < 0.3:
        return {"const": random.choice(("x", 1, None))}
    result: dict[str, Any] = {"enum": random.choice(ENUMS)}
    if random.random() < 0.4:
        result["type"] = random.choice(["string", ["string", "null"], "integer"])
    return result


def _plain(random: Random, depth: int) -> Any:
    return random.choice([True, {}, {"type": "null"}, {"type": "boolean"}, {"type": "object"}, {"type": "array"},
                          {"not": {"type": "null"}}])  # fmt: skip


def _object(random: Random, depth: int) -> Any:
    names = [one for one in NAMES if random.random() < 0.6]
    result: dict[str, Any] = {"type": "object", "properties": {one: schema(random, max(0, depth - 1)) for one in names}}
    if random.random() < 0.5:
        result["required"] = [one for one in NAMES if random.random() < 0.4]
    chance = random.random()
    if chance < 0.25:
        result["additionalProperties"] = random.choice([False, True])
    elif chance < 0.4:
        result["additionalProperties"] = schema(random, 0)
    if result.get("additionalProperties") is False:
        result["required"] = [one for one in result.get("required", ()) if one in names]
    if random.random() < 0.1:
        result["minProperties"] = random.choice((1, 2))
    if random.random() < 0.1:
        result["dependentRequired"] = {"a": ["b"]}
    return result


def _array(random: Random, depth: int) -> Any:
    result: dict[str, Any] = {"type": "array"}
    if random.random() < 0.8:
        result["items"] = schema(random, depth - 1)
    if random.random() < 0.3:
        result["prefixItems"] = [schema(random, depth - 1) for _ in range(random.choice((1, 2)))]
    for key in ("minItems", "maxItems"):
        if random.random() < 0.15:
            result[key] = random.choice((0, 1, 2))
    if random.random() < 0.1:
        result["uniqueItems"] = True
    return result


def _union(random: Random, depth: int) -> Any:
    branches = [schema(random, depth - 1) for _ in range(random.choice((1, 2, 2, 3)))]
    return {random.choice(("anyOf", "oneOf")): branches}


def _all_of(random: Random, depth: int) -> Any:
    return {"allOf": [_object(random, max(1, depth - 1)), random.choice((_object, _plain))(random, max(1, depth - 1))]}

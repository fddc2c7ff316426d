"""Parameters of operations as ParamSchema rules, with what they refer to written out in them."""

from __future__ import annotations

from typing import Any

from console.areas.contracts.core.openapi.pointers import Unreadable, ref_to, resolve
from console.areas.contracts.core.openapi.schemas import REQUEST, Schemas
from console.areas.contracts.core.source_tokens import Path
from console.reporter.contracts.params import SCHEMA_KEYWORDS

PLACES = ("query", "path", "header", "cookie")
_UNDECLARABLE = frozenset({"accept", "content-type", "authorization"})
"""Headers of which OpenAPI ignores what a parameter says (Parameter Object, Common Fixed Fields)."""
STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
"""How parameters are written that do not say so; lists and objects are exploded then where the style is `form`."""
_MANY = frozenset(("array", "object"))
WRITTEN = "x-written"
"""Of a parameter that was exported: what its rule said otherwise than OpenAPI can, null for what it did not say."""
_DEEPEST, _MOST_REFERENCES = 8, 200
"""So many references inside one another, and in all, are followed in one parameter."""


def read_params(
    document: dict[str, Any], schemas: Schemas, lists: list[tuple[Any, Path]]
) -> tuple[tuple[dict[str, Any], ...], dict[str, Path]]:
    """Return the rules in lists of parameters, the later lists first in rank, and where each stands; raises `Unreadable`."""
    rules: dict[tuple[str, str], tuple[dict[str, Any], Path]] = {}
    for given, path in lists:
        if not isinstance(given, list):
            raise Unreadable(path, "wants a list")
        for index, one in enumerate(given):
            param, where = resolve(document, one, (*path, index))
            rule = read_rule(schemas, param, where)
            if rule is not None:
                rules[param["name"], param["in"]] = (rule, where)
    return tuple(rule for rule, _ in rules.values()), {name: rules[name, place][1] for name, place in rules}


def read_rule(schemas: Schemas, param: dict[str, Any], path: Path) -> dict[str, Any] | None:
    """Return the rule of one parameter, None for one that says nothing; raises `Unreadable`."""
    name, place = param.get("name"), param.get("in")
    if not isinstance(name, str) or not name:
        raise Unreadable((*path, "name"), "wants the parameter's name as text")
    if place not in PLACES:
        raise Unreadable((*path, "in"), f"is none of {', '.join(PLACES)}: {str(place)[:40]!r}")
    if (place == "header" and name.lower() in _UNDECLARABLE) or param.get("x-undeclared") is True:
        return None
    required = place == "path" or param.get("required", False)
    if not isinstance(required, bool):
        raise Unreadable((*path, "required"), "wants true or false")
    schema = _inlined(schemas.whole(param.get("schema", True), (*path, "schema"), REQUEST))
    rule: dict[str, Any] = {"name": name, "in": place, "required": required and not _is_spread(param, schema)}
    return _as_written(rule | _checkable(param, schema) | _words(param), param.get(WRITTEN))


def _as_written(rule: dict[str, Any], written: Any) -> dict[str, Any]:
    """Return the rule as it was before it was exported: what is null there did not stand in it."""
    if not isinstance(written, dict):
        return rule
    return {key: value for key, value in (rule | written).items() if value is not None}


def _words(param: dict[str, Any]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    if isinstance(param.get("description"), str):
        words["description"] = param["description"]
    if param.get("deprecated") is True:
        words["deprecated"] = True
    return words


def _checkable(param: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return what can be checked of the parameter as it travels; of lists and objects in one text only what they promise."""
    kinds = _kinds(schema)
    written = _way(param, kinds)
    if _is_spread(param, schema) or (_MANY & set(kinds) and not _is_exploded(param)):
        words = {key: schema[key] for key in ("title", "description", "deprecated") if key in schema}
        return words | written | {"schema": schema}
    rule = {key: value for key, value in schema.items() if key in SCHEMA_KEYWORDS and key != "required"}
    if isinstance(schema.get("required"), list):  # of a rule itself the word says whether the parameter has to be there
        rule["allOf"] = [*rule.get("allOf", ()), {"required": schema["required"]}]
    if "type" not in rule and kinds:  # so that numbers are known as numbers by who reads them out of text
        rule["type"] = kinds if len(kinds) > 1 else kinds[0]
    return rule | written


def _way(param: dict[str, Any], kinds: list[str]) -> dict[str, Any]:
    """Return how the parameter is written in an address, as far as that is not what is usual in its place."""
    way: dict[str, Any] = {"allowReserved": True} if param.get("allowReserved") is True else {}
    usual = STYLES[param["in"]]
    style = param.get("style", usual)
    if isinstance(style, str) and style != usual:
        way["style"] = style
    explode = param.get("explode")
    if isinstance(explode, bool) and explode != (style == "form") and (not kinds or _MANY & set(kinds)):
        way["explode"] = explode
    return way


def _is_exploded(param: dict[str, Any]) -> bool:
    style = param.get("style", STYLES[param["in"]])
    return bool(style == "form" and param.get("explode", True))


def _is_spread(param: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether its members travel as parameters of their own (an object in a query), so that its own name does not."""
    return "object" in _kinds(schema) and (_is_exploded(param) or param.get("style") == "deepObject")


def _kinds(schema: Any) -> list[str]:
    """Return the types that the schema lets pass, [] when it does not say."""
    if not isinstance(schema, dict):
        return []
    if "type" in schema:
        return list(schema["type"]) if isinstance(schema["type"], list) else [schema["type"]]
    for key in ("anyOf", "oneOf"):
        branches = [_kinds(one) for one in schema.get(key, ())] if isinstance(schema.get(key), list) else []
        if branches and all(branches):
            return list(dict.fromkeys(kind for branch in branches for kind in branch))
    for one in schema.get("allOf", ()) if isinstance(schema.get("allOf"), list) else ():
        if kinds := _kinds(one):
            return kinds
    return []


def _inlined(schema: Any) -> dict[str, Any]:
    """Return the schema with what it refers to written out; what refers to too much may be anything at its ends."""
    if not isinstance(schema, dict):
        return {} if schema is True else {"not": {}}
    definitions = {ref_to(name): one for name, one in schema.get("$defs", {}).items()}
    left = _MOST_REFERENCES

    def inline(one: Any, depth: int) -> Any:
        nonlocal left
        if isinstance(one, list):
            return [inline(item, depth) for item in one]
        if not isinstance(one, dict):
            return one
        ref = one.get("$ref")
        if not isinstance(ref, str) or ref not in definitions:
            return {key: inline(value, depth) for key, value in one.items()}
        result = {key: inline(value, depth) for key, value in one.items() if key != "$ref"}
        if depth >= _DEEPEST or left <= 0:
            return result
        left -= 1
        target = inline(definitions[ref], depth + 1)
        return {**target, **result} if isinstance(target, dict) else result

    plain: dict[str, Any] = inline({key: value for key, value in schema.items() if key != "$defs"}, 0)
    return plain

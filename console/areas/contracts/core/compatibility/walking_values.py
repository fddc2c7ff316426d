"""Differences in what a single value may be: types, null, listed values, bounds, patterns and formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.areas.contracts.core.compatibility.changes import Effect, brief
from console.areas.contracts.core.compatibility.flattening import types_in, value_key

if TYPE_CHECKING:
    from console.areas.contracts.core.compatibility.walking import Walk

Node = dict[str, Any]

ALL_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))
_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
_WORDS = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false", "array": "list",
          "object": "object", "null": "null"}  # fmt: skip
_BOUNDS = {
    "minLength": "texts with at least {} characters", "maxLength": "texts with at most {} characters",
    "minItems": "lists with at least {} items", "maxItems": "lists with at most {} items",
    "minProperties": "objects with at least {} fields", "maxProperties": "objects with at most {} fields",
}  # fmt: skip
_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_VALUE_KEYWORDS = (*_LIMITS, *_BOUNDS, "multipleOf", "uniqueItems", "pattern", "format")
_KNOWN_FORMATS = frozenset(("date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname",
                            "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template",
                            "json-pointer", "relative-json-pointer", "regex"))  # fmt: skip
_WITHIN = {("int32", "int64"), ("float", "double"), ("int32", "double"), ("ipv4", "ip"), ("ipv6", "ip"),
           ("email", "idn-email"), ("hostname", "idn-hostname"), ("uri", "uri-reference"), ("uri", "iri"),
           ("iri", "iri-reference"), ("uri", "iri-reference"), ("uri-reference", "iri-reference")}  # fmt: skip
"""Formats of which each value of the first is one of the second."""


def compare_values(walk: Walk, old: Node, new: Node, path: str) -> bool:
    """Note what differs; False when the two have no type in common, so that nothing more is to be compared."""
    nodes = _nodes(old, new, *_VALUE_KEYWORDS)
    had, has = listed(old), listed(new)
    if had is None or has is None or not ({value_key(one) for one in had} & {value_key(one) for one in has}):
        before, after = types_of(old), types_of(new)
        _compare_types(walk, before, after, path, nodes)
        if not before & after:
            return False
    if had is not None or has is not None:
        _compare_listed(walk, old, new, path)
    for low, high in (("minimum", "maximum"), ("exclusiveMinimum", "exclusiveMaximum")):
        _compare_limit(walk, old, new, path, low, is_low=True)
        _compare_limit(walk, old, new, path, high, is_low=False)
    for keyword in _BOUNDS:
        _compare_size(walk, old, new, path, keyword)
    _compare_multiple(walk, old, new, path)
    _compare_text(walk, old, new, path)
    return True


def types_of(node: Node) -> frozenset[str]:
    """Return the types a value may have; a number may be a whole one."""
    own = types_in(node)
    if own is not None:
        return frozenset(own) | (frozenset(("integer",)) if "number" in own else frozenset())
    values = listed(node)
    if values is None:
        return ALL_TYPES
    return frozenset(_kind(one) for one in values)


def listed(node: Node) -> list[Any] | None:
    """Return the values that `enum` or `const` leave, None when any may stand; those of other types do not count."""
    values = [node["const"]] if "const" in node else node.get("enum")
    if not isinstance(values, list):
        return None
    if "const" in node and isinstance(node.get("enum"), list):
        values = [one for one in values if value_key(one) in {value_key(each) for each in node["enum"]}]
    own = types_in(node)
    if own is None:
        return values
    return [one for one in values if _kind(one) in own or (_kind(one) == "integer" and "number" in own)]


def words_of(types: frozenset[str]) -> str:
    """Return the types in plain words."""
    if types >= ALL_TYPES:
        return "any value"
    shown = types - {"integer"} if "number" in types else types
    return " or ".join(_WORDS[one] for one in _WORDS if one in shown) or "nothing"


def effect_of(narrows: bool, widens: bool) -> str:
    """Return the effect of what leaves values out, lets new ones in, or both."""
    return Effect.DIFFERS if narrows and widens else Effect.NARROWS if narrows else Effect.WIDENS


def _nodes(old: Node, new: Node, *keywords: str) -> dict[str, Any]:
    """Return what of two schemas counts for a difference in these keywords; what else differs is told by itself."""
    keys = ("type", "enum", "const", *keywords)
    before, after = ({key: node[key] for key in keys if key in node} for node in (old, new))
    return {"old_node": before, "new_node": after}


def _kind(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return "integer"
    return _KINDS.get(type(value), "null")


def _compare_types(walk: Walk, old: frozenset[str], new: frozenset[str], path: str, nodes: dict[str, Any]) -> None:
    if old == new:
        return
    texts = (words_of(old), words_of(new))
    if old ^ new == {"null"}:
        promised = words_of(old - {"null"})
        if "null" in new:
            _null_added(walk, path, promised, texts, nodes)
        else:
            what = f"null may no longer stand here, only {promised}"
            walk.differ(path, "became-not-nullable", Effect.NARROWS, what, *texts, **nodes)
        return
    effect = effect_of(bool(old - new), bool(new - old))
    kind = {Effect.WIDENS: "type-widened", Effect.NARROWS: "type-narrowed"}.get(effect, "type-changed")
    walk.differ(path, kind, effect, f"{texts[1]} instead of {texts[0]}", *texts, **nodes)


def _null_added(walk: Walk, path: str, promised: str, texts: tuple[str, str], nodes: dict[str, Any]) -> None:
    if walk.is_request:
        what, why = f"null may now be sent where only {promised} stood", None
    else:
        what, why = f"a response may now answer null where callers were promised {promised}", ""
    walk.differ(path, "became-nullable", Effect.WIDENS, what, *texts, why=why, **nodes)


def _compare_listed(walk: Walk, old: Node, new: Node, path: str) -> None:
    nodes = _nodes(old, new)
    had, has = listed(old), listed(new)
    if had is None and has is not None:
        walk.differ(path, "values-listed", Effect.NARROWS, f"only listed values: {brief(has)}", None, brief(has), **nodes)
        return
    if had is not None and has is None:
        what = f"no longer only the listed values {brief(had)}"
        walk.differ(path, "values-unlisted", Effect.WIDENS, what, brief(had), None, **nodes)
        return
    before = {value_key(one): one for one in had or ()}
    after = {value_key(one): one for one in has or ()}
    gone, come = [before[key] for key in before if key not in after], [after[key] for key in after if key not in before]
    if "const" in old and "const" in new and gone:
        what = f"always {brief(new['const'])}, not {brief(old['const'])}"
        walk.differ(path, "constant-changed", Effect.DIFFERS, what, brief(old["const"]), brief(new["const"]), **nodes)
        return
    for value in gone:
        kind, what = ("became-not-nullable", "null may no longer stand here") if value is None else (
            "value-removed", f"the value {brief(value)} is no longer listed")  # fmt: skip
        walk.differ(path, kind, Effect.NARROWS, what, brief(had), brief(has), **nodes)
    for value in come:
        _value_added(walk, path, value, (had, has), is_constant="const" in old, nodes=nodes)


def _value_added(
    walk: Walk, path: str, value: Any, lists: tuple[Any, Any], *, is_constant: bool, nodes: dict[str, Any]
) -> None:
    texts = brief(lists[0]), brief(lists[1])
    if value is None:
        _null_added(walk, path, "listed values", texts, nodes)
        return
    more: dict[str, Any] = dict(nodes)
    if not walk.is_request and not is_constant:
        more |= {"verdict": "RISKY", "why": "callers that know only the old values meet one they do not handle"}
    walk.differ(path, "value-added", Effect.WIDENS, f"the value {brief(value)} is new in the list", *texts, **more)


def _compare_limit(walk: Walk, old: Node, new: Node, path: str, keyword: str, *, is_low: bool) -> None:
    """Compare one bound of numbers; one that is both inclusive and exclusive is told once, by the stricter."""
    exclusive = keyword.startswith("exclusive")
    other = (keyword[9].lower() + keyword[10:]) if exclusive else f"exclusive{keyword[0].upper()}{keyword[1:]}"
    had, has = old.get(keyword), new.get(keyword)
    if had == has or (exclusive and (old.get(other) != new.get(other))):
        return
    before, after = _strictest(old, is_low), _strictest(new, is_low)
    if before == after:
        return
    side = "least" if is_low else "most"
    said = [
        f"numbers of at {side} {brief(one[0])}{' (not itself)' if one[1] else ''}" if one else "" for one in (before, after)
    ]
    _bound_changed(walk, path, keyword, (before, after), (said[0], said[1]), _nodes(old, new, *_LIMITS), is_low=is_low)


def _strictest(node: Node, is_low: bool) -> tuple[Any, int] | None:
    """Return the bound that counts and 1 when it is itself out (-1 for upper bounds, so that they sort)."""
    inclusive, exclusive = ("minimum", "exclusiveMinimum") if is_low else ("maximum", "exclusiveMaximum")
    bounds = [(node[inclusive], 0)] if inclusive in node else []
    bounds += [(node[exclusive], 1 if is_low else -1)] if exclusive in node else []
    return (max(bounds) if is_low else min(bounds)) if bounds else None


def _compare_size(walk: Walk, old: Node, new: Node, path: str, keyword: str) -> None:
    is_low = keyword.startswith("min")
    nothing = 0 if is_low else None
    had, has = old.get(keyword, nothing), new.get(keyword, nothing)
    if had == has:
        return
    before = None if had == nothing else (had, 0)
    after = None if has == nothing else (has, 0)
    said = ["" if one is None else _BOUNDS[keyword].format(one[0]) for one in (before, after)]
    _bound_changed(walk, path, keyword, (before, after), (said[0], said[1]), _nodes(old, new, keyword), is_low=is_low)


def _bound_changed(
    walk: Walk,
    path: str,
    keyword: str,
    bounds: tuple[Any, Any],
    said: tuple[str, str],
    nodes: dict[str, Any],
    *,
    is_low: bool,
) -> None:
    old, new = bounds
    verb = "set" if old is None else "removed" if new is None else "raised" if new > old else "lowered"
    narrows = verb == "set" or (verb != "removed" and (new > old) == is_low)
    what = f"no longer only {said[0]}" if new is None else f"only {said[1]}" + (f", not {said[0]}" if old else "")
    kind = f"{_hyphens(keyword)}-{verb}"
    walk.differ(path, kind, Effect.NARROWS if narrows else Effect.WIDENS, what, said[0], said[1], **nodes)


def _compare_multiple(walk: Walk, old: Node, new: Node, path: str) -> None:
    had, has = old.get("multipleOf"), new.get("multipleOf")
    nodes = _nodes(old, new, "multipleOf", "uniqueItems")
    if had != has:
        if had is None or has is None:
            effect = Effect.NARROWS if had is None else Effect.WIDENS
        else:
            effect = Effect.NARROWS if has % had == 0 else Effect.WIDENS if had % has == 0 else Effect.DIFFERS
        what = f"no longer only multiples of {had}" if has is None else f"only multiples of {has}"
        walk.differ(path, "multiple-of-changed", effect, what, brief(had), brief(has), **nodes)
    if bool(old.get("uniqueItems")) != bool(new.get("uniqueItems")):
        if new.get("uniqueItems"):
            walk.differ(path, "unique-items-set", Effect.NARROWS, "each item only once", "", "unique", **nodes)
        else:
            walk.differ(path, "unique-items-removed", Effect.WIDENS, "items may come again", "unique", "", **nodes)


def _compare_text(walk: Walk, old: Node, new: Node, path: str) -> None:
    nodes = _nodes(old, new, "pattern", "format")
    had, has = old.get("pattern"), new.get("pattern")
    if had != has:
        was_any, is_any = had in _ANY_TEXT, has in _ANY_TEXT
        effect = Effect.UNKNOWN
        if was_any or is_any:
            effect = Effect.SAME if was_any and is_any else Effect.NARROWS if was_any else Effect.WIDENS
        what = f"no pattern any more, not {brief(had, 60)}" if has is None else f"texts of the pattern {brief(has, 60)}"
        kind = f"pattern-{'added' if had is None else 'removed' if has is None else 'changed'}"
        walk.differ(path, kind, effect, what, brief(had), brief(has), **nodes)
    had, has = old.get("format"), new.get("format")
    if had != has:
        kind = f"format-{'added' if had is None else 'removed' if has is None else 'changed'}"
        what = f"no format any more, not {brief(had, 60)}" if has is None else f"the format {brief(has, 60)}"
        what += f" instead of {brief(had, 60)}" if had is not None and has is not None else ""
        walk.differ(path, kind, _format_effect(had, has), what, brief(had), brief(has), **nodes)


_ANY_TEXT = (None, "", "^", ".*", "^.*")
"""Patterns that each text has."""


def _format_effect(had: str | None, has: str | None) -> str:
    """Return the effect; formats that no checker knows are a word among people, and what they do cannot be decided."""
    if has is None or (had, has) in _WITHIN:
        return Effect.WIDENS
    if (has, had) in _WITHIN:
        return Effect.NARROWS
    if had is None:
        return Effect.NARROWS
    return Effect.DIFFERS if had in _KNOWN_FORMATS and has in _KNOWN_FORMATS else Effect.UNKNOWN


def _hyphens(keyword: str) -> str:
    return "".join(f"-{one.lower()}" if one.isupper() else one for one in keyword)

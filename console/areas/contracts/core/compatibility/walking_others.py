"""Differences in what holds for a value as a whole: alternatives, conditions, and the words beside a schema."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from console.areas.contracts.core.compatibility.changes import Difference, Effect, brief
from console.areas.contracts.core.compatibility.flattening import value_key
from console.reporter.contracts.contract import Schema

if TYPE_CHECKING:
    from console.areas.contracts.core.compatibility.walking import Walk

Node = dict[str, Any]
OVERLAP = "alternatives-overlap"
"""Told only where nothing else explains it."""
_UNIONS = {"anyOf": "any-of", "oneOf": "one-of"}
_GROUPS = (
    ("contains", ("contains", "minContains", "maxContains"), "what the list has to contain"),
    ("property-names", ("propertyNames",), "the rule for names of fields"),
    ("dependent-required", ("dependentRequired",), "which fields call for others"),
    ("dependent-schemas", ("dependentSchemas",), "what fields call for"),
    ("not", ("not",), "what must not hold"),
    ("condition", ("if", "then", "else"), "the condition"),
    ("unevaluated-items", ("unevaluatedItems",), "the rule for other items"),
    ("all-of", ("allOf",), "what has to hold together"),
    ("dynamic-reference", ("$dynamicRef", "$recursiveRef"), "a reference that depends on who refers"),
)
_WORDS = {
    "title": "words-changed", "description": "words-changed", "examples": "words-changed", "example": "words-changed",
    "$comment": "words-changed", "default": "default-changed", "readOnly": "read-only-changed",
    "writeOnly": "write-only-changed", "contentMediaType": "content-changed", "contentEncoding": "content-changed",
    "contentSchema": "content-changed", "discriminator": "discriminator-changed",
}  # fmt: skip


def compare_shape(walk: Walk, old: Node, new: Node, path: str) -> bool:
    """Note when one side has alternatives and the other none; True: no more is to be compared at this place."""
    for key in _UNIONS:
        if (key in old) != (key in new) and not (_UNIONS.keys() - {key}) & (old.keys() | new.keys()):
            branches = old.get(key) or new.get(key) or []
            kind = f"{_UNIONS[key]}-{'added' if key in new else 'removed'}"
            what = f"{len(branches)} alternatives instead of one form" if key in new else "one form instead of alternatives"
            walk.differ(path, kind, Effect.UNKNOWN, what, *_counts(old, new, key), old_node=old, new_node=new)
            return True
    return False


def compare_unions(walk: Walk, old: Node, new: Node, path: str) -> None:
    """Note what differs in alternatives: those that went, those that came, and those that stayed but changed."""
    for key, word in _UNIONS.items():
        had, has = old.get(key) or [], new.get(key) or []
        if value_key(had) == value_key(has) and not walk.has_other_parts({key: had}):
            continue
        nodes = {"old_node": old, "new_node": new}
        before, pairs, after = _paired(walk, had, has)
        count = len(walk.found)
        walk.alternatives += 1
        for one, other in pairs:
            walk.node(one, other, path)
        walk.alternatives -= 1
        for branch in before:
            what = f"the alternative {name_of(branch)} is gone"
            walk.differ(path, f"{word}-removed", Effect.NARROWS, what, name_of(branch), "", **nodes)
        for branch in after:
            what = f"the alternative {name_of(branch)} is new"
            walk.differ(path, f"{word}-added", Effect.WIDENS, what, "", name_of(branch), **nodes)
        apart = are_apart([walk.flat_old(one) for one in had]) and are_apart([walk.flat_new(one) for one in has])
        if not apart and any(_may_overlap(one, key) for one in walk.found[count:]):
            what = "what fits one alternative may now fit another too, or no longer"
            walk.differ(path, OVERLAP, Effect.UNKNOWN, what, *_counts(old, new, key), **nodes)


def compare_rest(walk: Walk, old: Node, new: Node, path: str) -> None:
    """Note what differs in all other keywords, group by group; containment decides what it means."""
    _compare_counts(walk, old, new, path)
    for kind, keys, words in _GROUPS:
        had, has = ({key: node[key] for key in keys if key in node} for node in (old, new))
        if value_key(had) == value_key(has) and not walk.has_other_parts(had):
            continue
        if kind == "contains" and _counts_alone(walk, had, has):
            continue
        effect = Effect.UNKNOWN if had and has else Effect.WIDENS if had else Effect.NARROWS
        what = f"{words} {'changed' if had and has else 'no longer counts' if had else 'is new'}"
        walk.differ(path, f"{kind}-changed", effect, what, brief(had), brief(has), old_node=old, new_node=new)


def _counts_alone(walk: Walk, old: Node, new: Node) -> bool:
    """Whether a list has to contain the same as before, in another number."""
    same = "contains" in old and value_key(old["contains"]) == value_key(new.get("contains"))
    return same and not walk.has_other_parts(old)


def _compare_counts(walk: Walk, old: Node, new: Node, path: str) -> None:
    if not _counts_alone(walk, old, new):
        return
    limits: tuple[tuple[str, float], ...] = (("minContains", 1), ("maxContains", math.inf))
    for keyword, nothing in limits:
        had, has = old.get(keyword, nothing), new.get(keyword, nothing)
        if had != has:
            narrows = (has > had) == (keyword == "minContains")
            kind = f"{'min' if keyword == 'minContains' else 'max'}-contains-{'raised' if has > had else 'lowered'}"
            what = f"{'at least' if keyword == 'minContains' else 'at most'} {has} of what a list has to contain, not {had}"
            walk.differ(path, kind, Effect.NARROWS if narrows else Effect.WIDENS, what, had, has, old_node=old, new_node=new)


def compare_words(walk: Walk, old: Node, new: Node, path: str) -> None:
    """Note what differs in titles, descriptions, examples and the like, which no value depends on."""
    kinds: dict[str, list[str]] = {}
    for key, kind in _WORDS.items():
        if value_key(old.get(key)) != value_key(new.get(key)):
            kinds.setdefault(kind, []).append(key)
    nodes = {"old_node": old, "new_node": new}
    for kind, keys in kinds.items():
        what = f"another {' and '.join(keys)}"
        walk.differ(
            path, kind, Effect.SAME, what, brief(old.get(keys[0])), brief(new.get(keys[0])), verdict="COSMETIC", **nodes
        )
    if bool(old.get("deprecated")) != bool(new.get("deprecated")):
        is_now = bool(new.get("deprecated"))
        kind, what = ("deprecated", "on its way out") if is_now else ("undeprecated", "no longer on its way out")
        walk.differ(path, kind, Effect.SAME, what, "", "", verdict="COSMETIC", **nodes)


def are_apart(branches: list[Schema]) -> bool:
    """Whether no object fits two of the alternatives, as each asks for another constant in the same field."""
    if not all(isinstance(one, dict) and one.get("type") == "object" for one in branches):
        return False
    told = [_asked_constants(one) for one in branches if isinstance(one, dict)]
    names = set.intersection(*(set(one) for one in told)) if told else set()
    return any(len({one[name] for one in told}) == len(told) for name in names)


def _asked_constants(branch: Node) -> dict[str, str]:
    fields = branch.get("properties") or {}
    required = branch.get("required") or ()
    held = {name: fields[name] for name in required if isinstance(fields.get(name), dict)}
    return {name: value_key(one["const"]) for name, one in held.items() if "const" in one}


def _may_overlap(difference: Difference, key: str) -> bool:
    """Whether a change to one alternative counts for values that fit another: only one of `oneOf` may fit, and fields that
    one does not name another may."""
    if difference.is_settled:
        return difference.verdict != "COSMETIC"
    return key == "oneOf" and difference.effect != Effect.SAME


def name_of(branch: Schema) -> str:
    """Return how people would call an alternative."""
    if isinstance(branch, bool):
        return "anything" if branch else "nothing"
    ref = branch.get("$ref")
    if isinstance(ref, str):
        return ref.rpartition("/")[2][:60]
    return brief(branch.get("title") or branch.get("type") or branch, 60)


def _counts(old: Node, new: Node, key: str) -> tuple[str, str]:
    words = [f"{len(node[key])} alternatives" if key in node else "one form" for node in (old, new)]
    return words[0], words[1]


def _paired(
    walk: Walk, old: list[Schema], new: list[Schema]
) -> tuple[list[Schema], list[tuple[Schema, Schema]], list[Schema]]:
    """Return alternatives that went, pairs that belong together, and those that came."""
    before, after, pairs = list(old), list(new), list[tuple[Schema, Schema]]()
    for alike in (_whole, _constants, _name, _types):
        keys = {key: one for one in after if (key := alike(walk, one, False))}
        for one in tuple(before):
            match = keys.pop(alike(walk, one, True) or "", None)
            if match is not None:
                pairs.append((one, match))
                before, after = [of for of in before if of is not one], [of for of in after if of is not match]
    if len(before) == len(after) == 1:
        pairs.append((before.pop(), after.pop()))
    return before, pairs, after


def _constants(walk: Walk, branch: Schema, is_old: bool) -> str:
    """Return what a field that tells alternatives apart holds (`kind: "note"`)."""
    flat = walk.flat_old(branch) if is_old else walk.flat_new(branch)
    fields = flat.get("properties") if isinstance(flat, dict) else None
    told = {
        name: one.get("const", one.get("enum"))
        for name, one in (fields or {}).items()
        if isinstance(one, dict) and ("const" in one or len(one.get("enum") or ()) == 1)
    }
    return value_key(told) if told else ""


def _whole(_walk: Walk, branch: Schema, _is_old: bool) -> str:
    return value_key(branch)


def _name(_walk: Walk, branch: Schema, _is_old: bool) -> str:
    return "" if isinstance(branch, bool) else str(branch.get("$ref") or branch.get("title") or "")


def _types(walk: Walk, branch: Schema, is_old: bool) -> str:
    flat = walk.flat_old(branch) if is_old else walk.flat_new(branch)
    own = flat.get("type") if isinstance(flat, dict) else None
    return own if isinstance(own, str) and own not in ("object", "array") else ""

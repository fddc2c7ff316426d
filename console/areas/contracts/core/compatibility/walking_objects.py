"""Differences in the fields of an object: which there are, which have to be there, and what others may stand beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from console.areas.contracts.core.compatibility.changes import TOO_LARGE, Direction, Effect
from console.areas.contracts.core.compatibility.flattening import value_key
from console.areas.contracts.core.compatibility.sending import UNSENT, Named, named
from console.model.json_path import extend
from console.reporter.contracts.contract import Schema

if TYPE_CHECKING:
    from console.areas.contracts.core.compatibility.walking import Walk

Node = dict[str, Any]
KEY_PATTERN_LENGTH = 500
_KEYWORDS = frozenset(("properties", "required", "patternProperties", "additionalProperties", "unevaluatedProperties"))
_NOT_READ = "what callers send in it is no longer read"
_NOT_ANSWERED = "callers that use it when it is there will not find it"
_STRICT_CALLERS = "callers that send more than the contract names are refused"
_UNSENT: dict[Direction, str] = {
    "request": "callers do not send it, as it is only read",
    "response": "it is never answered, as it is only written",
}
_STRICT_READERS = "callers that refuse fields they do not know may meet some"


class _Side:
    """The fields of one object schema, as they were or are."""

    def __init__(self, node: Node, names: Named) -> None:
        self.required = frozenset(node.get("required") or ())
        self.patterns: dict[str, Schema] = node.get("patternProperties") or {}
        self.has_names = names.any and not names.is_open
        self._names, self.asked = names.names, names.asked
        key = "additionalProperties" if "additionalProperties" in node else "unevaluatedProperties"
        rest: Schema = node.get(key, True)
        self.rest = True if rest == {} else rest
        asked = {name: self.beside(name) for name in sorted(self.required)}
        self.fields = {**{name: one for name, one in asked.items() if one is not False}, **(node.get("properties") or {})}

    def is_unnamed(self, name: str) -> bool:
        """Whether a writer would not send a field of that name: others are named, and it is not, nowhere."""
        return self.has_names and name not in self._names

    def beside(self, name: str) -> Schema:
        """Return what an undeclared field of that name has to be; false: it must not be there."""
        for pattern, schema in self.patterns.items():
            if _matches(pattern, name):
                return schema
        return self.rest


def compare_objects(walk: Walk, old: Node, new: Node, path: str) -> None:
    """Note what differs in the fields."""
    if old.keys().isdisjoint(_KEYWORDS) and new.keys().isdisjoint(_KEYWORDS):
        return
    before = _Side(old, named(old, walk.old))
    after = _Side(new, named(new, walk.new))
    nodes = {"old_node": old, "new_node": new}
    for name in dict.fromkeys((*before.fields, *after.fields, *sorted(before.required ^ after.required))):
        place = extend("" if path == "$" else path, name)
        if name in before.fields and name in after.fields:
            _compare_kept(walk, before, after, name, place)
        elif name in after.fields:
            _compare_added(walk, before, after, name, place, nodes)
        elif name in before.fields:
            _compare_removed(walk, before, after, name, place, nodes)
        else:
            _compare_required(walk, before, after, name, place)
    _compare_others(walk, before, after, path, nodes)


def _compare_kept(walk: Walk, before: _Side, after: _Side, name: str, place: str) -> None:
    count = len(walk.found)
    walk.node(before.fields[name], after.fields[name], place)
    if _is_unsent(walk, name, before if walk.is_request else after, is_old=walk.is_request):
        why = _UNSENT[walk.direction]
        for place_in_list, one in enumerate(walk.found[count:], count):
            if one.verdict != "COSMETIC" and one.kind != TOO_LARGE:
                walk.found[place_in_list] = one._replace(effect=Effect.SAME, verdict="COSMETIC", why=why)
    _compare_required(walk, before, after, name, place)


def _is_unsent(walk: Walk, name: str, side: _Side, *, is_old: bool) -> bool:
    """Whether a writer who keeps to this side leaves the field out: it is marked so, and nothing asks for it."""
    if walk.alternatives or name in side.asked:  # what stands around alternatives may ask for it
        return False
    field = walk.flat_old(side.fields[name]) if is_old else walk.flat_new(side.fields[name])
    return isinstance(field, dict) and field.get(UNSENT[walk.direction]) is True


def _compare_required(walk: Walk, before: _Side, after: _Side, name: str, place: str) -> None:
    if name in after.required and name not in before.required:
        what = f"{name} has to be there, it was optional"
        walk.differ(
            place,
            "became-required",
            Effect.NARROWS,
            what,
            "optional",
            "required",
            old_node={},
            new_node={"required": [name]},
        )
    elif name in before.required and name not in after.required:
        what = f"{name} may be left out, it was always there"
        why = None if walk.is_request else "callers count on it"
        walk.differ(
            place,
            "became-optional",
            Effect.WIDENS,
            what,
            "required",
            "optional",
            why=why,
            old_node={"required": [name]},
            new_node={},
        )


def _compare_added(walk: Walk, before: _Side, after: _Side, name: str, place: str, nodes: dict[str, Any]) -> None:
    field, rest = after.fields[name], before.beside(name)
    if field is False:
        if walk.is_request and rest is not False and not before.has_names:
            walk.differ(place, "forbidden", Effect.NARROWS, f"{name} must not be there any more", True, False, **nodes)
        return
    if walk.is_request and name in after.required and name not in before.required:
        what = f"the new field {name} has to be there"
        walk.differ(
            place, "required-field-added", Effect.NARROWS, what, "", "required", old_node={}, new_node={"required": [name]}
        )
    elif not walk.is_request and _is_unsent(walk, name, after, is_old=False):
        walk.differ(place, "field-added", Effect.SAME, f"the new field {name}", "", _kind(name, after),
                    verdict="ADDITIVE", why=_UNSENT["response"], **nodes)  # fmt: skip
        return
    elif rest is False:
        what = f"the new field {name}, where no other fields stood"
        walk.differ(place, "field-added", Effect.WIDENS, what, "", _kind(name, after), **nodes)
    elif rest is True and before.is_unnamed(name):
        why = "callers need not send it" if walk.is_request else "callers do not mind fields they do not know"
        walk.differ(place, "field-added", Effect.SAME, f"the new field {name}", "", _kind(name, after),
                    verdict="ADDITIVE", why=why, **nodes)  # fmt: skip
    elif name in after.required and name not in before.required:
        walk.differ(
            place,
            "became-required",
            Effect.NARROWS,
            f"{name} is always there",
            "optional",
            "required",
            old_node={},
            new_node={"required": [name]},
        )
    if rest is not False and not (rest is True and before.is_unnamed(name)):
        walk.node(rest, field, place)


def _compare_removed(walk: Walk, before: _Side, after: _Side, name: str, place: str, nodes: dict[str, Any]) -> None:
    field, rest = before.fields[name], after.beside(name)
    was_required, is_required = name in before.required, name in after.required
    if field is False:
        if not walk.is_request and rest is not False and not after.has_names:
            walk.differ(place, "allowed", Effect.WIDENS, f"{name} may now be there", False, True, **nodes)
        return
    is_gone = walk.is_request or rest is False or after.is_unnamed(name)
    if is_gone and _is_unsent(walk, name, before, is_old=True):
        walk.differ(place, "field-removed", Effect.SAME, f"the field {name} is gone", _kind(name, before), "",
                    verdict="COSMETIC", why=_UNSENT[walk.direction], **nodes)  # fmt: skip
    elif rest is False and walk.is_request:
        what = f"the field {name} must not be there any more"
        walk.differ(place, "field-removed", Effect.NARROWS, what, _kind(name, before), "", **nodes)
    elif rest is True and not after.is_unnamed(name):
        walk.node(field, True, place)
    elif rest in (True, False):
        why = _NOT_READ if walk.is_request else _NOT_ANSWERED
        if not was_required or walk.is_request:
            walk.differ(place, "field-removed", Effect.SAME, f"the field {name} is gone", _kind(name, before), "",
                        verdict="RISKY", why=why, **nodes)  # fmt: skip
    else:
        walk.node(field, rest, place)
    if was_required and not is_required and not walk.is_request:
        what = f"{name} was always there and is no longer promised"
        walk.differ(
            place,
            "required-field-removed",
            Effect.WIDENS,
            what,
            "required",
            "",
            why="callers count on it",
            old_node={"required": [name]},
            new_node={},
        )
    elif was_required != is_required:
        _compare_required(walk, before, after, name, place)


def _compare_others(walk: Walk, before: _Side, after: _Side, path: str, nodes: dict[str, Any]) -> None:
    inside = ".*" if path != "$" else "*"
    place = f"{path}{inside}" if path != "$" else inside
    if before.patterns or after.patterns:
        _compare_patterns(walk, before, after, path, place, nodes)
    old, new = before.rest, after.rest
    if old is False and new is not False:
        _opened(walk, after, path, nodes)
    elif old is not False and new is False:
        _closed(walk, before, path, nodes)
    elif old is True and new is not True and walk.is_request and before.has_names:
        walk.differ(place, "others-limited", Effect.SAME, "other fields have to be of one kind", "any", "limited",
                    verdict="RISKY", why=_STRICT_CALLERS, **nodes)  # fmt: skip
    elif new is True and old is not True and not walk.is_request and after.has_names:
        walk.differ(place, "others-unlimited", Effect.SAME, "other fields may be anything", "limited", "any",
                    verdict="RISKY", why=_STRICT_READERS, **nodes)  # fmt: skip
    else:
        walk.node(old, new, place)


def _opened(walk: Walk, after: _Side, path: str, nodes: dict[str, Any]) -> None:
    what = "fields that are not named may now stand here"
    is_only_possible = not walk.is_request and after.has_names and after.rest is True
    effect, more = _possible(is_only_possible, Effect.WIDENS, _STRICT_READERS)
    walk.differ(path, "opened", effect, what, "closed", "open", **nodes, **more)


def _closed(walk: Walk, before: _Side, path: str, nodes: dict[str, Any]) -> None:
    what = "no fields but the named ones may stand here"
    is_only_possible = walk.is_request and before.has_names and before.rest is True
    effect, more = _possible(is_only_possible, Effect.NARROWS, _STRICT_CALLERS)
    walk.differ(path, "closed", effect, what, "open", "closed", **nodes, **more)


def _possible(is_only_possible: bool, effect: str, why: str) -> tuple[str, dict[str, Any]]:
    """Return how to note what breaks only those who send more, or bear less, than the contract says."""
    return (Effect.SAME, {"verdict": "RISKY", "why": why}) if is_only_possible else (effect, {})


def _compare_patterns(walk: Walk, before: _Side, after: _Side, path: str, place: str, nodes: dict[str, Any]) -> None:
    for pattern in before.patterns.keys() & after.patterns.keys():
        walk.node(before.patterns[pattern], after.patterns[pattern], place)
    changed = sorted(before.patterns.keys() ^ after.patterns.keys())
    if changed or (before.patterns and value_key([*before.fields]) != value_key([*after.fields])):
        what = f"other patterns of field names: {', '.join(changed)[:80]}" if changed else "other fields beside patterns"
        old, new = ", ".join(before.patterns), ", ".join(after.patterns)
        effect = _patterns_effect(walk, before, after)
        walk.differ(path, "name-patterns-changed", effect, what, old, new, **nodes)


def _patterns_effect(walk: Walk, before: _Side, after: _Side) -> str:
    """Return the effect of patterns that only came, or only went, where a writer may send any fields."""
    writer = before if walk.is_request else after
    gone, come = before.patterns.keys() - after.patterns.keys(), after.patterns.keys() - before.patterns.keys()
    if writer.fields or before.rest is not True or after.rest is not True or bool(gone) == bool(come):
        return Effect.UNKNOWN
    return Effect.NARROWS if come else Effect.WIDENS


def _matches(pattern: str, name: str) -> bool:
    """Whether a field's name fits; patterns that Python does not read, or that could take long, fit nothing here."""
    if len(pattern) > KEY_PATTERN_LENGTH or re.search(r"[*+}]\)?[*+{]", pattern):
        return False
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False


def _kind(name: str, side: _Side) -> str:
    return "required" if name in side.required else "optional"

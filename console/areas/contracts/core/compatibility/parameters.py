"""Parameters compared: by name and place; those of the path by where they stand, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.areas.contracts.core.compatibility.changes import Verdict, brief
from console.areas.contracts.core.compatibility.parts import Part, parts_of
from console.areas.contracts.core.compatibility.walking_values import types_of, words_of
from console.areas.contracts.core.compatibility.weighing import weigh
from console.areas.contracts.core.openapi.params import STYLES
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.params import param_schema
from console.reporter.contracts.templates import open_names

Rule = dict[str, Any]
_SCALARS = frozenset(("string", "number", "integer", "boolean"))


def param_changes(old: Contract, new: Contract) -> Iterator[Part]:
    """Yield what changed in the parameters."""
    before, after = _rules(old), _rules(new)
    for key, rule in before.items():
        if key in after:
            yield from _changed(rule, after[key])
        else:
            moved = next(
                (one for (place, name), one in after.items() if name == key[1] and (place, name) not in before), None
            )
            yield _moved(rule, moved) if moved else _removed(rule)
    names = {name for _, name in before.keys() - after.keys()}
    for key, rule in after.items():
        if key not in before and key[1] not in names:
            yield _added(rule)


def _rules(contract: Contract) -> dict[tuple[str, str], Rule]:
    """Return the parameters by place and name; one of the path goes by the number of its segment."""
    segments = open_names(contract.endpoint)
    rules: dict[tuple[str, str], Rule] = {}
    for rule in contract.params:
        place, name = rule.get("in", "query"), rule["name"]
        is_path = place == "path" or (place == "query" and "in" not in rule and name in segments)
        rules[("path", str(segments.get(name, name))) if is_path else (place, _folded(place, name))] = rule
    return rules


def _folded(place: str, name: str) -> str:
    return name.lower() if place == "header" else name


def _changed(old: Rule, new: Rule) -> Iterator[Part]:
    name = new["name"]
    was, is_now = old.get("required") is True, new.get("required") is True
    if is_now and not was:
        rule = f"{name} has to be sent now: callers that leave it out are refused"
        yield _part(name, "became-required", "BREAKING", rule, "optional", "required")
    elif was and not is_now:
        yield _part(
            name, "became-optional", "ADDITIVE", f"{name} may be left out: callers still may send it", "required", "optional"
        )
    yield from _ways(old, new)
    before, after = _promised(old), _promised(new)
    if _became_text(old, before, after):
        rule = "any text is taken now: in an address all values are texts"
        yield _part(name, "type-widened", "ADDITIVE", rule, words_of(types_of(before)), "text")
    elif old.get("in") != "body" and "schema" not in new and _became_list(before, after):
        yield from _listed(old, name, before, after)
    else:
        yield from parts_of("request", "", weigh(before, after, "request", name))


def _promised(rule: Rule) -> dict[str, Any]:
    """Return the schema of the value, also of one that is not checked, as it does not travel as it is (`schema`)."""
    held = rule.get("schema")
    return held if isinstance(held, dict) else param_schema(rule)


def _ways(old: Rule, new: Rule) -> Iterator[Part]:
    """Compare how a parameter is written in an address; it makes no difference to one value whether lists are exploded."""
    name = new["name"]
    before, after = _way(old), _way(new)
    if types_of(_promised(old)) <= _SCALARS | {"null"}:
        before, after = before[:1], after[:1]
    if before != after:
        rule = f"{name} is written in another way now: what callers send is read as something else"
        yield _part(name, "style-changed", "BREAKING", rule, ", ".join(before), ", ".join(after))
    if bool(old.get("allowReserved")) != bool(new.get("allowReserved")):
        if new.get("allowReserved"):
            rule = f"{name} may hold reserved characters as they are: callers still may escape them"
            yield _part(name, "reserved-allowed", "ADDITIVE", rule, "", "allowed")
        else:
            rule = f"reserved characters in {name} have to be escaped now: callers that do not are misread"
            yield _part(name, "reserved-refused", "BREAKING", rule, "allowed", "")


def _way(rule: Rule) -> tuple[str, ...]:
    style = rule.get("style", STYLES.get(rule.get("in", "query"), "form"))
    return str(style), "exploded" if rule.get("explode", style == "form") else "in one"


def _became_text(rule: Rule, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a number or the like, written as text in an address, may now be any text."""
    limits = new.keys() - {"type", "title", "description", "examples", "default", "deprecated"}
    types = types_of(old)
    return (
        not limits and new.get("type") == "string" and types != {"string"} and types <= _SCALARS and rule.get("in") != "body"
    )


def _became_list(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the one value that was sent is read as a list of one now (`console.reporter.contracts.params.read_params`)."""
    return "array" in types_of(new) and "string" not in types_of(new) and types_of(old) <= _SCALARS | {"null"}


def _listed(rule: Rule, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Part]:
    """Compare one value with a list: what breaks callers is told, and that nothing does."""
    items = new.get("items", True)
    one = items if isinstance(items, dict) and _became_text(rule, old, items) else old
    alone = {"type": "array", "items": one, "minItems": 1, "maxItems": 1}
    harm = [found for found in weigh(alone, new, "request", name) if found.verdict in ("BREAKING", "RISKY")]
    if harm:
        yield from parts_of("request", "", harm)
    else:
        words = f"{name} may come several times now: one value is read as a list of one"
        yield _part(name, "type-widened", "ADDITIVE", words, words_of(types_of(old)), words_of(types_of(new)))


def _added(rule: Rule) -> Part:
    name = rule["name"]
    if rule.get("required") is True:
        words = f"the new parameter {name} has to be sent: callers that do not know it are refused"
        return _part(name, "required-param-added", "BREAKING", words, "", brief(_promised(rule)))
    words = f"the new parameter {name} may be sent: callers need not"
    return _part(name, "param-added", "ADDITIVE", words, "", brief(_promised(rule)))


def _removed(rule: Rule) -> Part:
    words = f"the parameter {rule['name']} is gone: what callers send in it is no longer read"
    return _part(rule["name"], "param-removed", "RISKY", words, brief(_promised(rule)), "")


def _moved(old: Rule, new: Rule) -> Part:
    places = [one.get("in", "query") for one in (old, new)]
    words = f"{new['name']} is read from the {places[1]}, no longer from the {places[0]}"
    verdict: Verdict = "BREAKING" if new.get("required") is True else "RISKY"
    return _part(new["name"], "param-moved", verdict, words, *places)


def _part(path: str, kind: str, verdict: Verdict, rule: str, old: str, new: str) -> Part:
    return Part("request", "", path, kind, verdict, rule, old, new)

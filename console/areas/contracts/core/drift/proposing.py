"""The contract as it would have to be: widened by what was found, or made from what was observed alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from console.areas.contracts.core.compatibility import compare
from console.areas.contracts.core.compatibility.schemas import Document, plain
from console.areas.contracts.core.drift import widening
from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.finding import (
    ENUM_WIDENING,
    FORMAT_CHANGE,
    LATENCY,
    MISSING_FIELD,
    NEW_STATUS,
    NULLABILITY,
    RANGE,
    TYPE_CHANGE,
    UNDECLARED_FIELD,
    UNSEEN_FIELD,
    VANISHED_FIELD,
    Finding,
)
from console.areas.contracts.core.drift.inferring import infer, infer_param, is_always_there
from console.areas.contracts.core.drift.latency import detect_latency
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.parts import BODY, PARAMS, REQUEST, RESPONSE
from console.areas.contracts.core.drift.path_view import places_of
from console.areas.contracts.core.drift.slot import Slot
from console.areas.contracts.core.drift.versioning import FIRST, next_version
from console.areas.contracts.core.drift.widening import Steps
from console.reporter.contracts.contract import Contract, Schema
from console.reporter.contracts.paths import text_of
from console.reporter.contracts.schema import SchemaError, checker_for

__all__ = ["next_version", "propose"]

Key: TypeAlias = tuple[str, str]
"""Direction and class of status, "" for requests."""
_AT_PLACE: dict[str, Callable[[Slot], widening.Change]] = {
    TYPE_CHANGE: widening.with_types,
    NULLABILITY: widening.with_types,
    ENUM_WIDENING: widening.with_values,
    FORMAT_CHANGE: widening.with_any_format,
    RANGE: widening.with_range,
}


def propose(
    contract: Contract | None,
    observed: Mapping[Key, Observed],
    findings: Mapping[Key, Sequence[Finding]] | None = None,
    *,
    service: str = "",
    method: str = "",
    endpoint: str = "",
) -> Contract:
    """Return the contract after accepting the findings (all there are when None), in its next version.

    The version counts up by what the new contract does to those who keep to the old one, not by what the findings were
    classed as: what a service already breaks may be a mere addition once it is promised.

    Without a contract it is made from what was observed, as 1.0.0: types, what was always there as required, closed sets
    as enumerations, formats; each only as far as the bounds of `inferring.py` allow.
    """
    if contract is None:
        return infer_contract(observed, service, method, endpoint)
    if findings is None:
        findings = {key: _all_of(one, contract, key) for key, one in observed.items()}
    wider = contract
    for key, some in findings.items():
        for finding in some:
            wider = _accept(wider, key, observed.get(key), finding)
    verdicts = [change.verdict for change in compare(contract, wider)]
    return replace(wider, version=next_version(contract.version, verdicts), id="")


def infer_contract(observed: Mapping[Key, Observed], service: str, method: str, endpoint: str) -> Contract:
    """Return a contract made from what was observed alone."""
    params: tuple[dict[str, Any], ...] = ()
    request: Schema | None = None
    asked = observed.get((REQUEST, ""))
    if asked is not None:
        root = asked.settle().root
        if PARAMS in root.children:
            given = root.children[PARAMS]
            params = tuple(_param(name, slot, given) for name, slot in given.children.items())
        request = infer(root.children[BODY]) if BODY in root.children else None
    responses: dict[str, Schema] = {
        status: infer(one.settle().root) if one.n else True for (side, status), one in observed.items() if side == RESPONSE
    }
    return Contract(service, endpoint, FIRST, method, params, request, responses)


def _param(name: str, slot: Slot, given: Slot) -> dict[str, Any]:
    return {"name": name, **infer_param(slot), "required": is_always_there(slot, given)}


def _all_of(observed: Observed, contract: Contract, key: Key) -> list[Finding]:
    now_ms = observed.settle().last_ms
    slow = detect_latency(observed, contract, now_ms) if key[0] == RESPONSE else ()
    return [*detect_drift(observed, contract, *key, now_ms), *slow]


def _accept(contract: Contract, key: Key, observed: Observed | None, finding: Finding) -> Contract:
    direction, status = key
    if finding.kind == LATENCY:
        return contract if observed is None else replace(contract, timeout_ms=_timeout(contract, observed))
    if finding.kind == NEW_STATUS:
        schema: Schema = infer(observed.settle().root) if observed is not None and observed.n else True
        return replace(contract, responses={**contract.responses, status: schema})
    if observed is None:
        return contract
    if direction == REQUEST:
        return _accept_request(contract, observed, finding)
    keys = [one for one in contract.responses if one[:1] == status[:1]]
    keys += [one for one in ("default",) if one in contract.responses and status not in contract.responses]
    root = observed.settle().root
    changed = {one: _widened(contract.responses[one], root, finding, "") for one in keys}
    return replace(contract, responses={**contract.responses, **changed})


def _accept_request(contract: Contract, observed: Observed, finding: Finding) -> Contract:
    root = observed.settle().root
    body, given = root.children.get(BODY), root.children.get(PARAMS)
    if body is not None and (finding.path == BODY or finding.path.startswith((f"{BODY}.", f"{BODY}["))):
        rules = [rule for rule in contract.params if rule.get("in") == "body"]
        others = [rule for rule in contract.params if rule.get("in") != "body"]
        request = None if contract.request is None else _widened(contract.request, body, finding, BODY)
        return replace(contract, request=request, params=(*others, *_rules(rules, body, finding, BODY, request is None)))
    if given is None:
        return contract
    rules = [rule for rule in contract.params if rule.get("in", "query") in ("query", "path")]
    others = [rule for rule in contract.params if rule not in rules]
    return replace(contract, params=(*_rules(rules, given, finding, "", True), *others))


def _rules(rules: list[dict[str, Any]], slot: Slot, finding: Finding, root: str, may_add: bool) -> list[dict[str, Any]]:
    """Return the parameters after the finding, each rule taken for the schema of a property."""
    schema = {
        "properties": {
            rule["name"]: {k: v for k, v in rule.items() if k not in ("name", "in", "required")} for rule in rules
        },
        "required": [rule["name"] for rule in rules if rule.get("required") is True],
    }
    widened = _widened(schema, slot, finding, root)
    assert isinstance(widened, dict)
    properties, required = widened["properties"], widened["required"]
    by_name = {rule["name"]: rule for rule in rules}
    names = [name for name in properties if name in by_name or may_add]
    return [_rule(by_name.get(name, {"name": name}), properties[name], name in required) for name in names]


def _rule(rule: dict[str, Any], schema: Any, required: bool) -> dict[str, Any]:
    kept = {key: rule[key] for key in ("name", "in") if key in rule}
    said = {"required": required} if required or "required" in rule else {}
    return {**kept, **(schema if isinstance(schema, dict) else {}), **said}


def _widened(schema: Schema, root: Slot, finding: Finding, prefix: str) -> Schema:
    """Return the schema after accepting the finding about a place of it."""
    plainly = plain(schema)
    found = _change_for(plainly, root, finding, prefix)
    if found is None:
        return schema
    widened = widening.changed_at(plainly, found[0], found[1], Document(plainly))
    try:
        checker_for(widened)
    except SchemaError:  # a reference led through the place that changed
        return widening.either(schema, root)
    return widened


def _change_for(schema: Schema, root: Slot, finding: Finding, prefix: str) -> tuple[Steps, widening.Change] | None:
    """Return the place and the change that the finding asks for, None when the place is not known any more."""
    document = Document(schema)
    for steps, slot, _ in places_of(root):
        if finding.kind in _AT_PLACE:
            if text_of(steps, prefix) == finding.path:
                return steps, _AT_PLACE[finding.kind](slot)
        elif (name := _name_below(steps, slot, schema, document, finding.path, prefix)) is not None:
            return steps, _object_change(finding, name, slot)
    return None


def _object_change(finding: Finding, name: str, slot: Slot) -> widening.Change:
    if finding.kind == UNDECLARED_FIELD and name in slot.children:
        return widening.with_property(name, slot.children[name])
    if finding.kind in (MISSING_FIELD, VANISHED_FIELD):
        return widening.not_required(name)
    return widening.without(name) if finding.kind == UNSEEN_FIELD else lambda schema: schema


def _name_below(steps: Steps, slot: Slot, schema: Schema, document: Document, path: str, prefix: str) -> str | None:
    """Return the property of this place which the path names, seen or only declared."""
    here = text_of(steps, prefix)
    if here != "$" and not path.startswith(here):
        return None
    names: dict[str, None] = dict.fromkeys(slot.children)

    def named(part: dict[str, Any]) -> dict[str, Any]:
        names.update(dict.fromkeys([*part.get("properties", ()), *part.get("required", ())]))
        return part

    def note(part: dict[str, Any]) -> Schema:
        widening.in_parts(part, named)
        return part

    widening.changed_at(schema, steps, note, document)
    return next((name for name in names if text_of((*steps, name), prefix) == path), None)


def _timeout(contract: Contract, observed: Observed) -> float:
    """Return a time-out well above what the newest calls took, to two digits."""
    recent = sorted(one for one, _ in observed.state.durations.recent)
    wanted = max(contract.timeout_ms or 0.0, 1.5 * recent[int(0.95 * (len(recent) - 1))]) if recent else 0.0
    if wanted <= 0:
        return contract.timeout_ms or 1.0
    unit = 10.0 ** (math.floor(math.log10(wanted)) - 1)
    return math.ceil(wanted / unit) * unit

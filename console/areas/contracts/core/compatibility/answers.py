"""Answers compared: each status of the old contract with what the new one promises for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.areas.contracts.core.compatibility.changes import brief
from console.areas.contracts.core.compatibility.parts import Part, parts_of
from console.areas.contracts.core.compatibility.weighing import weigh
from console.reporter.contracts.contract import Contract, Schema

DEFAULT = "default"


def answer_changes(old: Contract, new: Contract) -> Iterator[Part]:
    """Yield what changed in the answers."""
    told: set[str] = set()
    for status in old.responses:
        others = _covering(status, new.responses)
        told.update(others)
        if not others:
            yield _removed(status)
        for other in others:
            schemas = old.responses[status], new.responses[other]
            yield from parts_of("response", _narrower(status, other), weigh(*schemas, "response", "$"))
    for status in new.responses:
        if status not in told:
            covered = _covering(status, old.responses)
            if not covered:
                yield _added(status, new.responses[status])
            for other in covered:
                schemas = old.responses[other], new.responses[status]
                yield from parts_of("response", status, weigh(*schemas, "response", "$"))


def _covering(status: str, responses: Mapping[str, Schema]) -> list[str]:
    """Return the keys that answers with this status go by: its own, its class, those in its class, or the default."""
    if status in responses:
        return [status]
    if status == DEFAULT:
        return []
    family = f"{status[:1]}xx"
    if status == family:
        return [one for one in responses if one[:1] == status[:1] and one != DEFAULT] or _default(responses)
    return [family] if family in responses else _default(responses)


def _default(responses: Mapping[str, Schema]) -> list[str]:
    return [DEFAULT] if DEFAULT in responses else []


def _narrower(one: str, other: str) -> str:
    return other if one == DEFAULT or (one.endswith("xx") and other != DEFAULT) else one


def _removed(status: str) -> Part:
    if status[:1] == "2" or status == DEFAULT:
        rule = f"{status} is no longer answered: callers wait for it"
        return Part("response", status, "$", "status-removed", "BREAKING", rule, status, "")
    rule = f"{status} is no longer answered: callers that handle it do no harm"
    return Part("response", status, "$", "status-removed", "ADDITIVE", rule, status, "")


def _added(status: str, schema: Schema) -> Part:
    rule = f"{status} may now be answered: nothing was promised for it before"
    return Part("response", status, "$", "status-added", "ADDITIVE", rule, "", brief(schema))

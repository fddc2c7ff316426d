"""Answers compared: each status of the old contract with what the new one promises for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.areas.contracts.core.compatibility.changes import Verdict, brief
from console.areas.contracts.core.compatibility.parts import Part, parts_of
from console.areas.contracts.core.compatibility.weighing import weigh
from console.reporter.contracts.contract import Contract, Schema

DEFAULT = "default"


def answer_changes(old: Contract, new: Contract) -> Iterator[Part]:
    """Yield what changed in the answers."""
    told: set[str] = set()
    for status, schema in old.responses.items():
        others = _covering(status, new.responses)
        told.update(others)
        if not others or (schema is not False and all(new.responses[other] is False for other in others)):
            yield _removed(status, old.responses)
            continue
        for other in others:
            yield from _compared(_narrower(status, other), schema, new.responses[other])
    for status, schema in new.responses.items():
        if status not in told:
            covered = _covering(status, old.responses)
            if not covered:
                yield _added(status, schema)
            for other in covered:
                yield from _compared(status, old.responses[other], schema)


def _compared(status: str, old: Schema, new: Schema) -> Iterator[Part]:
    """Yield what changed between two promises; a status for which no body was valid (`false`) could not be answered."""
    if old is False and new is not False:
        yield _added(status, new)
    else:
        yield from parts_of("response", status, weigh(old, new, "response", "$"))


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


def _removed(status: str, responses: Mapping[str, Schema]) -> Part:
    """Return what it means that none of the answers with this status is possible any more."""
    verdict: Verdict = "ADDITIVE"
    promised = responses[status]
    if promised is False or (status == DEFAULT and promised in (True, {})):
        rule = f"{status} is no longer answered: nothing was promised for it"
    elif status[:1] == "2" or (status == DEFAULT and not any(one[:1] == "2" for one in responses)):
        rule, verdict = f"{status} is no longer answered: callers wait for it", "BREAKING"
    else:
        rule = f"{status} is no longer answered: callers that handle it do no harm"
    return Part("response", status, "$", "status-removed", verdict, rule, status, "")


def _added(status: str, schema: Schema) -> Part:
    rule = f"{status} may now be answered: nothing was promised for it before"
    return Part("response", status, "$", "status-added", "ADDITIVE", rule, "", brief(schema))

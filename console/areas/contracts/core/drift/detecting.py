"""Where what is observed parts from what was promised, and, where nothing was promised, from what it was."""

from __future__ import annotations

from collections.abc import Iterator

from console.areas.contracts.core.drift import against_contract, against_past
from console.areas.contracts.core.drift.chance import OBSERVED, PER_PATH, share_at_most
from console.areas.contracts.core.drift.finding import (
    ADDITIVE,
    BREAKING,
    CLASSES,
    MISSING_FIELD,
    STALE,
    UNDECLARED_FIELD,
    UNSEEN_FIELD,
    VANISHED_FIELD,
    Finding,
)
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.parts import REQUEST
from console.areas.contracts.core.drift.place import Place, Side
from console.areas.contracts.core.drift.promised import ALL_TYPES, NOTHING, Promise, Reader
from console.areas.contracts.core.drift.promises import promises_of
from console.areas.contracts.core.drift.slot import OBJECT, Slot, Tally
from console.areas.contracts.core.drift.words import promise_words, types_words
from console.reporter.contracts.contract import Contract, Schema
from console.reporter.contracts.paths import ANY_ITEM

LEAST_TO_BE_STALE = 500
"""Events after which a declared field that never came counts as stale."""


def detect_drift(
    observed: Observed, contract: Contract | None, direction: str, status: str, now_ms: int
) -> tuple[Finding, ...]:
    """Return what there is to say of these statistics, the worst first; `contract` is what was promised, if anything.

    What breaks the contract is found when it was seen once, and forgotten 48 hours after it was last seen. All else is
    found by rules that are wrong with a chance of at most one in a million for one set of statistics. The time that counts
    is that of the newest observation (and never beyond `now_ms`), so that traffic of last week shows what it showed then.
    """
    state = observed.settle()
    promises = promises_of(contract, direction, status)
    version = contract.version if contract is not None and promises.schema is not None else ""
    side = Side(direction, min(now_ms, state.last_ms), version, state.n, state.last_ms)
    schema: Schema = True if promises.schema is None else promises.schema
    judge = _Judge(side, promises.reader, is_complete=not state.dropped)
    found = list(judge.below(state.root, schema)) if state.n else []
    return tuple(sorted(found, key=lambda one: (CLASSES.index(one.severity), one.path, one.kind)))


class _Judge:
    """Walks statistics and schema side by side. `is_complete`: every place found room, so what is not there never came."""

    def __init__(self, side: Side, reader: Reader, *, is_complete: bool) -> None:
        self._side, self._reader, self._is_complete = side, reader, is_complete

    def below(self, root: Slot, schema: Schema) -> Iterator[Finding]:
        """Yield the findings about the root and all below."""
        waiting = [(Place(self._side, (), root, None), schema)]
        while waiting:
            place, schema = waiting.pop()
            promise = self._reader.read(schema)
            slot = place.slot
            if promise is NOTHING and place.is_property:
                continue  # that it is there at all has been said
            yield from self._values(place, promise)
            if slot.children or promise.properties or promise.required:
                yield from self._properties(place, promise)
            for step, part in slot.parts():
                waiting.append((Place(self._side, (*place.steps, step), part, slot), self._below(schema, promise, step)))

    def _below(self, schema: Schema, promise: Promise, step: str | int) -> Schema:
        if isinstance(step, str):
            return promise.properties.get(step, promise.others)
        return promise.items if step == ANY_ITEM else self._reader.any_property(schema)

    def _values(self, place: Place, promise: Promise) -> Iterator[Finding]:
        slot = place.slot
        if promise.types >= ALL_TYPES:
            if len(slot.types) > 1 and against_past.has_late_type(slot):
                yield from against_past.other_types(place)
        elif not slot.types.keys() <= promise.types:
            yield from against_contract.wrong_types(place, promise)
        if not promise.is_silent:
            if promise.texts is not None or promise.numbers is not None:
                yield from against_contract.wrong_values(place, promise)
            yield from against_contract.wrong_formats(place, promise)
            yield from against_contract.wrong_ranges(place, promise)
        if against_past.is_silent_of_values(promise):
            found = against_past.other_forms(place) if slot.is_open else against_past.other_values(place)
            if found is not None:
                yield found

    def _properties(self, place: Place, promise: Promise) -> Iterator[Finding]:
        """Yield what there is to say of which properties an object has."""
        slot = place.slot
        for name, child in slot.children.items():
            below = Place(self._side, (*place.steps, name), child, slot)
            if below.is_part or not child.n:
                continue
            is_refused = promise.properties.get(name, promise.others) is False
            is_declared, is_required = name in promise.properties, name in promise.required
            if is_refused or (not is_declared and promise.speaks and not promise.has_others):
                yield self._undeclared(below, is_refused)
            elif not is_declared and not promise.speaks:
                found = against_past.appeared(below)
                if found is not None:
                    yield found
            yield from self._presence(below, is_declared, is_required)
        if slot.star is None and self._is_complete and slot.objects:
            for name in (promise.properties.keys() | promise.required) - slot.children.keys():
                below = Place(self._side, (*place.steps, name), Slot(), slot)
                if not below.is_part:
                    yield from self._unseen(below, promise, name)

    def _presence(self, place: Place, is_declared: bool, is_required: bool) -> Iterator[Finding]:
        absent = place.slot.absent
        if not absent.n:
            return
        found = against_past.vanished(place, is_declared, is_required)
        if found is not None:
            yield found
        elif is_required and not place.is_forgotten(absent.last_ms):
            yield self._lacking(place, MISSING_FIELD, absent, f"absent in {absent.n:,} of {place.slot.n + absent.n:,}")
        elif not is_required and not is_declared:
            found = against_past.missing(place)
            if found is not None:
                yield found

    def _undeclared(self, place: Place, is_refused: bool) -> Finding:
        tally = Tally(first_ms=min(t.first_ms for t in place.slot.types.values()), last_ms=place.last_ms,
                      examples=[i for t in place.slot.types.values() for i in t.examples][:3])  # fmt: skip
        got = f"{types_words(frozenset(place.slot.types))} in {place.slot.n:,} of {place.slot.n + place.slot.absent.n:,}"
        if is_refused:
            rule = place.breaks("is there", "no property of that name")
            return place.fact(UNDECLARED_FIELD, rule, tally, "no such property", got, "additionalProperties")
        who = "the service" if self._side.direction == REQUEST else "callers"
        rule = f"the contract does not name {place.path} and lets others be: {who} may pass over it"
        return place.finding(
            UNDECLARED_FIELD, ADDITIVE, rule, OBSERVED, place.slot.n, tally, "not declared", got, "properties"
        )

    def _unseen(self, place: Place, promise: Promise, name: str) -> Iterator[Finding]:
        above, n = place.above, place.events
        if above is None:
            return
        objects = above.types.get(OBJECT, Tally())
        if name in promise.required:
            if not place.is_forgotten(objects.last_ms):
                yield self._lacking(place, VANISHED_FIELD, objects, f"never seen in {objects.n:,}")
        elif n >= LEAST_TO_BE_STALE:
            most = share_at_most(n)
            rule = f"the contract declares {place.path}, and it was never seen"
            chance = f"in fewer than {most:.2%} of events, wrong with a chance of at most {PER_PATH:.0e}"
            wanted = promise_words(self._reader.read(promise.properties[name]))
            tally = Tally(first_ms=objects.first_ms, last_ms=objects.last_ms)
            yield place.finding(UNSEEN_FIELD, STALE, rule, chance, n, tally, wanted, f"never seen in {n:,}", "properties")

    def _lacking(self, place: Place, kind: str, absent: Tally, observed: str) -> Finding:
        if self._side.direction == REQUEST:
            rule = f"callers leave out {place.path}, which the service requires"
        else:
            rule = f"the service leaves out {place.path}, which callers were promised"
        above = place.above
        n = above.objects if above is not None else self._side.n
        return place.finding(kind, BREAKING, rule, OBSERVED, n, absent, "required", observed, "required")

"""Where a place is no longer what it was, as far as the contract is silent about it.

Each rule marks events (those with the field, with a null, with a new value…) and asks for the chance that all of them lie
within the stretch where they do, if the order of events meant nothing (`chance.chance_within`). Above the limit there is no
finding. Items of one event count as one event. Fields and types that come and go in runs are counted by runs, so that a
burst is one mark and not many (exchangeable are then the steps out of absence, a chain of first order).
"""

from __future__ import annotations

from collections.abc import Iterator

from console.areas.contracts.core.drift.chance import PER_PATH, chance_within, words
from console.areas.contracts.core.drift.finding import (
    ADDITIVE,
    BREAKING,
    COSMETIC,
    ENUM_WIDENING,
    FORMAT_CHANGE,
    MISSING_FIELD,
    NULLABILITY,
    RISKY,
    TYPE_CHANGE,
    UNDECLARED_FIELD,
    VANISHED_FIELD,
    Finding,
)
from console.areas.contracts.core.drift.formats import is_within
from console.areas.contracts.core.drift.parts import REQUEST
from console.areas.contracts.core.drift.place import Place
from console.areas.contracts.core.drift.promised import Promise
from console.areas.contracts.core.drift.slot import INTEGER, MOST_VALUES, NULL, NUMBER, TYPE_NAMES, Slot, Tally
from console.areas.contracts.core.drift.words import listed

LEAST_BEFORE = 100
"""Events of how it was, without which nothing is said about how it is now."""
LEAST_TYPE_BEFORE = 30
LEAST_GONE = 50
"""Events without it, before a field or a type is called gone; what comes in bursts stays away for a while."""
LONG_BEFORE, LONG_GONE = 200, 100
"""From here on, what was always there and is gone counts as BREAKING though nobody promised it."""
MOST_LATE = 3
"""Events after the hundredth that brought new properties; an object with more of them is taken for a growing map."""
MOST_CLOSED, LEAST_PER_VALUE = 12, 20


def vanished(place: Place, is_declared: bool, is_required: bool) -> Finding | None:
    """Return the finding that a field is gone: all events that had it came before a stretch without it."""
    slot, n = place.slot, place.events
    last = max((tally.last for tally in slot.types.values()), default=0)
    gone = n - last
    if gone < LEAST_GONE or last < 1:
        return None
    had = max(1, min(last, int(slot.n * place.events_per_object)))
    chance = max(chance_within(had, last, n), _chance_of_return(place, gone))
    if chance > PER_PATH:
        return None
    always = slot.absent.first > last or slot.absent.n == 0
    severity, rule = _vanished_rule(place, is_declared, is_required, always and last >= LONG_BEFORE and gone >= LONG_GONE)
    expected = "present" if is_required or always else f"present in {had / last:.0%}"
    tally = Tally(first_ms=place.last_ms, last_ms=place.side.last_ms, examples=_newest(slot.absent))
    return place.finding(
        VANISHED_FIELD,
        severity,
        rule,
        words(chance),
        n,
        tally,
        expected,
        f"absent in the last {gone:,} of {n:,}",
        "required",
    )


def _chance_of_return(place: Place, gone: int) -> float:
    """Return the chance that a field which went and came back before stays away for so long; 0 when it always was there."""
    absent = place.slot.absent
    if absent.first > place.events - gone:
        return 0.0
    away = int(absent.n * place.events_per_object) - gone
    return chance_within(int(absent.runs * place.events_per_object), away, away + gone) if away > 0 else 1.0


def _vanished_rule(place: Place, is_declared: bool, is_required: bool, always: bool) -> tuple[str, str]:
    name = place.path
    if is_required:
        who = "the service requires" if place.side.direction == REQUEST else "callers were promised"
        return BREAKING, f"{who} {name}, and it is no longer there"
    if place.side.direction == REQUEST:
        return COSMETIC, f"callers no longer send {name}, which the contract leaves to them"
    if is_declared:
        return RISKY, f"the contract allows {name} to be absent, but callers had it and it is gone"
    if always and not _is_in_growing_map(place):
        return BREAKING, f"nobody promised {name}, but every answer had it and it is gone"
    return RISKY, f"nobody promised {name}, but callers had it and it is gone"


def missing(place: Place) -> Finding | None:
    """Return the finding that a field which was always there is now absent at times."""
    slot, n = place.slot, place.events
    absent = slot.absent
    if absent.first - place.birth < LEAST_BEFORE or place.birth > 1:
        return None
    k, m = int(absent.n * place.events_per_object), n - absent.first + 1
    chance = chance_within(int(absent.runs * place.events_per_object), m, n)
    if chance > PER_PATH:
        return None
    severity = COSMETIC if place.side.direction == REQUEST else RISKY
    rule = f"{place.path} was always there, which nobody promised, and is now absent at times"
    observed = f"absent in {k:,} of the last {m:,}"
    return place.finding(MISSING_FIELD, severity, rule, words(chance), n, absent, "present", observed, "required")


def appeared(place: Place) -> Finding | None:
    """Return the finding that a field came up which was not there before, where no contract names fields."""
    n, birth = place.events, place.birth
    if birth <= LEAST_BEFORE:
        return None
    k, m = int(place.slot.n * place.events_per_object), n - birth + 1
    chance = chance_within(k, m, n)
    if chance > PER_PATH or _is_in_growing_map(place):
        return None
    rule = f"{place.path} is new; a reader passes over fields that it does not know"
    tally = _all(place)
    observed = f"in {k:,} of the last {m:,}, never before"
    return place.finding(UNDECLARED_FIELD, ADDITIVE, rule, words(chance), n, tally, "absent", observed, "properties")


def has_late_type(slot: Slot) -> bool:
    """Whether a type came so late that the rule for types has something to say."""
    firsts = [tally.first for tally in slot.types.values()]
    return max(firsts) - min(firsts) >= LEAST_TYPE_BEFORE


def other_types(place: Place) -> Iterator[Finding]:
    """Find types that came late: beside the old ones, or in their place."""
    slot, n, birth = place.slot, place.events, place.birth
    for code, tally in slot.types.items():
        before = {other: one for other, one in slot.types.items() if one.first < tally.first and other != code}
        if not before or tally.first - birth < LEAST_TYPE_BEFORE or (code == INTEGER and NUMBER in before):
            continue
        if code == NUMBER and INTEGER in before and not slot.fractions.n:
            continue
        share = place.events_per_object
        k, m = int(tally.n * share), n - tally.first + 1
        marks = int(tally.runs * share) if place.is_property else k
        chance = chance_within(marks, m, n - birth + 1)
        gone = n - max(one.last for one in before.values())
        if gone >= LEAST_GONE:
            had = int(sum(one.n for one in before.values()) * share)
            chance = min(chance, chance_within(had, had, had + min(k, gone)))
        if chance > PER_PATH:
            continue
        is_other = gone >= LONG_GONE and tally.first - birth >= LONG_BEFORE and not (code == NUMBER and INTEGER in before)
        old = " or ".join(TYPE_NAMES[other] for other in before)
        severity = BREAKING if is_other and place.side.direction != REQUEST else RISKY
        how = "is now" if is_other else "is now at times"
        rule = f"{place.path} was {old}, which the contract leaves open, and {how} {TYPE_NAMES[code]}"
        kind = NULLABILITY if code == NULL else TYPE_CHANGE
        observed = f"{TYPE_NAMES[code]} in {k:,} of the last {m:,}"
        yield place.finding(kind, severity, rule, words(chance), n, tally, old, observed, "type")


def other_values(place: Place) -> Finding | None:
    """Return the finding that a set of texts which had been closed has new ones."""
    slot = place.slot
    if slot.is_open or len(slot.values) < 2:
        return None
    counts = {value: n for value, n in slot.values.items() if isinstance(value, str)}
    total = sum(slot.values.values())
    share = place.events_per_object
    limit = PER_PATH / MOST_VALUES
    for value in sorted(counts, key=lambda one: slot.births[one][0], reverse=True):
        at, _, _ = slot.births[value]
        known = [one for one in counts if slot.births[one][0] < at]
        if not known or len(known) > MOST_CLOSED or (at - 1) * share < max(LEAST_BEFORE, LEAST_PER_VALUE * len(known)):
            continue
        k, m, n = (int(one * share) for one in (counts[value], total - at + 1, total))
        chance = chance_within(k, m, n) * MOST_VALUES
        if chance / MOST_VALUES > limit:
            continue
        fresh = [one for one in counts if slot.births[one][0] >= at]
        born = [slot.births[one] for one in fresh]
        tally = Tally(first_ms=min(b[1] for b in born), last_ms=place.last_ms, examples=[b[2] for b in born][:3])
        rule = f"{place.path} had {len(known)} values, which the contract does not list, and has {listed(fresh)} now"
        return place.finding(
            ENUM_WIDENING, RISKY, rule, words(chance), n, tally, f"one of {listed(known)}", listed(fresh), "enum"
        )
    return None


def other_forms(place: Place) -> Finding | None:
    """Return the finding that texts which had one form have another one now."""
    slot = place.slot
    n = slot.looked_at
    for form, tally in slot.forms.items():
        old = [name for name, one in slot.forms.items() if one.first < tally.first and name != form]
        if not old or tally.first <= LEAST_BEFORE or any(name == "" or is_within(form, name) for name in old):
            continue
        share = place.events_per_object
        k, m = int(tally.n * share), int((n - tally.first + 1) * share)
        chance = chance_within(k, m, int(n * share))
        if chance > PER_PATH:
            continue
        new = form or "other text"
        rule = f"texts of {place.path} were {' or '.join(old)}, which the contract does not say, and are {new} now"
        observed = f"{new}, as in {slot.samples.get(form, '')[:60]!r}"
        return place.finding(FORMAT_CHANGE, RISKY, rule, words(chance), n, tally, " or ".join(old), observed, "format")
    return None


def _is_in_growing_map(place: Place) -> bool:
    siblings = place.above.children.values() if place.above is not None else ()
    births = {min((tally.first for tally in slot.types.values()), default=0) for slot in siblings}
    return sum(1 for birth in births if birth > LEAST_BEFORE) > MOST_LATE


def is_silent_of_values(promise: Promise) -> bool:
    """Whether the contract says nothing of which texts there may be."""
    return promise.texts is None and promise.formats is None


def _all(place: Place) -> Tally:
    examples: list[int] = []
    for tally in place.slot.types.values():
        examples += tally.examples
    return Tally(first_ms=min(t.first_ms for t in place.slot.types.values()), last_ms=place.last_ms, examples=examples[:3])


def _newest(tally: Tally) -> list[int]:
    return tally.examples[-2:] if len(tally.examples) > 2 else list(tally.examples)

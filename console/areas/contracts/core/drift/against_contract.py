"""Where what was observed at one place is not within what the contract promised of it: facts, no statistics.

A class follows from containment. What is observed is what is written: it has to be within what the reader takes, the
service for requests, its callers (who rely on the contract) for responses. Not within: BREAKING.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.areas.contracts.core.drift.finding import (
    ENUM_WIDENING,
    FORMAT_CHANGE,
    NULLABILITY,
    RANGE,
    TYPE_CHANGE,
    Finding,
)
from console.areas.contracts.core.drift.place import Place
from console.areas.contracts.core.drift.promised import Promise
from console.areas.contracts.core.drift.slot import ARRAY, INTEGER, NULL, NUMBER, STRING, TYPE_NAMES, Bounds, Slot, Tally
from console.areas.contracts.core.drift.words import listed, number_words, promise_words
from console.reporter.contracts.schema import SchemaError, checker_for
from console.reporter.contracts.words import brief


def wrong_types(place: Place, promise: Promise) -> Iterator[Finding]:
    """Find types that the contract does not have."""
    slot = place.slot
    for code, tally in slot.types.items():
        if code in promise.types or place.is_forgotten(tally.last_ms):
            continue
        if code == NUMBER and INTEGER in promise.types:  # 3.0 is a whole number
            if not slot.fractions.n:
                continue
            tally = slot.fractions
        kind = NULLABILITY if code == NULL else TYPE_CHANGE
        wanted = promise_words(promise)
        rule = place.breaks(f"is {TYPE_NAMES[code]}", wanted)
        share = f"{TYPE_NAMES[code]} in {tally.n:,} of {slot.n:,}"
        yield place.fact(kind, rule, tally, wanted, share, "type")


def wrong_values(place: Place, promise: Promise) -> Iterator[Finding]:
    """Find texts and numbers that an enumeration of the contract does not have."""
    slot = place.slot
    texts = None if promise.texts is None else set(promise.texts)
    numbers = None if promise.numbers is None else set(promise.numbers)
    outside = [
        value
        for value in slot.values
        if (isinstance(value, str) and texts is not None and STRING in promise.types and value not in texts)
        or (not isinstance(value, str) and numbers is not None and INTEGER in promise.types and value not in numbers)
    ]
    if outside:
        births = [slot.births[value] for value in outside]
        tally = Tally(
            n=sum(slot.values[value] for value in outside),
            first_ms=min(birth[1] for birth in births),
            last_ms=place.last_ms,
            examples=[birth[2] for birth in births][:3],
        )
        wanted = listed([*(promise.texts or ()), *(promise.numbers or ())])
        got = listed(outside)
        yield place.fact(ENUM_WIDENING, place.breaks(f"has the value {got}", wanted), tally, wanted, got, "enum")


def wrong_formats(place: Place, promise: Promise) -> Iterator[Finding]:
    """Find texts that are not of the promised format; a text that stands for its form is checked, so none is guessed."""
    if promise.formats is None:
        return
    slot = place.slot
    texts = [(one, "") for one in slot.values if isinstance(one, str)] + [
        (text, form) for form, text in slot.samples.items()
    ]
    for text, form in texts:
        if any(_keeps(one, text) for one in promise.formats):
            continue
        tally = slot.forms[form] if slot.is_open and form in slot.forms else _born(slot, text, place.last_ms)
        wanted = "format " + " or ".join(sorted(promise.formats))
        rule = place.breaks(f"is {form or 'no such text'}", wanted)
        yield place.fact(FORMAT_CHANGE, rule, tally, wanted, f"{form or 'other text'}, as in {brief(text, 60)}", "format")
        return


def wrong_ranges(place: Place, promise: Promise) -> Iterator[Finding]:
    """Find numbers, lengths and counts of items beyond the bounds of the contract."""
    slot = place.slot
    if slot.numbers is not None and promise.types & {INTEGER, NUMBER}:
        low, high = slot.numbers.low, slot.numbers.high
        if promise.low is not None and (low < promise.low or (promise.is_low_out and low == promise.low)):
            keyword = "exclusiveMinimum" if promise.is_low_out else "minimum"
            yield _beyond(place, slot.numbers, True, f"{'>' if promise.is_low_out else '≥'} {promise.low:g}", "", keyword)
        if promise.high is not None and (high > promise.high or (promise.is_high_out and high == promise.high)):
            keyword = "exclusiveMaximum" if promise.is_high_out else "maximum"
            yield _beyond(place, slot.numbers, False, f"{'<' if promise.is_high_out else '≤'} {promise.high:g}", "", keyword)
    sides = (
        (slot.lengths, STRING, promise.shortest, promise.longest, " characters", "Length"),
        (slot.sizes, ARRAY, promise.fewest, promise.most, " items", "Items"),
    )
    for bounds, code, least, most, unit, keyword in sides:
        if bounds is None or code not in promise.types:
            continue
        if least is not None and bounds.low < least:
            yield _beyond(place, bounds, True, f"at least {least}", unit, f"min{keyword}")
        if most is not None and bounds.high > most:
            yield _beyond(place, bounds, False, f"at most {most}", unit, f"max{keyword}")


def _beyond(place: Place, bounds: Bounds, is_low: bool, wanted: str, unit: str, keyword: str) -> Finding:
    value, at_ms, event = (
        (bounds.low, bounds.low_ms, bounds.low_event) if is_low else (bounds.high, bounds.high_ms, bounds.high_event)
    )
    tally = Tally(n=1, first_ms=at_ms, last_ms=at_ms, examples=[event] if event else [])
    got = f"{number_words(value)}{unit}"
    return place.fact(RANGE, place.breaks(f"goes to {got}", f"{wanted}{unit}"), tally, f"{wanted}{unit}", got, keyword)


def _born(slot: Slot, text: str, last_ms: int) -> Tally:
    _, at_ms, event = slot.births.get(text, (0, last_ms, 0))
    return Tally(n=slot.values.get(text, 1), first_ms=at_ms, last_ms=last_ms, examples=[event] if event else [])


def _keeps(form: str, text: str) -> bool:
    try:
        return checker_for({"type": "string", "format": form}).holds(text)
    except SchemaError:
        return True

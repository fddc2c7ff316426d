"""Two places made one: when an object turns out to be a map, what stood under its keys is what stands under any key."""

from __future__ import annotations

from console.areas.contracts.core.drift.detail import open_up
from console.areas.contracts.core.drift.slot import HOURS, MINUTES, MOST_KEYS, MOST_VALUES, Bounds, Slot, Tally


def collapse(slot: Slot) -> None:
    """Make any key (`star`) of the slot's children; what each of them counted is kept."""
    star = slot.star or Slot()
    for child in slot.children.values():
        merge(star, child)
    star.absent = Tally()  # whatever is in a map is there
    _forget_absences(star)
    slot.children, slot.star = {}, star


def merge(into: Slot, other: Slot) -> None:
    """Count in `into` all that the other place counted, at all depths."""
    for code, tally in other.types.items():
        into.types.setdefault(code, Tally()).merge(tally)
    into.absent.merge(other.absent)
    into.events, into.list_events = max(into.events, other.events), max(into.list_events, other.list_events)
    _merge_values(into, other)
    for form, tally in other.forms.items():
        into.forms.setdefault(form, Tally()).merge(tally)
        into.samples.setdefault(form, other.samples.get(form, ""))
    into.looked_at += other.looked_at
    into.fractions.merge(other.fractions)
    into.numbers = _merge_bounds(into.numbers, other.numbers)
    into.lengths = _merge_bounds(into.lengths, other.lengths)
    into.sizes = _merge_bounds(into.sizes, other.sizes)
    _merge_buckets(into.minutes, other.minutes, MINUTES)
    _merge_buckets(into.hours, other.hours, HOURS)
    _merge_parts(into, other)


def _merge_parts(into: Slot, other: Slot) -> None:
    for name, child in other.children.items():
        merge(into.children.setdefault(name, Slot()), child)
    for step in ("star", "items"):
        theirs = getattr(other, step)
        if theirs is not None:
            if getattr(into, step) is None:
                setattr(into, step, Slot())
            merge(getattr(into, step), theirs)
    if into.children and (into.star is not None or len(into.children) > MOST_KEYS):
        collapse(into)


def _merge_values(into: Slot, other: Slot) -> None:
    if other.is_open and not into.is_open:
        open_up(into)
    for value, n in other.values.items():
        if value in into.values:
            into.values[value] += n
            into.births[value] = min(into.births[value], other.births[value])
        elif len(into.values) < MOST_VALUES:
            into.values[value], into.births[value] = n, other.births[value]
        elif not into.is_open:
            open_up(into)


def _merge_bounds(one: Bounds | None, other: Bounds | None) -> Bounds | None:
    if one is None or other is None:
        return one or other
    if other.low < one.low:
        one.low, one.low_ms, one.low_event = other.low, other.low_ms, other.low_event
    if other.high > one.high:
        one.high, one.high_ms, one.high_event = other.high, other.high_ms, other.high_event
    return one


def _merge_buckets(into: dict[int, list[int]], other: dict[int, list[int]], most: int) -> None:
    for at, counts in other.items():
        mine = into.setdefault(at, [0, 0, 0])
        mine[:] = [a + b for a, b in zip(mine, counts, strict=True)]
    for at in sorted(into)[: max(len(into) - most, 0)]:
        del into[at]


def _forget_absences(slot: Slot) -> None:
    for buckets in (slot.minutes, slot.hours):
        for counts in buckets.values():
            counts[0] = 0

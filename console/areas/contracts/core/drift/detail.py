"""What single values are like: enumerations, forms of texts, ranges of numbers and lengths."""

from __future__ import annotations

import math

from console.areas.contracts.core.drift.formats import form_of
from console.areas.contracts.core.drift.slot import LONGEST_VALUE, MOST_VALUES, Slot, Tally, widen

_LARGEST = 2**63 - 1
_SAMPLE = 120


def add_value(slot: Slot, value: str | int, now_ms: int, event_id: int) -> None:
    """Take in a text or whole number that is none of the slot's values yet."""
    if slot.is_open:
        add_detail(slot, value, now_ms, event_id)
        return
    if len(slot.values) >= MOST_VALUES or not _is_short(value):
        open_up(slot)
        add_detail(slot, value, now_ms, event_id)
        return
    slot.births[value] = (1 + sum(slot.values.values()), now_ms, event_id)
    slot.values[value] = 1
    _add_bounds(slot, value, now_ms, event_id)


def add_detail(slot: Slot, value: str | float, now_ms: int, event_id: int) -> None:
    """Take in a value whose slot holds no enumeration: its form and its place in the ranges."""
    _add_bounds(slot, value, now_ms, event_id)
    if isinstance(value, str):
        form = form_of(value)
        slot.looked_at += 1
        tally = slot.forms.get(form)
        if tally is None:
            tally = slot.forms[form] = Tally()
        if not (tally.n and form):
            slot.samples[form] = _sample(value)
        tally.add(1, slot.looked_at, slot.looked_at, now_ms, now_ms, event_id)
    elif isinstance(value, float) and not value.is_integer():
        slot.fractions.add(1, 0, 0, now_ms, now_ms, event_id)


def open_up(slot: Slot) -> None:
    """Give up the enumeration: its texts are told by their forms from now on. The values known so far stay to be seen."""
    slot.is_open = True
    texts = sorted((slot.births[value], value, n) for value, n in slot.values.items() if isinstance(value, str))
    for (_, now_ms, event_id), text, n in texts:
        form = form_of(text)
        first = slot.looked_at + 1
        slot.looked_at += n
        slot.forms.setdefault(form, Tally()).add(n, first, slot.looked_at, now_ms, now_ms, event_id)
        slot.samples[form] = _sample(text)


def _add_bounds(slot: Slot, value: str | float, now_ms: int, event_id: int) -> None:
    if isinstance(value, str):
        slot.lengths = widen(slot.lengths, len(value), now_ms, event_id)
    elif isinstance(value, int):
        slot.numbers = widen(slot.numbers, max(-_LARGEST, min(value, _LARGEST)), now_ms, event_id)
    elif math.isfinite(value):
        slot.numbers = widen(slot.numbers, value, now_ms, event_id)


def _is_short(value: str | int) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_VALUE and (value.isascii() or _sample(value) == value)
    return -_LARGEST <= value <= _LARGEST


def _sample(text: str) -> str:
    sample = text[:_SAMPLE]
    return sample if sample.isascii() else sample.encode("utf-8", "replace").decode()

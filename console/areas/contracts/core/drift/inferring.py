"""A schema that holds for all that was observed, and says no more than the observations bear."""

from __future__ import annotations

from typing import Any

from console.areas.contracts.core.drift.chance import share_at_least, share_at_most
from console.areas.contracts.core.drift.formats import INTEGER as INTEGER_TEXT
from console.areas.contracts.core.drift.formats import form_of
from console.areas.contracts.core.drift.slot import ARRAY, INTEGER, NUMBER, OBJECT, STRING, TYPE_NAMES, Slot

FORMATS = ("uuid", "date-time", "date", "email", "ipv4")
"""Forms that are formats of JSON Schema, recognised as strictly as validators check them (but for days like the 31st)."""
LEAST_PRESENCE = 0.8
"""A field is required when it was always there, in so many events that its share is above this, with the usual certainty."""
MOST_VALUES = 12
MOST_OUTSIDE = 0.05
"""An enumeration is closed when other values come in fewer events than this, with the usual certainty."""
LEAST_TEXTS = 100


def infer(slot: Slot) -> dict[str, Any]:
    """Return the schema of a place. An object stays open to properties that were not seen."""
    schema: dict[str, Any] = _types(slot)
    texts = [value for value in slot.values if isinstance(value, str)]
    if is_closed(slot) and len(slot.types) == 1:
        schema["enum"] = sorted(texts)
    elif slot.is_open and len(slot.forms) == 1 and slot.looked_at >= LEAST_TEXTS:
        form = next(iter(slot.forms))
        if form in FORMATS:
            schema["format"] = form
    if OBJECT in slot.types:
        schema |= _object(slot)
    if ARRAY in slot.types and slot.items is not None:
        schema["items"] = infer(slot.items)
    return schema


def infer_param(slot: Slot) -> dict[str, Any]:
    """Return the schema of a parameter, whose texts may stand for whole numbers."""
    schema = infer(slot)
    texts = [value for value in slot.values if isinstance(value, str)]
    n = slot.types[STRING].n if STRING in slot.types else 0
    all_whole = slot.forms.keys() == {INTEGER_TEXT} if slot.is_open else bool(texts) and all(map(_is_whole, texts))
    if all_whole and n >= LEAST_TEXTS and slot.types.keys() == {STRING}:
        return {"type": "integer"}
    return schema


def is_closed(slot: Slot) -> bool:
    """Whether the texts are an enumeration: few, and none new for so long that others must be rare."""
    texts = [value for value in slot.values if isinstance(value, str)]
    if slot.is_open or not 2 <= len(texts) <= MOST_VALUES or len(texts) < len(slot.values):
        return False
    total = sum(slot.values.values())
    newest = max(slot.births[value][0] for value in texts)
    return share_at_most(total - newest) <= MOST_OUTSIDE


def is_always_there(child: Slot, above: Slot) -> bool:
    """Whether a field may be called required."""
    return not child.absent.n and share_at_least(above.events, above.events) >= LEAST_PRESENCE


def _types(slot: Slot) -> dict[str, Any]:
    codes = set(slot.types)
    if NUMBER in codes:
        codes.discard(INTEGER)
    names = [TYPE_NAMES[code] for code in sorted(codes, reverse=True)]
    return {"type": names[0] if len(names) == 1 else names} if names else {}


def _object(slot: Slot) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if slot.children:
        found["properties"] = {name: infer(child) for name, child in slot.children.items()}
        required = [name for name, child in slot.children.items() if is_always_there(child, slot)]
        if required:
            found["required"] = required
    if slot.star is not None:
        found["additionalProperties"] = infer(slot.star)
    return found


def _is_whole(text: str) -> bool:
    return form_of(text) == INTEGER_TEXT

"""Statistics of drift without what may be private in them, for whoever gets an incident bundle.

Redaction masks texts where they stand in events, rows and documents; these statistics are bytes, of which it can only drop
the whole. So they are handed on without values but those that are plain words, and without numbers that may stand for
somebody: types, presence, counts and times are what drift is judged by.
"""

import re

from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.path_view import places_of
from console.areas.contracts.core.drift.slot import Slot
from console.model.secrets import is_secret_key

LARGEST_NUMBER = 10**11
"""Numbers of cards and accounts have more digits (as have times in milliseconds, which are of no use here)."""
_PLAIN = re.compile(r"[A-Za-z]{1,30}(?:[ _.:/-][A-Za-z]{1,30}){0,3}")
_PERSONAL = re.compile(r"user|account|mail|phone|person|address|^sub$|^uid$", re.IGNORECASE)


def withhold(observed: Observed) -> Observed:
    """Take values that may be private out of statistics; a place whose values are gone counts as one with many. In place."""
    for steps, slot, _ in places_of(observed.settle().root):
        names = [step for step in steps if isinstance(step, str)]
        is_private = any(is_secret_key(name) or _PERSONAL.search(name) for name in names)
        _withhold(slot, is_private)
    return observed


def _withhold(slot: Slot, is_private: bool) -> None:
    slot.samples.clear()
    if is_private or not all(map(_is_harmless, slot.values)):
        slot.values.clear()
        slot.births.clear()
        slot.is_open = True
    if slot.numbers is not None and (is_private or max(abs(slot.numbers.low), abs(slot.numbers.high)) >= LARGEST_NUMBER):
        slot.numbers = None


def _is_harmless(value: str | int) -> bool:
    return bool(_PLAIN.fullmatch(value)) if isinstance(value, str) else abs(value) < LARGEST_NUMBER

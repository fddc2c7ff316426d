"""Split rules of a group: how they are kept as text, and what they say of an event."""

import json
from collections.abc import Sequence

from console.areas.errors.store.answers import SplitRule

MAX_PATTERN = 200


def read_rules(text: str | None) -> tuple[SplitRule, ...]:
    """Return the rules that a group's `split` column holds."""
    return tuple(SplitRule(**rule) for rule in json.loads(text)) if text else ()


def write_rules(rules: Sequence[SplitRule]) -> str | None:
    """Return rules as text for the `split` column, None for none."""
    kept = [{"facet": rule.facet, "value": rule.value, "message": rule.message} for rule in rules]
    return json.dumps(kept) if kept else None


def like(pattern: str, message: str) -> bool:
    """Tell whether a message holds the parts of a pattern in order; `*` stands for anything, case does not matter."""
    place, message = 0, message.casefold()
    for part in pattern.casefold().split("*"):
        found = message.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True

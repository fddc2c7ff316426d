"""Texts of the console's own that quote a value which stood at a path: what a violation found, what drift observed.

The rules of redaction look at names beside values. Here the name stands in another column, so it is handed in.
"""

import re

from console.areas.incidents.core.redaction.names import Holds, Names

_STEPS = re.compile(r"[.\[\]/\"'$*\s]+")
_HARMLESS = re.compile(
    r"(?:(?:string|number|integer|boolean|array|object|null|undefined|present|absent|missing|required|optional|none|a|an|or"
    r"|one|of|no|value|nothing|always|never)[\s,;]*)+"
)
_LONGEST_HARMLESS = 200


def holds_at(names: Names, path: str) -> Holds:
    """Say what stands at a path: secret where any name on it is one, else what its last name of interest says."""
    found: Holds = ""
    outer = ""
    for step in _STEPS.split(path):
        if step:
            holds = names.holds(step, outer)
            if holds == "secret":
                return holds
            found, outer = holds or found, step
    return found


def tells_kinds_only(text: str) -> bool:
    """Tell whether a text is made of names of types and the like, which quote no value."""
    return len(text) <= _LONGEST_HARMLESS and _HARMLESS.fullmatch(text) is not None

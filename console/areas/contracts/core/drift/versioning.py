"""The version that a changed contract gets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from console.areas.contracts.core.drift.finding import ADDITIVE, BREAKING, RISKY

FIRST = "1.0.0"
_NUMBERS = re.compile(r"(v?)(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(.*)", re.DOTALL | re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"(\d{4}-\d\d(?:-\d\d)?)(?:\.(\d{1,9}))?", re.ASCII)
_TRAILING = re.compile(r"(.*?)(?:-(\d{1,9}))?", re.DOTALL | re.ASCII)


def next_version(old: str, severities: Iterable[str]) -> str:
    """Return the version after `old` for changes of these classes (Semantic Versioning).

    BREAKING counts up the first number (below 1.0 the second), RISKY and ADDITIVE the second, anything else the third; a
    version of fewer numbers gets those that it needs. Dates and names get a counter; no version gives 1.0.0.
    """
    classes = set(severities)
    old = old.strip()
    if not old:
        return FIRST
    date = _DATE.fullmatch(old)
    if date:
        return f"{date[1]}.{int(date[2] or 0) + 1}"
    found = _NUMBERS.fullmatch(old)
    if not found:
        name = _TRAILING.fullmatch(old)
        return f"{name[1]}-{int(name[2] or 1) + 1}" if name else f"{old}-2"
    sign, numbers = found[1], [int(part) for part in found.groups()[1:4] if part is not None]
    level = 0 if BREAKING in classes else 1 if classes & {RISKY, ADDITIVE} else 2
    if level == 0 and numbers[0] == 0:
        level = 1
    length = max(len(numbers), level + 1)
    numbers += [0] * (length - len(numbers))
    numbers[level:] = [numbers[level] + 1] + [0] * (length - level - 1)
    return sign + ".".join(map(str, numbers))

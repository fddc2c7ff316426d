"""What is common to a group and rare in all other errors: the likely cause. Pure."""

from collections.abc import Mapping
from math import sqrt

from console.areas.errors.store.answers import Cause

CAUSE_FACETS = ("version", "endpoint", "user", "browser", "environment")
"""Service, status and SQLSTATE are left out: groups are made by what comes with them, so they would always stand out."""
MIN_INSIDE, MIN_OUTSIDE = 5, 20
MIN_SHARE = 0.5
MIN_DIFFERENCE, MIN_RATIO = 0.1, 1.5
MAX_CAUSES = 5
_Z = 1.96
_WORDS = {
    "version": "version {}",
    "endpoint": "endpoint {}",
    "user": "user {}",
    "browser": "browser {}",
    "environment": "environment {}",
}


def likely_causes(inside: Mapping[str, Mapping[str, int]], everywhere: Mapping[str, Mapping[str, int]]) -> tuple[Cause, ...]:
    """Return the values that stand out, most telling first. Both are counts by facet and value; `everywhere` has the
    group's own events too, and all values that the group has not may stand in it as one.

    Shares are of the events that say anything about the facet. A value stands out when it is in at least half of at
    least 5 events of the group, at least 20 other events say something of the facet, and even the lower 95 % bound of
    its share inside lies above the upper 95 % bound of its share outside, by a tenth and by half of the latter
    (Wilson's score interval: Wilson, J. Am. Stat. Assoc. 22 (1927), 209). The order is by that certain difference.
    """
    found: list[tuple[float, Cause]] = []
    for facet in CAUSE_FACETS:
        values = inside.get(facet, {})
        total, all_total = sum(values.values()), sum(everywhere.get(facet, {}).values())
        others = all_total - total
        if total < MIN_INSIDE or others < MIN_OUTSIDE:
            continue
        for value, n in values.items():
            elsewhere = max(0, everywhere.get(facet, {}).get(value, 0) - n)
            low, high = _wilson(n, total)[0], _wilson(elsewhere, others)[1]
            share = n / total
            if share >= MIN_SHARE and low - high >= MIN_DIFFERENCE and low >= MIN_RATIO * high:
                found.append((low - high, _cause(facet, value, n, share, elsewhere / others)))
    found.sort(key=lambda one: (-one[0], one[1].facet, one[1].value))
    return tuple(cause for _, cause in found[:MAX_CAUSES])


def _cause(facet: str, value: str, n: int, inside: float, outside: float) -> Cause:
    name = _WORDS[facet].format(value)
    words = f"{_percent(inside)} of this group has {name} ({n:,} events), {_percent(outside)} of all other errors"
    return Cause(facet, value, inside, outside, n, words)


def _percent(share: float) -> str:
    """Whole percents that never round to all or nothing."""
    if 0 < share < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < share < 1 else f"{share * 100:.0f} %"


def _wilson(n: int, total: int) -> tuple[float, float]:
    share, z2 = n / total, _Z * _Z
    middle = share + z2 / (2 * total)
    spread = _Z * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return (middle - spread) / (1 + z2 / total), (middle + spread) / (1 + z2 / total)

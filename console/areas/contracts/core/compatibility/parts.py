"""A change before it is known of which endpoint it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from console.areas.contracts.core.compatibility.changes import Direction, Verdict
from console.areas.contracts.core.compatibility.weighing import Weighed


class Part(NamedTuple):
    """The fields of `Change` from `direction` on."""

    direction: str
    status: str
    path: str
    kind: str
    verdict: Verdict
    rule: str
    old: str = ""
    new: str = ""


def parts_of(direction: Direction, status: str, weighed: Iterable[Weighed]) -> Iterator[Part]:
    """Yield what was found between two schemas as parts of a change."""
    return (Part(direction, status, *one) for one in weighed)

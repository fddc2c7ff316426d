"""What is promised and what is seen of a place, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.areas.contracts.core.drift.promised import ALL_TYPES, Promise
from console.areas.contracts.core.drift.slot import INTEGER, NUMBER, TYPE_NAMES
from console.reporter.contracts.words import brief

_LISTED = 6


def listed(values: Sequence[Any]) -> str:
    """Return some of the values, and how many more there are."""
    words = ", ".join(brief(value, 40) for value in values[:_LISTED])
    return words if len(values) <= _LISTED else f"{words} and {len(values) - _LISTED} more"


def types_words(codes: frozenset[int]) -> str:
    """Return the types as "string or null"; number stands for integer too."""
    if codes >= ALL_TYPES:
        return "anything"
    left = codes - {INTEGER} if NUMBER in codes else codes
    names = [TYPE_NAMES[code] for code in sorted(left, reverse=True)]
    return " or ".join(names) or "nothing"


def promise_words(promise: Promise) -> str:
    """Return what the place may hold: types, values, format and bounds."""
    words = [types_words(promise.types)]
    values = [*(promise.texts or ()), *(promise.numbers or ())]
    if values:
        words.append(f"one of {listed(values)}")
    if promise.formats:
        words.append(" or ".join(sorted(promise.formats)))
    words += _range(promise.low, promise.high, "", promise.is_low_out, promise.is_high_out)
    words += _range(promise.shortest, promise.longest, " characters")
    words += _range(promise.fewest, promise.most, " items")
    return ", ".join(words)


def number_words(value: float) -> str:
    """Return a number as one would write it."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def _range(low: float | None, high: float | None, unit: str, low_out: bool = False, high_out: bool = False) -> list[str]:
    found = []
    if low is not None and not (unit and low == 0):
        found.append(f"{'>' if low_out else '≥'} {number_words(low)}{unit}")
    if high is not None:
        found.append(f"{'<' if high_out else '≤'} {number_words(high)}{unit}")
    return found

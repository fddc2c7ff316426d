"""Decoded values made fit to be checked: depth and size looked at within bounds, and what is no JSON made into some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.reporter.contracts.paths import clean


def is_deep(value: Any, limit: int) -> bool:
    """Return whether the value is nested more than `limit` levels."""
    level = [value] if isinstance(value, dict | list) else []
    while level:
        if limit < 0:
            return True
        limit -= 1
        level = [
            one
            for holder in level
            for one in (holder.values() if type(holder) is dict else holder)
            if type(one) is dict or type(one) is list
        ]
    return False


def size_up_to(value: Any, limit: int) -> int:
    """Return the number of values inside, counting no further than `limit`."""
    n, waiting = 1, [value]
    while waiting and n < limit:
        one = waiting.pop()
        if isinstance(one, dict | list):
            n += len(one)
            waiting.extend(one.values() if isinstance(one, dict) else one)
    return min(n, limit)


def plain(value: Any) -> Any:
    """Return the value with lone surrogates replaced, keys as texts, and what is no JSON value as text; must not be deep."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key if isinstance(key, str) else str(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, int | float) else clean(str(value))


def steps_in(value: Any, steps: Sequence[str | int]) -> tuple[str | int, ...]:
    """Return the way into a value as its keys are: the library makes numbers of keys like "3" and leaves out empty ones."""
    real: list[str | int] = []
    for step in steps:
        while isinstance(value, dict) and step not in value and str(step) not in value and "" in value:
            real.append("")
            value = value[""]
        if isinstance(value, dict) and isinstance(step, int):
            step = str(step) if str(step) in value else _padded(value, step)
        real.append(step)
        value = value_at(value, (step,))
    return tuple(real)


def _padded(holder: dict[str, Any], number: int) -> str:
    return next((key for key in holder if key.isdecimal() and int(key) == number), str(number))


def value_at(value: Any, steps: Sequence[str | int]) -> Any:
    """Return what stands there, None when there is nothing."""
    for step in steps:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value

"""Patterns that may be given up: with look-around or back-references they are decided in steps, and steps have a limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from console.reporter.contracts.contract import Schema

_IN_STEPS = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9]|\\k")


def patterns_in_steps(schema: Schema) -> list[str]:
    """Return the patterns of a schema that are decided in steps, of texts and of keys."""
    found: dict[str, None] = {}
    waiting: list[Any] = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            named = one.get("patternProperties")
            texts = [one.get("pattern"), *(named if isinstance(named, dict) else ())]
            found |= {text: None for text in texts if isinstance(text, str) and _IN_STEPS.search(text)}
        if isinstance(one, dict | list):
            waiting.extend(one.values() if isinstance(one, dict) else one)
    return list(found)


def is_given_up(schema: Schema, value: Any, compiled: Callable[[Schema], Any]) -> bool:
    """Return whether some pattern of the schema is given up for some text in the value, wherever the two stand."""
    validators = [compiled({"pattern": pattern}) for pattern in patterns_in_steps(schema)]
    return any(any(map(is_step_error, one.iter_errors(text))) for one in validators for text in _texts_in(value))


def is_step_error(error: Any) -> bool:
    """Return whether the library says that it gave a pattern up; it does so wherever that stands, below `not` too."""
    return error.kind.name == "pattern" and "error" in error.kind.as_dict()


def _texts_in(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend((*one, *one.values()))
        elif isinstance(one, list):
            waiting.extend(one)

"""What is wrong with a schema, and where in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from console.reporter.contracts.contract import Schema
from console.reporter.contracts.paths import ROOT, clean, text_of
from console.reporter.contracts.plain import steps_in, value_at
from console.reporter.contracts.words import brief

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_MOST_NODES = 200_000


class SchemaError(ValueError):
    """A schema that cannot be used. `path` is the place in the schema (`$`: the whole), `problem` what is wrong there."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def as_schema_error(schema: Schema, exception: Exception) -> SchemaError:
    """Return what the library complains of in words that name the place."""
    words = clean(str(getattr(exception, "message", "") or exception).splitlines()[0] if str(exception) else "")
    if isinstance(exception, RecursionError) or "ecursion limit" in words:
        return SchemaError(ROOT, "is nested too deeply")
    steps = getattr(exception, "instance_path", None)
    if steps:
        steps = steps_in(schema, steps)
        return SchemaError(text_of(steps), _shortened(words, value_at(schema, steps)))
    quoted = re.search(r"'([^']*)'", words)
    if quoted is None:
        return SchemaError(ROOT, _cut(words) or "is no schema")
    problem = _reference_problem(words, quoted[1])
    return SchemaError(_place_of_reference(schema, quoted[1]), _cut(problem))


def _reference_problem(words: str, target: str) -> str:
    if "Retrieval is disabled" in words or "not present in a registry" in words:
        return f"refers to {target[:100]}, which is outside of this schema"
    if "Unknown meta-schema" in words:
        return f"is written in a dialect that is not known: {target[:100]}"
    if words.startswith(("Pointer", "Anchor")):
        return f"refers to {target[:100]}, which this schema does not hold"
    return words


def _place_of_reference(schema: Schema, target: str) -> str:
    """Return the path of the first reference (or `$id`, `$schema`) that names the target, `$` when none does."""
    name = target.rsplit("/", 1)[-1]
    candidates = list(_named_places(schema))
    for wanted in (target, name):
        for steps, text in candidates:
            if text == target or (wanted and text.rstrip("#").endswith(wanted)):
                return text_of(steps)
    return ROOT


def _named_places(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), schema)]
    n = 0
    while waiting and n < _MOST_NODES:
        steps, value = waiting.pop()
        n += 1
        items: list[tuple[Any, Any]] = (
            list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
        )
        for key, one in items:
            if key in (*_REFERENCES, "$id", "$schema") and isinstance(one, str):
                yield (*steps, key), one
        waiting.extend(((*steps, key), one) for key, one in reversed(items) if isinstance(one, dict | list))


def _shortened(words: str, value: Any) -> str:
    """The library writes the whole value first; a long one is cut."""
    if "valid under any of the schemas" in words or "valid under more" in words:
        return f"is not allowed here: {brief(value, 80)}"
    return _cut(words)


def _cut(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:120]} … {text[-170:]}"

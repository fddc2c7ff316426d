"""Errors of the schema library, taken apart: which place of the value, what was wanted, what came instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from console.reporter.contracts.paths import ANY_ITEM, ANY_KEY
from console.reporter.contracts.plain import steps_in, value_at
from console.reporter.contracts.words import brief, expected_words, with_type

Steps = tuple[str | int, ...]

_SHAPELESS = frozenset({"type", "const", "enum"})
_EXTRA_KEYS = frozenset({"additionalProperties", "unevaluatedProperties"})
_NAMING = frozenset({"additionalProperties", "items", "contains", "propertyNames"})
"""Keywords that may be `false`; what breaks them is told under their own name."""
_ABSENT = "absent"
_MOST_EXTRAS = 20
_DEEPEST_BRANCH = 6


class Found(NamedTuple):
    """One error: `steps` in general (`ANY_ITEM`, `ANY_KEY`), `at` exactly."""

    steps: Steps
    at: Steps
    keyword: str
    expected: str
    actual: str


def found_in(error: Any, value: Any, depth: int = 0) -> Iterator[Found]:
    """Yield what one error of the library says of the value: one for each extra property, those of the branch that fits…"""
    keyword, details = error.kind.name, error.kind.as_dict()
    at = steps_in(value, error.instance_path)
    is_false = keyword == "falseSchema"
    evaluation = error.evaluation_path
    steps = _generalised(at, evaluation if is_false else evaluation[:-1])
    here = value_at(value, at)
    if is_false and evaluation:
        keyword = evaluation[-1] if evaluation[-1] in _NAMING else keyword
    if type(error.kind).__name__ == "OneOfMultipleValid":
        yield Found(steps, at, keyword, expected_words(keyword, details), f"several: {brief(here, 160)}")
        return
    branch = _only_branch(details.get("context"), tuple(error.instance_path)) if depth < _DEEPEST_BRANCH else None
    if branch:
        for inner in branch:
            yield from found_in(inner, value, depth + 1)
    elif keyword == "required":
        name = details["property"]
        yield Found((*steps, name), (*at, name), keyword, "present", _ABSENT)
    elif keyword in _EXTRA_KEYS and isinstance(here, dict):
        for extra in list(details.get("unexpected", here))[:_MOST_EXTRAS]:
            yield Found((*steps, extra), (*at, extra), keyword, expected_words(keyword, details), brief(here.get(extra)))
    elif keyword == "unevaluatedItems":
        yield Found((*steps, ANY_ITEM), at, keyword, expected_words(keyword, details), brief(here))
    else:
        yield Found(
            steps, at, keyword, _expected(keyword, tuple(error.instance_path), details), _actual(keyword, here, details)
        )


def _expected(keyword: str, at: Steps, details: dict[str, Any]) -> str:
    """Alternatives that differ in their types are told by those."""
    alternatives = details.get("context") or ()
    types = [_types_at(branch, at) for branch in alternatives]
    if types and all(types):
        return " or ".join(dict.fromkeys(name for names in types for name in names))
    return expected_words(keyword, details)


def _types_at(branch: list[Any], at: Steps) -> list[str]:
    errors = (one for one in branch if one.kind.name == "type" and tuple(one.instance_path) == at)
    return next((one.kind.as_dict()["types"] for one in errors), [])


def _actual(keyword: str, value: Any, details: dict[str, Any]) -> str:
    if keyword == "propertyNames" and "error" in details:
        return brief(details["error"].instance)
    return with_type(value) if keyword in _SHAPELESS or keyword in ("anyOf", "oneOf") else brief(value)


def _only_branch(branches: Any, at: Steps) -> list[Any] | None:
    """Return the errors of the one alternative that is of the value's own type and kind, if there is exactly one."""
    fitting = [branch for branch in branches or () if branch and not any(_is_other_kind(one, at) for one in branch)]
    return fitting[0] if len(fitting) == 1 and len(branches) > 1 else None


def _is_other_kind(error: Any, at: Steps) -> bool:
    """The value is of another type, or a property that tells kinds apart (`{"kind": {"const": …}}`) says so."""
    path = tuple(error.instance_path)
    return error.kind.name in _SHAPELESS and (path == at or (error.kind.name != "type" and path[:-1] == at))


def _generalised(at: Steps, evaluation: Sequence[str | int]) -> Steps:
    """Return the steps with `ANY_KEY` for each key that the schema knows as a map's, `ANY_ITEM` for each index.

    The way that the evaluation took tells which is which: `properties/NAME` steps to a named property,
    `additionalProperties` or `patternProperties/PATTERN` to a key of a map.
    """
    steps = [ANY_ITEM if isinstance(one, int) else one for one in at]
    place, i, end = 0, 0, len(evaluation)
    while i < end and place < len(at):
        keyword = evaluation[i]
        i += 1
        if isinstance(at[place], int):
            if keyword in _ITEMS:
                place += 1
                i += i < end and isinstance(evaluation[i], int)
        elif keyword in ("properties", "patternProperties"):
            steps[place] = at[place] if keyword == "properties" else ANY_KEY
            place, i = place + 1, i + 1
        elif keyword in ("additionalProperties", "unevaluatedProperties"):
            steps[place] = ANY_KEY
            place += 1
        elif keyword in _NAMED:
            i += 1
    return tuple(steps)


_ITEMS = frozenset({"items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"})
_NAMED = frozenset({"dependentSchemas", "dependencies", "allOf", "anyOf", "oneOf", "$defs", "definitions"})

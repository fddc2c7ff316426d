"""JSON Schema behind an adapter: compiled once, asked often, and never a crash, a hang or the network.

Draft 2020-12 unless `$schema` says otherwise (4, 6, 7 and 2019-09 are known too).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from console.reporter.contracts.contract import Schema
from console.reporter.contracts.giving_up import is_given_up, is_step_error
from console.reporter.contracts.paths import ROOT, text_of
from console.reporter.contracts.plain import is_deep, plain, size_up_to
from console.reporter.contracts.problems import Found, found_in
from console.reporter.contracts.schema_errors import SchemaError, as_schema_error
from console.reporter.contracts.unfolding import MOST_WAYS, REFERENCES, unfold
from console.reporter.contracts.words import message

if TYPE_CHECKING:
    from jsonschema_rs import Validator

__all__ = ["Judged", "Problem", "SchemaChecker", "SchemaError", "checker_for"]

DEEPEST = 100
"""Levels of nesting of a value that is checked."""
MOST_STEPS = 50_000
"""Steps that a pattern with look-around or back-references may take before it is given up."""
PATTERN_BYTES = 1 << 20
"""Memory of one compiled pattern."""
MOST_CHECKS = 20_000
"""Parts of a value times checks of each, up to which all problems are looked for: each takes microseconds, wanted or not."""
UNFOLDS = f"refers to itself or unfolds so that one value is checked more than {MOST_WAYS:,} times"
_SOMEWHERE = Found((), (), "schema", "what the schema allows", "something else, in a value too large to say where")
_CACHED = 4_096


class Problem(NamedTuple):
    """One thing that a schema does not allow: at `path` (any item, any key of a map), seen at `at` (this very item)."""

    path: str
    at: str
    keyword: str
    expected: str
    actual: str
    message: str


class Judged(NamedTuple):
    """What keeps a value from holding; `is_undecided` when a pattern was given up, so that all or part is not known."""

    problems: list[Problem]
    is_undecided: bool = False


class SchemaChecker:
    """One compiled schema. `documents` are other schemas by their addresses, which it may refer to; they are
    read in its dialect unless they name one.

    Raises `SchemaError` for what is no schema, refers to something unknown, or is nested too deeply (about 120 levels
    of properties). Without `formats` the keyword `format` is only a remark. Safe to use from several threads.
    """

    __slots__ = ("_deepest", "_validator", "_ways", "schema")

    def __init__(self, schema: Schema, *, formats: bool = True, documents: Mapping[str, Schema] | None = None) -> None:
        self.schema = schema
        self._ways = 1 if documents else None
        try:
            self._validator = _compile(schema, formats, documents)
        except (ValueError, OverflowError, RecursionError) as exception:
            raise as_schema_error(schema, exception) from None
        self._deepest = _levels_of(schema, documents)

    def holds(self, value: Any) -> bool:
        """Return whether the decoded JSON value keeps to the schema, False also where that cannot be decided (`judge`)."""
        try:
            if self._deepest is not None and is_deep(value, self._deepest):
                return False
            return self._validator.is_valid(value)
        except (ValueError, OverflowError):  # no JSON value: a lone surrogate, a key that is no text
            return not is_deep(value, DEEPEST) and self._validator.is_valid(plain(value))

    def problems(self, value: Any, limit: int = 20) -> list[Problem]:
        """Return what keeps the value from holding, at most `limit`; each place and keyword once."""
        return self.judge(value, limit).problems

    def judge(self, value: Any, limit: int = 20) -> Judged:
        """Return what keeps the value from holding, as `problems` does, and whether something could not be decided."""
        if self.holds(value):
            return Judged([])
        deepest = DEEPEST if self._deepest is None else self._deepest
        if is_deep(value, deepest):
            return Judged([_too_deep(deepest)])
        value = plain(value)
        found: dict[tuple[str, str], Problem] = {}
        is_undecided = False
        for one in self._found(value):
            if one is None:
                is_undecided = True
                continue
            problem = _problem(one)
            found.setdefault((problem.path, problem.keyword), problem)
            if len(found) >= limit:
                break
        return Judged(list(found.values()), is_undecided)

    def _found(self, value: Any) -> Iterator[Found | None]:
        """Yield errors, None for a pattern that was given up, where their number is bounded.

        The library makes all, with all alternatives, before the first.
        """
        if self._is_worth(value):
            yield from self._all_found(value)
        elif not self._has_alternatives():
            yield from self._first_found(value)
        else:
            yield None if is_given_up(self.schema, value, _compile_alone) else _SOMEWHERE

    def _is_worth(self, value: Any) -> bool:
        if self._ways is None:
            self._ways = unfold(self.schema, DEEPEST).ways
        return size_up_to(value, MOST_CHECKS) * self._ways < MOST_CHECKS

    def _has_alternatives(self) -> bool:
        text = json.dumps(self.schema)
        return any(f'"{keyword}"' in text for keyword in ("anyOf", "oneOf", "not", "if", "contains"))

    def _all_found(self, value: Any) -> Iterator[Found | None]:
        for error in self._validator.iter_errors(value):
            yield from _read_error(error, value)

    def _first_found(self, value: Any) -> Iterator[Found | None]:
        try:
            self._validator.validate(value)
        except ValueError as error:
            yield from _read_error(error, value)


def checker_for(schema: Schema) -> SchemaChecker:
    """Return the checker of this schema, compiled at most once while it is in use; equal schemas share one.

    A schema that was handed in is not changed afterwards. Raises `SchemaError`.
    """
    known = _BY_IDENTITY.get(id(schema))
    if known is not None:
        return known[1]
    try:
        key = json.dumps(schema)
    except (ValueError, TypeError, RecursionError) as exception:
        raise as_schema_error(schema, exception) from None
    checker = _BY_TEXT.get(key) or SchemaChecker(schema)
    with _LOCK:
        for cache in (_BY_IDENTITY, _BY_TEXT):
            if len(cache) >= _CACHED:
                cache.clear()
        _BY_TEXT[key] = checker
        _BY_IDENTITY[id(schema)] = (schema, checker)  # holding the schema keeps its id from being used again
    return checker


_LOCK = threading.Lock()
_BY_IDENTITY: dict[int, tuple[Schema, SchemaChecker]] = {}
_BY_TEXT: dict[str, SchemaChecker] = {}


def _compile(schema: Schema, formats: bool, documents: Mapping[str, Schema] | None) -> Validator:
    import jsonschema_rs  # 15 MB that a service without contracts never loads

    if not isinstance(schema, dict | bool):
        raise ValueError("a schema is an object, true or false")
    limits = jsonschema_rs.FancyRegexOptions(MOST_STEPS, PATTERN_BYTES, PATTERN_BYTES)
    if not documents:
        return jsonschema_rs.validator_for(schema, validate_formats=formats, pattern_options=limits, offline=True)
    dialect = schema.get("$schema") if isinstance(schema, dict) else None
    is_own = isinstance(dialect, str) and dialect in documents
    own = jsonschema_rs.Registry([(str(dialect), documents[str(dialect)])]) if is_own else None
    return jsonschema_rs.validator_for(
        schema, validate_formats=formats, pattern_options=limits, registry=own, retriever=_retriever(documents)
    )


def _compile_alone(schema: Schema) -> Validator:
    return _compile(schema, False, None)


def _retriever(documents: Mapping[str, Schema]) -> Callable[[str], Any]:
    """Return what the library asks in place of the network."""

    def retrieve(uri: str) -> Any:
        return documents[uri.partition("#")[0]]

    return retrieve


def _levels_of(schema: Schema, documents: Mapping[str, Schema] | None) -> int | None:
    """Return how deep a value may be nested; None when the schema never looks deeper than it is nested itself.

    Raises `SchemaError` for one whose references lead in a circle, or multiply, before they come to a part of the value.
    """
    text = json.dumps(schema)
    if documents or '"uniqueItems"' in text:
        return DEEPEST
    if not any(f'"{keyword}"' in text for keyword in REFERENCES):
        return None
    deepest = unfold(schema, DEEPEST).deepest
    if deepest < 0:
        raise SchemaError(ROOT, UNFOLDS)
    return deepest


def _read_error(error: Any, value: Any) -> Iterator[Found | None]:
    if is_step_error(error):
        yield None
    else:
        yield from found_in(error, value)


def _problem(found: Found) -> Problem:
    path, at, told = text_of(found.steps), text_of(found.at), found[2:]
    return Problem(path, at, *told, message(at, *told))


def _too_deep(deepest: int) -> Problem:
    expected = f"at most {deepest} levels"
    return Problem(ROOT, ROOT, "depth", expected, "more", f"{ROOT}: nested too deeply to be checked, expected {expected}")

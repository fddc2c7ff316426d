"""Whether one who reads by one schema understands all that one who writes by another may send.

The proof is the library's (canonical forms of both schemas, one contained in the other); formats count as the checker
counts them. Schemas whose forms would grow out of hand are not tried.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, TypeAlias

import jsonschema_rs

from console.areas.contracts.core.compatibility.schemas import Document, is_comparable, plain
from console.reporter.contracts.contract import Schema

MAX_CASES = 256
"""Combinations of alternatives at one place, above which nothing is proved."""
MAX_EXPANDED = 6_000
"""Values in a schema with a copy of each definition wherever it is referred to, above which nothing is proved."""
_PATTERNS = jsonschema_rs.RegexOptions(size_limit=1_000_000, dfa_size_limit=1_000_000)
_Form: TypeAlias = jsonschema_rs.CanonicalSchema | None


def covers(reader: Schema, writer: Schema) -> bool | None:
    """Whether all that `writer` admits is admitted by `reader` too; None: it cannot be decided, have it reviewed."""
    read, written = _form(reader), _form(writer)
    if read is None or written is None:
        return None
    try:
        answer = read.covers(written).value
    except ValueError:  # the two cannot be compared (dialects, limits of the canonical form)
        return None
    return {"yes": True, "no": False}.get(answer)


def _form(schema: Schema) -> _Form:
    try:
        text = jsonschema_rs.canonical.json.to_string(schema)
    except ValueError:  # lone surrogates, NaN
        return None
    return _canonical(text)


@lru_cache(maxsize=512)
def _canonical(text: str) -> _Form:
    schema: Schema = json.loads(text)
    if not is_comparable(schema):
        return None
    schema = plain(schema)
    if cases(schema) > MAX_CASES or expanded(schema) > MAX_EXPANDED:
        return None
    try:
        return jsonschema_rs.canonicalize(schema, validate_formats=True, pattern_options=_PATTERNS, offline=True)
    except (ValueError, jsonschema_rs.ReferencingError, jsonschema_rs.ValidationError):
        return None  # no valid schema, or none that has a canonical form


def cases(schema: Schema) -> int:
    """Return the most combinations of alternatives that stand at one place of the schema, at most `MAX_CASES` + 1."""
    counter = _Counter(Document(schema))
    counter.count(schema)
    return counter.most


def expanded(schema: Schema) -> int:
    """Return how many values the schema has with a copy in place of each reference, at most `MAX_EXPANDED` + 1."""
    document, known = Document(schema), dict[int, int]()

    def size(value: Any) -> int:
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
        if not inner:
            return 1
        if id(value) not in known:
            known[id(value)] = 1  # where it refers to itself
            total = 1 + sum(size(one) for one in inner)
            if isinstance(value, dict) and isinstance(value.get("$ref"), str):
                total += size(document.resolve(value["$ref"]))
            known[id(value)] = min(total, MAX_EXPANDED + 1)
        return known[id(value)]

    return size(schema)


class _Counter:
    def __init__(self, document: Document) -> None:
        self._document, self._known, self.most = document, dict[int, int](), 1

    def count(self, node: Any) -> int:
        """Return the combinations at this place."""
        if not isinstance(node, dict):
            return 1
        if id(node) not in self._known:
            self._known[id(node)] = 1  # where it refers to itself
            self._known[id(node)] = self._cases(node)
        return self._known[id(node)]

    def _cases(self, node: dict[str, Any]) -> int:
        result = 1
        if isinstance(node.get("$ref"), str):
            result *= self.count(self._document.resolve(node["$ref"]))
        for key, value in node.items():
            inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
            if key == "allOf":
                for one in inner:
                    result = min(result * self.count(one), MAX_CASES + 1)
            elif key in ("anyOf", "oneOf"):
                result *= max(1, sum(self.count(one) for one in inner))
            elif key in ("not", "if", "then", "else"):
                result *= 1 + self.count(value)
            elif key in ("properties", "patternProperties", "$defs", "definitions", "prefixItems"):
                for one in inner:
                    self.count(one)
            elif key == "dependentSchemas":
                for one in inner:
                    result = min(result * (1 + self.count(one)), MAX_CASES + 1)
            elif key in ("items", "additionalProperties", "contains", "propertyNames"):
                self.count(value)
            result = min(result, MAX_CASES + 1)
        self.most = max(self.most, result)
        return result

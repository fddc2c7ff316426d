"""A schema read place by place: what it promises of a value, and what of the places below.

What is read is never narrower than the schema: where keywords cannot be told apart by place (`not`, `if`, several
alternatives) the wider reading counts. So a value outside of it is outside of the schema too, which findings rest on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from console.areas.contracts.core.compatibility.schemas import Document
from console.areas.contracts.core.drift.slot import ARRAY, BOOLEAN, INTEGER, NULL, NUMBER, OBJECT, STRING
from console.reporter.contracts.contract import Schema

ALL_TYPES = frozenset(range(7))
MOST_ALTERNATIVES = 32
_DEEPEST = 12
_CODES = {
    "null": {NULL}, "boolean": {BOOLEAN}, "integer": {INTEGER}, "number": {INTEGER, NUMBER}, "string": {STRING},
    "array": {ARRAY}, "object": {OBJECT},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promise:
    """What a schema says of one place. None: it says nothing.

    `types` are codes of `slot.py`. `texts` and `numbers` are the values of an enumeration. `required` names properties.
    `others` is the schema of properties not named, `properties` and `items` of those that are. `speaks` of properties: it
    names some, or says what others are.
    """

    types: frozenset[int] = ALL_TYPES
    texts: tuple[str, ...] | None = None
    numbers: tuple[float, ...] | None = None
    formats: frozenset[str] | None = None
    low: float | None = None
    high: float | None = None
    is_low_out: bool = False
    is_high_out: bool = False
    shortest: int | None = None
    longest: int | None = None
    fewest: int | None = None
    most: int | None = None
    required: frozenset[str] = frozenset()
    properties: dict[str, Schema] = field(default_factory=dict)
    others: Schema = True
    has_others: bool = False
    items: Schema = True

    @property
    def is_silent(self) -> bool:
        """Whether nothing at all is promised of the place."""
        return self == SILENT

    @property
    def speaks(self) -> bool:
        """Whether it says which properties there are."""
        return bool(self.properties) or self.has_others


SILENT = Promise()
NOTHING = Promise(types=frozenset(), others=False, items=False, has_others=True)


class Reader:
    """Reads the schemas of one document place by place, each once."""

    def __init__(self, root: Schema) -> None:
        self._document = Document(root)
        self._known: dict[int, tuple[Schema, Promise]] = {}
        self._any: dict[int, Schema] = {}

    def read(self, schema: Schema) -> Promise:
        """Return what the schema promises."""
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = (schema, self._read(schema, 0))
        return known[1]

    def any_property(self, schema: Schema) -> Schema:
        """Return a schema that holds for whatever stands under any key, named or not."""
        known = self._any.get(id(schema))
        if known is None:
            promise = self.read(schema)
            known = self._any[id(schema)] = _some([*promise.properties.values(), promise.others])
        return known

    def _read(self, schema: Schema, depth: int) -> Promise:
        if isinstance(schema, bool):
            return SILENT if schema else NOTHING
        if depth > _DEEPEST or ("$id" in schema and schema is not self._document.root):
            return SILENT
        promise = _own(schema)
        ref = schema.get("$ref")
        if isinstance(ref, str):
            named = self._document.resolve(ref)
            promise = both(promise, self._read(named, depth + 1) if named is not None else SILENT)
        for part in schema.get("allOf", []):
            promise = both(promise, self._read(part, depth + 1))
        for keyword in ("anyOf", "oneOf"):
            parts = schema.get(keyword)
            if isinstance(parts, list) and 0 < len(parts) <= MOST_ALTERNATIVES:
                promise = both(promise, any_of([self._read(part, depth + 1) for part in parts]))
        return promise


def both(one: Promise, other: Promise) -> Promise:
    """Return what is promised by two schemas that both hold."""
    if one is SILENT or other is SILENT:
        return other if one is SILENT else one
    low = max(((p.low, p.is_low_out) for p in (one, other) if p.low is not None), default=(None, False))
    high = min(((p.high, not p.is_high_out) for p in (one, other) if p.high is not None), default=(None, True))
    return Promise(
        types=one.types & other.types,
        texts=_within(one.texts, other.texts),
        numbers=_within(one.numbers, other.numbers),
        formats=one.formats or other.formats,
        low=low[0], is_low_out=low[1], high=high[0], is_high_out=not high[1],
        shortest=_tightest(max, one.shortest, other.shortest), longest=_tightest(min, one.longest, other.longest),
        fewest=_tightest(max, one.fewest, other.fewest), most=_tightest(min, one.most, other.most),
        required=one.required | other.required,
        properties={name: _all(one.properties.get(name, True), other.properties.get(name, True))
                    for name in {**one.properties, **other.properties}},
        others=_all(one.others, other.others),
        has_others=one.has_others or other.has_others,
        items=_all(one.items, other.items),
    )  # fmt: skip


def any_of(promises: list[Promise]) -> Promise:
    """Return what is promised where one of several schemas holds; each counts for the types that it admits."""
    types = frozenset[int]().union(*(one.types for one in promises))
    texts = [one for one in promises if STRING in one.types]
    numbers = [one for one in promises if one.types & {INTEGER, NUMBER}]
    lists = [one for one in promises if ARRAY in one.types]
    objects = [one for one in promises if OBJECT in one.types]
    low = _loosest(min, [(one.low, one.is_low_out) for one in numbers])
    high = _loosest(max, [(one.high, not one.is_high_out) for one in numbers])
    return Promise(
        types=types,
        texts=_joined([one.texts for one in texts]),
        numbers=_joined([one.numbers for one in numbers]),
        formats=_any_format([one.formats for one in texts]),
        low=low[0] if low else None, is_low_out=bool(low and low[1]),
        high=high[0] if high else None, is_high_out=bool(high and not high[1]),
        shortest=_loosest(min, [one.shortest for one in texts]), longest=_loosest(max, [one.longest for one in texts]),
        fewest=_loosest(min, [one.fewest for one in lists]), most=_loosest(max, [one.most for one in lists]),
        required=frozenset.intersection(*(one.required for one in objects)) if objects else frozenset(),
        properties={name: _some([one.properties.get(name, one.others) for one in objects])
                    for name in {name for one in objects for name in one.properties}},
        others=_some([one.others for one in objects]),
        has_others=bool(objects) and all(one.has_others for one in objects),
        items=_some([one.items for one in lists]),
    )  # fmt: skip


def _any_format(formats: list[frozenset[str] | None]) -> frozenset[str] | None:
    return frozenset[str]().union(*(one or () for one in formats)) if formats and all(formats) else None


def _own(schema: dict[str, Any]) -> Promise:
    """Return what the schema's own keywords say, without those that combine schemas."""
    promise = SILENT
    kinds = schema.get("type")
    if kinds is not None:
        names = kinds if isinstance(kinds, list) else [kinds]
        promise = Promise(types=frozenset(code for name in names for code in _CODES.get(name, ())))
    for listed in ([schema["const"]] if "const" in schema else None, schema.get("enum")):
        if isinstance(listed, list):
            promise = both(promise, _listed(listed))
    patterns = [one for one in schema.get("patternProperties", {}).values() if isinstance(one, dict | bool)]
    others = schema.get("additionalProperties", True)
    low, low_out = _bound(schema, "minimum", "exclusiveMinimum", max)
    high, high_out = _bound(schema, "maximum", "exclusiveMaximum", min)
    said = Promise(
        formats=frozenset([schema["format"]]) if isinstance(schema.get("format"), str) else None,
        low=low, is_low_out=low_out, high=high, is_high_out=high_out,
        shortest=_number(schema, "minLength"), longest=_number(schema, "maxLength"),
        fewest=_number(schema, "minItems"), most=_number(schema, "maxItems"),
        required=frozenset(name for name in schema.get("required", ()) if isinstance(name, str)),
        properties={name: one if not patterns else True for name, one in schema.get("properties", {}).items()},
        others=_some([*patterns, others]) if patterns else others,
        has_others="additionalProperties" in schema or bool(patterns),
        items=_items(schema),
    )  # fmt: skip
    return both(promise, said if said != SILENT else SILENT)


def _items(schema: dict[str, Any]) -> Schema:
    first = [one for one in schema.get("prefixItems", []) if isinstance(one, dict | bool)]
    rest = schema.get("items", True)
    return _some([*first, rest]) if first else rest if isinstance(rest, dict | bool) else True


def _listed(values: list[Any]) -> Promise:
    """Return what an enumeration promises."""
    codes: set[int] = set()
    for value in values:
        if value is None or isinstance(value, bool | str | list | dict):
            kinds = ((type(None), NULL), (bool, BOOLEAN), (str, STRING), (list, ARRAY), (dict, OBJECT))
            codes.add(next(code for kind, code in kinds if isinstance(value, kind)))
        else:
            codes |= {INTEGER, NUMBER}
    return Promise(
        types=frozenset(codes),
        texts=tuple(value for value in values if isinstance(value, str)),
        numbers=tuple(value for value in values if isinstance(value, int | float) and not isinstance(value, bool)),
    )


def _bound(schema: dict[str, Any], loose: str, strict: str, tighter: Any) -> tuple[Any, bool]:
    inside, outside = _number(schema, loose), _number(schema, strict)
    if outside is None or (inside is not None and inside != outside and tighter(inside, outside) == inside):
        return inside, False
    return outside, True


def _number(schema: dict[str, Any], keyword: str) -> Any:
    value = schema.get(keyword)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_number else None


def _tightest(which: Any, one: Any, other: Any) -> Any:
    return which(one, other) if one is not None and other is not None else one if other is None else other


def _loosest(which: Any, values: list[Any]) -> Any:
    plain = [one[0] if isinstance(one, tuple) else one for one in values]
    return which(values) if values and all(one is not None for one in plain) else None


def _within(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    if one is None or other is None:
        return one if other is None else other
    return tuple(value for value in one if value in other)


def _joined(lists: list[tuple[Any, ...] | None]) -> tuple[Any, ...] | None:
    if not lists or any(one is None for one in lists):
        return None
    return tuple(dict.fromkeys(value for one in lists if one is not None for value in one))


def _all(one: Schema, other: Schema) -> Schema:
    if one is True or other is True:
        return other if one is True else one
    return False if one is False or other is False else {"allOf": [one, other]}


def _some(schemas: list[Schema]) -> Schema:
    if True in [one for one in schemas if isinstance(one, bool)]:
        return True
    kept = [one for one in schemas if one is not False]
    if not kept:
        return not schemas  # nobody speaks of it, or all refuse it
    return kept[0] if len(kept) == 1 else {"anyOf": kept}

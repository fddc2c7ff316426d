"""How often references and alternatives make a schema look at one and the same value.

The library checks each alternative anew, so a small schema can take for ever: `anyOf` of two references to one that holds
`anyOf` of two references … doubles at each step, be the steps in the schema or in a recursive value. This counts from above
how many checks any single value can meet at each depth, so that such schemas are refused, or checked less deeply.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple
from urllib.parse import unquote

from console.reporter.contracts.contract import Schema

MOST_WAYS = 2_000
"""Checks of one value."""

_IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_IN_PLACE = ("not", "if", "then", "else")
_IN_PLACE_MAPS = ("dependentSchemas", "dependencies")
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_ANY_CHILD = ("additionalProperties", "unevaluatedProperties", "propertyNames")
_ANY_ITEM = ("additionalItems", "unevaluatedItems", "contains", "contentSchema")

_LONGEST_CHAIN = 150
_MOST_PAIRS = 250_000

Location = tuple[str, ...]
"""Names of properties from a target down, `*` for any key, `[]` for any item."""


class Unfolded(NamedTuple):
    """How many levels of a value can be checked (-1: not even the value itself), with at most so many checks of each."""

    deepest: int
    ways: int


def unfold(schema: Schema, limit: int) -> Unfolded:
    """Return how many levels, at most `limit`, can be checked with no more than `MOST_WAYS` checks of each value."""
    if not isinstance(schema, dict):
        return Unfolded(limit, 1)
    graph = _Graph(schema)
    single = graph.single_ways()
    if single is not None and single * (limit + 1) <= MOST_WAYS:
        return Unfolded(limit, single)
    before: dict[int, int] = {}
    for depth in range(limit + 1):
        now = graph.ways(before)
        if now[id(schema)] > MOST_WAYS:
            return Unfolded(depth - 1, before.get(id(schema), 0))
        if now == before:
            return Unfolded(limit, now[id(schema)])
        before = now
    return Unfolded(limit, before[id(schema)])


class InPlace(NamedTuple):
    """What one schema asks of a value by itself: the most checks at one place, and what it refers to for that very value."""

    own: int
    references: list[str]


def in_place(schema: Schema) -> InPlace:
    """Return what a schema asks of a value without what it refers to; a reference that it follows twice is there twice."""
    counts: dict[Location, int] = {}
    references: list[str] = []
    waiting: list[tuple[Location, Any]] = [((), schema)]
    while waiting:
        location, part = waiting.pop()
        if isinstance(part, dict):
            counts[location] = counts.get(location, 0) + 1
            if not location:
                references += (part[keyword] for keyword in REFERENCES if isinstance(part.get(keyword), str))
            waiting += _parts(location, part)
    return InPlace(max(counts.values(), default=1), references)


class _Target(NamedTuple):
    """A schema that is referred to: checks of its own at one place, references at its root, and below by location."""

    own: int
    here: list[int]
    below: list[list[int]]


class _Graph:
    """The root and all that is referred to, as far as reachable from the root."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._names: dict[str, list[dict[str, Any]]] = {}
        self._targets: dict[int, _Target] = {}
        waiting = [(root, root)]
        while waiting:
            schema, base = waiting.pop()
            if id(schema) not in self._targets:
                waiting += self._summarize(schema, base)

    def single_ways(self) -> int | None:
        """Return the most checks of a value when each is reached from each target in one way only: nothing multiplies."""
        targets = self._targets.values()
        if any(
            (len(one.here) > 1 or one.below) if one.here else any(len(group) > 1 for group in one.below) for one in targets
        ):
            return None
        if self._has_loop_in_place():
            return None
        return max(one.own for one in targets) * (sum(bool(one.here) for one in targets) + 1)

    def _has_loop_in_place(self) -> bool:
        """With one reference in place at most, following them either ends or comes around."""
        sound: set[int] = set()
        for key in self._targets:
            seen: set[int] = set()
            while key not in sound and self._targets[key].here:
                if key in seen:
                    return True
                seen.add(key)
                key = self._targets[key].here[0]
            sound |= seen | {key}
        return False

    def ways(self, below: dict[int, int]) -> dict[int, int]:
        """Return the most checks that one value meets from each target on, given those one level down (0 when unknown)."""
        known: dict[int, int] = {}
        for key in self._targets:
            self._ways_of(key, below, known, frozenset())
        return known

    def _summarize(self, schema: dict[str, Any], base: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Note what one target refers to, and return those with the resource that they stand in."""
        counts: dict[Location, int] = {}
        references: dict[Location, list[int]] = {}
        found: list[tuple[dict[str, Any], dict[str, Any]]] = []
        waiting: list[tuple[Location, Any, dict[str, Any]]] = [((), schema, base)]
        while waiting:
            location, part, base = waiting.pop()
            if not isinstance(part, dict):
                continue
            base = part if _is_resource(part) else base
            counts[location] = counts.get(location, 0) + 1
            for keyword in REFERENCES:
                if isinstance(part.get(keyword), str):
                    meant = self._resolve(part[keyword], base)
                    references.setdefault(location, []).extend(id(one) for one, _ in meant)
                    found += meant
            waiting += ((inside, one, base) for inside, one in _parts(location, part))
        here = references.pop((), [])
        self._targets[id(schema)] = _Target(max(counts.values()), here, _grouped(references))
        return found

    def _ways_of(self, key: int, below: dict[int, int], known: dict[int, int], inside: frozenset[int]) -> int:
        if key in known:
            return known[key]
        if key in inside or len(inside) > _LONGEST_CHAIN:
            return MOST_WAYS + 1
        target = self._targets[key]
        deeper = max((sum(below.get(one, 0) for one in group) for group in target.below), default=0)
        here = sum(self._ways_of(one, below, known, inside | {key}) for one in target.here)
        known[key] = min(target.own + deeper + here, MOST_WAYS + 1)
        return known[key]

    def _resolve(self, reference: str, base: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Return what may be meant, with the resources that it stands in: all of one name, which counts rather too much."""
        before, _, fragment = reference.partition("#")
        bases = self._named(_tail(before)) if before else [base]
        if fragment and not fragment.startswith("/"):
            return [(one, one if _is_resource(one) else base) for one in self._named(f"#{fragment}")]
        steps = [part.replace("~1", "/").replace("~0", "~") for part in unquote(fragment).split("/")[1:]]
        return [
            (target, target if _is_resource(target) else one)
            for one in bases
            if isinstance(target := reduce(_step, steps, one), dict)
        ]

    def _named(self, name: str) -> list[dict[str, Any]]:
        if not self._names:
            for known, schema in _names_in(self._root):
                self._names.setdefault(known, []).append(schema)
            self._names.setdefault("", []).append(self._root)
        return self._names.get(name, [])


def _is_resource(schema: dict[str, Any]) -> bool:
    name = schema.get("$id", schema.get("id"))
    return isinstance(name, str) and name[:1] not in ("", "#")


def _tail(address: str) -> str:
    return address.rstrip("#/").replace(":", "/").rsplit("/", 1)[-1]


def _grouped(references: dict[Location, list[int]]) -> list[list[int]]:
    """Return the references that one value can meet together: of its location, and of the open ones that take it in."""
    is_open = [location for location in references if "*" in location or "[]" in location]
    if len(is_open) * len(references) > _MOST_PAIRS:
        return [[one for group in references.values() for one in group]]
    return [
        group + [one for other in is_open if other != location and _meet(location, other) for one in references[other]]
        for location, group in references.items()
    ]


def _meet(one: Location, other: Location) -> bool:
    return len(one) == len(other) and all(a == b or "*" in (a, b) or "[]" in (a, b) for a, b in zip(one, other, strict=True))


def _step(value: Any, key: str) -> Any:
    if isinstance(value, list):
        return value[int(key)] if key.isdecimal() and int(key) < len(value) else None
    return value.get(key) if isinstance(value, dict) else None


def _names_in(root: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from (
                (f"#{value[key]}", value) for key in ("$anchor", "$dynamicAnchor") if isinstance(value.get(key), str)
            )
            for name in (value.get("$id"), value.get("id")):
                if isinstance(name, str):
                    yield (name if name[:1] == "#" else _tail(name)), value
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)


def _parts(location: Location, schema: dict[str, Any]) -> Iterator[tuple[Location, Any]]:
    """Yield the subschemas with the location of the values that they are for; all keys of a map are one, and all items."""
    for keyword, value in schema.items():
        if keyword in _IN_PLACE_LISTS and isinstance(value, list):
            yield from ((location, one) for one in value)
        elif keyword in _IN_PLACE:
            yield location, value
        elif keyword in _IN_PLACE_MAPS and isinstance(value, dict):
            yield from ((location, one) for one in value.values())
        elif keyword == "properties" and isinstance(value, dict):
            yield from (((*location, name), one) for name, one in value.items())
        elif keyword == "patternProperties" and isinstance(value, dict):
            yield from (((*location, "*"), one) for one in value.values())
        elif keyword in _ANY_CHILD:
            yield (*location, "*"), value
        elif keyword in ("items", "prefixItems") and isinstance(value, list):
            yield from (((*location, str(place)), one) for place, one in enumerate(value))
        elif keyword == "items" or keyword in _ANY_ITEM:
            yield (*location, "[]"), value

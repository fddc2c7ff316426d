"""A schema of the document with all that it refers to, for one direction: what a contract holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from console.areas.contracts.core.openapi.dialect import DROPPED, SUBSCHEMA, SUBSCHEMA_LISTS, SUBSCHEMA_MAPS, modern
from console.areas.contracts.core.openapi.pointers import Unreadable, find, name_of, ref_to, target_of
from console.areas.contracts.core.source_tokens import Path
from console.reporter.contracts.contract import Schema

REQUEST, RESPONSE = "request", "response"
_UNSENT = {REQUEST: "readOnly", RESPONSE: "writeOnly"}
"""A property with this mark is not sent in the direction, so nobody may require it there."""


class Schemas:
    """The schemas of one document. Those that many operations use are made once and shared by them."""

    def __init__(self, document: dict[str, Any], *, is_old: bool) -> None:
        self._document, self._is_old = document, is_old
        self._components: dict[tuple[Path, str], tuple[Any, tuple[Path, ...]]] = {}
        self._whole: dict[tuple[Path, str], Schema] = {}

    def whole(self, schema: Any, path: Path, direction: str) -> Schema:
        """Return the schema at `path` with what it reaches under `$defs`; raises `Unreadable`."""
        if isinstance(schema, dict) and schema.keys() == {"$ref"}:
            target = target_of(self._document, schema["$ref"], (*path, "$ref"), path)
            key = (target, direction)
            if key not in self._whole:
                self._whole[key] = self._complete({"$ref": ref_to(name_of(target))}, [target], direction)
            return self._whole[key]
        making = _Making(self._document, path, direction, self._is_old)
        made = making.make(schema, path, frozenset())
        if not isinstance(made, dict | bool):
            raise Unreadable(path, "a schema is an object, true or false")
        return self._complete(made, making.refs, direction)

    def _complete(self, schema: Schema, refs: Iterable[Path], direction: str) -> Schema:
        definitions: dict[str, Any] = {}
        waiting = list(refs)
        for target in waiting:  # grows while it is walked
            name = name_of(target)
            if name not in definitions:
                definitions[name], further = self._component(target, direction)
                waiting += further
        return {**schema, "$defs": definitions} if definitions and isinstance(schema, dict) else schema

    def _component(self, target: Path, direction: str) -> tuple[Any, tuple[Path, ...]]:
        key = (target, direction)
        if key not in self._components:
            making = _Making(self._document, target, direction, self._is_old)
            made = making.make(find(self._document, target), target, frozenset())
            self._components[key] = (made, tuple(making.refs))
        return self._components[key]


class _Making:
    """One schema and its parts on the way from the document to a contract; `refs` are what it refers to, in order."""

    def __init__(self, document: dict[str, Any], base: Path, direction: str, is_old: bool) -> None:
        self.refs: dict[Path, None] = {}
        self._document, self._base, self._is_old = document, base, is_old
        self._mark = _UNSENT[direction]

    def make(self, schema: Any, path: Path, unsent: frozenset[str]) -> Any:
        """Return the schema at `path`; `unsent` are properties that those around it know not to be sent."""
        if not isinstance(schema, dict):
            return schema
        if self._is_old:
            schema = modern(schema)
        unsent |= self._unsent(schema, path, set()) if self._requires(schema) else frozenset()
        result: dict[str, Any] = {}
        for key, value in schema.items():
            if key in DROPPED or key.startswith("x-"):
                continue
            result[key] = self._keyword(key, value, (*path, key), unsent)
        if result.get("required") == [] and schema["required"] != []:
            del result["required"]
        return result

    def _keyword(self, key: str, value: Any, path: Path, unsent: frozenset[str]) -> Any:
        if key == "$ref":
            target = target_of(self._document, value, path, self._base)
            self.refs[target] = None
            return ref_to(name_of(target))
        if key == "required" and unsent and isinstance(value, list):
            return [name for name in value if name not in unsent]
        if key in SUBSCHEMA_LISTS and isinstance(value, list):
            inner = unsent if key == "allOf" else frozenset[str]()
            return [self.make(one, (*path, index), inner) for index, one in enumerate(value)]
        if key in SUBSCHEMA:
            return self.make(value, path, frozenset())
        if key in SUBSCHEMA_MAPS and isinstance(value, dict):
            return {name: self.make(one, (*path, name), frozenset()) for name, one in value.items()}
        return value

    @staticmethod
    def _requires(schema: dict[str, Any]) -> bool:
        """Whether it is worth looking which properties are not sent."""
        return "required" in schema or "allOf" in schema

    def _unsent(self, schema: Any, path: Path, seen: set[Path]) -> frozenset[str]:
        """Return the names of properties that are not sent, of this schema and those that it takes in whole."""
        if not isinstance(schema, dict):
            return frozenset()
        names: set[str] = set()
        if isinstance(properties := schema.get("properties"), dict):
            names |= {name for name, one in properties.items() if self._is_marked(one, (*path, "properties", name))}
        if isinstance(parts := schema.get("allOf"), list):
            for index, one in enumerate(parts):
                names |= self._unsent(one, (*path, "allOf", index), seen)
        if "$ref" in schema:
            target = target_of(self._document, schema["$ref"], (*path, "$ref"), self._base)
            if target not in seen:
                seen.add(target)
                names |= self._unsent(find(self._document, target), target, seen)
        return frozenset(names)

    def _is_marked(self, schema: Any, path: Path) -> bool:
        seen: set[Path] = set()
        while isinstance(schema, dict) and schema.get(self._mark) is not True and "$ref" in schema:
            path = target_of(self._document, schema["$ref"], (*path, "$ref"), self._base)
            if path in seen:
                return False
            seen.add(path)
            schema = find(self._document, path)
        return isinstance(schema, dict) and schema.get(self._mark) is True

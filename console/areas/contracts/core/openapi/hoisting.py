"""Schemas that hold what they refer to, as schemas of a document that holds it for all (`components.schemas`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from console.areas.contracts.core.openapi.dialect import SUBSCHEMA, SUBSCHEMA_LISTS, SUBSCHEMA_MAPS
from console.areas.contracts.core.openapi.pointers import ref_to
from console.reporter.contracts.contract import Schema

PREFIX = "#/components/schemas/"
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


class Components:
    """The shared schemas of a document that is being written. Equal ones stand there once, others get a number."""

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        self._origins: dict[str, Any] = {}
        self._variants: dict[str, list[str]] = {}
        self._links: dict[str, dict[str, str]] = {}
        self._seen: dict[int, tuple[Any, frozenset[str]]] = {}

    def hoisted(self, schema: Schema, name: str) -> Schema:
        """Return the schema with its references leading to components; `name` is for one that refers to parts of itself."""
        if not isinstance(schema, dict) or "$id" in schema:
            return schema  # one with an address of its own is a document of its own
        definitions: dict[str, Any] = schema.get("$defs", {})
        plain = {key: one for key, one in schema.items() if key != "$defs"}
        refs = set(refs_in(plain)).union(*(self._refs(one) for one in definitions.values()))
        keys = {ref_to(key) for key in definitions}
        if not all(ref in keys for ref in refs if ref[:1] == "#"):
            return self._whole(schema, name)
        if not refs:
            return plain
        renamed: dict[str, Any] = _renamed(plain, _renaming(self._placed(definitions)))
        return renamed

    def _placed(self, definitions: dict[str, Any]) -> dict[str, str]:
        """Put the definitions among the components; return which name each has there.

        One that is there already is used again when all that it leads to is the same here as there.
        """
        choices = {
            key: [name for name in self._variants.get(_fit(key), ()) if self._origins[name] == one]
            for key, one in definitions.items()
        }
        while sum(self._reconsider(key, choices) for key in choices):
            continue  # until all that is left fits together
        names = {key: found[0] for key, found in choices.items() if found}
        new = [key for key in definitions if key not in names]
        names |= {key: self._new_name(_fit(key), definitions[key]) for key in new}
        rename = _renaming(names)
        refs = {ref_to(key): key for key in definitions}
        for key in new:
            self.schemas[names[key]] = _renamed(definitions[key], rename)
            inside = (refs[ref] for ref in self._refs(definitions[key]) if ref in refs)
            self._links[names[key]] = {one: names[one] for one in inside}
        return names

    def _reconsider(self, key: str, choices: dict[str, list[str]]) -> bool:
        """Give up names whose schema leads to one that is no choice here; return whether there were such."""
        before = choices[key]
        choices[key] = [
            name for name in before if all(target in choices[inner] for inner, target in self._links[name].items())
        ]
        return len(choices[key]) != len(before)

    def _refs(self, schema: Any) -> frozenset[str]:
        """Return the references in a definition; those of one document share them, so each is looked through once."""
        if id(schema) not in self._seen:
            self._seen[id(schema)] = (schema, frozenset(refs_in(schema)))
        return self._seen[id(schema)][1]

    def _whole(self, schema: dict[str, Any], name: str) -> Schema:
        own = self._new_name(_fit(name), schema)
        self._links[own] = {}
        self.schemas[own] = _renamed(schema, lambda ref: PREFIX + own + ref[1:] if ref[:1] == "#" else ref)
        return {"$ref": PREFIX + own}

    def _new_name(self, wanted: str, schema: Any) -> str:
        name, number = wanted, 1
        while name in self._origins:
            number += 1
            name = f"{wanted}_{number}"
        self._origins[name] = schema
        self._variants.setdefault(wanted, []).append(name)
        return name


def refs_in(schema: Any) -> Iterator[str]:
    """Yield the references in a schema."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("$ref"), str):
        yield schema["$ref"]
    for value in _parts(schema):
        yield from refs_in(value)


def _parts(schema: dict[str, Any]) -> Iterator[Any]:
    for key, value in schema.items():
        if key in SUBSCHEMA_LISTS and isinstance(value, list):
            yield from value
        elif key in SUBSCHEMA:
            yield value
        elif key in (*SUBSCHEMA_MAPS, "$defs", "definitions") and isinstance(value, dict):
            yield from value.values()


def _renaming(names: dict[str, str]) -> Callable[[str], str]:
    refs = {ref_to(key): PREFIX + name for key, name in names.items()}
    return lambda ref: refs.get(ref, ref)


def _renamed(schema: Any, rename: Callable[[str], str]) -> Any:
    if not isinstance(schema, dict):
        return schema
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$ref" and isinstance(value, str):
            result[key] = rename(value)
        elif key in SUBSCHEMA_LISTS and isinstance(value, list):
            result[key] = [_renamed(one, rename) for one in value]
        elif key in SUBSCHEMA:
            result[key] = _renamed(value, rename)
        elif key in (*SUBSCHEMA_MAPS, "$defs", "definitions") and isinstance(value, dict):
            result[key] = {name: _renamed(one, rename) for name, one in value.items()}
        else:
            result[key] = value
    return result


@lru_cache(maxsize=4096)
def _fit(name: str) -> str:
    return _UNFIT.sub("-", name).strip("-") or "schema"

"""Walks a JSON text by its tree and finds what to mask: under names and paths, in strings, keys, pairs and parameters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from console.areas.incidents.core.redaction.cuts import Cut, is_mask, mask
from console.areas.incidents.core.redaction.glance import PARAMETERS, STATEMENTS
from console.areas.incidents.core.redaction.json_tree import Node, Places, content
from console.areas.incidents.core.redaction.luhn import is_card
from console.areas.incidents.core.redaction.masked import is_telling
from console.areas.incidents.core.redaction.names import Holds
from console.areas.incidents.core.redaction.sql import secret_parameters

if TYPE_CHECKING:
    from console.areas.incidents.core.redaction.finder import Depth, Finder

MAX_DEPTH = 64
"""Below it a whole value is masked: nobody reads it, and a secret may stand in it."""
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z_-]{0,39}")
_CARD_NUMBER = re.compile(r"[2-6]\d{14,15}")
_COUNT = 1_000_000_000
_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))
_FORMATS = frozenset((
    "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "ipv4", "ipv6", "uri", "uri-reference",
    "uuid", "regex", "json-pointer", "int32", "int64", "float", "double", "byte", "binary", "password",
))  # fmt: skip
_LIMITS = frozenset((
    "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems",
    "maxItems", "minProperties", "maxProperties",
))  # fmt: skip
_REFERENCE = re.compile(r"#/(?:\$defs|definitions|components/schemas)/[A-Za-z_]{1,40}")
_LONGEST_LIMIT = 6


class _Around(NamedTuple):
    """What is decided for a value by what stands around it."""

    path: str
    exact: str
    holds: Holds = ""
    forced: bool = False
    allowed: bool = False
    name: str = ""
    level: int = 0


class JsonWalk:
    """Walks for one finder."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def cuts(self, text: str, root: Node, path: str, depth: Depth) -> list[Cut]:
        """Return what to mask in a JSON text, in order."""
        walk = _Walk(self._finder, text, depth)
        walk.value(root, walk.ruled(_Around(path, path)))
        walk.found.sort()
        return walk.found


class _Walk:
    def __init__(self, finder: Finder, text: str, depth: Depth) -> None:
        self.finder, self.text, self.depth = finder, text, depth
        self.found: list[Cut] = []

    def ruled(self, around: _Around) -> _Around:
        """Apply the profile's paths: masking wins over allowing, allowing over the rules."""
        ruling = self.finder.paths.ruling(around.exact)
        if ruling == "mask":
            return around._replace(forced=True, allowed=False)
        return around._replace(allowed=True) if ruling == "allow" and not around.forced else around

    def value(self, node: Node, around: _Around) -> None:
        if node.kind == "object":
            if around.level >= MAX_DEPTH:
                self._replace(node, "depth", around)
            else:
                self._object(node, around)
        elif node.kind == "array":
            if around.level >= MAX_DEPTH:
                self._replace(node, "depth", around)
            else:
                self._array(node, around)
        elif node.kind == "string":
            self._string(node, around)
        elif node.kind == "number":
            self._number(node, around)

    def _object(self, node: Node, around: _Around) -> None:
        names = self.finder.names
        keys = [content(self.text, key) for key, _ in node.members]
        told = self._told(node, keys)
        parameters = self._parameters(node, keys)
        given: dict[str, int] = {}
        described = self._described(node, keys)
        for (key_node, item), key in zip(node.members, keys, strict=True):
            holds = names.holds(key, around.name)
            if not holds and key == "value":
                holds = told
            shown = key if _PLAIN_KEY.fullmatch(key) else "*"
            inner = self.ruled(
                _Around(
                    f"{around.path}.{shown}" if around.path else shown,
                    f"{around.exact}.{key}" if around.exact else key,
                    around.holds or holds,
                    around.forced,
                    around.allowed,
                    key,
                    around.level + 1,
                )
            )
            self._key(key_node, key, inner, given, under_secret=around.holds == "secret" or around.forced)
            if key == "required" and described is not None and self._names_of(item) <= described:
                for name in item.items:  # names that stand as keys beside it, no name with its value
                    self.value(name, inner._replace(holds="", level=inner.level + 1))
            elif described is not None and not inner.forced and self._describes(key, item):
                continue
            elif parameters is not None and key.lower() in PARAMETERS and not inner.allowed:
                self._parameter_values(item, inner, parameters)
            else:
                self.value(item, inner)

    def _described(self, node: Node, keys: list[str]) -> frozenset[str] | None:
        """Return the names of the properties that a JSON Schema has, None for an object that is no schema."""
        if "type" not in keys or not self._describes("type", node.members[keys.index("type")][1]):
            return frozenset() if "$ref" in keys else None
        properties = node.members[keys.index("properties")][1] if "properties" in keys else None
        if properties is None or properties.kind != "object":
            return frozenset()
        return frozenset(content(self.text, name) for name, _ in properties.members)

    def _describes(self, key: str, item: Node) -> bool:
        """Tell whether a member of a schema says what a secret looks like, in words that can be no secret themselves.

        `{"password": {"type": "string", "minLength": 8}}` holds none. All else in it is masked as under any secret name.
        """
        if key == "type":
            kinds = item.items if item.kind == "array" else [item]
            return bool(kinds) and all(kind.kind == "string" and content(self.text, kind) in _TYPES for kind in kinds)
        if key in _LIMITS:
            return item.kind == "number" and item.end - item.start <= _LONGEST_LIMIT
        if item.kind != "string":
            return False
        said = content(self.text, item)
        return (key == "format" and said in _FORMATS) or (key == "$ref" and _REFERENCE.fullmatch(said) is not None)

    def _names_of(self, node: Node) -> set[str]:
        """Return the texts of a list; what is none of a schema's names when it is anything else."""
        if node.kind != "array" or any(item.kind != "string" for item in node.items):
            return {"\0"}
        return {content(self.text, item) for item in node.items}

    def _told(self, node: Node, keys: list[str]) -> Holds:
        """`{"name": "Cookie", "value": "…"}`, as HAR files write headers: what the name says of the value."""
        if "value" not in keys:
            return ""
        for wanted in ("name", "key"):
            if wanted in keys:
                named = node.members[keys.index(wanted)][1]
                return self.finder.names.holds(content(self.text, named)) if named.kind == "string" else ""
        return ""

    def _array(self, node: Node, around: _Around) -> None:
        inner = self.ruled(around._replace(path=f"{around.path}[]", exact=f"{around.exact}[]", level=around.level + 1))
        items = node.items
        # ["Cookie", "…"]
        if len(items) == 2 and items[0].kind == "string" and not around.holds:
            self.value(items[0], inner)
            self.value(items[1], inner._replace(holds=self.finder.names.holds(content(self.text, items[0]))))
            return
        holds: Holds = ""
        for at, item in enumerate(items):
            if around.name == "rawHeaders" and item.kind == "string":  # as Node lists them: name, value, name, value
                self.value(item, inner if not at % 2 or around.holds else inner._replace(holds=holds))
                holds = self.finder.names.holds(content(self.text, item))
            else:
                self.value(item, inner)

    def _parameters(self, node: Node, keys: list[str]) -> str | None:
        """Return the statement when an object holds one beside its parameters."""
        lowered = [key.lower() for key in keys]
        if PARAMETERS.isdisjoint(lowered):
            return None
        items = zip(lowered, node.members, strict=True)
        told = [content(self.text, item) for key, (_, item) in items if key in STATEMENTS and item.kind == "string"]
        return max(told, key=len, default=None)

    def _parameter_values(self, node: Node, around: _Around, statement: str) -> None:
        count = len(node.items) or len(node.members)
        held = secret_parameters(statement, self.finder.names, count)
        inner = around._replace(path=f"{around.path}[]", exact=f"{around.exact}[]", level=around.level + 1)
        if node.kind == "string" and held:
            self.value(node, around._replace(holds="secret"))
        elif node.kind == "array":
            for at, item in enumerate(node.items):
                self.value(item, self.ruled(inner._replace(holds=around.holds or held.get(at, ""))))
        elif node.kind == "object":
            all_of_them = len(held) == count and all(isinstance(at, int) for at in held)
            for key_node, item in node.members:
                key = content(self.text, key_node)
                holds = "secret" if all_of_them else held.get(key, self.finder.names.holds(key))
                self.value(item, self.ruled(around._replace(holds=around.holds or holds, name=key, level=around.level + 1)))
        else:
            self.value(node, around)

    def _key(self, node: Node, key: str, around: _Around, given: dict[str, int], *, under_secret: bool) -> None:
        """Mask what stands in a key; two keys that become alike stay two."""
        if around.allowed:
            return
        if under_secret and len(key) >= 12 and is_telling(key) and not is_mask(key) and not _PLAIN_KEY.fullmatch(key):
            cuts = [Cut(0, len(key), "key-name", around.path, mask("key-name"), key)]
        else:
            cuts = self.finder.text(key, around.path, self.depth)
        if not cuts:
            return
        new = "".join(cut.replacement for cut in cuts)
        given[new] = given.get(new, 0) + 1
        if given[new] > 1 and cuts[-1].replacement.endswith("]"):
            last = cuts[-1]
            cuts[-1] = last._replace(replacement=f"{last.replacement[:-1]}:{given[new]}]")
        self._within(node, cuts)

    def _string(self, node: Node, around: _Around) -> None:
        if node.end - node.start <= 2:
            return
        said = content(self.text, node)
        if around.allowed:
            self._allowed(said, around)
            return
        if around.forced or around.holds == "secret":
            if not is_mask(said):
                self._within(node, [Cut(0, len(said), *self._why(around), said)])
            return
        if around.holds == "user":
            if not is_mask(said) and not self.finder.pseudonyms.gave(said):
                self._within(node, [self.finder.held(0, len(said), "user", said, around.path)])
            return
        self._within(node, self.finder.text(said, around.path, self.depth))

    def _allowed(self, said: str, around: _Around) -> None:
        """Let a string stand, but tell the final search of what the rules would have masked in it."""
        for cut in self.finder.text(said, around.path, self.depth):
            self.finder.masked.allow(cut.value)

    def _why(self, around: _Around) -> tuple[str, str, str]:
        rule = "path" if around.forced else "key"
        return rule, around.path, mask(rule)

    def _number(self, node: Node, around: _Around) -> None:
        written = self.text[node.start : node.end]
        if around.allowed:
            return
        if around.forced:
            self._replace(node, "path", around)
        elif around.holds == "secret":
            is_count = around.name.lower().endswith("tokens") and written.isdigit() and int(written[:12]) < _COUNT
            if not is_count:
                self._replace(node, "key", around)
        elif around.holds == "user":
            cut = self.finder.held(node.start, node.end, "user", written, around.path)
            self.found.append(cut._replace(replacement=f'"{cut.replacement}"'))
        elif _CARD_NUMBER.fullmatch(written) and is_card(written):
            self._replace(node, "card", around)

    def _replace(self, node: Node, rule: str, around: _Around) -> None:
        """Put a string in place of a value that is none."""
        if around.allowed:
            return
        value = self.text[node.start : node.end]
        self.found.append(Cut(node.start, node.end, rule, around.path, f'"{mask(rule)}"', value))

    def _within(self, node: Node, cuts: list[Cut]) -> None:
        """Take over cuts in what a string says: at their places in the text, with replacements escaped as strings are."""
        if not cuts:
            return
        places = Places(self.text, node)
        for cut in cuts:
            replacement = cut.replacement
            if '"' in replacement or "\\" in replacement:
                replacement = json.dumps(replacement, ensure_ascii=False)[1:-1]
            self.found.append(cut._replace(start=places.at(cut.start), end=places.at(cut.end), replacement=replacement))

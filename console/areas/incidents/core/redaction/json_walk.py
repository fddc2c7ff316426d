"""Walks a JSON text by its tree and finds what to mask: under names and paths, in strings, keys, pairs and parameters."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from console.areas.incidents.core.redaction.cuts import Cut, is_mask, mask, merge
from console.areas.incidents.core.redaction.glance import PARAMETERS, STATEMENTS
from console.areas.incidents.core.redaction.json_pairs import (
    DISPOSITION,
    PART_KEYS,
    TELLING_KEYS,
    bytes_of,
    columns,
    ids_in,
    listed,
    part_kind,
    protocol_parts,
    told,
    variables,
)
from console.areas.incidents.core.redaction.json_schemas import described, describes, requires
from console.areas.incidents.core.redaction.json_tree import Node, Places, content
from console.areas.incidents.core.redaction.looks import hides_secret, looks_secret
from console.areas.incidents.core.redaction.luhn import is_card
from console.areas.incidents.core.redaction.masked import is_telling
from console.areas.incidents.core.redaction.names import Holds, Told, plain_name
from console.areas.incidents.core.redaction.sql import secret_parameters

if TYPE_CHECKING:
    from console.areas.incidents.core.redaction.finder import Depth, Finder

_NOTHING: Mapping[str, Told] = MappingProxyType({})
MAX_DEPTH = 64
"""Below it a whole value is masked: nobody reads it, and a secret may stand in it."""
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z_-]{0,39}")
_ID_KEY = re.compile(r"(?=[^\d]*\d)[\w.:|+@-]{6,128}")
"""No word: it has a digit in it."""
_WITH_COMPANION = frozenset(("variables", "rows"))
_HEADS = ("columns", "cols", "fields", "headers", "header")
_PROTOCOLS = "secwebsocketprotocol"
_CARD_NUMBER = re.compile(r"[2-6]\d{14,15}")
_NUMBERED_MASK = re.compile(r"(.*\[masked:[a-z-]{1,40}):(\d{1,9})\]", re.DOTALL)
_COUNT = 1_000_000_000
_SHORTEST_BYTES = 8


def _masks_among(keys: list[str]) -> dict[str, int]:
    """Return how often each mask stands among keys already, as in a text that is looked through once more."""
    given: dict[str, int] = {}
    for key in keys:
        if "[masked" in key:
            numbered = _NUMBERED_MASK.fullmatch(key)
            plain, number = (f"{numbered[1]}]", int(numbered[2])) if numbered else (key, 1)
            given[plain] = max(given.get(plain, 0), number)
    return given


class _Around(NamedTuple):
    """What is decided for a value by what stands around it."""

    path: str
    exact: str
    holds: Holds = ""
    forced: bool = False
    allowed: bool = False
    name: str = ""
    level: int = 0
    perhaps: bool = False
    """Texts here are masked when they look like secrets."""


def _of_kind(around: _Around, kind: Told) -> _Around:
    """Return what is decided for a value here that is told to be of a kind."""
    if not kind or around.holds:
        return around
    return around._replace(perhaps=True) if kind == "perhaps" else around._replace(holds=kind)


class JsonWalk:
    """Walks for one finder."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def cuts(self, text: str, root: Node, path: str, depth: Depth) -> list[Cut]:
        """Return what to mask in a JSON text, in order."""
        walk = _Walk(self._finder, text, depth)
        if not depth.json and not depth.coded:
            walk.see_around(self._finder.around(text))
        walk.value(root, walk.ruled(_Around(path, path)))
        walk.found.sort()
        return walk.found


class _Walk:
    def __init__(self, finder: Finder, text: str, depth: Depth) -> None:
        self.finder, self.text, self.depth = finder, text, depth
        self.found: list[Cut] = []
        self.around: list[tuple[int, int, str]] = []
        self.ids: frozenset[str] | None = None

    def see_around(self, spans: list[tuple[int, int, str]]) -> None:
        """Keep what patterns find in the text as it is written, by a name before a string; across strings it is nothing."""
        for start, end, rule in spans:
            if '"' in self.text[start:end]:
                self.finder.masked.allow(self.text[start:end])
            else:
                self.around.append((start, end, rule))

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

    def _object(self, node: Node, around: _Around, held: Mapping[str, Told] = _NOTHING) -> None:
        """`held`: what is known of its members from outside."""
        names = self.finder.names
        keys = [content(self.text, key) for key, _ in node.members]
        kinds: Mapping[str, Told] = self._told(node, keys)
        kinds = {**kinds, **held} if held else kinds
        parameters = self._parameters(node, keys)
        given = _masks_among(keys)
        properties = described(self.text, node, keys)
        keys_hold = names.keys_hold(around.name) if around.name and not around.holds else ""
        for (key_node, item), key in zip(node.members, keys, strict=True):
            kind = names.holds(key, around.name) or kinds.get(key) or names.depends(key)
            if kind and item.kind == "object" and kind == names.depends(key):
                kind = ""  # of texts and numbers only
            shown = key if _PLAIN_KEY.fullmatch(key) else "*"
            inner = self.ruled(
                _Around(
                    f"{around.path}.{shown}" if around.path else shown,
                    f"{around.exact}.{key}" if around.exact else key,
                    around.holds or ("" if kind == "perhaps" else kind),
                    around.forced,
                    around.allowed,
                    key,
                    around.level + 1,
                    kind == "perhaps",
                )
            )
            if keys_hold and item.kind in ("object", "array") and _ID_KEY.fullmatch(key):
                self._id_key(key_node, key, inner, keys_hold)
            else:
                self._key(key_node, key, inner, given, under_secret=around.holds == "secret" or around.forced)
            if properties is not None and requires(self.text, key, item, properties):
                for name in item.items:  # no name with its value
                    self.value(name, inner._replace(holds="", level=inner.level + 1))
            elif properties is not None and not inner.forced and describes(self.text, key, item):
                continue
            elif parameters is not None and key.lower() in PARAMETERS and not inner.allowed:
                self._parameter_values(item, inner, parameters)
            elif key in _WITH_COMPANION and not inner.holds:
                self._with_companion(node, keys, key, item, inner)
            else:
                self.value(item, inner)

    def _told(self, node: Node, keys: list[str]) -> Mapping[str, Told]:
        """Return what members hold by what stands beside them: `{"name": "Cookie", "value": "…"}`."""
        if TELLING_KEYS.isdisjoint(map(plain_name, keys)):
            return _NOTHING
        said = {
            key: content(self.text, item) if item.kind == "string" else ""
            for key, (_, item) in zip(keys, node.members, strict=True)
        }
        found = told(said, self.finder.names)
        headers = node.members[keys.index("headers")][1] if "headers" in said else None
        if headers is not None and headers.kind == "object":  # {"headers": {"content-disposition": …}, "body": "…"}
            for key_node, item in headers.members:
                if plain_name(content(self.text, key_node)) == DISPOSITION and item.kind == "string":
                    kind = part_kind(content(self.text, item), self.finder.names)
                    found |= {key: kind for key in said if kind and plain_name(key) in PART_KEYS}
        return found

    def _with_companion(self, node: Node, keys: list[str], key: str, item: Node, around: _Around) -> None:
        """Walk the variables of a GraphQL query, and the rows of a table, by what stands beside them."""
        beside = {name: other for name, (_, other) in zip(keys, node.members, strict=True) if other is not item}
        if key == "variables":
            query = beside.get("query")
            if query is not None and query.kind == "string" and item.kind == "object":
                self._object(item, around, variables(content(self.text, query), self.finder.names))
                return
        elif item.kind == "array":
            heads = next((beside[name] for name in _HEADS if name in beside and beside[name].kind == "array"), None)
            if heads is not None:
                kinds = columns([self._head(head) for head in heads.items], self.finder.names)
                inner = around._replace(path=f"{around.path}[]", exact=f"{around.exact}[]", level=around.level + 1)
                for row in item.items:
                    self._row(row, self.ruled(inner), kinds)
                return
        self.value(item, around)

    def _head(self, node: Node) -> str:
        """Return the name of a column: the text itself, or the name in an object."""
        if node.kind == "object":
            node = next((item for key, item in node.members if content(self.text, key) == "name"), node)
        return content(self.text, node) if node.kind == "string" else ""

    def _row(self, node: Node, around: _Around, kinds: Sequence[Told]) -> None:
        if node.kind != "array" or around.level >= MAX_DEPTH:
            self.value(node, around)
            return
        inner = self.ruled(around._replace(path=f"{around.path}[]", exact=f"{around.exact}[]", level=around.level + 1))
        for at, item in enumerate(node.items):
            self.value(item, _of_kind(inner, kinds[at] if at < len(kinds) else ""))

    def _array(self, node: Node, around: _Around) -> None:
        inner = self.ruled(around._replace(path=f"{around.path}[]", exact=f"{around.exact}[]", level=around.level + 1))
        items = node.items
        if around.holds or len(items) < 2:
            kinds: Sequence[Told] = ()
        elif items[0].kind == "number" and len(items) >= _SHORTEST_BYTES and self._bytes(node, around):
            return
        elif any(item.kind == "string" for item in items):
            said = [content(self.text, item) if item.kind == "string" else "" for item in items]
            kinds = listed(said, around.name, self.finder.names)
        else:
            kinds = ()
        for at, item in enumerate(items):
            self.value(item, _of_kind(inner, kinds[at]) if kinds else inner)

    def _bytes(self, node: Node, around: _Around) -> bool:
        """Mask a list of bytes as a whole when they say anything that would be masked: `{"type": "Buffer", "data": […]}`."""
        said = bytes_of(self.text[node.start : node.end])
        cuts = self.finder.text(said, around.path, self.depth._replace(coded=self.depth.coded + 1)) if said else []
        if not cuts or around.allowed:
            return False
        for cut in cuts:
            self.finder.masked.add(cut.value, cut.replacement)
        self._replace(node, f"bytes-{cuts[0].rule}", around)
        return True

    def _parameters(self, node: Node, keys: list[str]) -> str | None:
        """Return the statement when an object holds one beside its parameters."""
        lowered = [key.lower() for key in keys]
        if PARAMETERS.isdisjoint(lowered):
            return None
        statements = STATEMENTS | {"text"} if "values" in lowered else STATEMENTS  # node-postgres
        items = zip(lowered, node.members, strict=True)
        told = [content(self.text, item) for key, (_, item) in items if key in statements and item.kind == "string"]
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

    def _id_key(self, node: Node, key: str, around: _Around, holds: Holds) -> None:
        """Put the pseudonym of a user or session in place of a key that is the id of one."""
        if not around.allowed and not self.finder.pseudonyms.gave(key):
            self._within(node, [self.finder.held(0, len(key), holds, key, around.path)])

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
        if around.perhaps and self._is_secret(said):
            self._within(node, [Cut(0, len(said), "perhaps", around.path, mask("perhaps"), said)])
            return
        if around.holds:
            if not is_mask(said) and not self.finder.pseudonyms.gave(said):
                self._within(node, [self.finder.held(0, len(said), around.holds, said, around.path)])
            return
        cuts = self.finder.text(said, around.path, self.depth)
        if around.name and plain_name(around.name) == _PROTOCOLS:
            tokens = [
                Cut(start, end, "key", around.path, mask("key"), said[start:end])
                for start, end, kind in protocol_parts(said, self.finder.names)
                if kind == "secret" or looks_secret(said[start:end])
            ]
            cuts = merge([*cuts, *(cut for cut in tokens if not is_mask(cut.value))], said)
        self._within(node, cuts)
        if self.around and not cuts:
            self._seen_around(node, around)

    def _seen_around(self, node: Node, around: _Around) -> None:
        """Mask what a name before this string says of it: `"aws_key": "…"`."""
        done = node.start
        for at in range(bisect_left(self.around, (node.start, 0, "")), len(self.around)):
            start, end, rule = self.around[at]
            if end >= node.end:
                break
            if start > done:
                self.found.append(Cut(start, end, rule, around.path, mask(rule), self.text[start:end]))
                done = end

    def _is_secret(self, said: str) -> bool:
        """Tell whether a value under a name that perhaps holds a secret is one: it looks so, and is no id here besides."""
        if not hides_secret(said) or is_mask(said) or self.finder.pseudonyms.gave(said):
            return False
        if self.ids is None:
            self.ids = ids_in(self.text, self.finder.names)
        return said not in self.ids

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
        elif around.holds:
            cut = self.finder.held(node.start, node.end, around.holds, written, around.path)
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

"""A JSON text as a tree of spans: what a value is and where it stands, so that only masked bytes change."""

import json
import re
from bisect import bisect_right
from typing import Literal

Kind = Literal["object", "array", "string", "number", "word"]

_TOKENS = re.compile(r'[ \t\r\n]*(?:("[^"\\]*(?:\\.[^"\\]*)*")([ \t\r\n]*:)?|([{}\[\],])|([^\s{}\[\],:"]+))', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_WORDS = frozenset(("null", "true", "false"))
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|NaN|-?Infinity")


class Node:
    """A value and where it stands in the text; members as (key, value), items as values, in order."""

    __slots__ = ("end", "items", "kind", "members", "start")

    def __init__(self, kind: Kind, start: int, end: int) -> None:
        self.kind, self.start, self.end = kind, start, end
        self.members: list[tuple[Node, Node]] = []
        self.items: list[Node] = []


class _Broken(Exception):
    """The text is no JSON."""


def parse(text: str) -> Node | None:
    """Return the tree of a JSON text, None when it is not one. Takes no recursion: any depth is read."""
    try:
        return _parse(text)
    except _Broken:
        return None


def _parse(text: str) -> Node:
    top = Node("array", 0, len(text))  # holds the one value
    level, key = top, None
    outer: list[Node] = []
    wants_value = True
    place = 0
    for found in _TOKENS.finditer(text):
        if found.start() != place:
            raise _Broken
        place = found.end()
        string, colon, sign, bare = found.groups()
        if sign == ",":
            if wants_value or not outer:
                raise _Broken
            wants_value = True
        elif sign and sign in "}]":
            _close(level, sign, wants_value, key)
            level.end = place
            level = outer.pop()
            wants_value = False
        elif not wants_value:
            raise _Broken
        elif colon:
            if level.kind != "object" or key is not None:
                raise _Broken
            key = Node("string", found.start(1), found.end(1))
        else:
            node = _opened(sign, place) if sign else _leaf(string, bare, found)
            _place(level, key, node)
            key = None
            if sign:
                outer.append(level)
                level = node
            wants_value = bool(sign)
    if outer or len(top.items) != 1 or text[place:].strip(" \t\r\n"):
        raise _Broken
    return top.items[0]


def _close(level: Node, sign: str, wants_value: bool, key: Node | None) -> None:
    """Check that this sign may end the level here: no comma or key before it, the right kind of bracket."""
    is_empty = not level.items and not level.members
    if level.end or (level.kind == "object") != (sign == "}") or key is not None or (wants_value and not is_empty):
        raise _Broken


def _opened(sign: str, place: int) -> Node:
    return Node("object" if sign == "{" else "array", place - 1, 0)


def _leaf(string: str | None, bare: str, found: re.Match[str]) -> Node:
    if string:
        return Node("string", found.start(1), found.end(1))
    if bare in _WORDS:
        return Node("word", found.start(4), found.end(4))
    if _NUMBER.fullmatch(bare):
        return Node("number", found.start(4), found.end(4))
    raise _Broken


def _place(level: Node, key: Node | None, node: Node) -> None:
    if key is not None:
        level.members.append((key, node))
    elif level.kind == "array":
        level.items.append(node)
    else:
        raise _Broken


def content(text: str, node: Node) -> str:
    """Return what a string says; as it stands when its escapes are broken."""
    raw = text[node.start + 1 : node.end - 1]
    if "\\" not in raw:
        return raw
    try:
        return str(json.loads(f'"{raw}"', strict=False))
    except ValueError:
        return raw


class Places:
    """From places in what a string says to places in the text that it is written in."""

    def __init__(self, text: str, node: Node) -> None:
        self._said = [0]
        self._written = [node.start + 1]
        if text.find("\\", node.start, node.end) < 0:
            return
        said, written = 0, node.start + 1
        for found in _ESCAPE.finditer(text, node.start + 1, node.end - 1):
            said += found.start() - written
            self._said += (said, said + 1)
            self._written += (found.start(), found.end())
            said, written = said + 1, found.end()

    def at(self, said: int) -> int:
        """Return the place in the text for a place in what it says."""
        step = bisect_right(self._said, said) - 1
        return self._written[step] + said - self._said[step]

"""What a document holds, as plain values: all of it, or only what one replica has seen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from console.areas.sync.core.crdt.node import Branch, Node, Table
from console.areas.sync.core.crdt.update import Deleted, Embed, Format, SharedType, Subdocument, Text, Values

MAX_DEPTH = 64
"""Deeper shared types show as None."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a rich text: a string or an embedded value, and the formats that hold there."""

    insert: Any
    formats: dict[str, Any]


class View(NamedTuple):
    """Which nodes a reader has, and which of those it takes as deleted."""

    has: Callable[[Node], bool]
    is_alive: Callable[[Node], bool]


def _is_alive(node: Node) -> bool:
    return not node.deleted


def _has(_node: Node) -> bool:
    return True


WHOLE = View(_has, _is_alive)
"""Everything, as far as nobody deleted it."""


def read_document(table: Table, view: View = WHOLE) -> dict[str, Any]:
    """Return the roots by name. A root that nothing was written to as a sequence or a map is absent."""
    return {name: read_branch(branch, view) for name, branch in table.roots.items() if branch.kind}


def read_branch(branch: Branch, view: View = WHOLE, depth: int = 0) -> Any:
    """Return a list, an object or a string; an element of markup as an object of its tag, attributes and children."""
    if depth > MAX_DEPTH:
        return None
    if branch.kind == "map":
        return _read_map(branch, view, depth)
    if branch.kind in ("text", "xml text"):
        return "".join(one for one in _sequence(branch, view, depth, characters=True) if isinstance(one, str))
    items = list(_sequence(branch, view, depth))
    if branch.kind in ("element", "hook"):
        return {"tag": branch.tag, "attributes": _read_map(branch, view, depth), "children": items}
    return items


def read_pieces(branch: Branch, view: View = WHOLE) -> list[Piece]:
    """Return a rich text as stretches of equal formats."""
    pieces: list[Piece] = []
    formats: dict[str, Any] = {}
    for node in filter(view.is_alive, branch.nodes()):
        content = node.content
        if isinstance(content, Format):
            formats = {key: value for key, value in formats.items() if key != content.key}
            if content.value is not None:
                formats[content.key] = content.value
        elif isinstance(content, Text):
            if pieces and isinstance(pieces[-1].insert, str) and pieces[-1].formats == formats:
                pieces[-1] = Piece(pieces[-1].insert + content.text, formats)
            else:
                pieces.append(Piece(content.text, formats))
        else:
            pieces += [Piece(one, formats) for one in values_of(node, view)]
    return pieces


def values_of(node: Node, view: View = WHOLE, depth: int = 0) -> tuple[Any, ...]:
    """Return the values that a node holds, a text as one string; nothing for marks and for what was forgotten."""
    content = node.content
    if isinstance(content, Values):
        return content.values
    if isinstance(content, Text):
        return (content.text,)
    if isinstance(content, SharedType):
        return (read_branch(node.branch, view, depth + 1) if node.branch is not None else None,)
    if isinstance(content, Embed):
        return (content.value,)
    return (f"document {content.guid}",) if isinstance(content, Subdocument) else ()


def is_countable(node: Node) -> bool:
    """Tell whether a node takes up places in its list or text."""
    return node.content is not None and not isinstance(node.content, Format | Deleted)


def _read_map(branch: Branch, view: View, depth: int) -> dict[str, Any]:
    found = {}
    for key, last in (branch.keys or {}).items():
        if (node := current(last, view)) is not None and (values := values_of(node, view, depth)):
            found[key] = values[-1]
    return found


def current(last: Node, view: View) -> Node | None:
    """Return a key's value as far as it was seen, given the last one written; None where that is deleted."""
    node: Node | None = last
    while node is not None and not view.has(node):
        node = node.left
    return node if node is not None and view.is_alive(node) else None


def _sequence(branch: Branch, view: View, depth: int, *, characters: bool = False) -> Iterator[Any]:
    for node in branch.nodes():
        if view.is_alive(node):
            if characters or not isinstance(node.content, Text):
                yield from values_of(node, view, depth)
            else:
                yield from node.content.text  # characters in a list: a root that was used as both

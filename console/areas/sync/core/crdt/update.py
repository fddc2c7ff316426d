"""What a Yjs v1 update holds: structs of each client in clock order, and the ids that were deleted."""

from typing import Any, NamedTuple, TypeAlias

from console.areas.sync.core.crdt.ranges import Ranges

TYPES = ("list", "map", "text", "element", "fragment", "hook", "xml text")
"""Names of Yjs's shared types by their number."""


class Id(NamedTuple):
    """The `clock`-th operation of a client."""

    client: int
    clock: int


class Deleted(NamedTuple):
    """Content that its sender had forgotten already."""

    length: int


class Values(NamedTuple):
    """Plain values, each one operation long."""

    values: tuple[Any, ...]


class Text(NamedTuple):
    """Characters of a text; `length` counts UTF-16 units, as Yjs does."""

    text: str
    length: int


class Embed(NamedTuple):
    """A value inside a text, such as an image."""

    value: Any


class Format(NamedTuple):
    """A mark in a text from which on a format holds; None ends it."""

    key: str
    value: Any


class SharedType(NamedTuple):
    """A nested list, map or text; its own content comes as items below it. `name` is an element's tag."""

    kind: str
    name: str | None


class Subdocument(NamedTuple):
    """A document inside the document, with updates of its own."""

    guid: str
    options: Any


Content: TypeAlias = Deleted | Values | Text | Embed | Format | SharedType | Subdocument


class Gc(NamedTuple):
    """A range of operations that was collected: deleted, and nothing else is known."""

    id: Id
    length: int


class Skip(NamedTuple):
    """A range of operations that this update does not hold, though it holds later ones."""

    id: Id
    length: int


class Item(NamedTuple):
    """An insertion: between `origin` and `right_origin` as its author saw them, below `parent` (a root's name or an id).

    `parent` is None where a neighbour tells it; so is `key`, the map key, unless the parent is given.
    """

    id: Id
    length: int
    origin: Id | None
    right_origin: Id | None
    parent: str | Id | None
    key: str | None
    content: Content


Struct: TypeAlias = Gc | Skip | Item
StateVector: TypeAlias = dict[int, int]
"""Client → how many of its operations are known."""


class Update(NamedTuple):
    """A decoded update: `structs` by client, in clock order, and the deleted ids."""

    structs: dict[int, tuple[Struct, ...]]
    deletes: Ranges


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def split_text(text: str, at: int) -> tuple[str, str]:
    """Divide after `at` UTF-16 units; a character that is cut in two becomes U+FFFD on both sides, as Yjs has it."""
    if text.isascii() or max(text) <= "\uffff":
        return text[:at], text[at:]
    units = text.encode("utf-16-le", "surrogatepass")
    left, right = units[: 2 * at], units[2 * at :]
    if left and 0xD8 <= left[-1] <= 0xDB:
        left, right = left[:-2] + b"\xfd\xff", b"\xfd\xff" + right[2:]
    return left.decode("utf-16-le", "surrogatepass"), right.decode("utf-16-le", "surrogatepass")

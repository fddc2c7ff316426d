"""What someone did to a document, in words: "pwa set metadata.topic = 'roadmap'"."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from console.areas.sync.core.crdt.ranges import Range
from console.areas.sync.core.crdt.reading import UNDEFINED

LONGEST = 80

SET, DELETE, INSERT, REMOVE, FORMAT, MOVE = "set", "delete", "insert", "remove", "format", "move"


@dataclass(frozen=True, slots=True)
class Operation:
    """One change by one replica.

    `kind` is set or delete (a key of a map), insert, remove or move (in a list or text), or format (a mark in a text).
    `path` is the key's or the sequence's. `index` and `count` are in `unit`s: items, or UTF-16 units called characters.
    `value` is what was set, inserted or removed: a string for a text, a tuple for a list. `from_index` is where moved
    items stood. `ids` are the Yjs operations behind it, of the removed ones where nothing was added.
    """

    kind: str
    replica: str
    path: str
    value: Any = None
    index: int | None = None
    count: int = 1
    unit: str = ""
    from_index: int | None = None
    ids: tuple[Range, ...] = ()

    @property
    def words(self) -> str:
        """The operation as a sentence without a full stop."""
        return f"{self.replica} {self.predicate}"

    @property
    def predicate(self) -> str:
        """The sentence without the replica."""
        if self.kind == SET:
            return f"set {self.path} = {show(self.value)}"
        if self.kind == DELETE:
            return f"deleted {self.path}"
        if self.kind == FORMAT:
            key, value = self.value
            return f"formatted {self.path} from {self.index} on: {key} = {show(value)}"
        if self.kind == MOVE:
            return f"moved {self._amount} from {self.path}[{self.from_index}] to {self.path}[{self.index}]"
        if self.unit == "characters":
            if self.kind == INSERT:
                return f"inserted {show(self.value)} at {self.index} of {self.path}"
            return f"deleted {self._amount} at {self.index} of {self.path}"
        return f"{'inserted' if self.kind == INSERT else 'deleted'} {self._amount} at {self.path}[{self.index}]"

    @property
    def _amount(self) -> str:
        return f"{self.count} {self.unit.removesuffix('s') if self.count == 1 else self.unit}"


def show(value: Any) -> str:
    """Return a value in one short line: text in single quotes, the rest as JSON."""
    if isinstance(value, str):
        quoted = json.dumps(value[: LONGEST + 1], ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
        return f"'{_cut(quoted)}'"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if value is UNDEFINED:
        return "undefined"
    return _cut(json.dumps(value, ensure_ascii=False, default=_show_inner))


def show_all(values: Sequence[Any]) -> str:
    """Return several values in one short line."""
    return _cut(", ".join(show(value) for value in values[:10]) + (", …" if len(values) > 10 else ""))


def _show_inner(value: Any) -> str:
    return f"({len(value)} bytes)" if isinstance(value, bytes) else "(undefined)"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

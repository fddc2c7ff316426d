"""One replica's documents: Yjs documents by entity id, and what is needed to see that two writes were concurrent."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Map, Text

from console.areas.sync.core.digest import content_hash

_BODY_LIMIT = 400
NOTHING_SEEN = b"\x00"
"""The state vector of who has seen nothing."""


def new_client_id() -> int:
    """Return a Yjs client id: random, since an id that an earlier run used would pass for that run's."""
    return secrets.randbelow(2**31 - 100) + 100


@dataclass(frozen=True)
class Write:
    """The latest local write to one field: its Yjs clock, the value before it and the value written."""

    clock: int
    base: Any
    value: Any


@dataclass
class Replica:
    """The documents of one replica; each holds a map `fields` and a text `body`."""

    client_id: int
    documents: dict[str, Doc[Any]] = field(default_factory=dict)
    writes: dict[tuple[str, str], Write] = field(default_factory=dict)

    def open(self, entity_id: str) -> Doc[Any]:
        """The document of an entity; an empty one when it is new here."""
        if entity_id not in self.documents:
            document: Doc[Any] = Doc(client_id=self.client_id)
            document["fields"] = Map()
            document["body"] = Text()
            self.documents[entity_id] = document
        return self.documents[entity_id]

    def set_field(self, entity_id: str, name: str, value: Any) -> bytes:
        """Write one field; returns the update to send."""
        document = self.open(entity_id)
        before = document.get_state()
        fields = document["fields"]
        base = fields.get(name)
        fields[name] = value
        clock = read_state_vector(document.get_state()).get(self.client_id, 0)
        self.writes[entity_id, name] = Write(clock, base, value)
        return document.get_update(before)

    def set_fields(self, entity_id: str, values: Mapping[str, Any]) -> bytes | None:
        """Write those fields that have another value; returns the update to send, None when nothing had to change."""
        document = self.open(entity_id)
        before, fields = document.get_state(), document["fields"]
        different = {name: value for name, value in values.items() if fields.get(name) != value}
        if not different:
            return None
        with document.transaction():
            for name, value in different.items():
                fields[name] = value
        return document.get_update(before)

    def append(self, entity_id: str, words: str) -> bytes:
        """Write at the end of the body, which is kept short at its beginning; returns the update to send."""
        document = self.open(entity_id)
        before = document.get_state()
        body = document["body"]
        with document.transaction():
            body += words
            if len(body) > _BODY_LIMIT:
                del body[: len(body) - _BODY_LIMIT]
        return document.get_update(before)

    def rewrite(self, entity_id: str, text: str) -> bytes:
        """Put another text in the body's place; returns the update to send."""
        document = self.open(entity_id)
        before = document.get_state()
        body = document["body"]
        with document.transaction():
            del body[: len(body)]
            body += text
        return document.get_update(before)

    def receive(self, entity_id: str, update: bytes) -> bool:
        """Apply an update that came whole; tells whether it brought anything. Raises `ValueError` for what is none."""
        document = self.open(entity_id)
        before = document.get_state(), self.read(entity_id)
        document.apply_update(update)
        return (document.get_state(), self.read(entity_id)) != before

    def read(self, entity_id: str) -> dict[str, Any]:
        """The document as plain data."""
        document = self.open(entity_id)
        fields = {name: _plain(value) for name, value in sorted(document["fields"].to_py().items())}
        return {**fields, "body": str(document["body"])}

    def state(self, entity_id: str) -> bytes:
        """The document's encoded state vector."""
        return self.open(entity_id).get_state()

    def missing_from(self, entity_id: str, state: bytes) -> bytes:
        """The update that brings a document at `state` up to this one."""
        return self.open(entity_id).get_update(state)

    def find_concurrent_write(self, entity_id: str, name: str, seen: dict[int, int]) -> Write | None:
        """The own write to a field that the author of another write, who had `seen` these clocks, did not know."""
        write = self.writes.get((entity_id, name))
        return write if write is not None and seen.get(self.client_id, 0) < write.clock else None

    def describe_update(self, entity_id: str, update: bytes) -> dict[str, Any]:
        """The part of a sync update that carries the Yjs update itself, and what the document is with it."""
        return {**self.digest(entity_id), "update": encode(update)}

    def digest(self, entity_id: str) -> dict[str, Any]:
        """The document in short: how much of whose operations it holds, and a hash of what it reads as."""
        return {
            "entityType": "conversation",
            "entityId": entity_id,
            "stateVector": encode(self.state(entity_id)),
            "contentHash": content_hash(self.read(entity_id)),
        }


def encode(raw: bytes) -> str:
    """Bytes as they travel in JSON."""
    return base64.b64encode(raw).decode()


def read_state_vector(encoded: bytes) -> dict[int, int]:
    """A Yjs state vector (v1: a count, then client and clock, all as variable-length integers) as a dictionary."""
    numbers = _read_numbers(encoded)
    return dict(zip(numbers[1::2], numbers[2::2], strict=True))


def _read_numbers(encoded: bytes) -> list[int]:
    numbers, value, shift = [], 0, 0
    for byte in encoded:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value, shift = 0, 0
    return numbers


def _plain(value: Any) -> Any:
    """pycrdt gives whole numbers back as floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value

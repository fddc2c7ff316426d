"""Digests and updates as services tell them in `sync_update` events, read into what the rest compares.

`data` names `entityType` and `entityId`, perhaps `replica`, and any of: `update` (base64 of a Yjs v1 update), `stateVector`
(base64, or {client: clock}), `deleteHash`, `contentHash`, `version`, `hash`; `digest` may be an object that holds these.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.areas.sync.core.crdt.decoding import decode_state_vector
from console.areas.sync.core.crdt.reading import UpdateError
from console.areas.sync.core.digest import Digest, HashDigest, RowDigest, VectorDigest
from console.areas.sync.core.health import replica_of

MAX_NAME = 400
MAX_BYTES = 4 * 1024 * 1024
SIGNS = frozenset(("update", "stateVector", "contentHash", "hash", "digest"))
"""One of these stands in `data` of an event that tells anything here; a version alone is told by many others."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an event says of one entity on one replica. `problem` says in words what of it could not be read."""

    entity_type: str
    entity_id: str
    replica: str
    update: bytes | None = None
    vector: bytes | None = None
    digest: Digest | None = None
    origin: str | None = None
    problem: str = ""

    @property
    def entity(self) -> str:
        """The entity's name where one text stands for it."""
        return f"{self.entity_type} {self.entity_id}"


def read_told(event_data: Any, service: str) -> Told | None:
    """Return what an event tells of a replica's document or row, None where it tells nothing."""
    body = event_data.get("data") if isinstance(event_data, dict) else None
    if not isinstance(body, dict) or SIGNS.isdisjoint(body):
        return None
    entity_type, entity_id = _text(body.get("entityType")), _text(body.get("entityId"))
    if not entity_id:
        return None
    replica = replica_of(event_data, service)
    inner = body.get("digest")
    place: Mapping[str, Any] = {**body, **inner} if isinstance(inner, dict) else body
    try:
        update, vector = _bytes(body.get("update")), _bytes(place.get("stateVector"))
        digest = _digest(place, vector)
    except (ValueError, UpdateError) as error:
        return Told(entity_type, entity_id, replica, problem=str(error)[:MAX_NAME])
    origin = body.get("origin")
    named = origin[:MAX_NAME] if isinstance(origin, str) and origin else None
    return Told(entity_type, entity_id, replica, update, vector, digest, named)


def _digest(place: Mapping[str, Any], vector: bytes | None) -> Digest | None:
    content, told = place.get("contentHash"), place.get("stateVector")
    content = content[:MAX_NAME] if isinstance(content, str) and content else None
    if vector is not None or isinstance(told, dict):
        clocks = decode_state_vector(vector) if vector is not None else _clocks(told)
        deletes = place.get("deleteHash")
        return VectorDigest(clocks, deletes[:MAX_NAME] if isinstance(deletes, str) else None, content)
    version = place.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and 0 <= version < 2**53 and content is not None:
        return RowDigest(version, content)
    opaque = place.get("hash")
    if isinstance(opaque, str) and opaque:
        return HashDigest(opaque[:MAX_NAME])
    return HashDigest(content) if content is not None else None


def _clocks(told: Any) -> dict[int, int]:
    clocks = {}
    for client, clock in list(told.items())[:10_000]:
        if not str(client).isascii() or not str(client).isdigit() or len(str(client)) > 16:
            raise ValueError(f"a state vector with the client {str(client)[:40]!r}")
        if not isinstance(clock, int) or isinstance(clock, bool) or not 0 <= clock < 2**53:
            raise ValueError(f"a state vector with the clock {str(clock)[:40]!r}")
        clocks[int(client)] = clock
    return clocks


def _bytes(value: Any) -> bytes | None:
    if not isinstance(value, str) or not value:
        return None
    if len(value) > MAX_BYTES * 4 // 3 + 4:
        raise ValueError(f"{len(value):,} characters of base64; at most {MAX_BYTES:,} bytes are read")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"no base64: {error}") from None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value[:MAX_NAME]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else ""

"""What a replica says of itself in short, and the hash that stands for content.

A content hash is the SHA-256 of RFC 8785 (JSON Canonicalization Scheme) text, without fields that change by themselves.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from console.areas.sync.core.merge.canonical import canonical

RING = 64
"""So many of a replica's last hashes are kept."""
VOLATILE = frozenset(("updatedAt", "updated_at", "updatedMs", "lastSyncTimestamp", "syncedAt", "lastSeen"))


@dataclass(frozen=True, slots=True)
class VectorDigest:
    """A CRDT replica: its state vector, a hash of its delete set and one of its content; `holes` are clocks it lacks.

    A state vector says nothing of deletes: equal ones alone never prove equal content. Holes are (client, from, behind).
    """

    vector: Mapping[int, int]
    deletes: str | None = None
    content: str | None = None
    holes: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RowDigest:
    """A versioned row: its version, and a hash of its content."""

    version: int
    content: str | None = None


@dataclass(frozen=True, slots=True)
class HashDigest:
    """A hash that only tells equal from different, and those before it, oldest first; see `remember`."""

    content: str
    before: tuple[str, ...] = ()


Digest: TypeAlias = VectorDigest | RowDigest | HashDigest


def remember(before: HashDigest | None, content: str) -> HashDigest:
    """Return the digest that follows another; a hash that is still the same is no step."""
    if before is None:
        return HashDigest(content)
    if before.content == content:
        return before
    return HashDigest(content, (*before.before, before.content)[-RING + 1 :])


def content_hash(value: Any, volatile: Collection[str] = VOLATILE) -> str:
    """Return the hash of a JSON value without its volatile fields, as 64 hexadecimal digits.

    Raises `ValueError` for what JSON cannot hold.
    """
    return hashlib.sha256(canonical(_without(value, volatile))).hexdigest()


def _without(value: Any, volatile: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, volatile) for key, item in value.items() if key not in volatile}
    if isinstance(value, list):
        return [_without(item, volatile) for item in value]
    return value

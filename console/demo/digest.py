"""When a replica tells how it stands: at once after a change, and now and then without one."""

from collections.abc import Callable, Iterable
from typing import Any

from console.areas.sync.core.digest import content_hash
from console.demo.clock import Clock, now_ms

Digest = dict[str, Any]
INTERVAL_S = 2.0
_REPEAT_MS = 30_000
_AT_ONCE = 40
ROW_FIELDS = ("title", "archived")
"""What a row and a document share; `version` counts the row's changes."""


def row_digest(row: Digest) -> Digest:
    """A versioned row in short."""
    content = {name: row[name] for name in ROW_FIELDS}
    return {"entityType": "row", "entityId": row["id"], "version": row["version"], "contentHash": content_hash(content)}


class Digests:
    """Remembers what one replica told of which entity, and tells what is new or was not told for long."""

    def __init__(self, tell: Callable[..., None], clock: Clock = now_ms) -> None:
        self._tell = tell
        self._clock = clock
        self._told: dict[tuple[str, str], tuple[Digest, int]] = {}

    def report(self, digests: Iterable[Digest]) -> None:
        """Tell those that changed or are due again, with `tell(**digest)`; what is no longer there is forgotten."""
        at_ms = self._clock()
        current = {(digest["entityType"], digest["entityId"]): digest for digest in digests}
        told = {key: value for key, value in self._told.items() if key in current}
        due = [key for key, digest in current.items() if _is_due(told.get(key), digest, at_ms)]
        for key in due[:_AT_ONCE]:
            told[key] = current[key], at_ms
            self._tell(operation="digest", **current[key])
        self._told = told


def _is_due(told: tuple[Digest, int] | None, digest: Digest, at_ms: int) -> bool:
    return told is None or told[0] != digest or at_ms - told[1] >= _REPEAT_MS

"""The server's Yjs documents: one beside each conversation's row, which decides over the fields that both have."""

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any

from console.demo.clock import now_ms
from console.demo.digest import INTERVAL_S, ROW_FIELDS, Digests, row_digest
from console.demo.replica import NOTHING_SEEN, Replica, encode, new_client_id
from console.demo.server.database import Database, Row
from console.reporter import Reporter

_OWNED = (*ROW_FIELDS, "version")
_CONTESTED_KEPT = 200


@dataclass
class Documents:
    """The server's replica. `contested` holds, by conversation, the edit that was refused last and is not settled."""

    reporter: Reporter
    replica: Replica = field(default_factory=lambda: Replica(new_client_id()))
    contested: dict[str, Row] = field(default_factory=dict)
    _rows: dict[str, Row] = field(default_factory=dict)
    _last_sync_ms: int = 0

    def report(self, *, replica: str = "server", **data: Any) -> None:
        """A sync update with the server's numbers as they are now; nothing ever waits here."""
        self.reporter.sync_update(
            last_sync_timestamp=self._last_sync_ms, conflict_count=len(self.contested), replica=replica, **data
        )

    def hold(self, row: Row) -> None:
        """Write a row's fields into its document."""
        self._rows[row["id"]] = {name: row[name] for name in _OWNED}
        update = self.replica.set_fields(row["id"], self._rows[row["id"]])
        if update is not None:
            self.report(**self.replica.describe_update(row["id"], update), operation="local")

    def take(self, entity_id: str, update: bytes, origin: str) -> None:
        """Apply another replica's update; where it touches what the row decides, the row's value is written again."""
        if self.replica.receive(entity_id, update):
            self._last_sync_ms = now_ms()
            self.report(**self.replica.describe_update(entity_id, update), operation="applied", origin=origin)
        if entity_id in self._rows:
            self.hold({"id": entity_id, **self._rows[entity_id]})

    def contest(self, entity_id: str, edit: Row) -> None:
        """Remember a refused edit until it is settled."""
        self.contested.pop(entity_id, None)
        self.contested[entity_id] = edit
        while len(self.contested) > _CONTESTED_KEPT:
            del self.contested[next(iter(self.contested))]

    def exchange(self, entity_id: str, state: str, update: str | None, origin: str) -> Row | None:
        """Take what another replica has more, and give what it lacks; None for a conversation that is not here."""
        if entity_id not in self._rows:
            return None
        if update:
            self.take(entity_id, base64.b64decode(update), origin)
        seen = base64.b64decode(state) or NOTHING_SEEN
        missing = self.replica.missing_from(entity_id, seen)
        return {"entityId": entity_id, "update": encode(missing), "stateVector": encode(self.replica.state(entity_id))}


async def report_digests(documents: Documents, database: Database) -> None:
    """Tell how documents and rows stand, whenever that changes. Runs until cancelled."""
    own, rows = Digests(documents.report), Digests(lambda **digest: documents.report(replica="database", **digest))
    while True:
        await asyncio.sleep(INTERVAL_S)
        newest = await database.fetch(
            "SELECT id, title, archived, version FROM conversations ORDER BY updated_ms DESC, id LIMIT 30"
        )
        own.report(documents.replica.digest(entity_id) for entity_id in sorted(row["id"] for row in newest))
        rows.report(map(row_digest, newest))

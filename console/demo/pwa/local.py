"""What the client keeps: the rows it knows, the edits it queued, the conflicts that are open."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from console.demo.clock import Clock, iso, now_ms
from console.reporter import Reporter

Row = dict[str, Any]
_FIELDS = ("title", "archived")
_OPEN_LIMIT = 12
_ROWS_LIMIT = 200


@dataclass
class Local:
    """The client's own store; every change of its sync state is reported with the true numbers."""

    reporter: Reporter
    clock: Clock = now_ms
    rows: dict[str, Row] = field(default_factory=dict)
    queue: list[Row] = field(default_factory=list)
    conflicts: dict[str, Row] = field(default_factory=dict)
    online: bool = True
    last_sync_ms: int = 0
    pushing: int = 0

    def report(self, *, issue: Row | None = None, **data: Any) -> None:
        """A sync update with the numbers as they are now."""
        self.reporter.sync_update(
            issue=issue,
            pending_operations=len(self.queue) + self.pushing,
            last_sync_timestamp=self.last_sync_ms,
            conflict_count=len(self.conflicts),
            offline_queue=0 if self.online else len(self.queue),
            replica="pwa",
            **data,
        )

    def learn(self, rows: list[Row]) -> None:
        """Take rows of the server; rows with a queued edit keep the base of that edit."""
        edited = {edit["entityId"] for edit in self.queue}
        self.rows.update({row["id"]: row for row in rows if row["id"] not in edited})
        for row_id in [known for known in self.rows if known not in edited][: len(self.rows) - _ROWS_LIMIT]:
            del self.rows[row_id]

    def edit(self, entity_id: str, changes: Row) -> None:
        """Queue an edit on top of the row as it is known here."""
        base = self.rows[entity_id]
        self.queue.append(
            {
                "entityType": "conversation",
                "entityId": entity_id,
                "baseVersion": base["version"],
                "changes": changes,
                "baseState": {name: base[name] for name in _FIELDS},
            }
        )
        self.report(entityType="conversation", entityId=entity_id, operation="queued")

    def settle(self, edit: Row, result: Row) -> None:
        """Take the server's answer to a pushed edit: the new version, or a conflict that stays open."""
        if result["state"] == "conflict":
            issue = self._conflict(edit, result["row"])
            self.conflicts[issue["id"]] = issue
            self.report(issue=issue, entityType="conversation", entityId=edit["entityId"])
        if "row" in result:
            self.rows[edit["entityId"]] = result["row"]

    def accept_oldest(self) -> str | None:
        """Give up the oldest conflict in favour of the server, once too many are open; returns its id."""
        if len(self.conflicts) <= _OPEN_LIMIT:
            return None
        issue_id = next(iter(self.conflicts))
        del self.conflicts[issue_id]
        return issue_id

    def _conflict(self, edit: Row, remote: Row) -> Row:
        remote_state = {name: remote[name] for name in _FIELDS}
        local_state = {**edit["baseState"], **edit["changes"]}
        at_ms = self.clock()
        return {
            "id": f"sync_issue_{at_ms}_{secrets.token_hex(4)}",
            "timestamp": iso(at_ms),
            "issueType": "conflict",
            "source": "pwa",
            "target": "server",
            "entityType": edit["entityType"],
            "entityId": edit["entityId"],
            "details": {
                "localVersion": edit["baseVersion"],
                "remoteVersion": remote["version"],
                "baseState": {**edit["baseState"], "version": edit["baseVersion"]},
                "localState": {**local_state, "version": edit["baseVersion"]},
                "remoteState": {**remote_state, "version": remote["version"]},
                "conflictingFields": [name for name in _FIELDS if local_state[name] != remote_state[name]],
            },
        }

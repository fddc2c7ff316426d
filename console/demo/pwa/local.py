"""What the client keeps: the rows and documents it knows, the edits it queued, the conflicts that are open."""

import secrets
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any

from console.demo.clock import Clock, iso, now_ms
from console.demo.digest import ROW_FIELDS, row_digest
from console.demo.replica import NOTHING_SEEN, Replica, encode, new_client_id
from console.reporter import Reporter

Row = dict[str, Any]
_OPEN_LIMIT = 9
_ROWS_LIMIT = 200
_EXCHANGED_AT_ONCE = 20
_UPDATE_LIMIT = 1_500


@dataclass
class Local:
    """The client's own store; every change of its sync state is reported with the true numbers.

    While a conflict about a conversation is open, its document keeps the client's own edit and is not exchanged.
    """

    reporter: Reporter
    clock: Clock = now_ms
    rows: dict[str, Row] = field(default_factory=dict)
    queue: list[Row] = field(default_factory=list)
    conflicts: dict[str, Row] = field(default_factory=dict)
    replica: Replica = field(default_factory=lambda: Replica(new_client_id()))
    server_states: dict[str, bytes] = field(default_factory=dict)
    online: bool = True
    last_sync_ms: int = 0
    in_flight: set[str] = field(default_factory=set)

    @property
    def pushing(self) -> int:
        """How many edits are on their way."""
        return len(self.in_flight)

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
        """Take rows of the server; rows with a queued edit keep its base. A conflict settled elsewhere is forgotten."""
        edited = {edit["entityId"] for edit in self.queue}
        self.rows.update({row["id"]: row for row in rows if row["id"] not in edited})
        for row_id in [known for known in self.rows if known not in edited][: len(self.rows) - _ROWS_LIMIT]:
            del self.rows[row_id]
        for issue_id, issue in list(self.conflicts.items()):
            row = self.rows.get(issue["entityId"])
            if row is not None and row.get("settled_version", 0) > issue["details"]["remoteVersion"]:
                self.close(issue_id)

    def editable(self) -> list[str]:
        """The conversations that have no edit under way and no open conflict."""
        return sorted(self.rows.keys() - self.in_flight - self._contested())

    def edit(self, entity_id: str, changes: Row) -> None:
        """Queue an edit on top of the row as it is known here; one that waits already takes it in."""
        base = self.rows[entity_id]
        update = self.replica.set_fields(entity_id, changes)
        waiting = next((edit for edit in self.queue if edit["entityId"] == entity_id), None)
        if waiting is not None:
            waiting["changes"] = {**waiting["changes"], **changes}
        else:
            self.queue.append(
                {
                    "entityType": "conversation",
                    "entityId": entity_id,
                    "baseVersion": base["version"],
                    "changes": changes,
                    "baseState": {name: base[name] for name in ROW_FIELDS},
                }
            )
        if update is None:
            self.report(entityType="conversation", entityId=entity_id, operation="queued")
        else:
            self.report(**self.replica.describe_update(entity_id, update), operation="queued")

    def carry(self, edit: Row) -> Row:
        """An edit as it is pushed: with what the server lacks of the document, and how far the document is here."""
        entity_id = edit["entityId"]
        own = self.replica.missing_from(entity_id, self.server_states.get(entity_id, NOTHING_SEEN))
        pushed = {name: value for name, value in edit.items() if name != "baseState"}
        return {**pushed, "update": encode(own), "stateVector": encode(self.replica.state(entity_id))}

    def settle(self, edit: Row, result: Row) -> None:
        """Take the server's answer to a pushed edit: the new version, or a conflict that stays open."""
        if result["state"] == "conflict":
            issue = self._conflict(edit, result["row"])
            self.conflicts[issue["id"]] = issue
            self.report(issue=issue, entityType="conversation", entityId=edit["entityId"])
        if "row" in result:
            self.rows[edit["entityId"]] = result["row"]
        self.receive(result.get("document"))

    def receive(self, document: Row | None) -> None:
        """Take what the server has more of a document."""
        if document is None:
            return
        entity_id, update = document["entityId"], b64decode(document["update"])
        self.server_states.pop(entity_id, None)  # whoever was exchanged last comes last
        self.server_states[entity_id] = b64decode(document["stateVector"])
        if self.replica.receive(entity_id, update):
            self.report(**self.replica.describe_update(entity_id, update), operation="applied", origin="server")

    def exchangeable(self) -> list[Row]:
        """Documents to exchange now, longest untouched first, each with what the server lacks and how far it is."""
        waiting = {edit["entityId"] for edit in self.queue}
        names = [name for name in self.editable() if name not in waiting]
        turns = {name: turn for turn, name in enumerate(self.server_states, 1)}
        names.sort(key=lambda name: turns.get(name, 0))
        found = [self.carry({"entityId": name}) for name in names[:_EXCHANGED_AT_ONCE]]
        return [one for one in found if len(one["update"]) < _UPDATE_LIMIT]

    def close(self, issue_id: str) -> None:
        """Forget a conflict that was settled, here or elsewhere."""
        issue = self.conflicts.pop(issue_id)
        self.report(
            operation="resolved",
            entityType=issue["entityType"],
            entityId=issue["entityId"],
            fields=issue["details"]["conflictingFields"],
        )

    def oldest_to_give_up(self) -> Row | None:
        """The oldest conflict, once too many are open."""
        return next(iter(self.conflicts.values())) if len(self.conflicts) > _OPEN_LIMIT else None

    def digests(self) -> list[Row]:
        """How each document and row stands here; a row with an open conflict as the client's own edit left it."""
        mine = {issue["entityId"]: issue["details"]["localState"] for issue in self.conflicts.values()}
        rows = [{**row, **mine.get(entity_id, {})} for entity_id, row in self.rows.items()]
        return [*map(self.replica.digest, sorted(self.replica.documents)), *map(row_digest, rows)]

    def _contested(self) -> set[str]:
        return {issue["entityId"] for issue in self.conflicts.values()}

    def _conflict(self, edit: Row, remote: Row) -> Row:
        remote_state = {name: remote[name] for name in ROW_FIELDS}
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
                "conflictingFields": [name for name in ROW_FIELDS if local_state[name] != remote_state[name]],
            },
        }

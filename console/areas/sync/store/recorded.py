"""Resolutions that no service could be sent, as the platform's own `SyncResolution` objects."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any


def recorded_resolutions(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return what is recorded, oldest first: issueId, strategy, resolvedState, resolvedBy, resolvedAt (ISO 8601), note.

    `resolvedState` is missing where the resolution has no result (rejected, or the entity is to be deleted).
    """
    rows = connection.execute(
        "SELECT args, created_ms FROM outbox WHERE area = 'sync' AND state = 'recorded' ORDER BY created_ms, rowid"
    )
    return [_resolution(json.loads(args), created_ms) for args, created_ms in rows.fetchall()]


def _resolution(args: dict[str, Any], created_ms: int) -> dict[str, Any]:
    moment = datetime.fromtimestamp(created_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found = {
        "issueId": args["issueId"],
        "strategy": args["strategy"],
        "resolvedBy": args["resolvedBy"],
        "resolvedAt": moment,
    }
    found |= {"resolvedState": args["result"]} if "result" in args else {}
    return found | ({"note": args["note"]} if args.get("note") else {})

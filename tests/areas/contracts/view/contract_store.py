"""A store with contracts and findings of drift, and a window over it that really runs the area's commands."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.areas.contracts.store import COMMANDS, MIGRATIONS
from console.areas.contracts.store.answers import FindingRow
from console.areas.contracts.store.reading import findings
from console.store.database import open_reader
from tests.command_shell import CommandShell, with_writer
from tests.store_filling import START_MS, fill_store

NOW_MS = START_MS + 3_600_000
SEARCH: dict[str, Any] = {
    "serviceName": "server", "endpoint": "/acus/search", "method": "GET", "contractVersion": "2.0.0",
    "expectedParams": [
        {"name": "q", "type": "string", "required": True, "minLength": 1}, {"name": "limit", "type": "integer"},
    ],
    "expectedResponse": {
        "type": "object", "required": ["hits", "total"],
        "properties": {
            "total": {"type": "integer"},
            "hits": {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string"}, "quality": {"type": "number"}}}},
        },
    },
    "timeout": 1500,
}  # fmt: skip
MESSAGES: dict[str, Any] = {
    "serviceName": "server", "endpoint": "/conversations/:id/messages", "method": "POST", "contractVersion": "1.0.0",
    "expectedParams": [], "expectedResponse": {"type": "object"},
    "expectedRequest": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
}  # fmt: skip
_FINDING: dict[str, Any] = {
    "version": "2.0.0", "direction": "response", "status": "2xx", "path": "hits[].quality", "kind": "type_change",
    "severity": "BREAKING", "own": "", "is_unbumped": 1, "chance": "observed, not inferred", "n": 1204,
    "rule": "a response answers a text where callers were promised a number", "expected": "number", "observed": "string",
    "keyword": "type", "first_ms": NOW_MS - 240_000, "last_ms": NOW_MS - 12_000, "examples": "[13, 11, 12]", "state": "open",
    "muted_until_ms": None, "note": "",
}  # fmt: skip


def make_store(path: Path, *documents: Mapping[str, Any]) -> Path:
    """Make a store that knows these contracts."""
    fill_store(path, [], migrations=[("contracts", MIGRATIONS)])
    for document in documents:
        args = {"document": dict(document), "origin": "file"}
        with_writer(path, lambda connection, args=args: COMMANDS["save"](connection, args, NOW_MS - 600_000))
    return path


def add_finding(store: Path, endpoint_id: int = 1, /, **changes: Any) -> int:
    """Keep a finding of drift as the fold would; returns its id."""
    row = {"endpoint_id": endpoint_id, **_FINDING, **changes}
    names, marks = ", ".join(row), ", ".join("?" * len(row))

    def insert(connection: Any) -> int:
        made = connection.execute(f"INSERT INTO contracts_finding ({names}) VALUES ({marks})", tuple(row.values()))
        return int(made.lastrowid)

    made: int = with_writer(store, insert)
    return made


def read_findings(path: Path, states: Sequence[str] = ("open", "muted", "accepted", "closed")) -> tuple[FindingRow, ...]:
    """Return the findings as the store has them now."""
    connection = open_reader(path)
    try:
        return findings(connection, states=tuple(states), now_ms=NOW_MS)
    finally:
        connection.close()


def changed(document: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a copy of a document with other values in it."""
    copied: dict[str, Any] = json.loads(json.dumps(document))
    return copied | changes


class ContractsShell(CommandShell):
    """Commands of the area run on the store; its clock stands still."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, COMMANDS, NOW_MS)

"""Resolutions on their way to the service that told of an issue, and the ends that need no service.

`send`     {"issue": id, "note"?, "who"} → {"key", "source", "state": queued|recorded}: all that is decided, once it is all
`resolve`  {"issue": id, "strategy": server_wins|client_wins|merge, "note"?, "who"} → as `send`, decided by one rule
`reject`   {"issue": id, "note", "who"} → {"state": "rejected", "key"}: it stays as it is, and the service is told so
`reopen`   {"issue": id, "note"?, "who"} → {"state": "reopened"}

The command is `conflict.resolve` of the stream protocol. Its `patch` leads from the remote side to the result; a document
that is to be deleted has no `result`, only a patch. Where no source takes commands it is recorded, for export.
"""

import json
import sqlite3
import uuid
from typing import Any, NamedTuple

from console.areas.sync.core.merge.patch import patch
from console.areas.sync.core.merge.values import MISSING
from console.areas.sync.core.tracking import Action
from console.areas.sync.store.answers import NO_SOURCE
from console.areas.sync.store.arguments import issue_id, person, text
from console.areas.sync.store.audit import Entry, record
from console.areas.sync.store.deciding import open_case
from console.areas.sync.store.settling import Case, hashes_of, load_case
from console.areas.sync.store.targets import find_target
from console.areas.sync.store.tracked import move
from console.store.outbox import put

COMMAND = "conflict.resolve"
DEADLINE_MS = 10_000
MAX_ARGS = 3 * 1024 * 1024
"""Beyond, the frame would be too large for the protocol's 4 MiB."""
BY_RULE = ("server_wins", "client_wins", "merge")


class Resolution(NamedTuple):
    """What to send. `value` is the document as it shall be, `MISSING` for none; `is_known` that there is such a value."""

    strategy: str
    value: Any
    is_known: bool
    note: str = ""
    by: str = "user"


def send(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Send what is decided about an issue."""
    case = open_case(connection, issue_id(args))
    if not case.settlement.is_complete:
        waiting = len(case.settlement.open)
        raise ValueError(f"{waiting} place{'s' if waiting > 1 else ''} of the conflict still wait for a decision")
    if not case.has_sides:
        raise ValueError("nothing is known of what the sides hold: resolve it by a strategy, or reject it")
    strategy = "manual" if case.settlement.choices else "merge"
    resolution = Resolution(strategy, case.settlement.result, True, text(args, "note"))
    return put_resolution(connection, case, resolution, person(args), now_ms)


def resolve(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Send one side, or what can be merged, whatever is decided so far."""
    case, strategy = open_case(connection, issue_id(args)), args.get("strategy")
    if strategy not in BY_RULE:
        raise ValueError(f'"strategy" must be one of {", ".join(BY_RULE)}')
    if strategy == "merge":
        if case.merge.conflicts:
            raise ValueError(f"{len(case.merge.conflicts)} conflicts cannot be merged; they want a decision each")
        if not case.has_sides:
            raise ValueError("nothing is known of what the sides hold: there is nothing to merge")
        value = case.merge.result
    else:
        server_is_local = case.settlement.options.server == "local"
        value = case.local if (strategy == "server_wins") is server_is_local else case.remote
    resolution = Resolution(str(strategy), value, case.has_sides, text(args, "note"))
    return put_resolution(connection, case, resolution, person(args), now_ms)


def reject(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Decide that an issue stays as it is."""
    note, who = text(args, "note"), person(args)
    if not note.strip():
        raise ValueError('"note" must say why')
    case = open_case(connection, issue_id(args))
    return refuse(connection, case, who, note, now_ms)


def refuse(
    connection: sqlite3.Connection, case: Case, who: str, note: str, now_ms: int, *, by: str = "user",
    batch: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Reject an issue, and tell its service."""
    move(connection, case.issue_id, Action.REJECT, now_ms, who, note)
    key, _ = _put(connection, case, Resolution("rejected", MISSING, False, note, by), now_ms)
    before = {"state": case.state, "key": key} if batch is not None else None
    entry = Entry("reject", note, hashes_of(case.settlement), {"strategy": "rejected"}, key=key, before=before, batch=batch)
    record(connection, now_ms, who, case.issue_id, entry)
    return {"state": "rejected", "key": key}


def reopen(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Open a settled issue again; its decisions are still there."""
    wanted, who, note = issue_id(args), person(args), text(args, "note")
    case = load_case(connection, wanted)
    tracked = move(connection, wanted, Action.REOPEN, now_ms, who, note)
    record(connection, now_ms, who, wanted, Entry("reopen", note or f"was {case.state}", hashes_of(case.settlement)))
    return {"state": tracked.state.value}


def put_resolution(
    connection: sqlite3.Connection, case: Case, resolution: Resolution, who: str, now_ms: int,
    batch: int | None = None, before: Any = None,
) -> dict[str, Any]:  # fmt: skip
    """Write the command down, and that it is on its way. Raises ValueError for a result that is too large."""
    key, args = _put(connection, case, resolution, now_ms)
    source = find_target(connection, case.issue_id).source
    words = f"{resolution.strategy} to {source}" if source else f"{resolution.strategy}, recorded: no source takes commands"
    move(connection, case.issue_id, Action.START, now_ms, who, words)
    if source == NO_SOURCE:
        move(connection, case.issue_id, Action.RESOLVE, now_ms, who, "recorded for export")
    entry = Entry(
        "send", f"{words}{': ' + resolution.note if resolution.note else ''}", hashes_of(case.settlement),
        {"strategy": resolution.strategy, "result": args.get("result")}, args.get("patch"), key,
        before=before if before is None else {**before, "state": case.state, "key": key}, batch=batch,
    )  # fmt: skip
    record(connection, now_ms, who, case.issue_id, entry)
    return {"key": key, "source": source, "state": "recorded" if source == NO_SOURCE else "queued"}


def _put(connection: sqlite3.Connection, case: Case, resolution: Resolution, now_ms: int) -> tuple[str, dict[str, Any]]:
    target = find_target(connection, case.issue_id)
    args = _arguments(case, resolution, target.uid)
    key = uuid.uuid4().hex
    put(connection, key, target.source, "sync", COMMAND, args, now_ms,
        deadline_ms=DEADLINE_MS, recorded=target.source == NO_SOURCE)  # fmt: skip
    connection.execute("INSERT INTO sync_command VALUES (?, ?, ?)", (key, case.issue_id, now_ms))
    connection.execute("UPDATE sync_issue SET command = ? WHERE id = ?", (key, case.issue_id))
    return key, args


def _arguments(case: Case, resolution: Resolution, uid: str | None) -> dict[str, Any]:
    local_version, remote_version = case.versions
    hashes = hashes_of(case.settlement)
    expected = {"localVersion": number(local_version), "remoteVersion": number(remote_version),
                "localHash": hashes.get("local"), "remoteHash": hashes.get("remote")}  # fmt: skip
    args: dict[str, Any] = {
        "issueId": uid or f"console:{case.issue_id}",
        "entityType": case.entity_type,
        "entityId": case.entity_id,
        "strategy": resolution.strategy,
        "expected": {name: value for name, value in expected.items() if value is not None},
        "resolvedBy": resolution.by,
    }
    if resolution.is_known:
        if resolution.value is not MISSING:
            args["result"] = resolution.value
        args["patch"] = patch(case.remote, resolution.value)
    if resolution.note:
        args["note"] = resolution.note
    if (size := len(json.dumps(args))) > MAX_ARGS:
        raise ValueError(f"the resolution has {size:,} characters; a command holds {MAX_ARGS:,}")
    return args


def number(version: str | None) -> int | str | None:
    """Return a version as its service wrote it: whole numbers as numbers."""
    return int(version) if version is not None and version.isascii() and version.isdigit() and len(version) < 16 else version

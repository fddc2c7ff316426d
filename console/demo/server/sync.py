"""Routes for synchronisation: clients push what they queued, peers read the feed of changes, archives come in."""

import base64
import json
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.demo.clock import now_ms
from console.demo.digest import ROW_FIELDS
from console.demo.server import bodies, contracts
from console.demo.server.checked import read_params
from console.demo.server.conversations import COLUMNS, message_steps
from console.demo.server.database import CONSTRAINT_KINDS, QueryFailed, Row
from console.demo.server.http import SCHEMA_VERSION, Api, ApiError, api_of, change_step, read_body, require_user


async def push(request: Request) -> Response:
    """POST: queued edits, each applied only when the row still has the version that it was made on."""
    require_user(request)
    version = request.headers.get("x-schema-version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise ApiError(426, "VERSION_MISMATCH", f"the client's schema is {version}, the server's is {SCHEMA_VERSION}")
    body = await read_body(request, bodies.PUSH, "SCHEMA_VIOLATION")
    api = api_of(request)
    return JSONResponse({"results": [await apply_edit(api, operation) for operation in body["operations"]]})


async def apply_edit(api: Api, edit: dict[str, Any]) -> dict[str, Any]:
    """Apply one edit: `{entityId, state: applied, version}`, or `state: conflict` with the row as it is now.

    An edit may carry the `update` of its document and the client's `stateVector`; the answer then brings what the client
    lacks. One that `settles` closes the conflict that was open.
    """
    entity_id, base, changes = edit["entityId"], edit["baseVersion"], edit["changes"]
    row = await write_row(api, entity_id, changes, base, settles=bool(edit.get("settles")), edit=edit)
    if row is not None:
        result = {"entityId": entity_id, "state": "applied", "version": row["version"], "row": row}
        return result | _lacking(api, edit)
    current = await api.database.fetch(f"SELECT {COLUMNS} FROM conversations WHERE id = ?", entity_id)
    if not current:
        return {"entityId": entity_id, "state": "missing"}
    if not edit.get("settles"):
        await _refuse(api, edit, current[0])
    return {"entityId": entity_id, "state": "conflict", "version": current[0]["version"], "row": current[0]}


async def write_row(
    api: Api, entity_id: str, changes: Row, base: int | None = None, *, settles: bool = False, edit: Row | None = None
) -> Row | None:
    """Write a row, its document and the feed of changes; None when the row is not there, or no longer at `base`."""
    at_ms = now_ms()
    rows = await api.database.fetch(
        "UPDATE conversations SET title = COALESCE(?, title), archived = COALESCE(?, archived), version = version + 1, "
        "settled_version = CASE WHEN ? THEN version + 1 ELSE settled_version END, updated_ms = ? "
        f"WHERE id = ? AND version = COALESCE(?, version) RETURNING {COLUMNS}",
        changes.get("title"), changes.get("archived"), settles, at_ms, entity_id, base,
    )  # fmt: skip
    if not rows:
        return None
    row = rows[0]
    sql, params = change_step("conversation", entity_id, row["version"], row, at_ms)
    await api.database.fetch(sql, *params)
    if settles:
        api.documents.contested.pop(entity_id, None)
    if edit and edit.get("update"):
        api.documents.take(entity_id, base64.b64decode(edit["update"]), "pwa")
    api.documents.hold(row)
    return row


def row_side(row: Row) -> Row:
    """A row as one side of a conflict."""
    return {**{name: row[name] for name in ROW_FIELDS}, "version": row["version"]}


async def _refuse(api: Api, edit: Row, row: Row) -> None:
    """Report an edit that was made on an older version, with the state that both come from where that is still known."""
    entity_id, base, remote = edit["entityId"], edit["baseVersion"], row_side(row)
    known = await api.database.fetch(
        "SELECT state FROM changes WHERE entity_type = 'conversation' AND entity_id = ? AND version = ?", entity_id, base
    )
    before = json.loads(known[0]["state"]) if known else {}
    base_state = {name: before[name] for name in ROW_FIELDS if name in before}
    local = {**(base_state or {name: row[name] for name in ROW_FIELDS}), **edit["changes"], "version": base}
    api.documents.contest(entity_id, {"localState": local})
    sides = {"localState": local, "remoteState": remote}
    if len(base_state) == len(ROW_FIELDS):
        sides["baseState"] = {**base_state, "version": base}
    api.reporter.error(
        f"{entity_id} is at version {row['version']}, the edit was made on {base}",
        category="SYNC_CONFLICT",
        severity="medium",
        sync={"entityType": "conversation", "entityId": entity_id, "operation": "update", "source": "pwa",
              "target": "server", "localVersion": base, "remoteVersion": row["version"], **sides,
              "conflictingFields": [name for name in ROW_FIELDS if local[name] != remote[name]]},
    )  # fmt: skip


def _lacking(api: Api, edit: Row) -> Row:
    """What a client lacks of a document, when it tells how far it is."""
    if not edit.get("stateVector"):
        return {}
    document = api.documents.exchange(edit["entityId"], edit["stateVector"], None, "pwa")
    return {"document": document} if document else {}


async def exchange_documents(request: Request) -> Response:
    """POST: documents, each with what the caller has more and how far it is; the answer brings what it lacks."""
    require_user(request)
    body = await read_body(request, bodies.EXCHANGE, "SCHEMA_VIOLATION")
    documents = api_of(request).documents
    found = (
        documents.exchange(one["entityId"], one["stateVector"], one.get("update"), body["replica"])
        for one in body["documents"]
    )
    return JSONResponse({"documents": [one for one in found if one is not None]})


async def changes(request: Request) -> Response:
    """GET: changes after a number, each with the correlation id of the request that made it."""
    after = read_params(request, contracts.CHANGES).get("after", 0)
    rows = await api_of(request).database.fetch(
        "SELECT id, entity_type, entity_id, version, state, correlation_id FROM changes WHERE id > ? ORDER BY id LIMIT 50",
        after,
    )
    return JSONResponse({"changes": [{**row, "state": json.loads(row["state"])} for row in rows]})


async def import_archive(request: Request) -> Response:
    """POST: the entries of an exported chat, each a JSON text; all are stored or none."""
    user = require_user(request)
    body = await read_body(request, bodies.IMPORT)
    stored = await import_entries(api_of(request), body["conversationId"], user, body["entries"])
    return JSONResponse({"stored": stored}, 201)


async def import_entries(api: Api, conversation_id: str, user: str, entries: list[str]) -> int:
    """Store entries in one transaction. Raises `ApiError` for an entry that cannot be read or is refused."""
    steps = []
    for index, entry in enumerate(entries):
        try:
            parsed = json.loads(entry)
        except json.JSONDecodeError as error:
            raise ApiError(
                422,
                "CONTENT_PARSE_ERROR",
                f"entry {index} of the archive is no JSON: {error}",
                debug={"entry": entry},
            ) from error
        message_id = parsed.get("id") or f"msg_{secrets.token_hex(6)}"
        steps += message_steps(message_id, conversation_id, user, parsed["content"])
    try:
        await api.database.atomically(steps)
    except QueryFailed as error:
        if error.kind not in CONSTRAINT_KINDS or not error.rolled_back:
            raise
        raise ApiError(
            409,
            "TRANSACTION_ROLLBACK",
            f"the import was rolled back after {error.rolled_back} statements: {error}",
            database=error.section(api.database.engine),
        ) from error
    return len(entries)


ROUTES = [
    Route("/api/v1/sync/push", push, methods=["POST"]),
    Route("/api/v1/sync/documents", exchange_documents, methods=["POST"]),
    Route("/api/v1/sync/changes", changes, methods=["GET"]),
    Route("/api/v1/imports", import_archive, methods=["POST"]),
]

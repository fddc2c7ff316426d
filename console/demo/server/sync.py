"""Routes for synchronisation: clients push what they queued, peers read the feed of changes, archives come in."""

import json
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.demo.clock import now_ms
from console.demo.server.contracts import PUSH_BODY
from console.demo.server.conversations import COLUMNS, message_steps
from console.demo.server.database import CONSTRAINT_KINDS, QueryFailed
from console.demo.server.http import SCHEMA_VERSION, Api, ApiError, api_of, change_step, read_body, require_user

_IMPORT_BODY = {
    "type": "object",
    "required": ["conversationId", "entries"],
    "properties": {"entries": {"type": "array", "items": {"type": "string"}, "maxItems": 200}},
}


async def push(request: Request) -> Response:
    """POST: queued edits, each applied only when the row still has the version that it was made on."""
    require_user(request)
    version = request.headers.get("x-schema-version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise ApiError(426, "VERSION_MISMATCH", f"the client's schema is {version}, the server's is {SCHEMA_VERSION}")
    body = await read_body(request, PUSH_BODY, "SCHEMA_VIOLATION")
    api = api_of(request)
    return JSONResponse({"results": [await apply_edit(api, operation) for operation in body["operations"]]})


async def apply_edit(api: Api, edit: dict[str, Any]) -> dict[str, Any]:
    """Apply one edit: `{entityId, state: applied, version}`, or `state: conflict` with the row as it is now."""
    entity_id, base, changes = edit["entityId"], edit["baseVersion"], edit["changes"]
    at_ms = now_ms()
    rows = await api.database.fetch(
        "UPDATE conversations SET title = COALESCE(?, title), archived = COALESCE(?, archived), "
        f"version = version + 1, updated_ms = ? WHERE id = ? AND version = ? RETURNING {COLUMNS}",
        changes.get("title"), changes.get("archived"), at_ms, entity_id, base,
    )  # fmt: skip
    if rows:
        sql, params = change_step("conversation", entity_id, rows[0]["version"], rows[0], at_ms)
        await api.database.fetch(sql, *params)
        return {"entityId": entity_id, "state": "applied", "version": rows[0]["version"], "row": rows[0]}
    current = await api.database.fetch(f"SELECT {COLUMNS} FROM conversations WHERE id = ?", entity_id)
    if not current:
        return {"entityId": entity_id, "state": "missing"}
    api.reporter.error(
        f"{entity_id} is at version {current[0]['version']}, the edit was made on {base}",
        category="SYNC_CONFLICT",
        severity="medium",
        sync={"entityType": "conversation", "entityId": entity_id, "operation": "update", "localVersion": base,
              "remoteVersion": current[0]["version"], "localState": changes, "remoteState": current[0]},
    )  # fmt: skip
    return {"entityId": entity_id, "state": "conflict", "version": current[0]["version"], "row": current[0]}


async def changes(request: Request) -> Response:
    """GET: changes after a number, each with the correlation id of the request that made it."""
    after = int(request.query_params.get("after", "0"))
    rows = await api_of(request).database.fetch(
        "SELECT id, entity_type, entity_id, version, state, correlation_id FROM changes WHERE id > ? ORDER BY id LIMIT 50",
        after,
    )
    return JSONResponse({"changes": [{**row, "state": json.loads(row["state"])} for row in rows]})


async def import_archive(request: Request) -> Response:
    """POST: the entries of an exported chat, each a JSON text; all are stored or none."""
    user = require_user(request)
    body = await read_body(request, _IMPORT_BODY)
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
    Route("/api/v1/sync/changes", changes, methods=["GET"]),
    Route("/api/v1/imports", import_archive, methods=["POST"]),
]

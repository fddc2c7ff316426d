"""Routes for conversations and their messages."""

import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from console.demo.clock import now_ms
from console.demo.server import bodies, contracts
from console.demo.server.checked import check_limit, read_params
from console.demo.server.database import Row, Step
from console.demo.server.http import ApiError, api_of, change_step, read_body, require_user

COLUMNS = "id, title, circle_id, owner_id, archived, version, settled_version, updated_ms"


async def list_conversations(request: Request) -> Response:
    """GET: the latest, newest first."""
    params = read_params(request, contracts.CONVERSATIONS)
    rows = await api_of(request).database.fetch(
        f"SELECT {COLUMNS} FROM conversations ORDER BY updated_ms DESC, id LIMIT ?",
        int(params.get("limit", 20)),
    )
    return JSONResponse({"conversations": rows})


async def create_conversation(request: Request) -> Response:
    """POST: a new one, owned by the token's user."""
    user = require_user(request)
    body = await read_body(request, bodies.CONVERSATION)
    row = {"id": body.get("id") or f"conv_{secrets.token_hex(6)}", "title": body["title"], "version": 1}
    at_ms = now_ms()
    api = api_of(request)
    await api.database.atomically(
        [
            (
                "INSERT INTO conversations (id, title, circle_id, owner_id, updated_ms) VALUES (?, ?, ?, ?, ?)",
                (row["id"], row["title"], body.get("circleId"), user, at_ms),
            ),
            change_step("conversation", row["id"], 1, row, at_ms),
        ]
    )
    api.documents.hold({**row, "archived": 0})
    return JSONResponse(row, 201)


async def list_messages(request: Request) -> Response:
    """GET: the messages of one conversation in their order."""
    params = read_params(request, contracts.MESSAGES)
    order, limit = params.get("order", "asc").upper(), int(params.get("limit", 50))
    check_limit(request, contracts.MESSAGES, limit)
    rows = await api_of(request).database.fetch(
        f"SELECT * FROM messages WHERE conversation_id = ? ORDER BY position {order} LIMIT ?",
        request.path_params["id"],
        limit,
    )
    return JSONResponse({"messages": rows})


async def create_message(request: Request) -> Response:
    """POST: a message at the end of the conversation; the database knows whether that exists."""
    user = require_user(request)
    body = await read_body(request, bodies.MESSAGE)
    message_id = f"msg_{secrets.token_hex(6)}"
    await api_of(request).database.atomically(message_steps(message_id, request.path_params["id"], user, body["content"]))
    return JSONResponse({"id": message_id}, 201)


def message_steps(message_id: str, conversation_id: str, author_id: str, content: str) -> list[Step]:
    """The statements that append a message and announce it."""
    state = {"conversationId": conversation_id, "authorId": author_id, "content": content}
    insert = (
        "INSERT INTO messages (id, conversation_id, author_id, position, content) SELECT ?, ?, ?, "
        "(SELECT COALESCE(MAX(position), -1) + 1 FROM messages WHERE conversation_id = ?), ?"
    )
    return [
        (insert, (message_id, conversation_id, author_id, conversation_id, content)),
        change_step("message", message_id, 1, state, now_ms()),
    ]


async def export_conversation(request: Request) -> Response:
    """GET: one JSON line per message, with the length announced before the lines are made.

    A message without text has no summary, and the line maker does not expect that: the answer then breaks off and
    the connection with it.
    """
    rows = await api_of(request).database.fetch(
        "SELECT id, position, content FROM messages WHERE conversation_id = ? ORDER BY position LIMIT 200",
        request.path_params["id"],
    )
    if not rows:
        raise ApiError(404, "VALIDATION_FAILED", f"no conversation {request.path_params['id']} to export")
    length = sum(len(json.dumps(row)) + 1 for row in rows)
    return StreamingResponse(_export_lines(rows), media_type="application/x-ndjson", headers={"content-length": str(length)})


async def _export_lines(rows: list[Row]) -> AsyncIterator[bytes]:
    for row in rows:
        line: dict[str, Any] = {**row, "content": row["content"].split()[0] and row["content"]}
        yield json.dumps(line).encode() + b"\n"


ROUTES = [
    Route("/api/v1/conversations", list_conversations, methods=["GET"]),
    Route("/api/v1/conversations", create_conversation, methods=["POST"]),
    Route("/api/v1/conversations/{id}/messages", list_messages, methods=["GET"]),
    Route("/api/v1/conversations/{id}/messages", create_message, methods=["POST"]),
    Route("/api/v1/conversations/{id}/export", export_conversation, methods=["GET"]),
]

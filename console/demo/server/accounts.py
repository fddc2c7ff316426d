"""Routes for tokens, users and circles."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.demo.clock import now_ms
from console.demo.server import bodies
from console.demo.server.database import Row
from console.demo.server.http import ApiError, api_of, read_body, require_user
from console.demo.server.token import TokenInvalid

_TTL_MS = 60_000
_REFRESH_GRACE_MS = 300_000


async def issue_token(request: Request) -> Response:
    """POST: an access token for a known handle."""
    api = api_of(request)
    body = await read_body(request, bodies.TOKEN)
    rows = await api.database.fetch("SELECT id FROM users WHERE handle = ?", body["handle"])
    if not rows:
        raise ApiError(401, "TOKEN_INVALID", f"no user has the handle {body['handle']!r}")
    ttl_ms = body.get("ttlMs", _TTL_MS)
    return JSONResponse({"token": api.tokens.issue(rows[0]["id"], ttl_ms), "expiresInMs": ttl_ms})


async def refresh_token(request: Request) -> Response:
    """POST: a new token for an old one; a few at once, then the limiter says wait."""
    api = api_of(request)
    body = await read_body(request, bodies.REFRESH)
    try:
        user = api.tokens.verify(body["token"], grace_ms=_REFRESH_GRACE_MS)
    except TokenInvalid as error:
        raise ApiError(401, "TOKEN_INVALID", str(error)) from error
    wait_s = api.limiter.take(user)
    if wait_s:
        raise ApiError(429, "RATE_LIMIT_EXCEEDED", f"{user} refreshes too often", debug={"retryAfterMs": wait_s * 1000})
    return JSONResponse({"token": api.tokens.issue(user, _TTL_MS), "expiresInMs": _TTL_MS})


async def create_user(request: Request) -> Response:
    """POST: a user with a handle of their own."""
    body = await read_body(request, bodies.USER)
    user_id = f"user_{secrets.token_hex(6)}"
    await api_of(request).database.fetch(
        "INSERT INTO users (id, handle, display_name, created_ms) VALUES (?, ?, ?, ?)",
        user_id,
        body["handle"],
        body["displayName"],
        now_ms(),
    )
    return JSONResponse({"id": user_id}, 201)


async def circle_feed(request: Request) -> Response:
    """GET: what a circle's members see, sorted as asked."""
    user = require_user(request)
    circle = request.path_params["id"]
    database = api_of(request).database
    if not await database.fetch("SELECT 1 FROM circle_members WHERE circle_id = ? AND user_id = ?", circle, user):
        raise ApiError(403, "PERMISSION_DENIED", f"{user} is no member of {circle}", user={"id": user})
    rows = await database.fetch("SELECT id, title, updated_ms FROM conversations WHERE circle_id = ?", circle)
    return JSONResponse({"feed": _sorted_feed(rows, request.query_params.get("sort", "latest"))})


def _sorted_feed(rows: list[Row], order: str) -> list[Row]:
    # `popular` is offered by newer clients and was forgotten here.
    keys: dict[str, Any] = {"latest": lambda row: -row["updated_ms"], "title": lambda row: row["title"]}
    return sorted(rows, key=keys[order])


ROUTES = [
    Route("/api/v1/auth/token", issue_token, methods=["POST"]),
    Route("/api/v1/auth/refresh", refresh_token, methods=["POST"]),
    Route("/api/v1/users", create_user, methods=["POST"]),
    Route("/api/v1/circles/{id}/feed", circle_feed, methods=["GET"]),
]

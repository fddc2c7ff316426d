"""What clients ask for all the time: who is looking, what is new, what one might search for."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.demo.clock import now_ms
from console.demo.server.contracts import NOTIFICATIONS_MS
from console.demo.server.http import api_of

_NEWEST = 3
_QUICK_MS = 8.0
_WORDS = ("circles", "peers", "search", "storage")


async def presence(request: Request) -> Response:
    """GET: who looks at a conversation. The release asks a cache, which at times has just dropped the entry."""
    conversation, release = request.path_params["id"], api_of(request).release
    seed = sum(conversation.encode())
    seen_ms = None if release.misses_cache() else now_ms() - seed * 37
    viewers = {"viewers": seed % 5, "typing": seed % 3 == 0, "lastSeenMs": seen_ms}
    return JSONResponse({"conversationId": conversation, **viewers})


async def notifications(request: Request) -> Response:
    """GET: what is new. The release keeps what was read, and looks through all of it each time."""
    api = api_of(request)
    await asyncio.sleep((_QUICK_MS + api.release.slowness() * (NOTIFICATIONS_MS - 2 * _QUICK_MS)) / 1000)
    rows = await api.database.fetch("SELECT id, title FROM conversations ORDER BY updated_ms DESC, id LIMIT ?", _NEWEST)
    return JSONResponse({"unread": len(rows), "newest": rows})


async def suggestions(_: Request) -> Response:
    """GET: words to search for. Somebody needed it quickly: no contract speaks of it."""
    return JSONResponse({"suggestions": list(_WORDS), "validForMs": 60_000})


ROUTES = [
    Route("/api/v1/conversations/{id}/presence", presence, methods=["GET"]),
    Route("/api/v1/notifications", notifications, methods=["GET"]),
    Route("/api/v1/suggestions", suggestions, methods=["GET"]),
]

"""Small Starlette apps whose contracts the middleware checks, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from console.reporter import Reporter, ReporterMiddleware

Json = dict[str, Any]
Events = Callable[[Reporter], list[Json]]

NOTE: Json = {
    "serviceName": "server",
    "endpoint": "/notes/:id",
    "method": "GET",
    "contractVersion": "1.2.0",
    "id": "contract_notes",
    "expectedParams": [{"name": "limit", "type": "integer", "maximum": 50}],
    "expectedResponse": {
        "type": "object",
        "required": ["id", "title"],
        "properties": {"id": {"type": "integer"}, "title": {"type": "string"}},
    },
    "timeout": 5_000,
}
WRITTEN: Json = {
    "serviceName": "server",
    "endpoint": "/notes",
    "method": "POST",
    "contractVersion": "1.0.0",
    "expectedRequest": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}},
    "expectedResponses": {"201": {"type": "object", "required": ["id"]}},
}


async def read_note(request: Request) -> Response:
    title: Any = request.query_params.get("title", "Plans")
    return JSONResponse({"id": request.path_params["id"], "title": None if title == "null" else title})


async def write_note(request: Request) -> Response:
    await request.json()
    return JSONResponse({"id": 7}, 201)


async def refuse_unread(_: Request) -> Response:
    return JSONResponse({"error": "no"}, 413)


async def stream(_: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b'["'
        for _ in range(40):
            yield b"x" * 1_000
        yield b'"]'

    return StreamingResponse(parts(), media_type="application/json")


async def break_off(_: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b'{"id": 1'
        raise LookupError("gone")

    return StreamingResponse(parts(), media_type="application/json")


async def boom(_: Request) -> Response:
    raise LookupError("no such note")


async def down(_: Request) -> Response:
    return JSONResponse({"error": "later"}, 503)


async def plain(_: Request) -> Response:
    return PlainTextResponse("fine")


async def work_on(_: Request) -> Response:
    return JSONResponse({}, background=BackgroundTask(asyncio.sleep, 0.05))


async def issue(request: Request) -> Response:
    return JSONResponse({"token": "s3cret-of-mine", "password": 7, "sent": await request.json()})


ROUTES = [
    Route("/notes/{id:int}", read_note),
    Route("/notes", write_note, methods=["POST"]),
    Route("/unread", refuse_unread, methods=["POST"]),
    Route("/stream", stream),
    Route("/broken", break_off),
    Route("/boom", boom),
    Route("/down", down),
    Route("/plain", plain),
    Route("/work", work_on),
    Route("/token", issue, methods=["POST"]),
    Mount("/v2", routes=[Route("/notes/{id:int}", read_note)]),
]


def promise(endpoint: str, response: Any = True, **more: Any) -> Json:
    return {"endpoint": endpoint, "contractVersion": "1.0.0", "expectedResponse": response, **more}


def client(reporter: Reporter, contracts: Any, routes: list[Any] | None = None) -> httpx.AsyncClient:
    app: Any = ReporterMiddleware(Starlette(routes=routes or ROUTES), reporter, contracts=contracts)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")

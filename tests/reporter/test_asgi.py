"""The middleware around a real Starlette app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from console.reporter import Reporter, ReporterMiddleware, correlation_id, inject

Events = Callable[[Reporter], list[dict[str, Any]]]


async def boom(request: Request) -> Response:
    await request.body()
    raise LookupError("no such conversation")


async def unavailable(_: Request) -> Response:
    return JSONResponse({"error": "later", "token": "s3cret"}, status_code=503)


async def echo(_: Request) -> Response:
    return JSONResponse({"id": correlation_id(), "onwards": dict(inject({}))})


async def slow(_: Request) -> Response:
    await asyncio.sleep(0.02)
    return PlainTextResponse("done")


def client(reporter: Reporter, slow_ms: float | None = None) -> httpx.AsyncClient:
    routes = [
        Route("/conversations/{cid}/messages", boom, methods=["POST"]),
        Route("/down", unavailable),
        Route("/slow", slow),
        Mount("/api", routes=[Route("/echo/{n:int}", echo)]),
    ]
    app: Any = ReporterMiddleware(Starlette(routes=routes), reporter=reporter, slow_ms=slow_ms)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_an_unhandled_exception_is_reported_with_its_request(reporter: Reporter, events: Events) -> None:
    headers = {"Authorization": "Bearer abc", "x-correlation-id": "flow-1"}
    async with client(reporter) as http:
        url = "/conversations/c-17/messages?limit=5&token=abc"
        answer = await http.post(url, json={"text": "hi", "password": "hunter2"}, headers=headers)
    assert (answer.status_code, answer.headers["x-correlation-id"]) == (500, "flow-1")
    error, timing = events(reporter)
    data = error["data"]
    assert (data["message"], data["correlationId"]) == ("LookupError: no such conversation", "flow-1")
    assert "LookupError" in data["source"]["stack"]
    request = data["request"]
    assert (request["method"], request["path"]) == ("POST", "/conversations/c-17/messages")
    assert request["url"] == "http://test/conversations/c-17/messages?limit=5&token=[masked]"
    assert request["params"] == {"limit": "5", "token": "[masked]"}
    assert request["body"] == '{"text":"hi","password":"[masked]"}'
    assert request["headers"]["authorization"] == "[masked]"
    assert request["correlationId"] == "flow-1"
    assert data["response"]["status"] == 500
    assert timing["data"]["operation"] == "POST /conversations/{cid}/messages"
    assert timing["performance"]["duration"] > 0


async def test_the_exception_is_raised_again(reporter: Reporter) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("mine")

    scope = {"type": "http", "method": "GET", "path": "/users/42/files/9f86d081884c7d65", "headers": []}
    with pytest.raises(LookupError, match="mine"):
        await ReporterMiddleware(broken, reporter)(scope, None, None)  # type: ignore[arg-type]


async def test_paths_without_a_route_are_masked(reporter: Reporter, events: Events) -> None:
    async with client(reporter) as http:
        await http.get("/users/42/files/9f86d081884c7d65/conv_8a7b/v1/health")
    assert events(reporter)[0]["data"]["operation"] == "GET /users/{id}/files/{id}/{id}/v1/health"


async def test_a_5xx_answer_is_reported_with_its_body(reporter: Reporter, events: Events) -> None:
    async with client(reporter) as http:
        await http.get("/down")
    error, timing = events(reporter)
    assert error["data"]["message"] == "HTTP 503 from GET /down"
    response = error["data"]["response"]
    assert (response["status"], response["body"]) == (503, '{"error":"later","token":"[masked]"}')
    assert timing["data"]["status"] == 503


async def test_the_correlation_id_flows_through(reporter: Reporter, events: Events) -> None:
    trace_id = "a" * 32
    async with client(reporter) as http:
        answer = await http.get("/api/echo/7", headers={"traceparent": f"00-{trace_id}-{'b' * 16}-00"})
        fresh = await http.get("/api/echo/7")
    assert answer.json()["id"] == answer.headers["x-correlation-id"] == trace_id
    assert answer.json()["onwards"]["traceparent"].startswith(f"00-{trace_id}-")
    assert answer.json()["onwards"]["traceparent"].endswith("-00")
    assert fresh.json()["id"] == fresh.headers["x-correlation-id"] != trace_id
    first, second = events(reporter)
    assert first["data"]["operation"] == second["data"]["operation"] == "GET /api/echo/{n:int}"
    assert first["data"]["correlationId"] == trace_id
    assert correlation_id() is None


async def test_slow_requests_are_warnings_when_asked_for(reporter: Reporter, events: Events) -> None:
    async with client(reporter, slow_ms=1) as http:
        await http.get("/slow")
    timing, warning = events(reporter)
    assert timing["performance"]["duration"] >= 20
    assert (warning["eventType"], warning["data"]["route"]) == ("warning", "/slow")

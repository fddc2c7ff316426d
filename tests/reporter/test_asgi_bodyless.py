"""Requests without a body, as the middleware sees and tells them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.reporter import Reporter
from tests.reporter.contract_app import WRITTEN, Json, client

Checks = Callable[[], list[Json]]


async def test_a_body_that_nobody_sent_is_missed_only_where_it_was_asked_for(reporter: Reporter, checks: Checks) -> None:
    async def take(request: Request) -> Response:
        return JSONResponse({"bytes": len(await request.body())})

    async def leave(_: Request) -> Response:
        return JSONResponse({})

    asked = [{**WRITTEN, "endpoint": path, "expectedResponses": {}, "requestRequired": True} for path in ("/take", "/leave")]
    routes = [Route("/take", take, methods=["POST"]), Route("/leave", leave, methods=["POST"])]
    async with client(reporter, asked, routes) as http:
        await http.post("/take")
        await http.post("/take", json={"title": "Plans"})
        await http.post("/leave")
    missed, sent, unread = checks()
    assert [one["message"] for one in missed["data"]["found"]] == ["body is missing"]
    assert missed["data"]["exchange"]["bodyless"] is True
    for one in (sent, unread):  # of what the app did not read it is not known whether it was there
        assert "bodyless" not in one["data"]["exchange"]
        assert one["data"]["violations"] == 0

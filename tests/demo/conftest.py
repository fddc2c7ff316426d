"""An API over a real SQLite file, and a reporter whose events can be read back."""

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from console.demo.api_client import ApiClient
from console.demo.pwa.actions import list_conversations
from console.demo.pwa.link import Link
from console.demo.pwa.local import Local
from console.demo.pwa.sync import Client
from console.demo.server.app import _Server, _uvicorn_config, make_app, open_api
from console.demo.server.http import Api
from console.demo.server.schema import fill
from console.reporter import Reporter

Event = dict[str, Any]


@pytest.fixture
def reporter() -> Iterator[Reporter]:
    """A reporter without listeners; its ring keeps everything."""
    made = Reporter("server")
    yield made
    made.close()


@pytest.fixture
def events(reporter: Reporter) -> Callable[..., list[Event]]:
    """Read what was reported so far; keywords select by `eventType` (as `kind`) and by category."""

    def read(kind: str | None = None, category: str | None = None) -> list[Event]:
        _, texts = reporter._ring.read(1, 10_000, 2**30)
        found = [json.loads(text) for text in texts]
        return [
            event
            for event in found
            if kind in (None, event["eventType"]) and category in (None, event["data"].get("category"))
        ]

    return read


@pytest.fixture
async def api(reporter: Reporter) -> AsyncIterator[Api]:
    """The API's parts over a new database with enough units to be slow."""
    async with open_api(reporter, None) as opened:
        await fill(opened.database)
        yield opened


@pytest.fixture
async def http(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application; unhandled errors become the 500 that a caller sees."""
    transport = httpx.ASGITransport(make_app(api), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        yield client


@pytest.fixture
async def signed_in(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """The client with a token of user ada."""
    answer = await http.post("/api/v1/auth/token", json={"handle": "ada"})
    http.headers["authorization"] = f"Bearer {answer.json()['token']}"
    return http


@pytest.fixture
async def client(api: Api, reporter: Reporter) -> AsyncIterator[Client]:
    """A signed-in client of a real server, through a link that can be cut."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server: uvicorn.Server = _Server(_uvicorn_config(make_app(api)))
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listener]))
            link = await Link.start("127.0.0.1", listener.getsockname()[1])
            made = Client(ApiClient(link.url, reporter), link, Local(reporter), reporter, random.Random(1))
            await made.api.sign_in("ada")
            await list_conversations(made)
            yield made
            await made.api.close()
            link.cut()
            server.should_exit = True

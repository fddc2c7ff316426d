"""The API put together: routes, refusals, the reporter around it, and the process that serves it."""

import asyncio
import contextlib
import logging
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.demo.pacing import DEPLOY_AFTER_S, Pacer
from console.demo.resolution import answer_resolutions
from console.demo.server import accounts, acus, conversations, live, sync
from console.demo.server.contracts import CONTRACTS
from console.demo.server.database import Database, QueryFailed
from console.demo.server.documents import Documents, report_digests
from console.demo.server.http import Api, ApiError, RateLimiter, answer_api_error, answer_query_failed, api_of
from console.demo.server.jobs import make_deck
from console.demo.server.provider import Provider
from console.demo.server.release import Release, announce
from console.demo.server.resolve import resolve
from console.demo.server.schema import create, fill
from console.demo.server.sqlite import SqliteDatabase
from console.demo.server.token import TokenIssuer
from console.demo.service import Context
from console.reporter import Reporter, ReporterMiddleware

_REFRESHES_AT_ONCE = 5


async def health(request: Request) -> Response:
    """GET: that the process answers, and on which database."""
    return JSONResponse({"ok": True, "database": api_of(request).database.engine})


def make_app(api: Api) -> Starlette:
    """The application; unhandled errors, durations and contracts are the middleware's to report."""
    app = Starlette(
        routes=[
            Route("/api/v1/health", health),
            *conversations.ROUTES,
            *accounts.ROUTES,
            *acus.ROUTES,
            *live.ROUTES,
            *sync.ROUTES,
        ],
        exception_handlers={ApiError: answer_api_error, QueryFailed: answer_query_failed},
    )
    app.state.api = api
    app.add_middleware(ReporterMiddleware, reporter=api.reporter, contracts=CONTRACTS)
    return app


@contextlib.asynccontextmanager
async def open_api(reporter: Reporter, dsn: str | None, deploy_after_s: float = DEPLOY_AFTER_S) -> AsyncIterator[Api]:
    """An `Api` over a new database, which is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="vivim-demo-") as folder:
        database = await _open_database(dsn, Path(folder) / "demo.sqlite")
        provider = await Provider.start()
        try:
            await create(database)
            documents = Documents(reporter)
            for row in await database.fetch("SELECT id, title, archived, version FROM conversations"):
                documents.hold(row)
            yield Api(
                database=database,
                reporter=reporter,
                tokens=TokenIssuer(),
                provider=provider,
                limiter=RateLimiter(burst=_REFRESHES_AT_ONCE, per_second=2.0),
                documents=documents,
                release=Release(deploy_after_s),
            )
        finally:
            await provider.close()
            await database.close()


async def _open_database(dsn: str | None, path: Path) -> Database:
    if dsn is None:
        return SqliteDatabase(path)
    from console.demo.server.postgres import PostgresDatabase

    return await PostgresDatabase.connect(dsn)


class _Server(uvicorn.Server):
    """Leaves signals alone: the process has its own way to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(context: Context) -> None:
    """Serve the API and do the server's own jobs until cancelled."""
    async with open_api(context.reporter, context.dsn, context.deploy_after_s) as api:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            server = _Server(_uvicorn_config(make_app(api)))
            async with asyncio.TaskGroup() as group:
                group.create_task(server.serve(sockets=[listener]))
                context.announce(api=f"http://127.0.0.1:{port}")
                context.reporter.info("API up", database=api.database.engine, port=port)
                await fill(api.database)
                answer_resolutions(api.reporter, partial(resolve, api))
                group.create_task(report_digests(api.documents, api.database))
                group.create_task(announce(api.release, api.reporter))
                pacer = Pacer(context.rate, context.count_emitted)
                deck = make_deck(api, context.rng)
                try:
                    await pacer.run(deck.draw, lambda bug: context.reporter.error(bug, category="INTERNAL"))
                finally:
                    server.should_exit = True


def _uvicorn_config(app: Starlette) -> uvicorn.Config:
    # Uvicorn would print each unhandled exception too; the middleware has reported it with its context.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=1,
    )

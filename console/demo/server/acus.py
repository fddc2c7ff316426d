"""Atomic content units: search, and extraction from messages."""

import re
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.demo.clock import elapsed_ms
from console.demo.server import contracts
from console.demo.server.checked import check_provenance, read_params
from console.demo.server.database import Row
from console.demo.server.http import Api, ApiError, api_of, require_user
from console.demo.server.provider import ProviderFailed

SLOW_MS = 150
_BY_ID = "SELECT id, kind, content, quality, provenance FROM acus WHERE id = ?"
_BY_TEXT = "SELECT id, kind, content, quality, provenance FROM acus WHERE content LIKE ? ORDER BY id LIMIT ?"
# No index serves the LIKE: each step of the chain costs one more scan of the whole table.
_RELATED = """
    WITH RECURSIVE related(id, tail, depth) AS (
        SELECT id, substr(content, length(content)), 0 FROM acus WHERE id = ?
        UNION ALL
        SELECT (SELECT MIN(substr(found.id, 1)) FROM acus AS found
                WHERE found.content LIKE '%' || related.tail AND substr(found.id, 1) > related.id),
               related.tail, related.depth + 1
        FROM related WHERE related.id IS NOT NULL AND related.depth < CAST(? AS INTEGER))
    SELECT acus.id, kind, content, quality, provenance FROM related JOIN acus ON acus.id = related.id
    ORDER BY depth LIMIT ?"""


async def search(request: Request) -> Response:
    """GET: units whose text holds `q`; with `depth`, units related to the first of them."""
    params = read_params(request, contracts.SEARCH)
    api, count, depth = api_of(request), int(params.get("k", 5)), int(params.get("depth", 0))
    hits = await api.database.fetch(_BY_TEXT, f"%{params['q']}%", count)
    if hits and depth:
        hits = await find_related(api, hits[0]["id"], depth, count)
    if api.release.is_out:  # for a client that wants to show two digits; the others still compute with it
        hits = [{**hit, "quality": f"{hit['quality']:.2f}"} for hit in hits]
    body = {"hits": hits}
    check_provenance(request, contracts.SEARCH, body)
    return JSONResponse(body)


async def read_one(request: Request) -> Response:
    """GET: one unit."""
    rows = await api_of(request).database.fetch(_BY_ID, request.path_params["id"])
    if not rows:
        raise ApiError(404, "VALIDATION_FAILED", f"no unit {request.path_params['id']}")
    return JSONResponse(rows[0])


async def find_related(api: Api, acu_id: str, depth: int, count: int) -> list[Row]:
    """Up to `depth` units that end as this one does; a slow query, and reported when it was slow."""
    started = time.perf_counter()
    rows = await api.database.fetch(_RELATED, acu_id, depth, count)
    took_ms = elapsed_ms(started)
    if took_ms > SLOW_MS:
        api.reporter.warning(
            f"slow query: related ACUs took {took_ms} ms",
            category="DATABASE_ERROR",
            database={"engine": api.database.engine, "query": _RELATED, "parameters": [acu_id, depth, count],
                      "durationMs": took_ms, "rows": len(rows)},
        )  # fmt: skip
    return rows


async def extract(request: Request) -> Response:
    """POST: the units of one message."""
    require_user(request)
    units = await extract_units(api_of(request), request.path_params["id"])
    return JSONResponse({"units": units}, 201)


async def extract_units(api: Api, message_id: str) -> list[str]:
    """Split a message and have the provider summarise it. Raises `ApiError` for what fails on the way."""
    rows = await api.database.fetch("SELECT content FROM messages WHERE id = ?", message_id)
    if not rows:
        raise ApiError(404, "VALIDATION_FAILED", f"no message {message_id}")
    try:
        units = split_units(rows[0]["content"])
    except IndexError as error:
        raise ApiError(
            422, "EXTRACTION_FAILED", f"no unit could be made of {message_id}", debug={"messageId": message_id}
        ) from error
    try:
        summary = await api.provider.summarise(units[0])
    except ProviderFailed as error:
        raise ApiError(502, "AI_PROVIDER_ERROR", str(error), debug={"provider": error.response}) from error
    return [summary, *units[1:]]


def split_units(content: str) -> list[str]:
    """The sentences of a message, the leading one without its salutation."""
    sentences = [part.strip() for part in re.split(r"(?<=[.?!])\s+", content) if part.strip()]
    sentences[0] = re.sub(r"^(hi|hello|hey)[,\s]+", "", sentences[0], flags=re.IGNORECASE)
    return sentences


ROUTES = [
    Route("/api/v1/acus/search", search, methods=["GET"]),
    Route("/api/v1/acus/{id}", read_one, methods=["GET"]),
    Route("/api/v1/messages/{id}/acus", extract, methods=["POST"]),
]

"""The API's manners: how a request is read, who asks, and how a refusal is answered and reported."""

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.demo.server.database import Database, QueryFailed, Step
from console.demo.server.documents import Documents
from console.demo.server.provider import Provider
from console.demo.server.release import Release
from console.demo.server.token import TokenExpired, TokenInvalid, TokenIssuer
from console.reporter import Reporter, correlation_id
from console.reporter.contracts.schema import checker_for

BODY_LIMIT_BYTES = 64 * 1024
SCHEMA_VERSION = "7"
_SEVERITY = {
    "VALIDATION_FAILED": "low",
    "MALFORMED_REQUEST": "low",
    "AUTH_EXPIRED": "low",
    "RATE_LIMIT_EXCEEDED": "low",
    "INPUT_TOO_LARGE": "low",
    "VERSION_MISMATCH": "medium",
    "SYNC_CONFLICT": "medium",
    "PERMISSION_DENIED": "medium",
    "CONSTRAINT_VIOLATION": "medium",
}


class ApiError(Exception):
    """A refusal: answered with `status` and reported under `category`, with `sections` as the report's context."""

    def __init__(self, status: int, category: str, message: str, **sections: Any) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.sections = sections


@dataclass
class RateLimiter:
    """A token bucket per key: `burst` requests at once, then `per_second`."""

    burst: int
    per_second: float
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str) -> float:
        """Take one request; returns 0, or the seconds to wait when the bucket is empty."""
        now_s = time.monotonic()
        level, at_s = self._levels.get(key, (float(self.burst), now_s))
        level = min(float(self.burst), level + (now_s - at_s) * self.per_second)
        if level < 1:
            self._levels[key] = (level, now_s)
            return (1 - level) / self.per_second
        self._levels[key] = (level - 1, now_s)
        return 0.0


@dataclass
class Api:
    """What the routes work with; kept in the application's state as `api`. `told` counts violations by endpoint."""

    database: Database
    reporter: Reporter
    tokens: TokenIssuer
    provider: Provider
    limiter: RateLimiter
    documents: Documents
    release: Release
    told: Counter[str] = field(default_factory=Counter)


def api_of(request: Request) -> Api:
    """The `Api` behind a request."""
    api: Api = request.app.state.api
    return api


def require_user(request: Request) -> str:
    """The user of the request's bearer token. Raises `ApiError` for a missing, false or expired one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise ApiError(401, "TOKEN_INVALID", "the request carries no bearer token")
    try:
        return api_of(request).tokens.verify(token)
    except TokenExpired as error:
        raise ApiError(401, "AUTH_EXPIRED", str(error), user={"id": error.user_id}) from error
    except TokenInvalid as error:
        raise ApiError(401, "TOKEN_INVALID", str(error)) from error


async def read_body(request: Request, schema: dict[str, Any], category: str = "VALIDATION_FAILED") -> dict[str, Any]:
    """The JSON body, checked against `schema`. Raises `ApiError` for size, JSON, or what breaks the schema."""
    size = int(request.headers.get("content-length", "0"))
    if size > BODY_LIMIT_BYTES:
        raise ApiError(413, "INPUT_TOO_LARGE", f"the body has {size} bytes, {BODY_LIMIT_BYTES} are allowed")
    raw = await request.body()
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ApiError(400, "MALFORMED_REQUEST", f"the body is no JSON: {error}") from error
    deviations = [problem.message for problem in checker_for(schema).problems(body)]
    if deviations:
        text = f"the body breaks its schema: {deviations[0]}"
        raise ApiError(422, category, text, debug={"deviations": deviations, "body": body})
    accepted: dict[str, Any] = body
    return accepted


async def answer_api_error(request: Request, error: Exception) -> Response:
    """Report a refusal and answer it."""
    assert isinstance(error, ApiError)
    sections = {"request": describe(request), "response": {"status": error.status}, **error.sections}
    severity = _SEVERITY.get(error.category, "high")
    api_of(request).reporter.error(error, category=error.category, severity=severity, **sections)
    headers = {"retry-after": "1"} if error.status == 429 else None
    return refusal(error.status, error.category, str(error), headers)


async def answer_query_failed(request: Request, error: Exception) -> Response:
    """Report a failed statement with its text, parameters and code, and answer 409 for constraints, else 500."""
    assert isinstance(error, QueryFailed)
    api = api_of(request)
    status = 409 if error.category == "CONSTRAINT_VIOLATION" else 500
    api.reporter.error(
        error,
        category=error.category,
        severity="medium" if status == 409 else "high",
        request=describe(request),
        response={"status": status},
        database=error.section(api.database.engine),
    )
    return refusal(status, error.category, f"the database refused: {error.code}")


def describe(request: Request) -> dict[str, Any]:
    """The `request` section of a report; the reporter masks what is secret in it."""
    return {
        "method": request.method,
        "url": str(request.url),
        "path": request.url.path,
        "params": dict(request.query_params),
        "pathParams": request.path_params,
        "headers": dict(request.headers),
    }


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """The body that every refusal has."""
    body = {"error": {"code": code, "message": message}, "correlationId": correlation_id()}
    return JSONResponse(body, status, headers)


def change_step(entity: str, entity_id: str, version: int, state: dict[str, Any], at_ms: int) -> Step:
    """The statement that appends to the feed of changes, under the correlation id of the request that made it."""
    columns = "entity_type, entity_id, version, state, correlation_id, at_ms"
    values = (entity, entity_id, version, json.dumps(state), correlation_id(), at_ms)
    return f"INSERT INTO changes ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values

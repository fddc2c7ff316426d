"""Calls to the API: correlation id and token sent along, durations measured, failures reported as they are."""

import asyncio
import contextlib
import time
from typing import Any

import httpx

from console.demo.clock import elapsed_ms
from console.reporter import Reporter, correlation, correlation_id, inject, new_correlation_id

TIMEOUT_S = 0.6
_TOKEN_TTL_MS = 600_000
_RENEW_S = 300.0
_RETRY_S = 0.5
_SIGN_IN_TIMEOUT_S = 5.0  # the first call of a process also loads half of an HTTP stack
SCHEMA_VERSION = "7"


class Unreachable(Exception):
    """Nothing takes connections: the client is offline. It has been reported."""


class ApiClient:
    """One user's calls. `token` is sent with each; an answer is `(status, body)`, 0 when none came."""

    def __init__(self, base_url: str, reporter: Reporter) -> None:
        self.token = ""
        self._reporter = reporter
        self._http = httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT_S, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def call(
        self, method: str, path: str, *, token: str | None = None, quiet: bool = False, **options: Any
    ) -> tuple[int, Any]:
        """One request. Raises `Unreachable`; every other failure is reported and gives status 0.

        Of a `quiet` one only failures are reported. `options` are those of `httpx.AsyncClient.request`.
        """
        headers = {"x-schema-version": SCHEMA_VERSION, **options.pop("headers", {})}
        token = self.token if token is None else token
        if token:
            headers["authorization"] = f"Bearer {token}"
        inject(headers)
        request = {"method": method, "path": path, "headers": headers, "body": options.get("json")}
        started = time.perf_counter()
        try:
            response = await self._http.request(method, path, headers=headers, **options)
        except httpx.ConnectError as error:
            self._fail(error, "SERVICE_UNAVAILABLE", request, started)
            raise Unreachable(str(error)) from error
        except httpx.TimeoutException as error:
            self._fail(error, "NETWORK_TIMEOUT", request, started)
            return 0, None
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            self._fail(error, "CONNECTION_LOST", request, started)
            return 0, None
        return response.status_code, self._read(response, request, started, quiet)

    async def sign_in(self, handle: str) -> None:
        """Take a token for `handle`, asking until one comes. What fails meanwhile is reported as usual."""
        body = {"handle": handle, "ttlMs": _TOKEN_TTL_MS}
        while True:
            with contextlib.suppress(Unreachable), correlation(new_correlation_id()):
                status, issued = await self.call("POST", "/api/v1/auth/token", json=body, timeout=_SIGN_IN_TIMEOUT_S)
                if status == 200:
                    self.token = issued["token"]
                    return
            await asyncio.sleep(_RETRY_S)

    async def stay_signed_in(self, handle: str) -> None:
        """Renew the token long before it expires. Runs until cancelled."""
        while True:
            await asyncio.sleep(_RENEW_S)
            await self.sign_in(handle)

    async def is_reachable(self) -> bool:
        """Whether the API answers now; a failed probe is no event of its own."""
        try:
            await self._http.get("/api/v1/health", headers=dict(inject({})))
        except httpx.TransportError:
            return False
        return True

    def _read(self, response: httpx.Response, request: dict[str, Any], started: float, quiet: bool) -> Any:
        took_ms = elapsed_ms(started)
        body = response.json() if "json" in response.headers.get("content-type", "") else response.text
        if response.is_success and quiet:
            return body
        if response.is_success:
            operation = f"{request['method']} {_route(request['path'])}"
            self._reporter.performance(operation, took_ms, status=response.status_code, bytes=len(response.content))
            return body
        code = body["error"]["code"] if isinstance(body, dict) and "error" in body else "SERVICE_UNAVAILABLE"
        self._reporter.warning(
            f"API Error: {request['method']} {request['path']} - {response.status_code}",
            category=code,
            request=request,
            response={"status": response.status_code, "body": body, "durationMs": took_ms},
        )
        return body

    def _fail(self, error: httpx.TransportError, category: str, request: dict[str, Any], started: float) -> None:
        self._reporter.error(
            error,
            category=category,
            severity="high",
            request={**request, "correlationId": correlation_id()},
            debug={"durationMs": elapsed_ms(started), "timeoutMs": TIMEOUT_S * 1000},
        )


def _route(path: str) -> str:
    """The path with its ids replaced, so that durations add up per route."""
    parts = [":id" if "_" in part else part for part in path.split("?")[0].split("/")]
    return "/".join(parts)

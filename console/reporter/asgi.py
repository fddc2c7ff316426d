"""Pure ASGI middleware: reports failed requests, times every request, carries the correlation id."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from console.reporter.correlation import HEADER, correlation, extract, new_correlation_id
from console.reporter.reporter import Reporter

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY_BYTES = 16 * 1024
SERVER_ERROR = "SERVER_ERROR"
"""A bug behind a request: outside of the platform's taxonomy, which has no category for one."""
_STATUS_CATEGORIES = {502: "SERVICE_UNAVAILABLE", 503: "SERVICE_UNAVAILABLE", 504: "NETWORK_TIMEOUT"}
_ID_SEGMENT = re.compile(r"\d+|[0-9a-fA-F-]{16,}|(?=[^/]*\d)[\w.~:-]{12,}|[a-z]+[_-](?=\w*\d)\w+")


def _category(error: Exception | None, status: int | None) -> str:
    if error is None:
        return _STATUS_CATEGORIES.get(status or 0, SERVER_ERROR)
    from console.reporter.classification import UNKNOWN, category_of  # loaded with the first error
    from console.reporter.database import describe_database

    found = category_of(error, describe_database(error))
    return SERVER_ERROR if found == UNKNOWN else found


class _Exchange:
    """What is remembered of one request: the beginning of both bodies, the status, the headers."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.root_path = scope.get("root_path", "")
        self.started = time.perf_counter()
        self.request_body = bytearray()
        self.response_body = bytearray()
        self.status: int | None = None
        self.response_headers: list[tuple[bytes, bytes]] = []

    @property
    def duration_ms(self) -> float:
        return round((time.perf_counter() - self.started) * 1000, 3)

    def operation(self) -> str:
        return f"{self.scope['method']} {self.route()}"

    def route(self) -> str:
        """Return the route's template, below what it is mounted at, or the path with ids masked."""
        path = getattr(self.scope.get("route"), "path", None)
        if not isinstance(path, str):
            return "/".join("{id}" if _ID_SEGMENT.fullmatch(part) else part for part in self.scope["path"].split("/"))
        mount = str(self.scope.get("root_path", "")).removeprefix(self.root_path)
        return mount + path

    def request(self, identifier: str) -> dict[str, Any]:
        from urllib.parse import parse_qs  # slow to import; only failed requests need it

        query = self.scope.get("query_string", b"").decode("latin-1")
        params = {name: values if len(values) > 1 else values[0] for name, values in parse_qs(query).items()}
        headers = _headers(self.scope["headers"])
        path = self.scope["path"]
        base = f"{self.scope.get('scheme', 'http')}://{headers.get('host', '')}{path}"
        about = {"method": self.scope["method"], "url": f"{base}?{query}" if query else base, "path": path}
        sent = {"headers": headers, "body": _body(self.request_body), "params": params}
        return {**about, **sent, "pathParams": self.scope.get("path_params", {}), "correlationId": identifier}

    def response(self) -> dict[str, Any]:
        about = {"status": self.status, "headers": _headers(self.response_headers)}
        return {**about, "body": _body(self.response_body), "durationMs": self.duration_ms}


class ReporterMiddleware:
    """Wraps an ASGI app.

    An unhandled exception is reported and raised again; a response of 500 or above is reported; both with request
    and response (the first 16 KiB of each body). Every request becomes a performance event, named
    `GET /route/{template}`. The correlation id is taken from the request, or made, and stands in the response's
    `x-correlation-id`. With `slow_ms`, a request that takes longer is a warning too.
    """

    def __init__(self, app: App, reporter: Reporter, slow_ms: float | None = None) -> None:
        self.app, self.reporter, self.slow_ms = app, reporter, slow_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection; only HTTP is looked at."""
        if scope["type"] == "lifespan":
            import asyncio

            self.reporter.watch_loop(asyncio.get_running_loop())
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identifier = extract(scope["headers"]) or new_correlation_id()
        with correlation(identifier):
            await self._handle(scope, receive, send, identifier)

    async def _handle(self, scope: Scope, receive: Receive, send: Send, identifier: str) -> None:
        exchange = _Exchange(scope)
        try:
            await self.app(scope, _recording_receive(receive, exchange), _recording_send(send, exchange, identifier))
        except Exception as error:
            self._report(exchange, identifier, error)
            raise
        else:
            if exchange.status is not None and exchange.status >= 500:
                self._report(exchange, identifier, None)
        finally:
            self._time(exchange)

    def _report(self, exchange: _Exchange, identifier: str, error: Exception | None) -> None:
        operation = exchange.operation()
        message = None if error else f"HTTP {exchange.status} from {operation}"
        context: dict[str, Any] = {"request": exchange.request(identifier), "operation": operation}
        if exchange.status is not None:
            context["response"] = exchange.response()
        severity = "critical" if error else "high"
        category = _category(error, exchange.status)
        self.reporter.error(error or str(message), category=category, severity=severity, message=message, **context)

    def _time(self, exchange: _Exchange) -> None:
        duration_ms, operation = exchange.duration_ms, exchange.operation()
        about = {"method": exchange.scope["method"], "route": exchange.route(), "status": exchange.status}
        self.reporter.performance(operation, duration_ms, **about)
        if self.slow_ms is not None and duration_ms > self.slow_ms:
            text = f"{operation} took {duration_ms:.0f} ms, more than {self.slow_ms:.0f} ms"
            self.reporter.warning(text, category="PERFORMANCE", durationMs=duration_ms, **about)


def _recording_receive(receive: Receive, exchange: _Exchange) -> Receive:
    async def recording() -> Message:
        message = await receive()
        room = MAX_BODY_BYTES - len(exchange.request_body)
        if room > 0 and message["type"] == "http.request":
            exchange.request_body += message.get("body", b"")[:room]
        return message

    return recording


def _recording_send(send: Send, exchange: _Exchange, identifier: str) -> Send:
    name = HEADER.encode()

    async def recording(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            headers = list(message.get("headers", ()))
            if all(key.lower() != name for key, _ in headers):
                headers.append((name, identifier.encode("latin-1")))
            exchange.response_headers = headers
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body" and exchange.status is not None and exchange.status >= 500:
            room = MAX_BODY_BYTES - len(exchange.response_body)
            exchange.response_body += message.get("body", b"")[: max(room, 0)]
        await send(message)

    return recording


def _headers(pairs: Any) -> dict[str, str]:
    named: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        named[name] = f"{named[name]}, {value}" if name in named else value
    return named


def _body(body: bytearray) -> str | None:
    return bytes(body).decode("utf-8", "replace") if body else None

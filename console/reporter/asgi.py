"""Pure ASGI middleware: reports failed requests, times every request, checks contracts, carries the correlation id."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, TypeVar

from console.reporter.correlation import HEADER, correlation, extract, new_correlation_id
from console.reporter.reporter import Reporter

if TYPE_CHECKING:
    from console.reporter.contract_checks import ContractChecks, Contracts
    from console.reporter.contract_exchange import Seen
    from console.reporter.contracts.contract import Contract

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Endpoint = TypeVar("Endpoint")

MAX_BODY_BYTES = 16 * 1024
CONTRACT_ATTRIBUTE = "__reporter_contract__"
"""Where an endpoint carries its own contract."""
SERVER_ERROR = "SERVER_ERROR"
"""A bug behind a request: outside of the platform's taxonomy, which has no category for one."""
_STATUS_CATEGORIES = {502: "SERVICE_UNAVAILABLE", 503: "SERVICE_UNAVAILABLE", 504: "NETWORK_TIMEOUT"}
_ID_SEGMENT = re.compile(r"\d+|[0-9a-fA-F-]{16,}|(?=[^/]*\d)[\w.~:-]{12,}|[a-z]+[_-](?=\w*\d)\w+")


def with_contract(endpoint: Endpoint, contract: Contract | Mapping[str, Any]) -> Endpoint:
    """Return the endpoint with a contract that the middleware checks it by, before any of a registry.

    `Route("/x", with_contract(list_x, {"contractVersion": "1.0.0", "expectedResponse": {…}}))`; a FastAPI route takes it the
    same way. The service and the path may be left out: they are the reporter's and the route's. Raises `ContractError` for
    what is no contract, TypeError for an endpoint that can carry nothing.
    """
    from console.reporter.contract_checks import read_own  # contracts are loaded when they are used

    try:
        setattr(getattr(endpoint, "__func__", endpoint), CONTRACT_ATTRIBUTE, read_own(contract))
    except AttributeError:
        raise TypeError(f"{endpoint!r} can carry no contract: give a function, a method or a class") from None
    return endpoint


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
        self.request_fits, self.request_is_whole = True, False
        self.response_body = bytearray()
        self.response_is_whole = True
        self.keeps_response = False
        self.ended: float | None = None
        self.status: int | None = None
        self.response_headers: list[tuple[bytes, bytes]] = []

    @property
    def duration_ms(self) -> float:
        """From the start to the last byte of the answer, or to now where none was sent; in milliseconds."""
        return round(((self.ended or time.perf_counter()) - self.started) * 1000, 3)

    @property
    def endpoint(self) -> Any:
        """The function behind the route, as far as a framework tells."""
        return self.scope.get("endpoint")

    def operation(self) -> str:
        return f"{self.scope['method']} {self.route()}"

    def route(self) -> str:
        """Return the route's template, below what it is mounted at, or the path with ids masked."""
        path = getattr(self.scope.get("route"), "path", None)
        if not isinstance(path, str):
            return "/".join("{id}" if _ID_SEGMENT.fullmatch(part) else part for part in self.scope["path"].split("/"))
        mount = str(self.scope.get("root_path", "")).removeprefix(self.root_path)
        return mount + path

    def seen(self, failure: Exception | None) -> Seen:
        """Return what contracts are checked against. An answer that never began is the 500 that the server makes of it."""
        from console.reporter.contract_exchange import Seen  # only what checks contracts needs it

        began = self.status is not None
        return Seen(
            method=self.scope["method"].upper(),
            path=self.scope["path"],
            root_path=self.root_path,
            template=self.route(),
            has_route=self.endpoint is not None or self.scope.get("route") is not None,
            endpoint=self.endpoint,
            query=self.scope.get("query_string", b""),
            path_params=self.scope.get("path_params", {}),
            request_headers=self.scope["headers"],
            request=bytes(self.request_body),
            request_is_whole=self.request_is_whole,
            status=self.status or 500,
            response_headers=self.response_headers,
            response=bytes(self.response_body),
            response_is_whole=self.response_is_whole and self.ended is not None,
            duration_ms=self.duration_ms,
            failure=f"the answer broke off: {type(failure).__name__}" if failure and began and self.ended is None else "",
        )

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

    With `contracts` (a `Registry`, the path of a file of contracts, or a list of them) every exchange is checked once the
    answer is out, and reported as a `contract_check`: all that break their contract, up to 20 a second and endpoint that
    hold, and what no contract declares. JSON bodies of at most 16 KiB are checked. An endpoint `with_contract` is checked in
    any case. Contracts that cannot be used raise `ContractError` here; the app's answers are never changed.
    """

    def __init__(
        self, app: App, reporter: Reporter, slow_ms: float | None = None, contracts: Contracts | None = None
    ) -> None:
        self.app, self.reporter, self.slow_ms = app, reporter, slow_ms
        self._checks = None if contracts is None else _load_checks(reporter, contracts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection; only HTTP is looked at."""
        if scope["type"] == "lifespan":
            import asyncio

            self.reporter.watch_loop(asyncio.get_running_loop())
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            if scope["type"] == "lifespan" and self._checks is not None:
                self._checks.tell_left_out()
            return
        identifier = extract(scope["headers"]) or new_correlation_id()
        with correlation(identifier):
            await self._handle(scope, receive, send, identifier)

    async def _handle(self, scope: Scope, receive: Receive, send: Send, identifier: str) -> None:
        exchange = _Exchange(scope)
        exchange.keeps_response = self._checks is not None
        failure: Exception | None = None
        try:
            await self.app(scope, _recording_receive(receive, exchange), _recording_send(send, exchange, identifier))
        except Exception as error:
            failure = error
            self._report(exchange, identifier, error)
            raise
        else:
            if exchange.status is not None and exchange.status >= 500:
                self._report(exchange, identifier, None)
        finally:
            self._time(exchange)
            self._check(exchange, failure)

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

    def _check(self, exchange: _Exchange, failure: Exception | None) -> None:
        was_left = (exchange.ended is None and failure is None) or type(failure).__name__ == "ClientDisconnect"
        if was_left:  # cancelled, or the client went away: nobody knows how it would have ended
            return
        try:
            if self._checks is None:
                if not hasattr(exchange.endpoint, CONTRACT_ATTRIBUTE):
                    return
                self._checks = _load_checks(self.reporter, None)
            self._checks.check(exchange.seen(failure))
        except Exception as bug:  # noqa: BLE001 - checking must not harm its host; status() tells of it
            self.reporter.note_failure(bug)


def _load_checks(reporter: Reporter, contracts: Contracts | None) -> ContractChecks:
    from console.reporter.contract_checks import ContractChecks  # loads the contracts package only when it is used

    return ContractChecks(reporter, contracts)


def _recording_receive(receive: Receive, exchange: _Exchange) -> Receive:
    async def recording() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            body: bytes = message.get("body", b"")
            room = MAX_BODY_BYTES - len(exchange.request_body)
            exchange.request_body += body[:room]
            exchange.request_fits &= len(body) <= room
            exchange.request_is_whole = exchange.request_fits and not message.get("more_body", False)
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
            exchange.keeps_response |= exchange.status >= 500 or hasattr(exchange.endpoint, CONTRACT_ATTRIBUTE)
        elif message["type"] == "http.response.body" and exchange.keeps_response:
            body: bytes = message.get("body", b"")
            room = MAX_BODY_BYTES - len(exchange.response_body)
            exchange.response_body += body[:room]
            exchange.response_is_whole &= len(body) <= room
        await send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            exchange.ended = time.perf_counter()

    return recording


def _headers(pairs: Any) -> dict[str, str]:
    named: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        named[name] = f"{named[name]}, {value}" if name in named else value
    return named


def _body(body: bytearray) -> str | None:
    return bytes(body).decode("utf-8", "replace") if body else None

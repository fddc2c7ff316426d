"""The reporter's own thread with its own asyncio loop: serves consumers and dials hubs."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from console.reporter.access import is_loopback, refusal
from console.reporter.commands import CommandBook
from console.reporter.link import FramedLink, Link, NaiveLink, Waker
from console.reporter.masking import mask_text
from console.reporter.producer import PROTOCOL, Producer
from console.reporter.ring import Ring

PING_INTERVAL_S = 10
PING_TIMEOUT_S = 15  # together: a link is found dead after 25 s at most
FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 15.0
_MAX_INBOUND_BYTES = 4 * 1024 * 1024


# websockets logs every header, tokens included, at DEBUG: that level is closed here whatever the host's logging says.
_log = logging.getLogger("console.reporter.websocket")
_log.setLevel(logging.INFO)


class _Connect(connect):
    """A dialler that follows no redirect, so that its token goes nowhere else."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class StreamThread:
    """Runs every connection of one reporter. Public methods may be called from any thread but its own."""

    def __init__(
        self, ring: Ring, commands: CommandBook, *, service: str, instance: str, clock: Callable[[], int], hb_ms: int
    ) -> None:
        self._ring, self._commands, self._clock, self._hb_ms = ring, commands, clock, hb_ms
        self._service, self._instance = service, instance
        self._loop = asyncio.new_event_loop()
        self._servers: list[Server] = []
        self._dials: dict[str, Future[None]] = {}
        self._link_tasks: set[asyncio.Task[Any] | None] = set()
        self.links: set[Link] = set()
        self.dial_states: dict[str, str] = {}
        self.waker = Waker(self._loop)
        self._thread = threading.Thread(target=self._run, name="reporter-stream", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    def _submit(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def serve(self, host: str, port: int, token: str | None) -> str:
        """Listen, and return the stream's address. Raises OSError when the address cannot be had."""
        try:
            server: Server = self._submit(self._listen(host, port, token)).result(timeout=10)
        except OSError as error:
            advice = "choose another port, or port=0 for any free one"
            raise OSError(error.errno, f"cannot serve the debug stream on {host}:{port} ({error}); {advice}") from error
        self._servers.append(server)
        real_port = next(iter(server.sockets)).getsockname()[1]
        return f"ws://{f'[{host}]' if ':' in host else host}:{real_port}"

    async def _listen(self, host: str, port: int, token: str | None) -> Server:
        async def accept(socket: ServerConnection) -> None:
            await self._accept(socket, host, token)

        return await serve(
            accept,
            host,
            port,
            select_subprotocol=_select_subprotocol,
            compression=None if is_loopback(host) else "deflate",
            ping_interval=PING_INTERVAL_S,
            ping_timeout=PING_TIMEOUT_S,
            max_size=_MAX_INBOUND_BYTES,
            close_timeout=2,
            logger=_log,
        )

    async def _accept(self, socket: ServerConnection, bound_host: str, token: str | None) -> None:
        request = socket.request
        if request is None:
            return
        headers = request.headers
        offered = [name.strip() for value in headers.get_all("Sec-WebSocket-Protocol") for name in value.split(",")]
        refused = refusal(
            token=token,
            bound_host=bound_host,
            authorization=headers.get("Authorization", ""),
            subprotocols=offered,
            origin=headers.get("Origin"),
            host=headers.get("Host", ""),
        )
        if refused:  # after the upgrade, so that the dialler sees the code
            await socket.close(*refused)
            return
        await self._stream(socket, socket.subprotocol)

    async def _stream(self, socket: Any, subprotocol: str | None) -> Link:
        link: Link
        if subprotocol == PROTOCOL:
            identity = {"service": self._service, "instance": self._instance}
            producer = Producer(self._ring, **identity, now_ms=self._clock(), hb_ms=self._hb_ms)
            parts: dict[str, Any] = {"ring": self._ring, "waker": self.waker, "commands": self._commands}
            link = FramedLink(socket, producer, **parts, now=self._clock)
        else:
            link = NaiveLink(socket, ring=self._ring, waker=self.waker)
        task = asyncio.current_task()
        self._link_tasks.add(task)
        self.links.add(link)
        try:
            await link.run()
        finally:
            self.links.discard(link)
            self._link_tasks.discard(task)
        return link

    def dial(self, url: str, token: str | None) -> None:
        """Keep a connection to a hub's ingest address until closed, or until the hub refuses this reporter."""
        if url not in self._dials:
            self.dial_states[url] = "connecting"
            self._dials[url] = self._submit(self._dial(url, token))

    async def _dial(self, url: str, token: str | None) -> None:
        attempt = 0
        while True:
            reason, refused = "", False
            try:
                async with self._connection(url, token) as socket:
                    self.dial_states[url] = "connected"
                    link = await self._stream(socket, socket.subprotocol)
                    attempt = 0 if link.streaming else attempt
                    reason = f"closed by the hub ({socket.close_code} {socket.close_reason or ''})".replace(" )", ")")
                    refused = socket.close_code in (4401, 4403)
            except InvalidStatus as error:
                status = error.response.status_code
                reason, refused = f"the hub answered HTTP {status}", status in (401, 403)
            except (OSError, WebSocketException) as error:  # TimeoutError is an OSError
                reason = mask_text(f"{type(error).__name__}: {error}")
            if refused:
                self.dial_states[url] = f"stopped: {reason}"
                return
            # Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
            delay_s = random.uniform(FIRST_RETRY_S, min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** (min(attempt, 10) + 1)))
            attempt += 1
            self.dial_states[url] = f"retrying in {delay_s:.1f} s: {reason}"
            await asyncio.sleep(delay_s)

    def _connection(self, url: str, token: str | None) -> _Connect:
        local = is_loopback(urlsplit(url).hostname or "")
        return _Connect(
            url,
            subprotocols=[Subprotocol(PROTOCOL)],
            additional_headers={"Authorization": f"Bearer {token}"} if token else None,
            compression=None if local else "deflate",
            proxy=None if local else True,
            ping_interval=PING_INTERVAL_S,
            ping_timeout=PING_TIMEOUT_S,
            max_size=_MAX_INBOUND_BYTES,
            close_timeout=2,
            logger=_log,
        )

    def is_waiting_for(self, seq: int) -> bool:
        """Say whether some consumer, or a hub that is being dialled, has not got everything up to `seq` yet."""
        if any(not state.startswith(("stopped", "connected")) for state in self.dial_states.values()):
            return True
        return any(not link.has_reached(seq) for link in list(self.links))

    def stop(self, reason: str, retry_ms: int, timeout_s: float) -> None:
        """Say bye to everyone, close all, and end the thread; what does not end in time is cut off."""
        if self._loop.is_closed():
            return
        ending = self._submit(self._shut_down(reason, retry_ms, timeout_s))
        ending.add_done_callback(lambda _: self._loop.call_soon_threadsafe(self._loop.stop))
        self._thread.join(timeout_s + 3)

    async def _shut_down(self, reason: str, retry_ms: int, timeout_s: float) -> None:
        for link in list(self.links):
            link.farewell(reason, retry_ms)
        running = [task for task in self._link_tasks if task is not None]
        if running:
            await asyncio.wait(running, timeout=timeout_s)
        for future in self._dials.values():
            future.cancel()
        for server in self._servers:
            server.close()  # runs as a task of its own, which must not be cut off below
        for server in self._servers:
            try:
                async with asyncio.timeout(timeout_s):
                    await server.wait_closed()
            except TimeoutError:
                continue  # a consumer that does not answer the close is cut off below
        current = asyncio.current_task()
        leftovers = [task for task in asyncio.all_tasks() if task is not current]
        for task in leftovers:
            task.cancel()
        await asyncio.gather(*leftovers, return_exceptions=True)


def _select_subprotocol(_: ServerConnection, offered: Any) -> Subprotocol | None:
    return Subprotocol(PROTOCOL) if PROTOCOL in offered else None

"""Server-sent events: the platform's own log stream, `GET /api/v1/logs/stream`.

Each event's data is one log line, read as any other naive event. There is no resume in that stream, so each
disconnect leaves an interval of unknown coverage.
"""

import socket
from collections.abc import Iterator

import httpx

from console.ingest.frames import FRAME_BYTES
from console.ingest.link import Link, Refused
from console.model.address import is_loopback

OPEN_S = 10
# A quiet log says nothing for hours, so half-open links are found by TCP itself: 10 s idle, then 3 probes of 5 s.
_KEEPALIVE = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
if hasattr(socket, "TCP_KEEPIDLE"):
    _KEEPALIVE += [
        (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 10),
        (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
        (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    ]


class EventTooLarge(Exception):
    """One event grew beyond the frame limit; the connection cannot go on, since its end is unknown."""


class SseParser:
    """Cuts a byte stream into the data of events, as the HTML standard's "server-sent events" lays down. Bounded."""

    def __init__(self, limit: int = FRAME_BYTES) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._after_cr = False
        self._data: list[bytes] = []
        self._size = 0
        self._first = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take bytes; yield the data of each event that they complete. Raises EventTooLarge."""
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")  # the other half of a CRLF
            self._after_cr = False
        if not chunk:
            return
        self._after_cr = chunk.endswith(b"\r")
        *lines, rest = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._buffer += line
            whole = bytes(self._buffer)
            self._buffer.clear()
            yield from self._line(whole)
        self._buffer += rest
        if len(self._buffer) + self._size > self._limit:
            raise EventTooLarge(f"an event of more than {self._limit:,} bytes")

    def _line(self, line: bytes) -> Iterator[bytes]:
        if self._first:
            line, self._first = line.removeprefix(b"\xef\xbb\xbf"), False
        if not line:
            if self._data:
                yield b"\n".join(self._data)
            self._data, self._size = [], 0
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value) + 1


async def run_sse(link: Link) -> None:
    """Keep an SSE source attached until it refuses us or the task is cancelled."""
    await link.retrying(lambda: _connect_once(link))


async def _connect_once(link: Link) -> bool:
    url = link.spec.url.removeprefix("sse+")
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
    if link.spec.token:
        headers["Authorization"] = f"Bearer {link.spec.token}"
    if is_loopback(httpx.URL(url).host):
        headers["Accept-Encoding"] = "identity"
    link.state("connecting", f"asking {link.status.url}")
    transport = httpx.AsyncHTTPTransport(socket_options=_KEEPALIVE, trust_env=False)
    timeout = httpx.Timeout(OPEN_S, read=None)
    session = None
    reason = "the stream ended"
    try:
        async with (
            httpx.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            if not _is_stream(link, response):
                return False
            session = link.begin("naive")
            link.perform(session.on_open(None, link.clock()))
            parser = SseParser()
            async for chunk in response.aiter_bytes():
                await link.gate.room()
                for data in parser.feed(chunk):
                    link.perform(session.on_data(data, link.clock()))
    except (httpx.HTTPError, OSError) as error:
        reason = f"{type(error).__name__}: {error}"[:300]
    except EventTooLarge as error:
        reason = str(error)
    finally:
        link.state("waiting", reason)
        if session is not None:
            link.perform(session.on_close(1006, reason, link.clock()))
    return session is not None


def _is_stream(link: Link, response: httpx.Response) -> bool:
    """Tell whether the answer is an event stream. Raises Refused where asking again cannot help."""
    status = response.status_code
    if status in (401, 403):
        raise Refused(f"HTTP {status}: {'the token' if status == 401 else 'access'} was refused; change it and attach again")
    if 300 <= status < 400:
        raise Refused(f"HTTP {status}: the address redirects elsewhere, which is not followed; give the final address")
    kind = response.headers.get("content-type", "")
    if status != 200 or not kind.startswith("text/event-stream"):
        link.state("waiting", f"HTTP {status} with {kind[:60] or 'no content type'} instead of an event stream")
        return False
    return True

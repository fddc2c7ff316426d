"""WebSocket sources, framed and naive: the consumer dials."""

import asyncio
import logging
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from console.ingest.frames import CLOSE_ORIGIN, CLOSE_TOKEN, CLOSE_VERSION, FRAME_BYTES, SUBPROTOCOL
from console.ingest.link import Link, Refused
from console.ingest.session import Session
from console.ingest.stream import Close, Send
from console.model.address import is_loopback

PING_S = 10
PONG_S = 15
"""A link that answers no ping is dead after 25 s."""
OPEN_S = 10


def _holds_no_secret(record: logging.LogRecord) -> bool:
    """Keep the library's own debug log, which prints request headers, from printing the token."""
    return "authorization" not in record.getMessage().lower()


_wire_log = logging.getLogger("console.ingest.websocket.wire")
_wire_log.addFilter(_holds_no_secret)
_REFUSALS = {CLOSE_TOKEN: "the token was refused", CLOSE_ORIGIN: "our address or origin was refused"}


class _Connect(connect):
    """Never follows a redirect: the token must not travel to an address that nobody gave."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def run_websocket(link: Link) -> None:
    """Keep a WebSocket source attached until it refuses us or the task is cancelled."""
    await link.retrying(lambda: _connect_once(link))


async def _connect_once(link: Link) -> bool:
    """Hold one connection; returns whether it stood. Raises Refused."""
    link.state("connecting", f"dialling {link.status.url}")
    try:
        connection = await _dial(link)
    except InvalidStatus as error:
        _raise_refusal(error.response.status_code)
        link.state("waiting", f"HTTP {error.response.status_code} instead of a WebSocket")
        return False
    except InvalidURI as error:
        raise Refused(str(error)) from None
    except (OSError, InvalidHandshake, TimeoutError, EOFError) as error:
        link.state("waiting", _why(error))
        return False
    session = link.begin("framed" if connection.subprotocol == SUBPROTOCOL else "naive")
    try:
        link.perform(session.on_open(connection.subprotocol, link.clock()))
        await _converse(link, session, connection)
    finally:
        _note_close(link, session, connection)
        await connection.close()
    _stop_if_refused(connection)
    return session.greeted or not session.framed


async def _dial(link: Link) -> ClientConnection:
    host = urlsplit(link.spec.url).hostname or ""
    headers = {"Authorization": f"Bearer {link.spec.token}"} if link.spec.token else None
    return await _Connect(
        link.spec.url,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        additional_headers=headers,
        compression=None if is_loopback(host) else "deflate",
        max_size=FRAME_BYTES,
        max_queue=64,
        open_timeout=OPEN_S,
        ping_interval=PING_S,
        ping_timeout=PONG_S,
        close_timeout=2,
        user_agent_header=None,
        logger=_wire_log,
        proxy=None,  # the addresses that the user gave, and no others
    )


async def _converse(link: Link, session: Session, connection: ClientConnection) -> None:
    async with asyncio.TaskGroup() as tasks:
        sender = tasks.create_task(_send(link, connection))
        try:
            await _receive(link, session, connection)
        finally:
            sender.cancel()


async def _receive(link: Link, session: Session, connection: ClientConnection) -> None:
    clock, perform, gate = link.clock, link.perform, link.gate
    link.latency_s = lambda: connection.latency
    try:
        while session.closing is None:
            message = await connection.recv()
            if gate.full:
                await gate.room()
            handle: Any = session.on_text if isinstance(message, str) else session.on_binary
            perform(handle(message, clock()))
        await connection.close(session.closing.code, session.closing.reason)
    except ConnectionClosed:
        return


async def _send(link: Link, connection: ClientConnection) -> None:
    """Send what the session asked for; only the newest of several waiting acknowledgements matters."""
    outbox = link.outbox
    try:
        while True:
            effect = await outbox.get()
            if isinstance(effect, Send):
                while effect.text.startswith('{"op":"ack"') and not outbox.empty():
                    following = outbox.get_nowait()
                    if isinstance(following, Send) and not following.text.startswith('{"op":"ack"'):
                        await connection.send(effect.text)
                    if isinstance(following, Close):
                        return
                    effect = following
                await connection.send(effect.text)
    except ConnectionClosed:
        return


def _note_close(link: Link, session: Session, connection: ClientConnection) -> None:
    """Tell the session how the connection ended; a size that we refused shows as our own close frame."""
    sent, received = connection.protocol.close_sent, connection.protocol.close_rcvd
    ended = sent if sent is not None and sent.code in (1009, 4400, 4406) else received or sent
    code, reason = (ended.code, ended.reason) if ended is not None else (1006, "no goodbye")
    if link.status.state != "waiting":
        link.state("waiting", f"closed {code}{': ' + reason[:200] if reason else ''}")
    link.perform(session.on_close(code, reason, link.clock()))


def _stop_if_refused(connection: ClientConnection) -> None:
    received, sent = connection.protocol.close_rcvd, connection.protocol.close_sent
    if received is not None and received.code in _REFUSALS:
        raise Refused(f"{_REFUSALS[received.code]} ({received.code} {received.reason[:200]}); change it and attach again")
    for ended in (received, sent):
        if ended is not None and ended.code == CLOSE_VERSION:
            raise Refused(f"{ended.reason[:200]}; update the older side")


def _raise_refusal(status: int) -> None:
    if status in (401, 403):
        raise Refused(f"HTTP {status}: {'the token' if status == 401 else 'access'} was refused; change it and attach again")
    if 300 <= status < 400:
        raise Refused(f"HTTP {status}: the address redirects elsewhere, which is not followed; give the final address")


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {OPEN_S} s"
    if isinstance(error, socket.gaierror):
        return f"the host's name cannot be resolved ({error.strerror})"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there (connection refused)"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or error}"
    return f"{type(error).__name__}: {error}"[:300]

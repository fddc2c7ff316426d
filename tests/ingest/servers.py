"""Real producers on real sockets for the tests: a framed one, a naive one, and a proxy that cuts lines."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.ingest.playbook import batch, hello

PROTOCOL = "debugstream.v1"


def port_of(server: Server | asyncio.Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])


@dataclass
class Producer:
    """A framed producer with all that it ever emitted. `ring` bounds what it can replay; `acked` is what it was told."""

    epoch: str = "E1"
    batch_size: int = 50
    ring: int = 1_000_000
    hb_s: float = 0.05
    emitted: dict[str, list[str]] = field(default_factory=dict)
    acked: dict[str, int] = field(default_factory=dict)
    resumes: list[dict[str, Any]] = field(default_factory=list)
    acks: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0
    sent: int = 0
    mangle: Callable[[list[tuple[int, list[str]]]], list[tuple[int, list[str]]]] = list
    on_connect: Callable[["Producer"], None] = lambda producer: None
    greeting: Callable[[str], str] = str
    obey_credit: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def emit(self, *texts: str) -> None:
        """Add events to the present epoch; whoever streams sees them at the next turn."""
        self.emitted.setdefault(self.epoch, []).extend(texts)

    @property
    def texts(self) -> list[str]:
        return self.emitted.setdefault(self.epoch, [])

    @property
    def oldest(self) -> int:
        return max(1, len(self.texts) - self.ring + 1)

    async def serve_one(self, connection: ServerConnection) -> None:
        """Speak with one consumer until it goes."""
        self.connections += 1
        self.on_connect(self)
        epoch = self.epoch
        try:
            await connection.send(self.greeting(hello(epoch, self.oldest, len(self.texts) + 1)))
            resume = json.loads(await connection.recv())
            self.resumes.append(resume)
            if resume["epoch"] == epoch:  # a resume says what is committed, as an acknowledgement does
                self.acked[epoch] = max(self.acked.get(epoch, 0), resume["after"])
                async with self.changed:
                    self.changed.notify_all()
            cursor = (resume["after"] or 0) + 1 if resume["epoch"] == epoch else 1
            await self._announce(connection, epoch, cursor)
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(self._listen(connection))
                await self._stream(connection, epoch, max(cursor, self.oldest), resume["credit"])
                listening.cancel()
        except* (ConnectionClosed, OSError):
            pass  # the consumer left, as consumers do

    async def _announce(self, connection: ServerConnection, epoch: str, cursor: int) -> None:
        """Say what is lost: the rest of each earlier epoch, and what the ring no longer holds."""
        start = max(cursor, self.oldest)
        await connection.send(json.dumps({"op": "welcome", "v": 1, "mode": "replay", "from": start, "to": len(self.texts)}))
        for old, texts in self.emitted.items():
            if old != epoch and len(texts) > self.acked.get(old, 0):
                gap = {
                    "op": "gap",
                    "epoch": old,
                    "from": self.acked.get(old, 0) + 1,
                    "to": len(texts),
                    "reason": "new_epoch",
                }
                await connection.send(json.dumps(gap))
        if start > cursor:
            gap = {"op": "gap", "epoch": epoch, "from": cursor, "to": start - 1, "reason": "evicted"}
            await connection.send(json.dumps(gap))

    async def _stream(self, connection: ServerConnection, epoch: str, cursor: int, credit: int) -> None:
        said_live = False
        floor = cursor - 1
        while epoch == self.epoch:
            allowed = credit - (cursor - 1 - max(floor, self.acked.get(epoch, 0))) if self.obey_credit else 1 << 30
            batches = []
            while cursor <= len(self.texts) and allowed > 0 and len(batches) < 8:
                size = min(self.batch_size, allowed)
                texts = self.texts[cursor - 1 : cursor - 1 + size]
                batches.append((cursor, texts))
                cursor += len(texts)
                allowed -= len(texts)
            for first, texts in self.mangle(batches):
                await connection.send(batch(epoch, first, texts))
                self.sent += len(texts)
            if not said_live and cursor > len(self.texts):
                said_live = True
                await connection.send(json.dumps({"op": "live", "next": cursor}))
            if not batches:
                await connection.send(json.dumps({"op": "hb", "epoch": epoch, "next": len(self.texts) + 1}))
                await asyncio.sleep(self.hb_s)

    async def _listen(self, connection: ServerConnection) -> None:
        async for message in connection:
            ack = json.loads(message)
            assert ack["op"] == "ack", ack
            self.acks.append(ack)
            self.acked[ack["epoch"]] = max(self.acked.get(ack["epoch"], 0), ack["upto"])
            async with self.changed:
                self.changed.notify_all()

    async def until_acknowledged(self) -> None:
        """Return when everything of the present epoch is acknowledged."""
        async with self.changed:
            await self.changed.wait_for(lambda: self.acked.get(self.epoch, 0) >= len(self.texts))


@asynccontextmanager
async def framed(producer: Producer, port: int = 0, **options: Any) -> AsyncIterator[int]:
    """Serve a framed producer; yields its port."""
    settings = {"subprotocols": [PROTOCOL], "max_size": None, "compression": None, "close_timeout": 0.2} | options
    async with serve(producer.serve_one, "127.0.0.1", port, **settings) as server:
        yield port_of(server)
        producer.epoch = "(over)"


@asynccontextmanager
async def naive(speak: Callable[[ServerConnection], Awaitable[None]], **options: Any) -> AsyncIterator[int]:
    """Serve a producer that knows no subprotocol: `speak` sends what it likes."""

    async def handle(connection: ServerConnection) -> None:
        try:
            await speak(connection)
        except ConnectionClosed:
            return

    settings = {"max_size": None, "compression": None, "close_timeout": 0.2} | options
    async with serve(handle, "127.0.0.1", 0, **settings) as server:
        yield port_of(server)


class CuttingProxy:
    """Passes bytes on to `port` and resets each connection after a random number of them, `cuts` times."""

    def __init__(self, port: int, cuts: int, rng: random.Random, longest: int) -> None:
        self._port, self.cuts_left, self._rng, self._longest = port, cuts, rng, longest

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self._port)
        budget = self._budget()
        try:
            async with asyncio.TaskGroup() as tasks:
                up = tasks.create_task(self._pass(reader, upstream_writer, 1 << 40))
                await self._pass(upstream_reader, writer, budget)
                up.cancel()
        except* OSError:
            pass  # the other end is gone, which is what this proxy is about
        finally:
            writer.transport.abort()
            upstream_writer.transport.abort()

    def _budget(self) -> int:
        if self.cuts_left <= 0:
            return 1 << 40
        self.cuts_left -= 1
        return self._rng.choice(
            [self._rng.randint(0, 400), self._rng.randint(0, self._longest), self._rng.randint(0, self._longest)]
        )

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, budget: int) -> None:
        while budget > 0 and (data := await reader.read(16_384)):
            data = data[:budget]
            budget -= len(data)
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def cutting(port: int, cuts: int, rng: random.Random, longest: int) -> AsyncIterator[tuple[int, CuttingProxy]]:
    """Serve the proxy; yields its port and itself."""
    proxy = CuttingProxy(port, cuts, rng, longest)
    server = await asyncio.start_server(proxy.serve_one, "127.0.0.1", 0)
    async with server:
        yield port_of(server), proxy

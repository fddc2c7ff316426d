"""One connection to one consumer: moves frames between a WebSocket and the producer's state machine."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from websockets.exceptions import ConnectionClosed

from console.reporter.commands import Command, CommandAnswer, CommandBook
from console.reporter.producer import BATCH_BYTES, BATCH_EVENTS, BATCH_WAIT_MS, Close, Producer
from console.reporter.ring import Ring


class Socket(Protocol):
    """What a link needs of a WebSocket connection, whoever dialled."""

    async def send(self, message: str | bytes, *, text: bool | None = None) -> None: ...
    async def close(self, code: int = 1000, reason: str = "") -> None: ...
    def __aiter__(self) -> Any: ...


class Waker:
    """Lets emitting threads wake the sending loop, at the cost of one attribute read when nobody sleeps."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._armed = False
        self._sleepers: set[asyncio.Event] = set()

    def notify(self) -> None:
        """Call after each emit, from any thread."""
        if self._armed:
            self._armed = False
            self._loop.call_soon_threadsafe(self._wake)

    def arm(self, event: asyncio.Event) -> None:
        """Ask for a wake at the next emit. Look at the ring once more after this, before sleeping."""
        self._sleepers.add(event)
        self._armed = True

    def _wake(self) -> None:
        for event in self._sleepers:
            event.set()
        self._sleepers.clear()


class FramedLink:
    """A consumer that speaks `debugstream.v1`."""

    def __init__(
        self,
        socket: Socket,
        producer: Producer,
        *,
        ring: Ring,
        waker: Waker,
        commands: CommandBook,
        now: Callable[[], int],
    ) -> None:
        self._socket, self._producer, self._ring = socket, producer, ring
        self._waker, self._commands, self._now = waker, commands, now
        self._outbox: deque[bytes | Close] = deque([producer.greet()])
        self._wake = asyncio.Event()
        self._closed = False
        self._starved = False  # asleep for want of credit

    def has_reached(self, seq: int) -> bool:
        """Say whether the consumer has committed everything up to this sequence number."""
        return self._producer.acknowledged >= seq

    @property
    def streaming(self) -> bool:
        """Whether the consumer has resumed."""
        return self._producer.streaming

    async def run(self) -> None:
        """Serve the connection until it ends."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read())
            tasks.create_task(self._write())

    def farewell(self, reason: str, retry_ms: int) -> None:
        """Say bye and close, once what is under way is out."""
        self._outbox += [self._producer.farewell(reason, retry_ms), Close(1001, reason)]
        self._wake.set()

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                for step in self._producer.receive(message, self._now()):
                    if isinstance(step, Command):
                        self._commands.submit(step, self._reply_to(step.key))
                    else:
                        self._outbox.append(step)
                if self._outbox or self._starved:  # else an acknowledgement would break the batches into crumbs
                    self._wake.set()
        except ConnectionClosed:
            return  # the ordinary end of a consumer; it resumes where it was
        finally:
            self._closed = True
            self._wake.set()

    def _reply_to(self, key: str) -> Callable[[CommandAnswer], None]:
        loop = asyncio.get_running_loop()

        def deliver(answer: CommandAnswer) -> None:
            self._outbox.append(self._producer.answer(key, answer))
            self._wake.set()

        def reply(answer: CommandAnswer) -> None:
            if not loop.is_closed():  # else the answer waits in the book for the key to be asked again
                loop.call_soon_threadsafe(deliver, answer)

        return reply

    async def _write(self) -> None:
        try:
            while not self._closed:
                await self._flush_outbox()
                frames = self._producer.ready(self._now())
                for frame in frames:
                    await self._socket.send(frame, text=True)
                if not frames:
                    await self._sleep()
                elif self._producer.backlog < BATCH_EVENTS:
                    self._wake.clear()
                    await self._pause(BATCH_WAIT_MS)
        except ConnectionClosed:
            return  # as above

    async def _flush_outbox(self) -> None:
        while self._outbox:
            step = self._outbox.popleft()
            if isinstance(step, Close):
                self._closed = True
                await self._socket.close(step.code, step.reason)
                return
            await self._socket.send(step, text=True)

    async def _sleep(self) -> None:
        self._wake.clear()
        if self._outbox or self._closed:
            return
        self._starved = self._producer.allowance == 0
        if not self._starved:
            self._waker.arm(self._wake)
            if self._producer.backlog:
                return
        await self._pause(max(1, self._producer.wait_ms(self._now())))
        self._starved = False

    async def _pause(self, delay_ms: int) -> None:
        """Wait for a frame of the consumer, an emit (when armed) or the delay."""
        if self._outbox or self._closed:
            return
        try:
            async with asyncio.timeout(delay_ms / 1000):
                await self._wake.wait()
        except TimeoutError:
            return


class NaiveLink:
    """A consumer that did not choose the protocol: one event per text message, from the newest on."""

    streaming = True

    def __init__(self, socket: Socket, *, ring: Ring, waker: Waker) -> None:
        self._socket, self._ring, self._waker = socket, ring, waker
        self._cursor = ring.next
        self._wake = asyncio.Event()
        self._closed = False
        self._reason: str | None = None

    def has_reached(self, seq: int) -> bool:
        """Say whether everything up to this sequence number was handed to the socket."""
        return self._cursor > seq

    async def run(self) -> None:
        """Serve the connection until it ends."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read())
            tasks.create_task(self._write())

    def farewell(self, reason: str, retry_ms: int) -> None:
        """Close; a naive consumer knows no `bye`."""
        self._reason = f"{reason}; retry in {retry_ms} ms"
        self._wake.set()

    async def _read(self) -> None:
        try:
            async for _ in self._socket:  # a naive consumer says nothing that matters; reading notices its end
                continue
        except ConnectionClosed:
            return
        finally:
            self._closed = True
            self._wake.set()

    async def _write(self) -> None:
        try:
            while not self._closed:
                first, events = self._ring.read(self._cursor, BATCH_EVENTS, BATCH_BYTES)
                for seq, event in enumerate(events, first):
                    await self._socket.send(event, text=True)
                    self._cursor = seq + 1
                if not events and self._reason is not None:
                    await self._socket.close(1001, self._reason)
                    return
                if not events:
                    self._wake.clear()
                    self._waker.arm(self._wake)
                    if self._ring.next <= self._cursor and not self._closed and self._reason is None:
                        await self._wake.wait()
        except ConnectionClosed:
            return


Link = FramedLink | NaiveLink

"""The sending end of a link between two peers: a TCP connection that delays, loses, damages, and can be cut."""

import asyncio
import random
from typing import Any

from console.demo.network.frame import damage, encode_frame, read_frame

ACK_LIMIT_S = 0.4
_LOSS = 0.02
_DELAY_S = (0.002, 0.05)


class Wire:
    """Sends frames to one peer and waits for its acknowledgements. Call `connect` before the first `send`."""

    def __init__(self, source: str, target: str, port: int, rng: random.Random) -> None:
        self.source = source
        self.target = target
        self.waiting: dict[int, asyncio.Future[None]] = {}
        self.queued: set[str] = set()  # entities changed here while the wire was cut
        self._port = port
        self._rng = rng
        self._seq = 0
        self._writer: asyncio.StreamWriter | None = None

    @property
    def is_up(self) -> bool:
        """Whether frames can be sent."""
        return self._writer is not None and not self._writer.transport.is_closing()

    async def connect(self) -> asyncio.StreamReader:
        """Open the connection; the reader is for `read_acks`. Raises `OSError` when nobody listens."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return reader

    def cut(self) -> None:
        """Reset the connection, as a lost network does."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def send(self, header: dict[str, Any], payload: bytes, *, damaged: bool = False) -> None:
        """Send one frame after the link's delay and wait for its acknowledgement.

        Raises `TimeoutError` without one in time, and `ConnectionError` when the connection is lost.
        """
        if self._writer is None:
            raise ConnectionError(f"{self.source} was never connected to {self.target}")
        self._seq += 1
        seq = self._seq
        frame = encode_frame({**header, "seq": seq, "from": self.source}, payload)
        lost = self._rng.random() < _LOSS
        acknowledged = self.waiting[seq] = asyncio.get_running_loop().create_future()
        try:
            await asyncio.sleep(self._rng.uniform(*_DELAY_S))
            if not lost:
                self._writer.write(damage(frame, seq) if damaged else frame)
                await self._writer.drain()
            async with asyncio.timeout(ACK_LIMIT_S):
                await acknowledged
        finally:
            del self.waiting[seq]
            if acknowledged.done() and not acknowledged.cancelled():
                acknowledged.exception()  # a lost connection may show in the write first; nobody awaits it then

    async def read_acks(self, reader: asyncio.StreamReader) -> None:
        """Settle what the other peer acknowledges. Raises `ConnectionError` when the connection is lost."""
        try:
            while True:
                header, _ = await read_frame(reader)
                waiting = self.waiting.get(header["ack"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(None)
        except asyncio.IncompleteReadError as error:
            raise ConnectionResetError(f"{self.target} closed the connection to {self.source}") from error
        finally:
            for waiting in self.waiting.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionResetError(f"the connection to {self.target} was lost"))

"""The client's network link: a relay on a loopback port that can really be cut and mended."""

import asyncio
import contextlib
from typing import Self


class Link:
    """Carries TCP connections to a target; while down, open ones are reset and new ones are refused."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[asyncio.StreamWriter] = set()

    @classmethod
    async def start(cls, host: str, port: int) -> Self:
        """A link to `host:port` that is up."""
        link = cls((host, port))
        await link.mend()
        return link

    @property
    def url(self) -> str:
        """The base address to call through the link."""
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """Take connections again, on the same port as before."""
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Reset every connection and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._open:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()  # the caller sees the reset, as it would without a relay
            return
        self._open |= {writer, far_writer}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pump(reader, far_writer))
                group.create_task(_pump(far_reader, writer))
        finally:
            self._open -= {writer, far_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until either end is gone; a reset on one side ends the other side too."""
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    writer.close()

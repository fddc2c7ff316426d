"""The AI provider that extraction asks: a small HTTP service on a loopback port, with limits that really bite."""

import asyncio
import json
from typing import Any, Self

_WORK_S = 0.03
_AT_ONCE = 2
_CUT_EVERY = 5
_ANSWER_LIMIT_S = 1.0


class ProviderFailed(Exception):
    """The provider answered with an error status or hung up in the middle of its answer."""

    def __init__(self, message: str, **response: Any) -> None:
        super().__init__(message)
        self.response = response


class Provider:
    """Both ends: the listening side, and `summarise`, which asks it over TCP."""

    def __init__(self, server: asyncio.Server) -> None:
        self._server = server
        self._address: tuple[str, int] = server.sockets[0].getsockname()[:2]

    @classmethod
    async def start(cls) -> Self:
        """Listen on a free loopback port."""
        return cls(await asyncio.start_server(_Desk().answer, "127.0.0.1", 0))

    async def close(self) -> None:
        """Stop listening."""
        self._server.close()
        await self._server.wait_closed()

    async def summarise(self, text: str) -> str:
        """The first words of `text`, as the provider sees them. Raises `ProviderFailed`."""
        body = json.dumps({"model": "acu-small", "input": text}).encode()
        head = f"POST /v1/summaries HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        reader, writer = await asyncio.open_connection(*self._address)
        try:
            writer.write(head + body)
            async with asyncio.timeout(_ANSWER_LIMIT_S):
                status, answer = await _read_answer(reader)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ProviderFailed(f"the AI provider hung up: {error}", status=None) from error
        finally:
            writer.close()
        if status != 200:
            raise ProviderFailed(f"the AI provider answered {status}", status=status, body=answer)
        return str(answer["summary"])


class _Desk:
    """The provider's side: refuses when too many ask at once, and breaks off every so many answers."""

    def __init__(self) -> None:
        self._busy = 0
        self._served = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._busy += 1
        try:
            length = await _read_length(reader)
            text = json.loads(await reader.readexactly(length))["input"]
            if self._busy > _AT_ONCE:
                _write(writer, 529, {"type": "overloaded_error", "message": "too many requests at once"})
                return
            await asyncio.sleep(_WORK_S)
            self._served += 1
            cut = self._served % _CUT_EVERY == 0
            _write(writer, 200, {"summary": " ".join(text.split()[:6])}, cut=cut)
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the one who asked has gone: nobody is left to answer
        finally:
            self._busy -= 1
            writer.close()


def _write(writer: asyncio.StreamWriter, status: int, answer: dict[str, str], *, cut: bool = False) -> None:
    body = json.dumps(answer).encode()
    head = f"HTTP/1.1 {status} -\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    writer.write(head + (body[: len(body) // 2] if cut else body))


async def _read_length(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    return int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    status = int((await reader.readline()).split()[1])
    length = await _read_length(reader)
    return status, json.loads(await reader.readexactly(length))

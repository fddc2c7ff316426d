"""Server-sent events: the parser against the standard said plainly, and a real HTTP server that streams a log."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ingest.address import parse_source
from console.ingest.frames import FRAME_BYTES
from console.ingest.sse import EventTooLarge, SseParser
from tests.ingest.collecting import account, collecting, one, rows, until
from tests.ingest.servers import port_of

LINE = st.sampled_from([b"data: x", b"data:y", b"data", b"data:  two", b"", b"", b": comment", b"event: log", b"id: 1",
                        b"dat", b"retry: 5", b"data: \xc3\xa9\xff", b"data:a:b"])  # fmt: skip
BREAK = st.sampled_from([b"\n", b"\r\n", b"\r"])


def reference(stream: bytes) -> list[bytes]:
    """The events of a whole stream, as section 9.2.6 of the HTML standard reads it."""
    text = stream.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    events, data = [], []
    for line in text.split(b"\n")[:-1]:
        if line == b"":
            if data:
                events.append(b"\n".join(data))
            data = []
        elif line == b"data" or line.startswith(b"data:"):
            value = line[5:]
            data.append(value[1:] if value.startswith(b" ") else value)
    return events


@given(
    lines=st.lists(st.tuples(LINE, BREAK), max_size=20),
    bom=st.booleans(),
    tail=st.sampled_from([b"", b"data: unfinished"]),
    cuts=st.lists(st.integers(0, 200), max_size=12),
)
def test_events_do_not_depend_on_where_the_bytes_are_cut(
    lines: list[tuple[bytes, bytes]], bom: bool, tail: bytes, cuts: list[int]
) -> None:
    stream = (b"\xef\xbb\xbf" if bom else b"") + b"".join(line + end for line, end in lines) + tail
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    parser = SseParser()
    got = [data for a, b in pairwise(places) for data in parser.feed(stream[a:b])]
    assert got == reference(stream)


def test_every_single_byte_may_come_alone() -> None:
    stream = b"\xef\xbb\xbf: hi\r\ndata: a\r\ndata: b\r\n\r\ndata: c\r\rdata: d\n\n"
    parser = SseParser()
    assert [data for byte in stream for data in parser.feed(bytes([byte]))] == reference(stream) == [b"a\nb", b"c", b"d"]


def feed_in_bits(parser: SseParser, stream: bytes) -> None:
    for start in range(0, len(stream), 7):
        list(parser.feed(stream[start : start + 7]))


def test_an_event_that_never_ends_is_given_up() -> None:
    for stream in (b"data: " + b"x" * 200, b"data: xxxxxxxxx\n" * 20, b": " + b"c" * 200):
        with pytest.raises(EventTooLarge, match="100 bytes"):
            feed_in_bits(SseParser(limit=100), stream)
    assert list(SseParser(limit=100).feed(b"data: y\n\n" * 100)) == [b"y"] * 100, "many small ones are no large one"


def log_line(n: int) -> bytes:
    line = {"timestamp": "2026-11-23T13:56:48.470Z", "level": "error", "message": f"no {n}", "module": "a", "data": {"n": n},
            "error": {"message": "m", "stack": "Error: m\n at x"}, "context": {"requestId": f"r{n}"}}  # fmt: skip
    return json.dumps(line).encode()


Speak = Callable[[asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def sse(speak: Speak) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Serve HTTP: each request's head is kept, then `speak` answers."""
    heads: list[bytes] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            await speak(writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    async with server:
        yield port_of(server), heads


@pytest.mark.usefixtures("quick")
async def test_the_log_stream_is_read_over_disconnects(tmp_path: Path) -> None:
    over = asyncio.Event()
    connections = 0

    async def speak(writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.write(OK + b": welcome\r\n\r\n")
        for n in range(5):
            writer.write(b"event: log\ndata: " + log_line(connections * 10 + n) + b"\n\n")
            await writer.drain()
        if connections == 2:
            writer.write(b"data: \xff\n\ndata: not json\n\n")
        if connections == 3:
            await over.wait()

    db = tmp_path / "store.db"
    async with sse(speak) as (port, heads), collecting(db, f"sse+http://127.0.0.1:{port}/api/v1/logs/stream") as collector:
        await until(lambda: collector.links["src"].status.stored == 15)
        assert collector.links["src"].status.state == "live"
        over.set()
    assert heads[0].startswith(b"GET /api/v1/logs/stream HTTP/1.1\r\n")
    assert b"accept: text/event-stream" in heads[0].lower()
    assert account(db) == {"stored": 15, "quarantined": 2, "gap_events": 0, "unknown_intervals": 3}
    assert [text.encode() for (text,) in rows(db, "SELECT payload FROM v_events ORDER BY seq LIMIT 5")] == [
        log_line(10 + n) for n in range(5)
    ]
    row = rows(db, "SELECT level, message, correlation_id FROM v_events ORDER BY seq LIMIT 1")
    assert row == [("error", "no 10", "r10")]
    assert {reason[:9] for (reason,) in rows(db, "SELECT reason FROM quarantine")} == {"not UTF-8", "not JSON:"}


@pytest.mark.usefixtures("quick")
async def test_an_endless_event_is_left_and_the_stream_comes_back(tmp_path: Path) -> None:
    connections = 0

    async def speak(writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.write(OK)
        if connections == 1:
            for _ in range(FRAME_BYTES // 65_536 + 2):
                writer.write(b"data: " + b"x" * 65_536)
                await writer.drain()
        else:
            writer.write(b"data: " + log_line(1) + b"\n\n")
        await writer.drain()
        await asyncio.Event().wait()

    db = tmp_path / "store.db"
    async with sse(speak) as (port, _), collecting(db, f"sse+http://127.0.0.1:{port}/") as collector:
        await until(lambda: collector.links["src"].status.stored == 1)
    assert "more than" in one(db, "SELECT reason FROM coverage ORDER BY id LIMIT 1")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("status", "word"), [("401 Unauthorized", "token"), ("403 Forbidden", "access"), ("302 Found", "redirects")]
)
async def test_refusals_and_redirects_stop_and_say_why(tmp_path: Path, status: str, word: str) -> None:
    async def elsewhere(writer: asyncio.StreamWriter) -> None:
        raise AssertionError("a redirect was followed")

    async with sse(elsewhere) as (other, other_heads):

        async def speak(writer: asyncio.StreamWriter) -> None:
            writer.write(f"HTTP/1.1 {status}\r\nLocation: http://127.0.0.1:{other}/\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()

        async with sse(speak) as (port, heads):
            source = parse_source("src", f"sse+http://127.0.0.1:{port}/", "s3cr3t")
            async with collecting(tmp_path / "store.db", source) as collector:
                link = collector.links["src"]
                await until(lambda: link.status.state == "refused")
    assert word in link.status.detail
    assert "s3cr3t" not in link.status.detail
    assert len(heads) == 1
    assert b"authorization: bearer s3cr3t" in heads[0].lower()
    assert other_heads == []


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_is_no_event_stream_is_retried(tmp_path: Path) -> None:
    answers = [
        b"HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"nonsense\r\n\r\n",
    ]

    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(answers.pop(0) if answers else OK + b"data: " + log_line(1) + b"\n\n")
        await writer.drain()

    db = tmp_path / "store.db"
    async with sse(speak) as (port, _), collecting(db, f"sse+http://127.0.0.1:{port}/") as collector:
        await until(lambda: collector.links["src"].status.stored >= 1)
    assert account(db)["stored"] >= 1

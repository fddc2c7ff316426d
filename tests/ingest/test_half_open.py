"""A link that answers no ping is dead: it is dropped and dialled again."""

import asyncio
from pathlib import Path

import pytest

import console.ingest.websocket
from tests.ingest.collecting import account, collecting, until
from tests.ingest.playbook import event
from tests.ingest.servers import Producer, framed, port_of


@pytest.mark.usefixtures("quick")
async def test_a_peer_that_goes_silent_is_dropped_and_dialled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.ingest.websocket, "PING_S", 0.2)
    monkeypatch.setattr(console.ingest.websocket, "PONG_S", 0.3)
    producer = Producer(hb_s=0.02)
    producer.emit(event(1))
    silent = asyncio.Event()
    dialled = 0
    ended = asyncio.Semaphore(0)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mutable: bool) -> None:
        """A cable that is pulled: both ends still believe in the connection."""
        while data := await reader.read(65_536):
            if mutable and silent.is_set():
                continue
            writer.write(data)
            await writer.drain()

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal dialled
        dialled += 1
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        mutable = dialled == 1
        try:
            async with asyncio.TaskGroup() as tasks:
                up = tasks.create_task(pass_on(reader, up_writer, mutable))
                down = tasks.create_task(pass_on(up_reader, writer, mutable))
                await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
                up.cancel()
                down.cancel()
        except* OSError:
            pass  # one end is gone, so the cable is
        finally:
            writer.transport.abort()
            up_writer.transport.abort()
            ended.release()

    db = tmp_path / "store.db"
    async with framed(producer, ping_interval=None) as port:
        proxy = await asyncio.start_server(serve_one, "127.0.0.1", 0)
        async with proxy, collecting(db, f"ws://127.0.0.1:{port_of(proxy)}") as collector:
            await producer.until_acknowledged()
            assert dialled == 1
            silent.set()
            await until(lambda: dialled >= 2)
            producer.emit(event(2))
            await until(lambda: collector.links["src"].status.state == "live")
            assert collector.links["src"].status.reconnects >= 1
            await producer.until_acknowledged()
        for _ in range(dialled):
            await ended.acquire()
    assert producer.resumes[1]["after"] == 1
    assert account(db) == {"stored": 2, "quarantined": 0, "gap_events": 0, "unknown_intervals": 0}

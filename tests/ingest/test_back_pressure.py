"""A writer that cannot keep up stops the reading, not the memory; afterwards everything is there."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest
from websockets.asyncio.server import ServerConnection

from console.ingest.frames import CREDIT
from console.ingest.gate import GATE_CHARACTERS, GATE_EVENTS
from console.store.projection import StoredEvent
from tests.ingest.collecting import account, collecting, until
from tests.ingest.playbook import event
from tests.ingest.servers import Producer, framed, naive


class Held:
    """A projection that waits: the writer stands still inside its transaction."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.entered = threading.Event()

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        self.entered.set()
        assert self.go.wait(30), "the test let go in time"


@pytest.mark.usefixtures("quick")
async def test_a_framed_producer_gets_no_credit_while_the_writer_stands(tmp_path: Path) -> None:
    total = 30_000
    producer = Producer(batch_size=100, hb_s=0.01, obey_credit=True)
    producer.emit(*(event(n) for n in range(total)))
    held = Held()
    db = tmp_path / "store.db"
    async with framed(producer) as port, collecting(db, f"ws://127.0.0.1:{port}", projections=[("held", held)]) as collector:
        await until(lambda: producer.sent >= CREDIT and collector.gate.full)
        assert producer.acks == []
        assert producer.sent == CREDIT, "not one more than it was granted"
        assert collector.gate.waiting_events <= GATE_EVENTS + producer.batch_size
        assert collector.totals()["stored"] == 0
        held.go.set()
        await producer.until_acknowledged()
    assert producer.connections == 1
    assert account(db) == {"stored": total, "quarantined": 0, "gap_events": 0, "unknown_intervals": 0}


@pytest.mark.usefixtures("quick")
async def test_a_naive_producer_is_pushed_back_by_tcp_and_memory_stays_bounded(tmp_path: Path) -> None:
    text, total = event(1, pad="x" * 200_000), 1_500  # 300 MB if nothing held it back
    sent = 0

    async def speak(connection: ServerConnection) -> None:
        nonlocal sent
        for _ in range(total):
            await connection.send(text)
            sent += 1
        await connection.wait_closed()

    held = Held()
    db = tmp_path / "store.db"
    async with naive(speak) as port, collecting(db, f"ws://127.0.0.1:{port}", projections=[("held", held)]) as collector:
        before = psutil.Process().memory_info().rss
        await until(lambda: collector.gate.full)
        stalled = -1
        while stalled != sent:
            stalled = sent
            await asyncio.sleep(0.1)  # long against the time that a message takes: then it stands still
        growth = psutil.Process().memory_info().rss - before
        assert sent < total
        assert collector.gate.waiting_characters <= GATE_CHARACTERS + len(text)
        assert growth < 220 * 1024 * 1024
        held.go.set()
        await until(lambda: collector.links["src"].status.stored == total, 40)
    counts = account(db)
    assert (counts["stored"], counts["quarantined"]) == (total, 0)

"""Bad input over real sockets: the connection stays or comes back, the reason is kept, the good arrives."""

import asyncio
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.asyncio.server import ServerConnection

from tests.ingest.collecting import account, collecting, one, rows, until
from tests.ingest.playbook import NOW_MS, batch, event
from tests.ingest.servers import Producer, framed, naive

pytestmark = pytest.mark.usefixtures("quick")
MEGABYTE = 1024 * 1024

STAYS: dict[str, str | bytes] = {
    "malformed": '{"eventType":"info",',
    "NaN": '{"eventType":"performance","timestamp":1795442208000,"performance":{"duration":NaN}}',
    "infinity": '{"eventType":"info","timestamp":-Infinity}',
    "surrogate": '{"eventType":"info","timestamp":1795442208000,"data":{"message":"\\ud800 lone","id":"\\udfff"}}',
    "huge integer": '{"eventType":"info","timestamp":' + "9" * 5_000 + "}",
    "large integer": '{"eventType":"info","timestamp":1795442208000,"data":{"id":99999999999999999999}}',
    "deep array": "[" * 1_000_000,
    "deep object": '{"a":' * 600_000 + "1" + "}" * 600_000,
    "nested 100": '{"eventType":"info","data":' + "[" * 100 + "]" * 100 + "}",
    "binary": b"\x00\x01\x02",
    "binary event": b'{"eventType":"info","timestamp":1795442208000}',
    "duplicate keys": '{"eventType":"info","eventType":"error","timestamp":1}',
    "unknown type": '{"eventType":"sparkle","timestamp":1795442208000}',
    "nothing known": "{}",
    "a number": "5",
    "text with NUL": '{"eventType":"info","timestamp":1795442208000,"data":{"message":"a\\u0000b"}}',
}
FINE = ("unknown type", "large integer", "text with NUL")


@pytest.mark.parametrize("name", STAYS)
async def test_naive_bad_messages_leave_the_connection_up(tmp_path: Path, name: str) -> None:
    connections = 0

    async def speak(connection: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        for message in (event(1), STAYS[name], event(2)):
            await connection.send(message)
        await connection.wait_closed()

    db = tmp_path / "store.db"
    async with naive(speak) as port, collecting(db, f"ws://127.0.0.1:{port}") as collector:
        link = collector.links["src"]
        await until(
            lambda: link.status.stored + link.stream.counters.quarantined >= 3 and collector.gate.waiting_events == 0
        )
        assert connections == 1
    counts = account(db)
    assert counts["stored"] + counts["quarantined"] == 3
    kept = rows(db, "SELECT degraded FROM v_events WHERE seq = 2") or rows(db, "SELECT reason FROM quarantine WHERE seq = 2")
    assert len(kept) == 1
    assert kept[0][0] or name in FINE, "the reason is kept"
    assert rows(db, "SELECT payload FROM v_events WHERE seq IN (1, 3) ORDER BY seq") == [(event(1),), (event(2),)]
    stored = rows(db, "SELECT payload FROM v_events WHERE seq = 2")
    message = STAYS[name]
    assert not stored or stored[0][0] == (message if isinstance(message, str) else message.decode())


@pytest.mark.parametrize("framing", ["naive", "framed"])
async def test_a_message_of_100_megabytes_costs_no_memory(tmp_path: Path, framing: str) -> None:
    async def huge(connection: ServerConnection) -> None:
        async def parts() -> Any:
            for _ in range(400):
                yield "x" * (MEGABYTE // 4)

        await connection.send(parts())

    first = True

    async def speak(connection: ServerConnection) -> None:
        nonlocal first
        if first:
            first = False
            await connection.send(event(1))
            await huge(connection)
        await connection.send(event(2))
        await connection.wait_closed()

    db = tmp_path / "store.db"
    process = psutil.Process()
    if framing == "naive":
        async with naive(speak) as port, collecting(db, f"ws://127.0.0.1:{port}") as collector:
            before = process.memory_info().rss
            await until(lambda: collector.links["src"].status.stored >= 2)
            growth = process.memory_info().rss - before
        assert account(db) == {"stored": 2, "quarantined": 0, "gap_events": 0, "unknown_intervals": 2}
        assert any("1009" in reason for (reason,) in rows(db, "SELECT reason FROM coverage"))
    else:
        producer = Producer(batch_size=1, hb_s=0.01)
        producer.emit(event(1), '{"eventType":"info","data":"' + "x" * 100 * MEGABYTE + '"}', event(3))
        async with framed(producer) as port, collecting(db, f"ws://127.0.0.1:{port}"):
            before = process.memory_info().rss
            await producer.until_acknowledged()
            growth = process.memory_info().rss - before
        assert rows(db, "SELECT seq FROM v_events ORDER BY seq") == [(1,), (3,)]
        assert rows(db, "SELECT from_seq, to_seq, reason FROM v_gaps") == [(2, 2, "too_large")]
    producer_side = 220 * MEGABYTE if framing == "framed" else 0  # the producer of this test lives in the same process
    assert growth < 60 * MEGABYTE + producer_side


async def test_invalid_utf8_closes_and_comes_back(tmp_path: Path) -> None:
    first = True

    async def speak(connection: ServerConnection) -> None:
        nonlocal first
        if first:
            first = False
            await connection.send(event(1))
            await connection.send(b'{"a":"\xff\xfe"}', text=True)
            await connection.wait_closed()
            return
        await connection.send(event(2))
        await connection.wait_closed()

    db = tmp_path / "store.db"
    async with naive(speak) as port, collecting(db, f"ws://127.0.0.1:{port}") as collector:
        await until(lambda: collector.links["src"].status.stored >= 2)
    assert "1007" in one(db, "SELECT reason FROM coverage ORDER BY id LIMIT 1")


@pytest.mark.parametrize("name", [name for name in STAYS if isinstance(STAYS[name], str)])
async def test_framed_bad_events_are_kept_or_quarantined_and_the_rest_arrives(tmp_path: Path, name: str) -> None:
    bad = str(STAYS[name])
    producer = Producer(batch_size=10, hb_s=0.01)
    producer.emit(event(1), bad, event(3), event(4))
    db = tmp_path / "store.db"
    async with framed(producer) as port, collecting(db, f"ws://127.0.0.1:{port}") as collector:
        await producer.until_acknowledged()
        assert collector.links["src"].status.state in ("live", "replaying")
    assert [(seq, text) for seq, text in rows(db, "SELECT seq, payload FROM v_events WHERE seq <> 2 ORDER BY seq")] == [
        (1, event(1)), (3, event(3)), (4, event(4)),
    ]  # fmt: skip
    counts = account(db)
    assert counts["stored"] + counts["quarantined"] + counts["gap_events"] == 4


async def test_a_binary_frame_comes_back_and_goes_on(tmp_path: Path) -> None:
    producer = Producer(batch_size=1, hb_s=0.01)
    producer.emit(event(1), event(2))
    broken = 2

    async def serve_one(connection: ServerConnection) -> None:
        nonlocal broken
        if broken:
            broken -= 1
            await connection.send(b"\xff\x00")
            await connection.wait_closed()
            return
        await Producer.serve_one(producer, connection)

    producer.serve_one = serve_one  # type: ignore[method-assign]
    db = tmp_path / "store.db"
    async with framed(producer) as port, collecting(db, f"ws://127.0.0.1:{port}"):
        await producer.until_acknowledged()
    assert account(db)["stored"] == 2


async def test_garbage_frames_do_not_end_the_source(tmp_path: Path) -> None:
    texts = iter(["garbage", '{"op":5}', '{"op":"hello","v":[1,1],"epoch":7}', '{"op":"batch"}',
                  batch("E1", 2**60, [event(1)])])  # fmt: skip
    producer = Producer(hb_s=0.01)
    producer.emit(event(1))
    real = producer.greeting
    producer.greeting = lambda hello: next(texts, real(hello))
    db = tmp_path / "store.db"
    async with framed(producer) as port, collecting(db, f"ws://127.0.0.1:{port}"):
        await producer.until_acknowledged()
    assert producer.connections == 6
    assert account(db) == {"stored": 1, "quarantined": 0, "gap_events": 0, "unknown_intervals": 0}


WRONG: list[Any] = [None, True, 5, -1.5, "text", [], [1], {}, {"a": {"b": 1}}, "9" * 400, 2**62, 1e308, ""]


def mutations(data: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """Yield copies with one field, at any depth, of each wrong type, or missing."""
    for key, value in data.items():
        for wrong in WRONG:
            yield {**data, key: wrong}
        yield {k: v for k, v in data.items() if k != key}
        if isinstance(value, dict) and len(path) < 3:
            for inner in mutations(value, (*path, key)):
                yield {**data, key: inner}


def dialects(fixtures: Path) -> list[dict[str, Any]]:
    """One real event of each shape: stream events by type, flat reports by component, and an enhanced report."""
    chosen: dict[str, dict[str, Any]] = {}
    for line in (fixtures / "vivim-debug-stream.jsonl").read_text().splitlines():
        data = json.loads(line)
        chosen.setdefault(f"stream {data['eventType']}", data)
    for line in (fixtures / "vivim-error-posts.jsonl").read_text().splitlines():
        for report in json.loads(line)["body"]["reports"]:
            chosen.setdefault(f"flat {report['component']} {report['source']}", report)
    flat = next(value for key, value in chosen.items() if key.startswith("flat"))
    enhanced = copy.deepcopy(flat) | {
        "errorId": "e1", "source": {"service": "api", "module": "m", "function": "f", "line": 3, "stack": "Error\n at x"},
        "request": {"method": "GET", "path": "/x", "correlationId": "c1"}, "response": {"status": 500, "durationMs": 12},
        "sync": {"entityType": "message", "entityId": "m1"}, "database": {"sqlState": "23505"}, "environment": {"os": "x"},
    }  # fmt: skip
    return [*chosen.values(), enhanced, {"eventType": "error", "timestamp": NOW_MS, "service": "s", "data": enhanced}]


async def test_wrong_types_in_every_field_of_every_dialect_lose_nothing(tmp_path: Path, fixtures: Path) -> None:
    texts = list(dict.fromkeys(json.dumps(one) for data in dialects(fixtures) for one in mutations(data)))[:9_000]
    assert len(texts) > 2_000
    producer = Producer(batch_size=200, hb_s=0.01)
    producer.emit(*texts)
    db = tmp_path / "store.db"
    async with framed(producer) as port, collecting(db, f"ws://127.0.0.1:{port}") as collector:
        await producer.until_acknowledged()
        totals = collector.totals()
    assert producer.connections == 1
    assert totals["stored"] == len(texts)
    assert totals["quarantined"] == 0
    assert totals["degraded"] > len(texts) / 10
    assert one(db, "SELECT count(*) FROM v_events WHERE degraded IS NOT NULL") == totals["degraded"]
    await asyncio.sleep(0)

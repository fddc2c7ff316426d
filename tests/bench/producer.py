"""A producer process for the benchmarks: serves the traffic framed or naive, as fast as it is read or at a rate.

    python -m tests.bench.producer --events 1000000 --mode framed [--rate 5000] [--batch 64]

Prints its ws:// URL, then one JSON line with what was sent and acknowledged when the consumer has it all.
"""

import argparse
import asyncio
import itertools
import json
import sys
import time
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.bench.traffic import events

POOL = 20_000


class Producer:
    """Sends `count` events to one consumer. Texts come from a pool, their times and ids are their own pool's."""

    def __init__(self, count: int, rate: float | None, batch: int, stamp: bool) -> None:
        self.count, self.rate, self.batch, self.stamp = count, rate, batch, stamp
        self.pool = list(itertools.islice(events(seed=7, start_ms=int(time.time() * 1000) - POOL // 5), POOL))  # noqa: TID251
        self.sent = 0
        self.acked = 0
        self.credit = 0
        self.more = asyncio.Event()
        self.done = asyncio.Event()
        self.sent_at: dict[int, float] = {}
        self.started = self.ended = 0.0
        self.delays_ms: list[float] = []

    def text(self, i: int) -> str:
        text = self.pool[i % POOL]
        if not self.stamp:
            return text
        # The event's own time is the time of sending, so that what reads it can tell how late it is.
        now_ms = int(time.time() * 1000)  # noqa: TID251
        head, _, rest = text.partition('"timestamp":')
        return f'{head}"timestamp":{now_ms}{rest[13:]}'

    async def handle(self, connection: ServerConnection) -> None:
        if connection.subprotocol == "debugstream.v1":
            await self.framed(connection)
        else:
            await self.naive(connection)

    async def framed(self, connection: ServerConnection) -> None:
        hello = {"op": "hello", "v": [1, 1], "service": "bench", "instance": "b1", "epoch": "bench-epoch", "oldest": 1,
                 "next": self.sent + 1, "caps": ["resume", "batch"], "hb_ms": 10000}  # fmt: skip
        await connection.send(json.dumps(hello))
        resume = json.loads(await connection.recv())
        self.credit = resume["credit"]
        await connection.send(json.dumps({"op": "welcome", "v": 1, "mode": "replay", "from": 1, "to": 0}))
        await connection.send(json.dumps({"op": "live", "next": self.sent + 1}))
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(self.listen(connection))
            self.started = started = time.perf_counter()
            while self.sent < self.count:
                await self.pace(started)
                while self.credit <= 0:
                    self.more.clear()
                    await self.more.wait()
                n = min(self.batch, self.count - self.sent, self.credit)
                texts = ",".join(self.text(self.sent + k) for k in range(n))
                self.sent_at[self.sent + n] = time.perf_counter()
                await connection.send(f'{{"op":"batch","epoch":"bench-epoch","first":{self.sent + 1},"events":[{texts}]}}')
                self.sent += n
                self.credit -= n
            await self.done.wait()
            listening.cancel()
        await connection.close()

    async def listen(self, connection: ServerConnection) -> None:
        async for message in connection:
            frame: dict[str, Any] = json.loads(message)
            if frame["op"] != "ack":
                continue
            now = time.perf_counter()
            self.acked = frame["upto"]
            for seq in [seq for seq in self.sent_at if seq <= self.acked]:
                self.delays_ms.append((now - self.sent_at.pop(seq)) * 1000)
            self.credit = frame["credit"] - (self.sent - self.acked)
            if self.credit > 0:
                self.more.set()
            if self.acked >= self.count:
                self.ended = now
                self.done.set()

    async def naive(self, connection: ServerConnection) -> None:
        started = time.perf_counter()
        while self.sent < self.count:
            await self.pace(started)
            await connection.send(self.text(self.sent))
            self.sent += 1
        await connection.wait_closed()

    async def pace(self, started: float) -> None:
        if self.rate is not None:
            ahead = self.sent / self.rate - (time.perf_counter() - started)
            if ahead > 0:
                await asyncio.sleep(ahead)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--mode", choices=("framed", "naive"), default="framed")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--stamp", action="store_true", help="give each event the time of its sending")
    options = parser.parse_args()
    producer = Producer(options.events, options.rate, options.batch, options.stamp)
    subprotocols = [Subprotocol("debugstream.v1")] if options.mode == "framed" else None
    async with serve(producer.handle, "127.0.0.1", 0, subprotocols=subprotocols, compression=None, max_queue=64) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"ws://127.0.0.1:{port}/stream", flush=True)
        if options.mode == "framed":
            await producer.done.wait()
            delays = sorted(producer.delays_ms)
            print(json.dumps({"sent": producer.sent, "acked": producer.acked, "seconds": producer.ended - producer.started,
                              "p50_ms": round(delays[len(delays) // 2], 1), "p99_ms": round(delays[int(len(delays) * 0.99)], 1), "max_ms": round(delays[-1], 1)}), flush=True)  # fmt: skip
            await asyncio.sleep(1)
        else:
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())

"""What a reporting call costs its host: python tests/bench/bench_reporter.py

Microseconds per call (p50, p99) with no consumer, a live one, a stalled one (no credit) and a dead one (connected, reads
nothing at all), and the memory that the process gained. Consumers run in processes of their own.
"""

from __future__ import annotations

import json
import multiprocessing
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from console.reporter import Reporter

CALLS = 20_000
ERRORS = 1_000
CONTEXT: dict[str, Any] = {
    "method": "GET",
    "route": "/api/v1/conversations/{id}",
    "userId": "user_42",
    "requestId": "req_123456789",
    "region": "eu-west-1",
    "sizes": [1, 2, 3, 4, 5, 6, 7, 8],
    "note": "x" * 110,
}


def consume(url: str, credit: int, ready: Any) -> None:
    """Read a stream with this much credit, acknowledging each batch (in a process of its own)."""
    from websockets.sync.client import connect

    with connect(url, subprotocols=["debugstream.v1"], compression=None) as ws:  # type: ignore[list-item]
        ws.send(json.dumps({"op": "resume", "v": 1, "epoch": None, "after": 0, "credit": credit}))
        ready.set()
        for message in ws:
            frame = json.loads(message)
            if frame["op"] == "batch":
                upto = frame["first"] + len(frame["events"]) - 1
                ws.send(json.dumps({"op": "ack", "epoch": frame["epoch"], "upto": upto, "credit": credit}))


def dead_consumer(url: str) -> socket.socket:
    """Open a naive stream on a raw socket with a tiny buffer, and never read from it."""
    host, _, port = url.removeprefix("ws://").partition(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((host, int(port)))
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    lines = ["GET / HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}"]
    raw.sendall("\r\n".join([*lines, "Sec-WebSocket-Version: 13", "", ""]).encode())
    return raw


def timed(call: Callable[[], object], count: int) -> tuple[float, float]:
    """Return the median and the 99th percentile of the call, in microseconds."""
    spent = []
    for _ in range(count):
        start = time.perf_counter_ns()
        call()
        spent.append(time.perf_counter_ns() - start)
    spent.sort()
    return spent[count // 2] / 1000, spent[count * 99 // 100] / 1000


def report_error(reporter: Reporter) -> None:
    """Report an exception with its traceback and a request."""
    try:
        json.loads("{bad")
    except ValueError as error:
        request = {"method": "POST", "headers": {"authorization": "Bearer abc"}, "body": '{"password":"x"}'}
        reporter.error(error, category="SERVER_ERROR", request=request)


def measure(reporter: Reporter) -> list[str]:
    """Time each kind of call."""
    figures = [
        timed(lambda: reporter.info("hello", **CONTEXT), CALLS),
        timed(lambda: reporter.performance("GET /x", 1.5, **CONTEXT), CALLS),
        timed(lambda: reporter.info("hello", url="https://x/?token=abc", **CONTEXT), CALLS // 4),
        timed(lambda: report_error(reporter), ERRORS),
    ]
    return [f"{p50:7.1f} {p99:8.1f}" for p50, p99 in figures]


def run(kind: str) -> None:
    """Measure with one kind of consumer and print its row."""
    reporter = Reporter("bench")
    started: list[Any] = []
    raw: socket.socket | None = None
    if kind in ("live", "stalled"):
        context = multiprocessing.get_context("spawn")
        ready = context.Event()
        credit = 100_000 if kind == "live" else 0
        started.append(context.Process(target=consume, args=(reporter.serve(), credit, ready), daemon=True))
        started[0].start()
        ready.wait(30)
    elif kind == "dead":
        raw = dead_consumer(reporter.serve())
    before = psutil.Process().memory_info().rss
    rows = measure(reporter)
    gained = (psutil.Process().memory_info().rss - before) / 2**20
    status = reporter.status()
    sys.stdout.write(f"{kind:8} {' | '.join(rows)} | {gained:5.1f} MiB, ring {status.ring_bytes / 2**20:.1f} MiB\n")
    reporter.close(0)
    for process in started:
        process.terminate()
        process.join()
    if raw is not None:
        raw.close()


if __name__ == "__main__":
    sys.stdout.write("µs/call     info p50,p99    |  performance    |  info + secret  |  error + trace  | memory gained\n")
    for consumer in ("none", "live", "stalled", "dead"):
        run(consumer)

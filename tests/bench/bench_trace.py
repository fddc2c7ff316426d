"""The Trace area on a big store: loading, the newest traces, drawing the lanes, and what it costs while writing.

python -m tests.bench.bench_trace --dir DIR [--events 1000000] [--rounds 15]

The store is built once in DIR: the usual traffic, a trace of 5,000 events, one of 40, and a flow of 2,000 requests.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from console.areas.trace.store import MIGRATIONS, load_trace, projection, recent_traces
from console.model.dialects import piece_of
from console.model.facts import Arrived, SourceAttached
from console.model.reader import read_event
from console.store.database import open_plain, open_reader
from console.store.filter import parse_filter
from console.store.projection import StoredEvent
from console.store.writer import Writer
from tests.bench.bench_query import batches, wait_for
from tests.bench.traffic import events

START_MS = 1_795_442_000_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    path = build(options.dir / f"trace-{options.events}.db", options.events)
    print(f"{options.events:,} events, {path.stat().st_size / 1e6:,.0f} MB; medians and worst in ms")
    fold_cost()
    connection = open_reader(path)
    newest = connection.execute("SELECT max(ts) FROM events").fetchone()[0]
    links = connection.execute("SELECT count(*) FROM trace_links").fetchone()[0]
    print(f"{links:,} links")
    linked = connection.execute("SELECT trace_id FROM trace_links WHERE trace_id >= 'req_' LIMIT 1").fetchone()[0]
    for asked in ("big", "small", "flow", linked, "event:500000"):
        measure(f"load_trace {asked}", lambda asked=asked: load_trace(connection, asked), options.rounds)  # type: ignore[misc]
    for text in ("", "level:error", "retry service:server", "severity:critical -service:pwa", "correlation:big"):
        node = parse_filter(text)
        for singles in (True, False):
            measure(
                f"recent_traces {text!r}{'' if singles else ', no singles'}",
                lambda node=node, singles=singles: recent_traces(  # type: ignore[misc]
                    connection, None, None, node, now_ms=newest, singles=singles
                ),
                options.rounds,
            )
    paint_cost(load_trace(connection, "big"), options.rounds)
    connection.close()


def measure(name: str, ask: Callable[[], object], rounds: int) -> None:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        took.append((time.perf_counter() - start) * 1000)
    print(f"{name:58} {statistics.median(took):8.1f} {max(took):8.1f}", flush=True)


def fold_cost() -> None:
    """Microseconds an event that the links add to writing, without SQLite and with it."""
    texts = list(itertools.islice(events(seed=5), 20_000))
    read = [read_event(piece_of(text), START_MS) for text in texts]
    connection = open_plain(Path(":memory:"))
    for _, statements in MIGRATIONS:
        for statement in statements:
            connection.execute(statement)
    fold, took = projection(), []
    for start in range(0, len(read), 2_000):
        stored = [StoredEvent(start + i, 1, 1, START_MS, event) for i, event in enumerate(read[start : start + 2_000])]
        begun = time.perf_counter()
        fold.on_events(connection, stored)
        took.append((time.perf_counter() - begun) / len(stored) * 1e6)
    connection.close()
    print(f"{'links while writing, µs an event':58} {statistics.median(took):8.2f} {max(took):8.2f}")


def paint_cost(trace: object, rounds: int) -> None:
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication

    from console.areas.trace.core.trace import Trace
    from console.areas.trace.view.lanes import LanesView
    from console.qt.theme import apply_theme

    assert isinstance(trace, Trace)
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    apply_theme(application, "dark")
    lanes = LanesView()
    lanes.resize(1600, 700)
    lanes.show_trace(trace)
    lanes.show()
    application.processEvents()
    picture = QPixmap(1600, 700)
    measure("paint of 5,000 events, all", lambda: lanes.viewport().render(picture), rounds)
    lanes.zoom(8.0)
    measure("paint, zoomed in 8 times", lambda: lanes.viewport().render(picture), rounds)
    lanes.close()


def build(path: Path, number: int) -> Path:
    """Fill the store through the real writer, if it is not there yet."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    writer = Writer(partial, projections=[("trace", projection())], migrations=[("trace", MIGRATIONS)])
    writer.submit(SourceAttached("bench", "ws://127.0.0.1:1", "websocket", START_MS))
    first = 1
    for batch in batches(itertools.chain(itertools.islice(events(), number), own_traces(START_MS + number // 5 + 1_000))):
        read = [read_event(piece_of(text), START_MS + number) for text in batch]
        writer.submit(Arrived("bench", "epoch", first, read, START_MS + first // 5))
        first += len(batch)
        if first % 20_000 < 500:
            wait_for(writer)
    writer.close()
    partial.rename(path)
    print(f"built {number:,} events in {time.perf_counter() - started:.0f} s")
    return path


def own_traces(start_ms: int) -> Iterator[str]:
    """Yield the events of the traces to load: calls with their handling and points, on clocks that differ."""
    yield from _requests("big", 1_000, start_ms, lambda i: {"correlationId": "big", "requestId": f"big_{i}"})
    yield from _requests("small", 8, start_ms, lambda i: {"correlationId": "small"})
    yield from _requests("flow", 400, start_ms, lambda i: {"correlationId": f"flow_corr_{i}", "flowId": "flow"})


def _requests(seed: str, number: int, start_ms: int, ids: Callable[[int], dict[str, str]]) -> Iterator[str]:
    """Yield five events a request: both bars, two points, and a database error in one of twenty."""
    rng = random.Random(seed)
    for i in range(number):
        at, handled, slack = start_ms + i * 7, rng.randint(1, 30), rng.randint(2, 20)
        own = ids(i)
        operation = {"operation": f"POST /api/v1/messages/{i}", **own}
        client = {"eventType": "performance", "timestamp": at + handled + slack, "service": "pwa", "data": operation,
                  "performance": {"duration": handled + slack}}  # fmt: skip
        server = {"eventType": "performance", "timestamp": at + handled + slack // 2 + 340, "service": "server", "data": operation,
                  "performance": {"duration": handled}}  # fmt: skip
        yield json.dumps(server)
        yield json.dumps(client)
        yield json.dumps({"eventType": "info", "timestamp": at, "service": "pwa", "data": {"message": f"send {i}", **own}})
        yield json.dumps({"eventType": "sync_update", "timestamp": at + 60, "service": "network",
                          "data": {"operation": "applied", "entityType": "message", "entityId": f"m{i}", **own}})  # fmt: skip
        category = "DATABASE_ERROR" if rng.random() < 0.05 else ""
        level = {"category": category, "severity": "high", "errorId": f"e{seed}{i}"} if category else {}
        yield json.dumps({"eventType": "error" if category else "info", "timestamp": at + 342, "service": "server",
                          "data": {"message": f"stored {i}", **level, **own}})  # fmt: skip


if __name__ == "__main__":
    main()

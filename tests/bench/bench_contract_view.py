"""The Contracts area at size: a real store of 1,000 endpoints and 1,000,000 events, and what the fold costs an event.

python -m tests.bench.bench_contract_view --dir DIR [--events 1000000] [--endpoints 1000] [--rounds 15]
"""

import argparse
import itertools
import json
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from console.areas.contracts.core.exchange import PLAIN, may_tell
from console.areas.contracts.store import COMMANDS, MIGRATIONS, projection, reading
from console.model.dialects import piece_of
from console.model.event import Event
from console.model.facts import Arrived, SourceAttached
from console.model.reader import read_event
from console.store.database import open_plain, open_reader
from console.store.projection import StoredEvent
from console.store.writer import Writer
from tests.bench.traffic import events as usual_events

START_MS = 1_795_442_000_000
HOUR_MS = 3_600_000
OVERVIEW_MS, PAGE_MS = 150, 150
BATCH = 2_000
WORDS = ("plan", "map", "note", "draft")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--endpoints", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    path = build(options.dir / f"contracts-{options.endpoints}-{options.events}.db", options.endpoints, options.events)
    print(f"{options.endpoints:,} endpoints, {options.events:,} events, {path.stat().st_size / 1e6:,.0f} MB; "
          "medians and worst in ms")  # fmt: skip
    connection = open_reader(path)
    end_ms = connection.execute("SELECT max(ts) FROM events").fetchone()[0] + 1
    for name, span in (("the newest hour", HOUR_MS), ("all of it", end_ms - START_MS), ("a day", 24 * HOUR_MS)):
        ask = (connection, end_ms - span, end_ms)
        measure(
            f"overview, {name} (must: {OVERVIEW_MS})", lambda ask=ask: reading.overview(*ask, now_ms=end_ms), options.rounds
        )  # type: ignore[misc]
    ids = [row.id for row in reading.overview(connection, end_ms - HOUR_MS, end_ms, now_ms=end_ms).rows if row.checks]
    some = itertools.cycle(random.Random(3).sample(ids, 40))
    span_ms = end_ms - START_MS
    measure(f"endpoint page (must: {PAGE_MS})",
            lambda: reading.load_endpoint(connection, next(some), end_ms - span_ms, end_ms, now_ms=end_ms), 40)  # fmt: skip
    measure("open violations", lambda: reading.violations(connection, 0, end_ms, now_ms=end_ms), options.rounds)
    measure("open findings", lambda: reading.findings(connection, now_ms=end_ms), options.rounds)
    measure("alerts", lambda: reading.alerts(connection), options.rounds)
    measure("current contracts", lambda: reading.load_contracts(connection), 5)
    connection.close()
    fold_cost()


def measure(name: str, ask: Callable[[], object], rounds: int) -> None:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        took.append((time.perf_counter() - start) * 1000)
    print(f"{name:58} {statistics.median(took):8.1f} {max(took):8.1f}", flush=True)


def fold_cost() -> None:
    """Microseconds of this thread an event that the area adds to writing, of the usual traffic and of its parts."""
    usual = [read_event(piece_of(text), START_MS) for text in itertools.islice(usual_events(seed=5), 60_000)]
    plain = [one for one in usual if one.event_type in PLAIN]
    checks = [one for one in usual if one.event_type == "contract_check"] * 3
    reports = [one for one in usual if one.event_type == "error"] * 5
    exchanges = [read_event(piece_of(text), START_MS) for text in itertools.islice(traffic(20), 40_000)]
    print(f"of {len(usual):,} events {sum(map(may_tell, usual)):,} may tell of contracts")
    for name, read in (
        ("no event of ours, µs an event (must: 0.3)", plain), ("the usual traffic, µs an event", usual),
        ("told violations, µs an event", checks), ("reports of errors, µs an event", reports),
        ("exchanges of 1 KB, µs an event", exchanges),
    ):  # fmt: skip
        measure_fold(name, read)


def measure_fold(name: str, read: list[Event]) -> None:
    connection = open_plain(Path(":memory:"))
    connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, kind, received, ts)")
    connection.execute("CREATE TABLE payloads (id INTEGER PRIMARY KEY, text)")
    connection.execute("CREATE TABLE kinds (id, source_id, service, marker)")
    for _, statements in MIGRATIONS:
        for statement in statements:
            connection.execute(statement)
    for n in range(100):
        COMMANDS["save"](connection, {"document": contract(n)}, START_MS)
    fold, took = projection(), []
    for start in range(0, len(read) - BATCH, BATCH):
        batch = read[start : start + BATCH]
        stored = [StoredEvent(start + i + 1, 1, 1, START_MS + start, one) for i, one in enumerate(batch)]
        connection.execute("BEGIN")
        begun = time.thread_time()
        fold.on_events(connection, stored)
        took.append((time.thread_time() - begun) / len(stored) * 1e6)
        connection.execute("COMMIT")
    connection.close()
    print(f"{name:58} {statistics.median(took):8.2f} {statistics.mean(took):8.2f} on average", flush=True)


def contract(n: int) -> dict[str, Any]:
    item = {"type": "object", "required": ["id", "title"], "properties": {
        "id": {"type": "string"}, "title": {"type": "string", "maxLength": 200}, "quality": {"type": "number"},
        "tags": {"type": "array", "items": {"type": "string"}}, "author": {"type": "object", "required": ["id"]},
        "updatedAt": {"type": "string", "format": "date-time"}}}  # fmt: skip
    return {
        "serviceName": f"service-{n % 8}", "endpoint": f"/api/v1/area{n // 10}/thing{n}/:id", "method": "GET",
        "contractVersion": f"1.{n % 5}.0", "timeout": 800,
        "expectedParams": [{"name": "q", "type": "string", "required": True}, {"name": "limit", "type": "integer"}],
        "expectedResponse": {"type": "object", "required": ["items"],
                             "properties": {"items": {"type": "array", "items": item}, "next": {"type": "string"}}},
    }  # fmt: skip


def traffic(endpoints: int, start_ms: int = START_MS, per_second: int = 100) -> Iterator[str]:
    """Yield checks of about 1 KB for ever; a hundredth of them break their contract."""
    rng = random.Random(11)
    for i in itertools.count():
        n = int(rng.triangular(0, endpoints, 0))
        items = [_item(rng, i + k) for k in range(4)]
        if rng.random() < 0.01:
            items[0]["title" if rng.random() < 0.5 else "id"] = None
        exchange = {"method": "GET", "path": f"/api/v1/area{n // 10}/thing{n}/{i % 977}", "status": 200,
                    "params": {"q": rng.choice(WORDS), "limit": str(rng.randrange(50))},
                    "response": {"items": items, "next": f"cursor_{i}"}, "durationMs": round(rng.lognormvariate(4, 0.6), 2)}  # fmt: skip
        body = {"eventType": "contract_check", "timestamp": start_ms + i * 1000 // per_second, "service": f"service-{n % 8}",
                "data": {"contractId": f"c{n}", "exchange": exchange}}  # fmt: skip
        yield json.dumps(body, separators=(",", ":"))


def _item(rng: random.Random, i: int) -> dict[str, Any]:
    return {"id": f"acu_{i}", "title": f"{rng.choice(WORDS)} {i}", "quality": rng.random(), "tags": rng.sample(WORDS, 2),
            "author": {"id": f"user_{i % 50}", "name": "Ada"}, "updatedAt": "2026-11-23T13:56:48Z"}  # fmt: skip


def build(path: Path, endpoints: int, number: int) -> Path:
    """Write a store as ingest does: a quarter of the events are checked exchanges, the others the usual traffic."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial, started = path.with_suffix(".partial"), time.perf_counter()
    for old in path.parent.glob(f"{partial.name}*"):
        old.unlink()
    writer = Writer(partial, projections=[("contracts", projection())], migrations=[("contracts", MIGRATIONS)])
    writer.submit(SourceAttached("bench", "ws://127.0.0.1/bench", "websocket", START_MS))
    args: dict[str, Any] = {"documents": [contract(n) for n in range(endpoints)], "origin": "file"}
    while args:
        args = ask(writer, args).get("again", {})
    per_second = max(1, number // (2 * 3600))
    own, usual = traffic(endpoints, per_second=per_second // 4 or 1), usual_events(per_second=per_second * 3 // 4 or 1)
    for first in range(1, number + 1, BATCH):
        texts = [next(own) if i % 4 == 0 else next(usual) for i in range(min(BATCH, number + 1 - first))]
        read = [read_event(piece_of(text), START_MS + 9 * HOUR_MS) for text in texts]
        writer.submit(Arrived("bench", "e", first, read, read[-1].ts_ms))
        ask(writer, {})
    writer.close()
    partial.rename(path)
    print(f"built in {time.perf_counter() - started:.0f} s")
    return path


def ask(writer: Writer, args: dict[str, Any]) -> dict[str, Any]:
    """Run a part of an import in the writer's thread, or wait for all that it has to do."""
    done, answers = threading.Event(), list[Any]()

    def take(answer: Any) -> None:
        answers.append(answer)
        done.set()

    writer.call(lambda connection: COMMANDS["import"](connection, args, START_MS) if args else {}, take)
    done.wait()
    if isinstance(answers[0], Exception):
        raise answers[0]
    return dict(answers[0])


if __name__ == "__main__":
    main()

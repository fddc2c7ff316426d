"""How long questions take on a big store: real writer, real file, median and p95 in milliseconds.

python -m tests.bench.bench_query --dir DIR [--events 1000000] [--rounds 15] [--live] [--only WORD]

The store is built once in DIR. `--live` asks a copy while another process writes 5,000 events/s into it.
"""

import argparse
import itertools
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from console.model.dialects import piece_of
from console.model.facts import Arrived, GapFound, SourceAttached
from console.model.reader import read_event
from console.store.database import open_reader
from console.store.filter import All, parse_filter
from console.store.reading import activity, field_values, load_event, summary
from console.store.rows import Position
from console.store.search import count, page
from console.store.writer import Writer
from tests.bench.traffic import events

START_MS = 1_795_442_000_000
FILTERS = (
    "level:error",
    "severity:critical service:server",
    "type:performance -service:pwa",
    "category:DATABASE_ERROR severity>=high",
    "-type:performance -type:info -type:sync_update",
    "duration>2000",
    "duration>=50000",
    "duration<0.5",
    "-has:correlation duration>500 service:network",
    "correlation:{correlation}",
    "correlation:{correlation} OR fingerprint:fp77",
    "correlation:corr_1795442* timeout",
    "entity:message/message_4711",
    "entity:message_4711",
    "id:{uid}",
    "id:424242",
    "retry",
    "retry budget token",
    "err_{number}",
    '"lock wait commit rollback"',
    "nowhereatall",
    "typeerr*",
    "-retry level:error",
    "-retry -budget -token -batch type:error",
    "level:error (retry OR gossip) -service:pwa",
    "category:AUTH_EXPIRED message",
    "severity:critical -retry category:api duration>3990",
    "gossip -service:server -service:pwa -service:network",
    "since:{middle} until:{later}",
    "since:{middle} until:{later} retry",
    "is:gap",
    "is:degraded",
    "is:pinned",
    "has:stack service:server",
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--feed", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.feed:
        feed(options.feed, options.events)
        return
    path = build(options.dir / f"query-{options.events}.db", options.events)
    if not options.live:
        report(path, options)
        return
    copy = options.dir / "query-live.db"
    shutil.copy(path, copy)
    command = [sys.executable, "-m", "tests.bench.bench_query", "--dir", str(options.dir), "--feed", str(copy)]
    with subprocess.Popen([*command, "--events", str(options.events)], stdin=subprocess.PIPE) as feeder:
        time.sleep(2)  # a measurement, not a test: let the writer reach its pace
        report(copy, options)
        feeder.communicate()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


def build(path: Path, number: int) -> Path:
    """Fill the store through the real writer, if it is not there yet."""
    if path.exists():
        return path
    started = time.perf_counter()
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    writer = Writer(partial)
    writer.submit(SourceAttached("bench", "ws://127.0.0.1:1", "websocket", START_MS))
    first = 1
    for batch in batches(itertools.islice(events(), number)):
        writer.submit(batch_fact(batch, first))
        first += len(batch)
        if first % 20_000 < 500:
            writer.submit(GapFound("bench", "epoch", first, first + 9, "evicted", START_MS + first // 5))
            first += 10
            wait_for(writer)
    writer.call(lambda c: c.execute("INSERT INTO pins SELECT id, '', 0 FROM events WHERE id % 50000 = 7"))
    writer.close()
    partial.rename(path)
    print(f"built {number:,} events in {time.perf_counter() - started:.0f} s, {path.stat().st_size / 1e6:,.0f} MB")
    return path


def batches(texts: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(itertools.islice(texts, 500)):
        yield batch


def batch_fact(texts: list[str], first: int) -> Arrived:
    read = [read_event(piece_of(text), START_MS + first // 5) for text in texts]
    return Arrived("bench", "epoch", first, read, START_MS + first // 5)


def wait_for(writer: Writer) -> None:
    """Wait until the writer has caught up, so that the queue stays short."""
    import threading

    reached = threading.Event()
    writer.call(lambda _: None, lambda _: reached.set())
    reached.wait()


def feed(path: Path, after: int) -> None:
    """Write 5,000 events/s until stdin ends."""
    import select

    writer = Writer(path)
    first = after * 2
    stream = batches(events(seed=2, start_ms=START_MS + after // 5))
    due = time.perf_counter()
    while not select.select([sys.stdin], [], [], max(0, due - time.perf_counter()))[0]:
        writer.submit(batch_fact(next(stream), first))
        first += 500
        due += 0.1
    writer.close()


def report(path: Path, options: argparse.Namespace) -> None:
    connection = open_reader(path)
    rng = random.Random(4)
    newest = connection.execute("SELECT max(id), max(ts) FROM events").fetchone()
    print(f"{options.events:,} events, {path.stat().st_size / 1e6:,.0f} MB, SQLite {sqlite3.sqlite_version}")
    print(f"{'question':58} {'median':>8} {'p95':>8}  rows")
    worst: list[float] = []
    for name, ask in questions(connection, rng, *newest):
        if options.only in name:
            worst.append(measure(name, ask, options.rounds))
    print(f"slowest p95: {max(worst):.1f} ms; over 200 ms: {sum(one > 200 for one in worst)} of {len(worst)}")
    connection.close()


def measure(name: str, ask: Callable[[], object], rounds: int) -> float:
    took: list[float] = []
    result: object = None
    for _ in range(rounds):
        start = time.perf_counter()
        result = ask()
        took.append((time.perf_counter() - start) * 1000)
    ordered = sorted(took)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    rows = len(result.rows) if hasattr(result, "rows") else ""
    print(f"{name:58} {statistics.median(took):8.1f} {p95:8.1f}  {rows}", flush=True)
    return p95


def questions(
    connection: sqlite3.Connection, rng: random.Random, last_id: int, last_ms: int
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield (name, function) of each question."""
    sample = "SELECT e.correlation, e.uid FROM events e WHERE e.id > ? AND e.fingerprint IS NOT NULL LIMIT 1"
    correlation, uid = connection.execute(sample, (last_id // 2,)).fetchone()
    middle, later = (START_MS + (last_ms - START_MS) * part // 100 for part in (50, 52))
    words = {"correlation": correlation, "uid": uid, "number": uid.split("_")[1]}
    words |= {"middle": _iso(middle), "later": _iso(later)}
    yield "newest page", lambda: page(connection, All(), now_ms=last_ms)
    yield "jump: page before a random place", lambda: page(connection, All(), before=_place(rng, last_ms), now_ms=last_ms)
    yield "jump: page after a random place", lambda: page(connection, All(), after=_place(rng, last_ms), now_ms=last_ms)
    for text in FILTERS:
        node = parse_filter(text.format(**words))
        yield text, lambda node=node: page(connection, node, now_ms=last_ms)  # type: ignore[misc]
        if text in ("level:error", "retry", "-retry level:error", "duration>2000"):
            yield (
                f"{text} (before a random place)",
                lambda node=node: page(connection, node, before=_place(rng, last_ms), now_ms=last_ms),  # type: ignore[misc]
            )
    yield "load_event", lambda: load_event(connection, rng.randrange(1, last_id))
    for name, text in (("everything", ""), ("level:error", "level:error"), ("retry, last minute", "retry")):
        node = parse_filter(text)
        since = START_MS if "minute" not in name else last_ms - 60_000
        yield (
            f"activity: {name}",
            lambda node=node, since=since: activity(  # type: ignore[misc]
                connection, node, since_ms=since, until_ms=last_ms, bins=300, now_ms=last_ms
            ),
        )
    yield "field_values", lambda: field_values(connection)
    yield "summary", lambda: summary(connection)
    yield "count: everything (may come later)", lambda: count(connection, All(), now_ms=last_ms)
    yield "count: retry (may come later)", lambda: count(connection, parse_filter("retry"), now_ms=last_ms)


def _place(rng: random.Random, last_ms: int) -> Position:
    return Position(rng.randrange(START_MS, last_ms), 0)


def _iso(ms: int) -> str:
    from console.store.filter import Absolute, Field, format_filter

    return format_filter(Field("since", ":", Absolute(ms))).removeprefix("since:")


if __name__ == "__main__":
    main()

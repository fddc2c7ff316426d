"""The Sync area at size: a queue of 10,000 open conflicts, one after another, and what the fold costs an event.

python -m tests.bench.bench_sync --dir DIR [--issues 10000] [--rounds 15]
"""

import argparse
import itertools
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.areas.sync.store import COMMANDS, MIGRATIONS, projection
from console.areas.sync.store.answers import QueueFilter
from console.areas.sync.store.projection import CATEGORIES
from console.areas.sync.store.reading import dry_run, load_conflict, queue, similar_issues
from console.areas.sync.store.replica_reading import health, matrix
from console.model.dialects import piece_of
from console.model.reader import read_event
from console.store.database import open_plain, open_reader, open_writer
from console.store.projection import StoredEvent
from tests.areas.sync.store.issues import BASE, conflict, fill
from tests.bench.traffic import events

START_MS = 1_795_442_000_000
QUEUE_MS, NEXT_MS, EVENT_US = 200, 50, 1.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--issues", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    path = build(options.dir / f"sync-{options.issues}.db", options.issues)
    print(f"{options.issues:,} open conflicts, {path.stat().st_size / 1e6:,.0f} MB; medians and worst in ms")
    connection = open_reader(path)
    measure(f"the queue, all rows (must: {QUEUE_MS})", lambda: queue(connection), options.rounds)
    measure("the queue, words", lambda: queue(connection, QueueFilter(words="conversation plan")), options.rounds)
    issues = itertools.count(1)
    measure(f"the next conflict (must: {NEXT_MS})", lambda: load_conflict(connection, next(issues)), options.rounds)
    measure("the next conflict, 60 messages each", lambda: load_conflict(connection, options.issues + 1), options.rounds)
    measure("similar issues, looked into", lambda: similar_issues(connection, 1), 3)
    measure("dry run over the queue", lambda: dry_run(connection), 1)
    measure("health", lambda: health(connection, START_MS), options.rounds)
    measure("matrix", lambda: matrix(connection, START_MS), options.rounds)
    connection.close()
    decisions(path, options.rounds)
    fold_cost()


def measure(name: str, ask: Callable[[], object], rounds: int) -> None:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        took.append((time.perf_counter() - start) * 1000)
    print(f"{name:58} {statistics.median(took):8.1f} {max(took):8.1f}", flush=True)


def decisions(path: Path, rounds: int) -> None:
    """A decision, with its transaction rolled back: the store stays as it was built."""
    connection = open_writer(path)

    def decide() -> None:
        connection.execute("BEGIN IMMEDIATE")
        COMMANDS["choose"](connection, {"issue": 5, "path": ["title"], "choice": "local", "who": "b"}, START_MS)
        connection.execute("ROLLBACK")

    measure("a decision, kept and recorded", decide, rounds)
    connection.close()


def fold_cost() -> None:
    """Microseconds an event that the area adds to writing: events that are none of it, and the usual traffic."""
    usual = [read_event(piece_of(text), START_MS) for text in itertools.islice(events(seed=5), 40_000)]
    others = [one for one in usual if one.event_type != "sync_update" and one.category not in CATEGORIES]
    about = [one for one in usual if one.category in CATEGORIES] * 10
    updates = [one for one in usual if one.event_type == "sync_update"]
    print(f"of {len(usual):,} events {len(updates):,} are sync updates and {len(about) // 10:,} errors about sync")
    for name, read in (
        (f"no event of ours, µs an event (must: {EVENT_US})", others),
        ("sync updates without issue or digest, µs an event", updates),
        ("errors about sync, µs an event", about),
        ("the usual traffic, µs an event", usual),
    ):
        connection = open_plain(Path(":memory:"))
        for _, statements in MIGRATIONS:
            for statement in statements:
                connection.execute(statement)
        fold, took = projection(), []
        for start in range(0, len(read) - 2_000, 2_000):
            stored = [
                StoredEvent(start + i, 1, 1, START_MS + start, one) for i, one in enumerate(read[start : start + 2_000])
            ]
            begun = time.perf_counter()
            fold.on_events(connection, stored)
            took.append((time.perf_counter() - begun) / len(stored) * 1e6)
        connection.close()
        print(f"{name:58} {statistics.median(took):8.2f} {max(took):8.2f}")


def build(path: Path, number: int) -> Path:
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    rng, started = random.Random(7), time.perf_counter()

    def sides(n: int) -> dict[str, Any]:
        local = {**BASE, "title": f"plan {n}", "version": rng.randint(2, 9), "text": "word " * 60}
        return {"local": local, "remote": {**local, "title": f"map {n}", "version": rng.randint(10, 19)}}

    def messages(who: str) -> dict[str, Any]:
        return {"messages": [{"id": f"m{n}", "text": f"{who if n % 7 == 0 else 'word'} " * 100, "n": n} for n in range(60)]}

    texts = [
        conflict(n, at_ms=START_MS + n, service=rng.choice(["pwa", "server", "network"]), **sides(n)) for n in range(number)
    ]
    texts.append(conflict(number, base=messages("base"), local=messages("mine"), remote=messages("theirs")))
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    fill(partial, texts).rename(path)
    print(f"built {number:,} issues in {time.perf_counter() - started:.0f} s")
    return path


if __name__ == "__main__":
    main()

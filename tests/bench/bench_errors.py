"""Groups of errors at size: real writer, real file, median and p95 in milliseconds.

python -m tests.bench.bench_errors --dir DIR [--events 1000000] [--rounds 30] [--regroup]
python -m tests.bench.bench_errors --dir DIR --ingest [--events 200000] [--rounds 3]

The first builds a store of which 5 % are errors of 500 functions, once, and asks it. `--regroup` also regroups a copy.
`--ingest` reads and writes the same events with and without the grouping, in one process, and compares CPU seconds;
what the whole live path loses, sockets and processes and all, `tests.bench.bench_collect --without errors` says.
"""

import argparse
import gc
import itertools
import json
import random
import shutil
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from console.areas.errors.store import COMMANDS, MIGRATIONS, projection
from console.areas.errors.store.answers import ORDERS, STATUSES, GroupQuestion
from console.areas.errors.store.reading import (
    find_group,
    group_events,
    group_of_event,
    grouping_state,
    list_groups,
    load_group,
    neighbour,
)
from console.model.dialects import piece_of
from console.model.facts import Arrived, SourceAttached
from console.model.reader import read_event
from console.store.database import open_reader
from console.store.rows import Position
from console.store.writer import Writer
from tests.bench.traffic import WORDS, one_event

START_MS = 1_795_442_000_000
GROUPS = 500


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--ingest", action="store_true")
    parser.add_argument("--regroup", action="store_true")
    options = parser.parse_args()
    if options.ingest:
        compare_ingest(options.dir, min(options.events, 200_000), min(options.rounds, 5))
        return
    path = build(options.dir / f"errors-{options.events}.db", options.events)
    ask_all(path, options.rounds)
    if options.regroup:
        regroup_copy(path)


def events(number: int, seed: int = 1, per_second: int = 20) -> Iterator[str]:
    """Yield event texts: traffic as it is, but each error comes from one of GROUPS places in the code."""
    rng = random.Random(seed)
    stacks = [_frames(random.Random(place), place) for place in range(GROUPS)]
    for i in range(number):
        ts_ms = START_MS + i * 1000 // per_second
        text = one_event(rng, i, ts_ms)
        if '"eventType":"error"' in text[:30]:
            event = json.loads(text)
            # Most errors come from few places, as in life.
            place = min(int(rng.paretovariate(0.6)) - 1, GROUPS - 1) if rng.random() < 0.5 else rng.randrange(GROUPS)
            data = event["data"]
            # One place in the code says one thing, about other things each time.
            data["message"] = f"{WORDS[place % len(WORDS)]} {data['message'].partition(' ')[2]}"
            data["source"]["stack"] = f"TypeError: {data['message']}\n{stacks[place]}"
            data["user"] = {"id": f"user_{rng.randrange(900)}"}
            del data["database"]
            text = json.dumps(event, separators=(",", ":"))
        yield text


def _frames(rng: random.Random, place: int) -> str:
    def frame(function: str) -> str:
        module, line = rng.choice(WORDS), rng.randrange(900)
        return f"    at {function} (/srv/vivim/server/src/{module}.ts:{line}:{rng.randrange(80)})"

    lines = [frame(f"handle{''.join(rng.choices(WORDS, k=2)).title()}{chr(65 + place % 26)}")]
    lines += [frame(f"{rng.choice(WORDS)}{rng.choice(WORDS).title()}") for _ in range(13)]
    return "\n".join(lines)


def batches(texts: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(itertools.islice(texts, 500)):
        yield batch


def arrived(texts: Sequence[str], first: int) -> Arrived:
    read = [read_event(piece_of(text), START_MS + 10**9) for text in texts]
    return Arrived("bench", "epoch", first, read, read[-1].ts_ms)


def build(path: Path, number: int) -> Path:
    if path.exists():
        return path
    started = time.perf_counter()
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    writer = Writer(partial, projections=[("errors", projection())], migrations=[("errors", MIGRATIONS)], on_fault=print)
    writer.submit(SourceAttached("bench", "ws://127.0.0.1:1", "websocket", START_MS))
    first = 1
    for batch in batches(events(number)):
        writer.submit(arrived(batch, first))
        first += len(batch)
        if first % 20_000 < 500:
            wait_for(writer)
    writer.close()
    partial.rename(path)
    print(f"built {number:,} events in {time.perf_counter() - started:.0f} s, {path.stat().st_size / 1e6:,.0f} MB")
    return path


def wait_for(writer: Writer, function: Callable[[sqlite3.Connection], Any] = lambda _: None) -> Any:
    """Run a function on the writer's thread and return its result, when all before is written."""
    reached = threading.Event()
    results: list[Any] = []
    writer.call(function, lambda result: (results.append(result), reached.set()))  # type: ignore[func-returns-value]
    reached.wait()
    if isinstance(results[0], Exception):
        raise results[0]
    return results[0]


def ask_all(path: Path, rounds: int) -> None:
    connection = open_reader(path)
    rng = random.Random(3)
    first, last, errors = connection.execute("SELECT min(ts), max(ts), count(*) FROM errors_member").fetchone()
    ids = [row[0] for row in connection.execute("SELECT event_id FROM errors_member ORDER BY random() LIMIT 500")]
    groups = [row[0] for row in connection.execute("SELECT id FROM errors_group ORDER BY kept DESC")]
    print(
        f"{path.name}: {errors:,} errors in {len(groups)} groups over {(last - first) / 3.6e6:.1f} h, SQLite {sqlite3.sqlite_version}"
    )
    print(f"{'question':48} {'median':>8} {'p95':>8}")
    everything = frozenset(STATUSES)
    for order in ORDERS:
        question = GroupQuestion(first, last + 1, statuses=everything, order=order)
        measure(f"list_groups everything by {order}", rounds, lambda question=question: list_groups(connection, question))  # type: ignore[misc]
    hour = GroupQuestion(last - 3_600_000, last + 1, seen_before_ms=last - 60_000)
    measure("list_groups last hour", rounds, lambda: list_groups(connection, hour))
    words = GroupQuestion(first, last + 1, words="merge queue")
    measure("list_groups with words", rounds, lambda: list_groups(connection, words))
    measure("load_group, the largest", rounds, lambda: load_group(connection, groups[0], first, last + 1))
    measure("load_group", rounds, lambda: load_group(connection, rng.choice(groups), first, last + 1))
    measure("group_events newest 200, the largest", rounds, lambda: group_events(connection, groups[0]))
    measure("group_events newest 200", rounds, lambda: group_events(connection, rng.choice(groups)))
    measure(
        "group_events before a place",
        rounds,
        lambda: group_events(connection, groups[0], before=Position(rng.randrange(first, last), 0)),
    )
    measure("group_of_event", rounds, lambda: group_of_event(connection, rng.choice(ids)))
    measure("neighbour", rounds, lambda: neighbour(connection, rng.choice(ids), rng.choice((-1, 1))))
    prefix = connection.execute("SELECT substr(fingerprint, 1, 12) FROM errors_group WHERE id = 77").fetchone()[0]
    measure("find_group by a prefix", rounds, lambda: find_group(connection, prefix))
    measure("find_group by number", rounds, lambda: find_group(connection, str(groups[5])))
    measure("grouping_state", rounds, lambda: grouping_state(connection))
    connection.close()


def measure(name: str, rounds: int, ask: Callable[[], object]) -> None:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        took.append((time.perf_counter() - start) * 1000)
    p95 = sorted(took)[min(rounds - 1, int(rounds * 0.95))]
    print(f"{name:48} {statistics.median(took):8.2f} {p95:8.2f}", flush=True)


def regroup_copy(path: Path) -> None:
    """Merge, split, undo and regroup on a copy, and say how long the writer is held at most."""
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    writer = Writer(copy, projections=[("errors", projection())], migrations=[("errors", MIGRATIONS)], on_fault=print)
    for name, args in (
        ("status", {"groups": list(range(1, 401)), "status": "resolved", "note": "all"}),
        ("merge", {"into": 1, "groups": list(range(2, 401))}),
        ("split", {"group": 1, "facet": "version"}),
        ("undo", {"steps": 2}),
        ("regroup", {}),
    ):
        held, moment = [], time.perf_counter()
        result: dict[str, Any] = {"again": {**args, "who": "bench"}}
        while "again" in result:
            start = time.perf_counter()
            result = wait_for(writer, lambda c, args=result["again"], name=name: COMMANDS[name](c, args, START_MS))  # type: ignore[misc]
            held.append(time.perf_counter() - start)
        took = time.perf_counter() - moment
        print(
            f"{name:10} {took:6.2f} s in {len(held)} parts, at most {max(held) * 1000:.0f} ms, median {statistics.median(held) * 1000:.0f} ms"
        )
    writer.close()
    for suffix in ("", "-wal", "-shm", ".lock"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


def compare_ingest(folder: Path, number: int, rounds: int) -> None:
    """Read and write the same events with and without the projection, in turn; the best of each counts."""
    texts = list(batches(events(number)))
    best: dict[str, float] = {}
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)  # as `collect` does
    for _ in range(rounds):
        for name, projections in (("without", []), ("with", [("errors", projection())])):
            took = ingest(folder / "ingest.db", texts, projections)
            best[name] = min(best.get(name, took), took)
    for name, took in best.items():
        print(f"{name:8} {took / number * 1e6:6.2f} µs CPU an event, {number / took:,.0f} events/s of one core")
    print(f"grouping costs {best['with'] / best['without'] * 100 - 100:.1f} %")


def ingest(path: Path, texts: Sequence[list[str]], projections: list[tuple[str, Any]]) -> float:
    for suffix in ("", "-wal", "-shm", ".lock"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    start = time.process_time()
    writer = Writer(path, projections=projections, migrations=[("errors", MIGRATIONS)], on_fault=print)
    first = 1
    for batch in texts:
        writer.submit(arrived(batch, first))
        first += len(batch)
        if first % 10_000 < 500:
            wait_for(writer)
    writer.close()
    return time.process_time() - start


if __name__ == "__main__":
    main()

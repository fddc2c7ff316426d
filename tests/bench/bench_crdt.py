"""What it costs to decode Yjs updates and to observe them: python -m tests.bench.bench_crdt [--rounds 5]

Updates as they travel while four replicas edit one conversation: a map, a list of messages and a text, each update seen
by its author and then by the three others. Decoding also of one big document.
"""

import argparse
import random
import statistics
import time
from typing import Any

from pycrdt import Array, Doc, Map, Text

from console.areas.sync.core.crdt.decoding import decode_update
from console.areas.sync.core.crdt.replicas import ReplicaDocs

NAMES = ("server", "pwa", "network", "database")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--edits", type=int, default=1_000)
    options = parser.parse_args()
    events, document = traffic(options.edits)
    small = [update for _, update, _ in events]
    measure(
        "decode small updates", options.rounds, len(small), sum(map(len, small)), lambda: [decode_update(u) for u in small]
    )
    measure("decode the whole document", options.rounds, 1, len(document), lambda: [decode_update(document)])
    measure("observe, 4 replicas", options.rounds, len(events), sum(map(len, small)), lambda: observe(events))
    own = [event for event in events if event[0] == "pwa"]
    measure("observe, 1 replica", options.rounds, len(own), sum(len(u) for _, u, _ in own), lambda: observe(own))


def traffic(edits: int) -> tuple[list[tuple[str, bytes, bytes]], bytes]:
    """Return (replica, update, state vector) in the order of happening, and the last document. Syncs lag at times."""
    rng = random.Random(7)
    docs = {name: Doc(client_id=number) for number, name in enumerate(NAMES, 1)}
    for doc in docs.values():
        doc["fields"], doc["messages"], doc["body"] = Map(), Array(), Text()
    waiting: dict[str, list[bytes]] = {name: [] for name in NAMES}
    events = []
    for number in range(edits):
        name = rng.choice(NAMES)
        doc = docs[name]
        before = doc.get_state()
        edit(doc, rng, number)
        update = doc.get_update(before)
        events.append((name, update, doc.get_state()))
        for other in NAMES:
            if other != name:
                waiting[other].append(update)
                if rng.random() < 0.8:
                    for one in waiting[other]:
                        docs[other].apply_update(one)
                        events.append((other, one, docs[other].get_state()))
                    waiting[other].clear()
    return events, docs["server"].get_update()


def edit(doc: Doc[Any], rng: random.Random, number: int) -> None:
    kind = rng.random()
    with doc.transaction():
        if kind < 0.4:
            doc["fields"][rng.choice("abcdefgh")] = f"value {number}"
        elif kind < 0.6:
            doc["messages"].append(Map({"id": f"m{number}", "text": "some words of a message", "read": False}))
        else:
            body = doc["body"]
            body.insert(rng.randrange(len(body) + 1), "word ")
            if len(body) > 400:
                del body[:50]


def observe(events: list[tuple[str, bytes, bytes]]) -> None:
    docs = ReplicaDocs(max_entity_bytes=64 * 1024 * 1024)
    for at, (name, update, state) in enumerate(events):
        docs.observe("conversation_1", name, update, at, state)


def measure(name: str, rounds: int, count: int, size: int, act: Any) -> None:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        took.append(time.perf_counter() - start)
    median = statistics.median(took)
    print(
        f"{name:30} {count:7,} updates {size / 1e6:6.2f} MB {median / count * 1e6:10.1f} µs each {size / median / 1e6:7.2f} MB/s"
    )


if __name__ == "__main__":
    main()

"""What a merge costs: python tests/bench/bench_merge.py

Milliseconds (best and median of several) for a conversation of 500 messages, ten fields and 300 words each.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from console.areas.sync.core.merge.canonical import content_hash
from console.areas.sync.core.merge.conflict import Conflict
from console.areas.sync.core.merge.memory import choices_to_json
from console.areas.sync.core.merge.merging import merge
from console.areas.sync.core.merge.options import MergeOptions
from console.areas.sync.core.merge.patch import patch
from console.areas.sync.core.merge.strategy import Rule, dry_run
from console.areas.sync.core.merge.values import NO_BASE

MESSAGES = 500
WORDS = 300
VOCABULARY = [f"word{number}" for number in range(3_000)]
OPTIONS = MergeOptions(policies=(("messages.*.metadata.updatedAt", "max"), ("**.views", "counter")))


def words(random_: random.Random) -> list[str]:
    return random_.choices(VOCABULARY, weights=[1 / (rank + 1) for rank in range(len(VOCABULARY))], k=WORDS)


def message(random_: random.Random, number: int, text: list[str]) -> dict[str, Any]:
    return {
        "id": f"m{number:05}", "role": "user" if number % 2 else "assistant", "text": " ".join(text), "views": number,
        "createdAt": 1_790_000_000_000 + number, "status": "sent", "tags": ["a", "b", "c"], "pinned": False, "parent": None,
        "metadata": {"updatedAt": 1_790_000_000_000 + number, "model": "m", "tokens": random_.randrange(4_000)},
    }  # fmt: skip


def conversation(edited: float) -> tuple[Any, Any, Any]:
    """Return base, local and remote: both changed the text of that part of the messages, and other things in a fifth."""
    random_ = random.Random(7)
    texts = [words(random_) for _ in range(MESSAGES)]
    base = [message(random_, number, text) for number, text in enumerate(texts)]
    sides = []
    for mark in ("local", "remote"):
        items = [item | {"metadata": dict(item["metadata"])} for item in base]
        for number, item in enumerate(items):
            if random.Random(number).random() < edited:
                text = texts[number].copy()
                for _ in range(3):
                    text[random_.randrange(WORDS)] = f"{mark}{random_.random():.3f}"
                item["text"] = " ".join(text)
            if random_.random() < 0.2:
                item["status"], item["views"] = "read", item["views"] + 1
                item["metadata"]["updatedAt"] += random_.randrange(9_000)
        for _ in range(20):
            items.insert(random_.randrange(len(items)), message(random_, 90_000 + random_.randrange(9_999), ["new", mark]))
            items.pop(random_.randrange(len(items)))
        items = list({item["id"]: item for item in items}.values())
        sides.append({"id": "c1", "title": f"a {mark} title", "messages": items})
    return {"id": "c1", "title": "a title", "messages": base}, *sides


def figures(name: str, work: Callable[[], Any], rounds: int = 9) -> None:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1e3)
    print(f"{name:<64}{min(taken):>9.1f}{statistics.median(taken):>9.1f}")


def main() -> None:
    """Print the figures."""
    print(f"{'milliseconds':<64}{'best':>9}{'median':>9}")
    for edited in (0.0, 0.1, 0.5, 1.0):
        base, local, remote = conversation(edited)
        merged = merge(base, local, remote)
        name = f"merge, both edited {edited:.0%} of the texts: {len(merged.decisions)} decisions, {len(merged.open)} open"
        figures(name, lambda sides=(base, local, remote): merge(*sides))
    base, local, remote = conversation(0.1)
    figures("the same of 10 %, with policies", lambda: merge(base, local, remote, OPTIONS))
    figures("the same of 10 %, without a base", lambda: merge(NO_BASE, local, remote))
    figures("nothing changed", lambda: merge(base, base, base))
    begun = Conflict("conversation", "c1", base, local, remote).begin()
    first = begun.open[0].path
    figures("one choice in it, its result", lambda: begun.choose(first, "local").result)
    figures("one choice in it, as JSON", lambda: choices_to_json(begun.choose(first, "local")))
    figures("patch from local to the result", lambda: patch(local, begun.result))
    figures("content hash", lambda: content_hash(local, ["**.updatedAt"]), 3)
    one = ({"id": 1, "title": "a", "n": 1}, {"id": 1, "title": "b", "n": 1}, {"id": 1, "title": "c", "n": 2})
    queue = [Conflict("message", str(number), *one) for number in range(10_000)]
    figures("dry run over 10,000 small conflicts", lambda: dry_run(queue, [Rule("*", "title", "server_wins")]), 3)


if __name__ == "__main__":
    main()

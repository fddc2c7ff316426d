"""What redaction costs in CPU time: python tests/bench/bench_redaction.py [EVENTS]

Microseconds per event of each of the three passes (redact, sweep, final search), for the bench traffic, for the same padded to
900 bytes, and for events that all hold a user's id and a secret; then the memory of a final search for 20,000 and 200,000 values.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from console.areas.incidents.core.redaction import FinalSearch, Masked, Redactor, Sweep, default_profile
from tests.bench import traffic

ROUNDS = 3
CHUNK = 256 * 1024


def padded(text: str, size: int = 900) -> str:
    """Return an event text of about `size` bytes."""
    missing = size - len(text)
    return text if missing < 20 else f'{text[:-1]},"padding":"{("steady state of the queue " * 40)[: missing - 14]}"}}'


def with_secrets(texts: list[str]) -> list[str]:
    """Give each event a user's id, a token and an e-mail."""
    return [
        f'{text[:-1]},"context":{{"userId":"usr_{i % 500:06d}","sessionToken":"tok_{i:08x}","mail":"a{i % 500}@example.com"}}}}'
        for i, text in enumerate(texts)
    ]


def best(run: Callable[[], object]) -> float:
    """Return the median of a few runs in seconds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def figures(name: str, texts: list[str]) -> None:
    """Print one row."""
    size = sum(map(len, texts)) / len(texts)
    redactor = Redactor(default_profile(), b"k" * 32)
    redact = best(lambda: [redactor.json_text(text, "") for text in texts])
    redacted = [redactor.json_text(text, "") for text in texts]
    changed = sum(a != b for a, b in zip(texts, redacted, strict=True)) / len(texts)
    sweep = Sweep(redactor.masked)
    swept = best(lambda: [sweep.text(text, "") for text in redacted])
    member = "\n".join(sweep.text(text, "") for text in redacted).encode()

    def search() -> None:
        final = FinalSearch(redactor.masked, default_profile())
        for start in range(0, len(member), CHUNK):
            final.feed("events.ndjson", member[start : start + CHUNK])
        if final.hits():
            raise SystemExit(f"left: {final.hits()[:3]}")

    searched = best(search)
    per = 1e6 / len(texts)
    print(
        f"{name:<24}{len(texts):>8}{size:>8.0f}{changed:>9.0%}{redact * per:>10.1f}{swept * per:>10.1f}{searched * per:>10.1f}"
        f"{searched * 1e9 / len(member):>10.1f}"
    )


def memory(count: int) -> None:
    """Print what a final search for so many values takes."""
    process = psutil.Process()
    before = process.memory_info().rss
    masked = Masked()
    for _ in range(count):
        masked.add(os.urandom(16).hex(), "[masked:key]")
    start = time.process_time()
    search = FinalSearch(masked, default_profile())
    built = time.process_time() - start
    block = ("steady state of the queue 0123456 conversation_17 " * 20_000).encode()
    start = time.process_time()
    search.feed("m", block)
    search.hits()
    taken = time.process_time() - start
    used = (process.memory_info().rss - before) / 1e6
    print(f"{count:>8} values: {used:.0f} MB, built in {built:.1f} s, {taken * 1e9 / len(block):.1f} µs a KB")


def main() -> None:
    """Print all figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print(
        f"{'events':<24}{'count':>8}{'bytes':>8}{'changed':>9}{'redact µs':>10}{'sweep µs':>10}{'search µs':>10}{'µs/KB':>10}"
    )
    plain = list(itertools.islice(traffic.events(), count))
    figures("traffic", plain)
    figures("padded to 900 B", [padded(text) for text in plain])
    figures("errors only", [text for text in plain if json.loads(text)["eventType"] == "error"])
    figures("secrets in each", with_secrets([padded(text, 800) for text in plain[: count // 4]]))
    memory(20_000)
    memory(200_000)


if __name__ == "__main__":
    main()

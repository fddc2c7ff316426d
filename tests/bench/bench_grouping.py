"""What grouping costs per error: python tests/bench/bench_grouping.py

Microseconds per call (median, p99) over the labelled errors, by file, and for one error padded to 5 KB; decoding is not counted.
"""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import Any

from console.areas.errors.core.grouping import group_error
from console.model.dialects import Piece
from console.model.reader import read_event
from console.model.stack import parse_stack

FIXTURES = Path(__file__).parent.parent / "fixtures" / "grouping"
ROUNDS = 5
RECEIVED_MS = 1_830_000_000_000


def timings(errors: list[dict[str, Any]]) -> list[float]:
    """Group each error a few times; return the best time of each in microseconds."""
    best = []
    for data in errors:
        event = read_event(Piece(json.dumps(data), data), RECEIVED_MS)
        taken = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            group_error(data, message=event.message, category=event.category, service=event.service)
            taken.append((time.perf_counter() - start) * 1e6)
        best.append(statistics.median(taken))
    return best


def figures(name: str, errors: list[dict[str, Any]]) -> None:
    """Print one row."""
    taken = sorted(timings(errors))
    size = statistics.mean(len(json.dumps(error)) for error in errors)
    print(f"{name:<22}{len(errors):>6}{size:>10.0f}{statistics.median(taken):>10.0f}{taken[int(len(taken) * 0.99)]:>10.0f}")


def main() -> None:
    """Print microseconds per error by file, then for 5 KB and for a stack text of 1 MB."""
    print(f"{'errors':<22}{'count':>6}{'bytes':>10}{'p50 µs':>10}{'p99 µs':>10}")
    large: list[dict[str, Any]] = []
    for path in sorted(FIXTURES.glob("*.jsonl")):
        errors = [json.loads(line)["event"] for line in path.read_text(encoding="utf-8").splitlines()]
        figures(path.stem, errors)
        large += [error for error in errors if len(json.dumps(error)) > 2_500]
    figures("5 KB", [error | {"padding": ["x" * 40] * max(0, (5_000 - len(json.dumps(error))) // 44)} for error in large])
    text = "Error: x\n" + "    at next (/srv/vivim/server/src/router.js:15:79)\n" * 20_000
    start = time.perf_counter()
    parse_stack(text)
    print(f"a stack of {len(text) / 1e6:.1f} MB: {(time.perf_counter() - start) * 1e3:.1f} ms")


if __name__ == "__main__":
    main()

"""How fast `collect` keeps events: real processes, real sockets, a real file.

python -m tests.bench.bench_collect [--events 1000000] [--mode framed|naive] [--rate N] [--dir DIR]
python -m tests.bench.bench_collect --without errors [--events 200000] [--rounds 3]

The second collects with and without an area, in turn, and says by how much the area slows it down: best of each.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from console.areas import AREAS

COLLECT = """
import console.areas
console.areas.AREAS = tuple(name for name in console.areas.AREAS if name != {left_out!r})
from console.__main__ import main
main()
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--mode", choices=("framed", "naive"), default="framed")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--without", choices=AREAS, metavar="AREA")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.without:
        compare(options)
    else:
        run_in_a_folder(options)


def compare(options: argparse.Namespace) -> None:
    """Collect with and without an area, in turn."""
    found: dict[str, list[tuple[float, float]]] = {"": [], options.without: []}
    for _ in range(options.rounds):
        for left_out, runs in found.items():
            print(f"without {left_out}: " if left_out else "with all areas: ", end="", flush=True)
            runs.append(run_in_a_folder(options, left_out))
    whole, less = max(found[""])[0], max(found[options.without])[0]
    whole_s, less_s = (min(cpu_s for _, cpu_s in runs) for runs in found.values())
    print(f"best of {options.rounds}: {less:,.0f} events/s without {options.without}, {whole:,.0f} with it: "
          f"{(1 - whole / less) * 100:.1f} % slower; of the collector's CPU {(1 - less_s / whole_s) * 100:.1f} %, "
          f"{(whole_s - less_s) / options.events * 1e6:.2f} µs an event with its start")  # fmt: skip


def run_in_a_folder(options: argparse.Namespace, left_out: str = "") -> tuple[float, float]:
    with tempfile.TemporaryDirectory(dir=options.dir) as folder:
        return run(options, Path(folder) / "bench.db", left_out)


def run(options: argparse.Namespace, db: Path, left_out: str) -> tuple[float, float]:
    """Collect once without the area `left_out` (none where empty); returns events per second, and the collector's CPU seconds."""
    command = [sys.executable, "-m", "tests.bench.producer", "--events", str(options.events), "--mode", options.mode]
    if options.rate:
        command += ["--rate", str(options.rate)]
    producer = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert producer.stdout is not None
    url = producer.stdout.readline().strip()
    collector = subprocess.Popen(
        [sys.executable, "-c", COLLECT.format(left_out=left_out), "collect", "--source", f"bench={url}", "--db", str(db), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    process = psutil.Process(collector.pid)
    assert collector.stderr is not None
    peak = 0.0
    start = end = 0.0
    stored = 0
    deadline = time.perf_counter() + 300
    while stored < options.events and time.perf_counter() < deadline:
        line = collector.stderr.readline()
        if not line:
            break
        now = time.perf_counter()
        stored = int(line.split("stored ")[1].split(", gaps")[0].replace(",", "")) if "stored " in line else stored
        if stored and not start:
            start, first = now, stored
        end = now
        peak = max(peak, process.memory_info().rss / 1e6)
    delays = producer.stdout.readline() if options.mode == "framed" else "{}"
    cpu = process.cpu_times()
    collector.terminate()
    result = json.loads(collector.communicate()[0].splitlines()[-1])
    producer.kill()
    size = sum(path.stat().st_size for path in db.parent.iterdir())
    # The lines come once a second; who sends knows better when all was committed, where it is told.
    sent = json.loads(delays)
    rate = options.events / sent["seconds"] if sent else (stored - first) / (end - start)
    print(f"{options.mode}: {result['stored']:,} of {options.events:,} stored, gaps {result['gap_events']}, "
          f"{rate:,.0f} events/s, memory {peak:,.0f} MB, cpu {cpu.user + cpu.system:.1f} s, file {size / 1e6:,.0f} MB "
          f"({size / max(stored, 1) * 1e6 / 1e9:.2f} GB per million), send → committed {delays.strip()}")  # fmt: skip
    return rate, cpu.user + cpu.system


if __name__ == "__main__":
    main()

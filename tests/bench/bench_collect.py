"""How fast `collect` keeps events: real processes, real sockets, a real file.

python -m tests.bench.bench_collect [--events 1000000] [--mode framed|naive] [--rate N] [--dir DIR]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--mode", choices=("framed", "naive"), default="framed")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--dir", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.dir) as folder:
        run(options, Path(folder) / "bench.db")


def run(options: argparse.Namespace, db: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.producer", "--events", str(options.events), "--mode", options.mode]
    if options.rate:
        command += ["--rate", str(options.rate)]
    producer = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert producer.stdout is not None
    url = producer.stdout.readline().strip()
    collector = subprocess.Popen(
        [sys.executable, "-m", "console", "collect", "--source", f"bench={url}", "--db", str(db), "--json"],
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
    rate = (stored - first) / (end - start)
    print(f"{options.mode}: {result['stored']:,} of {options.events:,} stored, gaps {result['gap_events']}, "
          f"{rate:,.0f} events/s, memory {peak:,.0f} MB, cpu {cpu.user + cpu.system:.1f} s, file {size / 1e6:,.0f} MB "
          f"({size / max(stored, 1) * 1e6 / 1e9:.2f} GB per million), send → committed {delays.strip()}")  # fmt: skip


if __name__ == "__main__":
    main()

"""The real window on a live Timeline: how late its loop runs, how soon a row is painted, what it costs.

    python -m tests.bench.bench_window [--rate 5000] [--seconds 60] [--store F] [--start]

A producer process sends over a real socket to the window's own ingest child, which writes a real file. With
`--start` it measures instead the time from process start to the first painted window on the store F.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=5000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--start", action="store_true")
    options = parser.parse_args()
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        if options.start:
            measure_start(options.store, Path(folder))
        else:
            measure_live(options, Path(folder))


def measure_live(options: argparse.Namespace, folder: Path) -> None:
    producer = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.producer", "--events", str(int(options.rate * (options.seconds + 15))),
         "--rate", str(options.rate), "--stamp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert producer.stdout is not None
    url = producer.stdout.readline().strip()
    try:
        run_window(url, options.store or folder / "window.db", options.seconds, folder)
    finally:
        producer.kill()


def run_window(url: str, db: Path, seconds: float, folder: Path) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from console.app.application import SETTLED_AFTER_MS, Session, settle_memory
    from console.app.options import RunOptions, SourceSpec
    from console.areas.timeline.table import EventTable
    from console.qt.lateness import Lateness

    delays_ms: list[float] = []
    application = QApplication(sys.argv[:1])
    sys.setswitchinterval(0.001)
    session = Session(application, RunOptions(db, [SourceSpec("bench", url)], settings=folder / "settings.json"))
    session.window.resize(1280, 800)
    session.window.show()
    QTimer.singleShot(0, session.start)
    QTimer.singleShot(SETTLED_AFTER_MS, settle_memory)
    original, newest = EventTable.paintEvent, [0]

    def painted(table: EventTable, event: object) -> None:
        original(table, event)  # type: ignore[arg-type]
        now_ms = time.time() * 1000  # noqa: TID251 - compared with the producer's stamps
        rows = table.rows
        first = table.rowAt(0)
        for number in range(max(first, 0), rows.rowCount()):
            row = rows.lines[number].row
            if row.id > newest[0]:
                delays_ms.append(now_ms - row.ts)
        if rows.rowCount():
            newest[0] = max(newest[0], rows.lines[rows.rowCount() - 1].row.id)

    EventTable.paintEvent = painted  # type: ignore[method-assign,assignment]
    probe = Lateness(session.window)
    process = psutil.Process()
    marks: list[tuple[float, float]] = []

    def begin() -> None:
        delays_ms.clear()
        probe.start()
        marks.append((time.perf_counter(), sum(process.cpu_times()[:2])))

    def end() -> None:
        marks.append((time.perf_counter(), sum(process.cpu_times()[:2])))
        probe.stop()
        application.quit()

    QTimer.singleShot(5_000, begin)
    QTimer.singleShot(int((5 + seconds) * 1000), end)
    application.exec()
    print_live(marks, sorted(probe.samples_ms), sorted(delays_ms), newest[0])
    session.close()


def print_live(marks: Sequence[tuple[float, float]], lates: Sequence[float], shown: Sequence[float], newest: int) -> None:
    """Print the figures of `run_window`; `marks` are (wall, CPU) seconds at begin and end."""
    wall, cpu = marks[1][0] - marks[0][0], marks[1][1] - marks[0][1]
    print(
        f"loop late: p50 {share(lates, 0.5):.1f} ms, p99 {share(lates, 0.99):.1f} ms, max {lates[-1]:.1f} ms ({len(lates)} samples)"
    )
    print(f"socket → painted row: p50 {share(shown, 0.5):.0f} ms, p95 {share(shown, 0.95):.0f} ms ({len(shown)} rows)")
    # Each reading connection maps the store's file: those pages are the system's cache and count several times in RSS.
    memory = psutil.Process().memory_full_info()
    print(
        f"window process: {100 * cpu / wall:.0f} % of a core, {memory.uss / 1e6:.0f} MB of its own "
        f"({memory.rss / 1e6:.0f} MB with mapped files); newest id {newest:,}; load {os.getloadavg()[0]:.1f}"
    )


STARTING = """
import runpy, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from console.app.main_window import MainWindow
from console.areas.timeline.table import EventTable
from console.store.search import page  # what the first question needs; the window imports it anyway
import psutil

marks = {}

def watched(kind, name, done):
    original = kind.paintEvent
    def paint(self, event):
        original(self, event)
        if name not in marks and done(self):
            marks[name] = time.time()
            if name == "rows":
                QTimer.singleShot(500, QApplication.quit)
    kind.paintEvent = paint

watched(MainWindow, "frame", lambda window: True)
watched(EventTable, "rows", lambda table: table.model().rowCount() > 0)
sys.argv = ["console", "--db", sys.argv[1]]
try:
    runpy.run_module("console", run_name="__main__")
except SystemExit:
    pass
print("marks", marks.get("frame", 0), marks.get("rows", 0), psutil.Process().memory_info().rss / 1e6)
"""


def measure_start(store: Path, folder: Path) -> None:
    """Time the real command from its process's start, interpreter included, to its first paints.

    The frame is the window's own first paint; the rows are the first paint of the Timeline with events in it.
    """
    environment = os.environ | {"XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder)}
    # An installed console has its bytecode; the first run makes it, in a place of its own.
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # The whole store, or a file that is older than the usual range would show no rows.
    settings = folder / "vivim-console" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"version": 1, "values": {"scope": {"span_ms": null, "filter": ""}}}', "utf-8")
    for number in range(6):
        started = time.time()  # noqa: TID251 - compared with the child's clock
        done = subprocess.run(
            [sys.executable, "-c", STARTING, str(store)],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
            timeout=60,
        )
        words = next(line for line in done.stdout.splitlines() if line.startswith("marks")).split()
        frame, rows, memory = float(words[1]) - started, float(words[2]) - started, float(words[3])
        print(
            f"{f'run {number}' if number else 'cold'}: frame painted after {frame:.2f} s, rows after {rows:.2f} s; {memory:.0f} MB"
        )


def share(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


if __name__ == "__main__":
    main()

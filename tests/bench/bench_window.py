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
         "--rate", str(options.rate), "--stamp"], stdout=subprocess.PIPE, text=True,
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

    from console.app.application import Session
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
    original, newest = EventTable.paintEvent, [0]

    def painted(table: EventTable, event: object) -> None:
        original(table, event)  # type: ignore[arg-type]
        now_ms = time.time() * 1000  # noqa: TID251 - compared with the producer's stamps
        model = table.model()
        first = table.rowAt(0)
        for number in range(max(first, 0), model.rowCount()):
            row = model.lines[number].row
            if row.id > newest[0]:
                delays_ms.append(now_ms - row.ts)
        if model.rowCount():
            newest[0] = max(newest[0], model.lines[model.rowCount() - 1].row.id)

    EventTable.paintEvent = painted  # type: ignore[method-assign]
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
    wall, cpu = marks[1][0] - marks[0][0], marks[1][1] - marks[0][1]
    lates = sorted(probe.samples_ms)
    print(f"loop late: p50 {share(lates, 0.5):.1f} ms, p99 {share(lates, 0.99):.1f} ms, max {lates[-1]:.1f} ms ({len(lates)} samples)")
    shown = sorted(delays_ms)
    print(f"socket → painted row: p50 {share(shown, 0.5):.0f} ms, p95 {share(shown, 0.95):.0f} ms ({len(shown)} rows)")
    print(f"window process: {100 * cpu / wall:.0f} % of a core, {process.memory_info().rss / 1e6:.0f} MB; newest id {newest[0]:,}")
    session.close()


def measure_start(store: Path, folder: Path) -> None:
    """Time a fresh process from its start to its first painted window, and to the first rows."""
    code = f"""
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import console.app.application as a
from console.app.options import RunOptions
from pathlib import Path
app = QApplication(sys.argv[:1])
s = a.Session(app, RunOptions(Path({str(store)!r}), ingest=False, settings=Path({str(folder / "s.json")!r})))
class Watch(a.MainWindow):
    pass
shown = []
def painted():
    if not shown and s.window.isVisible():
        shown.append(time.time()); print(shown[0], flush=True)
s.window.show()
app.processEvents()
QTimer.singleShot(0, painted)
QTimer.singleShot(1500, app.quit)
app.exec()
import psutil; print(psutil.Process().memory_info().rss / 1e6)
s.close()
"""
    for _ in range(3):
        started = time.time()  # noqa: TID251 - compared with the child's clock
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        lines = done.stdout.split()
        print(f"first painted window after {float(lines[0]) - started:.2f} s; memory {float(lines[1]):.0f} MB")


def share(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


if __name__ == "__main__":
    main()

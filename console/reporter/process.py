"""What the service's own process uses: memory, processor, threads, open files."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any


class ProcessMeter:
    """Reads the process's figures; with psutil where it is installed, else from the standard library."""

    def __init__(self) -> None:
        try:
            import psutil  # optional: what only psutil knows is then left out
        except ImportError:
            self._process: Any = None
        else:
            self._process = psutil.Process()
        self._wall, self._cpu = perf_counter(), process_time()

    def read(self) -> dict[str, Any]:
        """Return rssBytes, cpuPercent (of one core, since the last reading), threads and, where known, openFds."""
        wall, cpu = perf_counter(), process_time()
        busy = (cpu - self._cpu) / (wall - self._wall) * 100 if wall > self._wall else 0.0
        self._wall, self._cpu = wall, cpu
        figures: dict[str, Any] = {"rssBytes": self._rss_bytes(), "cpuPercent": round(busy, 2)}
        if self._process is None:
            return {**figures, "threads": threading.active_count()}
        figures["threads"] = self._process.num_threads()
        if hasattr(self._process, "num_fds"):
            figures["openFds"] = self._process.num_fds()
        return figures

    def _rss_bytes(self) -> int | None:
        if self._process is not None:
            return int(self._process.memory_info().rss)
        try:
            with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - pathlib is not needed otherwise
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:  # only Linux has it
            return None


class Periodic:
    """Calls a function every `interval_s` in a daemon thread until stopped."""

    def __init__(self, interval_s: float, call: Callable[[], None]) -> None:
        if interval_s <= 0:
            raise ValueError(f"an interval is above 0 s, got {interval_s}")
        self._interval_s, self._call = interval_s, call
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reporter-process", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.wait(self._interval_s):
            self._call()

    def stop(self) -> None:
        """End the calls; one that runs is waited for, up to a second."""
        self._stopped.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(1)

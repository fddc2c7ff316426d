"""How late the main loop runs: a timer that should fire every 10 ms and notes by how much it is late."""

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL_MS = 10
KEPT = 60_000  # ten minutes


class Lateness(QObject):
    """Samples in milliseconds; off until started, because a window at rest should sleep."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.samples_ms: deque[float] = deque(maxlen=KEPT)
        self._due_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._sample)

    def start(self) -> None:
        self.samples_ms.clear()
        self._due_s = time.perf_counter() + INTERVAL_MS / 1000
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def percentile(self, share: float) -> float:
        """Return the lateness in ms that `share` (0 … 1) of the samples stay under; 0 without samples."""
        ordered = sorted(self.samples_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    def report(self) -> str:
        """Return one line for people."""
        if not self.samples_ms:
            return "main loop: not measured yet"
        return (
            f"main loop late by {self.percentile(0.5):.1f} ms (median), {self.percentile(0.99):.1f} ms (p99), "
            f"{max(self.samples_ms):.1f} ms (worst) over {len(self.samples_ms)} samples"
        )

    def _sample(self) -> None:
        now_s = time.perf_counter()
        self.samples_ms.append(max(0.0, (now_s - self._due_s) * 1000))
        self._due_s = now_s + INTERVAL_MS / 1000

"""The live signal: the store moved. At most ten a second, whatever the traffic."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from console.model.clock import Clock, wall_clock
from console.qt.shell import Tick

INTERVAL_MS = 100
SLIDE_MS = 1_000
PATIENCE_MS = 1_500


class Live(QObject):
    """Gathers what ingest and polling say about the newest id and passes it on at a bearable pace.

    A tick waits, up to PATIENCE_MS, while reads are still under way: asking again under the same slot drops
    the answer before, so ticks faster than the store answers would show nothing at all.
    """

    ticked = Signal(object)
    poll_wanted = Signal()
    """Somebody should look for the newest id: no ingest child tells it."""

    def __init__(
        self, parent: QObject | None = None, *, clock: Clock = wall_clock, busy: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._busy = busy
        self._last_id = 0
        self._shown_id = -1
        self._ticked_ms = 0
        self.sliding = True
        self.polling = False
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def last_id(self) -> int:
        return self._last_id

    def moved(self, last_id: int) -> None:
        """Take the newest id; cheap, and may be called at any rate. After a rest it is passed on at once."""
        if last_id <= self._last_id:
            return
        self._last_id = last_id
        if self._timer.isActive() and self._clock() - self._ticked_ms >= INTERVAL_MS:
            self._look(by_timer=False)

    def touched(self) -> None:
        """Something moved with no new event: the next look ticks."""
        self._shown_id = -1

    def restart(self) -> None:
        """Forget everything: another store was opened."""
        self._last_id, self._shown_id = 0, -1

    def _look(self, *, by_timer: bool = True) -> None:
        now_ms = self._clock()
        if self.polling and by_timer:
            self.poll_wanted.emit()
        since_ms = now_ms - self._ticked_ms
        moved = self._last_id != self._shown_id
        if not moved and not (self.sliding and since_ms >= SLIDE_MS):
            return
        if self._busy() and since_ms < PATIENCE_MS:
            return
        self._shown_id = self._last_id
        self._ticked_ms = now_ms
        self.ticked.emit(Tick(self._last_id, now_ms))

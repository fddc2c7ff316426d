"""Keeps the strip fed: asks the store for counts at most once a second, with edges that stand still."""

from sqlite3 import Connection

from PySide6.QtCore import QObject, QTimer

from console.areas.timeline.core.axis import plan_bins
from console.areas.timeline.loading import parsed
from console.areas.timeline.strip import ActivityStrip
from console.model.clock import Clock, wall_clock
from console.qt.shell import Shell
from console.store.filter import All
from console.store.reading import activity
from console.store.rows import Activity, Position
from console.store.search import page

INTERVAL_MS = 1_000
SHARE = 5
"""The counting takes at most one part in so many of a thread's time: a slow answer is asked for less often."""
_RESIZE_MS = 80


class ActivityFeed(QObject):
    """One question on its way at a time; a wish that comes meanwhile is asked afterwards."""

    def __init__(self, shell: Shell, strip: ActivityStrip, clock: Clock = wall_clock) -> None:
        super().__init__(strip)
        self._shell = shell
        self._strip = strip
        self._clock = clock
        self._busy = False
        self._asked_ms = 0
        self._took_ms = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_RESIZE_MS)
        self._timer.timeout.connect(self.refresh)
        strip.resized.connect(self._timer.start)

    def stop(self) -> None:
        self._timer.stop()

    def on_tick(self) -> None:
        if not self._busy and self._clock() - self._asked_ms >= max(INTERVAL_MS, SHARE * self._took_ms):
            self.refresh()

    def refresh(self) -> None:
        """Ask for the scope as it is now; replaces a question on its way."""
        since_ms, until_ms = self._shell.bounds_ms()
        text, now_ms, max_bins = self._shell.scope().filter_text, self._clock(), self._strip.max_bins()

        def query(connection: Connection) -> tuple[Activity, int, int]:
            low, high = since_ms, until_ms if until_ms is not None else now_ms
            if low is None:
                low, high = _kept_range(connection, now_ms)
            bins = plan_bins(low, max(low + 1, high), max_bins)
            counts = activity(
                connection, parsed(text), since_ms=bins.since_ms, until_ms=bins.until_ms, bins=bins.count, now_ms=now_ms
            )
            return counts, low, high

        self._busy = True
        self._asked_ms = self._clock()
        self._shell.read(self, "timeline-activity", query, self._take, self._fail)

    def _take(self, answer: tuple[Activity, int, int]) -> None:
        self._busy = False
        self._took_ms = self._clock() - self._asked_ms
        self._strip.show_activity(*answer)

    def _fail(self, error: Exception) -> None:
        # The list asks with the same filter and range, and says in words what is wrong; the strip keeps its last counts.
        self._busy = False
        self._strip.setAccessibleDescription(f"Not up to date: {error}")


def _kept_range(connection: Connection, now_ms: int) -> tuple[int, int]:
    """Return the times of the first and the last event kept; a minute up to now where there is none."""
    oldest = page(connection, All(), after=Position(-(2**62), 0), limit=1, now_ms=now_ms).rows
    newest = page(connection, All(), limit=1, now_ms=now_ms).rows
    if not oldest or not newest:
        return now_ms - 60_000, now_ms
    return oldest[0].ts, max(newest[0].ts, oldest[0].ts) + 1

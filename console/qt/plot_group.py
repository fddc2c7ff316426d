"""Plots of one view joined: one range, one crosshair."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from console.qt.plot import TimePlot


class PlotGroup(QObject):
    """Plots that share one range and one crosshair. Wheel and keys zoom inside, a double click resets."""

    range_picked = Signal(float, float)
    """A range in Unix seconds that somebody chose for the whole window."""

    def __init__(self, plots: Iterable[TimePlot], parent: QObject) -> None:
        super().__init__(parent)
        self._plots = list(plots)
        self._home = (0.0, 1.0)
        self._zoom: tuple[float, float] | None = None
        self._step_s = 10.0
        for plot in self._plots:
            plot.range_picked.connect(self._pick)
            plot.zoomed.connect(self._zoom_by)
            plot.panned.connect(self._pan_by)
            plot.reset_asked.connect(self.reset)
            plot.hovered.connect(self._hover)

    def shown_s(self) -> tuple[float, float]:
        """Return the range that is shown now, in Unix seconds."""
        return self._zoom or self._home

    def show_range(self, since_s: float, until_s: float, step_s: float) -> None:
        """Show the window's range; a zoom made here stays until it is reset."""
        self._home, self._step_s = (since_s, until_s), step_s
        self._apply()

    def reset(self) -> None:
        """Show the window's range again."""
        self._zoom = None
        self._apply()

    def _pick(self, since_s: float, until_s: float) -> None:
        self._zoom = None
        self.range_picked.emit(since_s, until_s)

    def _zoom_by(self, factor: float, around_s: float) -> None:
        since, until = self.shown_s()
        factor = max(factor, self._step_s / max(until - since, 1e-3))
        since, until = around_s - (around_s - since) * factor, around_s + (until - around_s) * factor
        since, until = max(since, self._home[0]), min(until, self._home[1])
        self._zoom = None if (since, until) == self._home or until <= since else (since, until)
        self._apply()

    def _pan_by(self, seconds: float) -> None:
        if self._zoom:
            since, until = self._zoom
            move = min(max(seconds, self._home[0] - since), self._home[1] - until)
            self._zoom = (since + move, until + move)
            self._apply()

    def _apply(self) -> None:
        for plot in self._plots:
            plot.show_range(*self.shown_s(), self._step_s)

    def _hover(self, time_s: float | None) -> None:
        for plot in self._plots:
            plot.show_crosshair(time_s)

"""What the mouse does on a plot: drag picks a range, wheel zooms in time, middle or Shift drag pans."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

_ZOOM_PER_NOTCH = 0.8
_ANGLE_PER_NOTCH = 120


class PlotBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """A view box that moves in time only and leaves it to its owner to do so. Times are Unix seconds."""

    selecting = Signal(float, float)
    selected = Signal(float, float)
    panned = Signal(float)
    """Seconds to move the range by."""
    zoomed = Signal(float, float)
    """(factor of the span, time that stays in its place)."""
    reset_asked = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=False, y=False)
        self.disableAutoRange()

    def mouseDragEvent(self, ev: Any, axis: Any = None) -> None:
        ev.accept()
        if ev.button() == Qt.MouseButton.MiddleButton or ev.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.panned.emit(self._time_at(ev.lastPos()) - self._time_at(ev.pos()))
        elif ev.button() == Qt.MouseButton.LeftButton:
            ends = sorted((self._time_at(ev.buttonDownPos()), self._time_at(ev.pos())))
            (self.selected if ev.isFinish() else self.selecting).emit(*ends)

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.double():
            ev.accept()
            self.reset_asked.emit()

    def wheelEvent(self, ev: Any, axis: Any = None) -> None:
        ev.accept()
        self.zoomed.emit(_ZOOM_PER_NOTCH ** (ev.delta() / _ANGLE_PER_NOTCH), self._time_at(ev.pos()))

    def _time_at(self, position: Any) -> float:
        return float(self.mapToView(position).x())

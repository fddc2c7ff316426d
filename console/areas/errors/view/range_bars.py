"""A group's events over the range as bars; dragging across them picks a range for the whole window."""

from datetime import datetime

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.qt.sparkline import paint_bars
from console.qt.theme import SMALL_PX, current_theme
from console.qt.words import counted

_HEIGHT_PX, _LABEL_PX, _SIDE_PX = 64, 16, 8
_LEAST_DRAG_PX = 4
_DAY_MS = 86_400_000


class RangeBars(QWidget):
    """`range_picked` carries (since, until) in Unix milliseconds."""

    range_picked = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[int, ...] = ()
        self._since_ms = self._until_ms = 0
        self._severity = "info"
        self._drag: tuple[int, int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip("Drag to look at a part of the range")

    def show_values(self, values: tuple[int, ...], since_ms: int, until_ms: int, severity: str) -> None:
        """Show counts of equal parts of [since, until)."""
        self._values, self._since_ms, self._until_ms, self._severity = values, since_ms, until_ms, severity
        most = f", at most {max(values):,} in one of {len(values)} parts" if any(values) else ""
        self.setAccessibleName(
            f"{counted(sum(values), 'event')} from {self._clock(since_ms)} to {self._clock(until_ms)}{most}"
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, _HEIGHT_PX)

    def moment_at(self, x: float) -> int:
        """Return the time below a pixel of the widget."""
        share = (x - _SIDE_PX) / max(1, self.width() - 2 * _SIDE_PX)
        return self._since_ms + round(min(1.0, max(0.0, share)) * (self._until_ms - self._since_ms))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self._area())
        paint_bars(painter, area, self._values, theme.severity_color(self._severity))
        if self._drag is not None:
            left, right = sorted(self._drag)
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), theme.color("accent", 70))
        font = painter.font()
        font.setPixelSize(SMALL_PX)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted))
        below = QRect(_SIDE_PX, self.height() - _LABEL_PX, self.width() - 2 * _SIDE_PX, _LABEL_PX)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._clock(self._since_ms))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._clock(self._until_ms))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._values:
            x = round(event.position().x())
            self._drag = (x, x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag = (self._drag[0], round(event.position().x()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        self.update()
        if drag is not None and abs(drag[1] - drag[0]) >= _LEAST_DRAG_PX:
            left, right = sorted(drag)
            self.range_picked.emit(self.moment_at(left), self.moment_at(right))

    def _area(self) -> QRect:
        return self.rect().adjusted(_SIDE_PX, 4, -_SIDE_PX, -_LABEL_PX - 4)

    def _clock(self, at_ms: int) -> str:
        try:
            local = datetime.fromtimestamp(at_ms / 1000).astimezone()
        except (ValueError, OverflowError, OSError):
            return f"{at_ms} ms"
        return f"{local:%d %b %H:%M}" if self._until_ms - self._since_ms >= _DAY_MS else f"{local:%H:%M:%S}"

"""Small curves and bars for cells of tables: a course over time at a glance, without axes."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from console.qt.theme import current_theme

_LEAST_PX = 2.0
"""What is above zero is at least this high, so that a quiet one does not look like a dead one."""
_GAP_PX = 1.0


def scale_top(values: Sequence[float]) -> float:
    """Return 1, 2 or 5 times a power of ten above all values: it moves seldom, so the curve does not jump."""
    largest = max(values, default=0.0)
    if largest <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= largest * (1 - 1e-9))


def curve(values: Sequence[float], area: QRectF, slots: int) -> list[QPointF]:
    """Return one point per value; the newest stands at the right edge, the oldest of `slots` values at the left."""
    top, step = scale_top(values), area.width() / (slots - 1)
    first = area.right() - step * (len(values) - 1)
    return [QPointF(first + number * step, area.bottom() - _height(value, top, area)) for number, value in enumerate(values)]


def bars(values: Sequence[float], area: QRectF) -> list[QRectF]:
    """Return one bar per value over the whole width, the oldest at the left; the largest value fills the height.

    A value of zero has a bar without height.
    """
    if not values:
        return []
    top, step = max(*values, 1.0), area.width() / len(values)
    width = max(1.0, step - _GAP_PX)
    found = []
    for number, value in enumerate(values):
        height = _height(value, top, area)
        found.append(QRectF(area.left() + number * step, area.bottom() - height, width, height))
    return found


def paint_curve(painter: QPainter, area: QRectF, values: Sequence[float], slots: int) -> None:
    """Draw the zero line over all `slots`, and the values that are known as a filled curve above it."""
    theme = current_theme()
    painter.save()
    _zero_line(painter, area)
    if len(values) > 1:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = curve(values, area, slots)
        below = [QPointF(points[-1].x(), area.bottom()), QPointF(points[0].x(), area.bottom())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent", 60))
        painter.drawPolygon(QPolygonF([*points, *below]))
        painter.setPen(QPen(QColor(theme.accent), 1.25))
        painter.drawPolyline(QPolygonF(points))
    painter.restore()


def paint_bars(painter: QPainter, area: QRectF, values: Sequence[float], color: QColor) -> None:
    """Draw the zero line and a bar for each value above it."""
    painter.save()
    _zero_line(painter, area)
    for bar in bars(values, area):
        if bar.height():
            painter.fillRect(bar, color)
    painter.restore()


def _zero_line(painter: QPainter, area: QRectF) -> None:
    painter.setPen(QPen(QColor(current_theme().border), 1))
    painter.drawLine(QLineF(area.left(), area.bottom() + 0.5, area.right(), area.bottom() + 0.5))


def _height(value: float, top: float, area: QRectF) -> float:
    return max(value / top * area.height(), _LEAST_PX) if value > 0 else 0.0

"""The rate of a source over the last minute, as a small filled curve that fills from the right."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from console.areas.sources.view.line import HISTORY
from console.qt.theme import current_theme

_LEAST_PX = 2.0
"""A rate above zero is at least this high, so that a quiet source does not look like a dead one."""


def scale_top(rates: Sequence[float]) -> float:
    """Return 1, 2 or 5 times a power of ten above all rates: it moves seldom, so the curve does not jump."""
    largest = max(rates, default=0.0)
    if largest <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= largest * (1 - 1e-9))


def curve(rates: Sequence[float], area: QRectF) -> list[QPointF]:
    """Return one point per second; the newest stands at the right edge, the oldest of a full minute at the left."""
    top, step = scale_top(rates), area.width() / (HISTORY - 1)
    first = area.right() - step * (len(rates) - 1)
    heights = [max(rate / top * area.height(), _LEAST_PX) if rate > 0 else 0.0 for rate in rates]
    return [QPointF(first + number * step, area.bottom() - height) for number, height in enumerate(heights)]


def paint_sparkline(painter: QPainter, area: QRectF, rates: Sequence[float]) -> None:
    """Draw the zero line over the whole minute and the rates that are known above it."""
    theme = current_theme()
    painter.save()
    painter.setPen(QPen(QColor(theme.border), 1))
    painter.drawLine(QLineF(area.left(), area.bottom() + 0.5, area.right(), area.bottom() + 0.5))
    if len(rates) > 1:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = curve(rates, area)
        below = [QPointF(points[-1].x(), area.bottom()), QPointF(points[0].x(), area.bottom())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent", 60))
        painter.drawPolygon(QPolygonF([*points, *below]))
        painter.setPen(QPen(QColor(theme.accent), 1.25))
        painter.drawPolyline(QPolygonF(points))
    painter.restore()

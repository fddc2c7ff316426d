"""How the activity strip is drawn: the legend and reading on top, bars and holes, the time axis below."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from console.areas.timeline.columns import severity_text
from console.areas.timeline.core.axis import place_ticks
from console.model.taxonomy import SEVERITIES

if TYPE_CHECKING:
    from console.areas.timeline.strip import ActivityStrip

MARGIN, TOP, BOTTOM = 12, 24, 18
_TICK_PX = 110


def plot_rect(rect: QRect) -> QRect:
    """Return where the bars stand inside a strip."""
    return rect.adjusted(MARGIN, TOP, -MARGIN, -BOTTOM)


def paint_strip(painter: QPainter, strip: "ActivityStrip") -> None:
    """Draw all of it but the focus ring."""
    colours = strip.colours
    plot = plot_rect(strip.rect())
    painter.fillRect(strip.rect(), QColor(colours.panel))
    _holes(painter, strip, plot, QBrush(QColor(colours.band)))
    peak = _bars(painter, strip, plot)
    _holes(painter, strip, plot, QBrush(QColor(colours.hatch), Qt.BrushStyle.BDiagPattern))  # over the bars: never hidden
    painter.setPen(colours.pen(colours.line))
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())
    _axis(painter, strip, plot)
    _picked(painter, strip, plot)
    _words(painter, strip, plot, peak)


def severities_shown(strip: "ActivityStrip") -> list[str]:
    """Return the severities with events, worst first; those outside the taxonomy last."""
    present = [name for name, counts in strip.activity.counts.items() if any(counts)]
    known = [name for name in reversed(SEVERITIES) if name in present]
    return known + sorted(set(present) - set(SEVERITIES))


def _bars(painter: QPainter, strip: "ActivityStrip", plot: QRect) -> int:
    edges, counts = strip.activity.edges_ms, strip.activity.counts
    order = severities_shown(strip)
    totals = [sum(counts[name][i] for name in order) for i in range(max(0, len(edges) - 1))]
    peak = max(totals, default=0)
    if not peak:
        return 0
    room = plot.height() - 2
    painter.save()
    painter.setClipRect(plot)
    bases = [0.0] * len(totals)
    for name in order:  # worst at the bottom, where heights compare best
        rects = []
        for i, count in enumerate(counts[name]):
            if count:
                left, right = strip.x_of(edges[i]), strip.x_of(edges[i + 1])
                # A single fatal among thousands must be seen: no part is thinner than two pixels.
                height = max(2.0, count * room / peak)
                top = plot.bottom() - bases[i] - height
                rects.append(QRectF(left + 0.5, top, max(1.0, right - left - 1), height))
                bases[i] += height
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour_of(strip, name)))
        painter.drawRects(rects)
    painter.restore()
    return peak


def colour_of(strip: "ActivityStrip", severity: str) -> str:
    return strip.colours.bar(severity)


def _holes(painter: QPainter, strip: "ActivityStrip", plot: QRect, brush: QBrush) -> None:
    for from_ms, to_ms, _missing, _reason in strip.activity.gaps:
        left, right = strip.x_of(max(from_ms, strip.since_ms)), strip.x_of(min(to_ms, strip.until_ms))
        painter.fillRect(QRectF(left, plot.top(), max(4.0, right - left), plot.height()), brush)


def _axis(painter: QPainter, strip: "ActivityStrip", plot: QRect) -> None:
    if strip.until_ms <= strip.since_ms:
        return
    colours, metrics = strip.colours, painter.fontMetrics()
    for ms, label in place_ticks(strip.since_ms, strip.until_ms, max(2, plot.width() // _TICK_PX)):
        x, width = strip.x_of(ms), metrics.horizontalAdvance(label)
        painter.setPen(colours.pen(colours.line))
        painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4))
        place = min(max(x - width / 2, 2.0), strip.width() - width - 2.0)
        painter.setPen(colours.pen(colours.quiet))
        painter.drawText(QPointF(place, plot.bottom() + BOTTOM - 4), label)


def _picked(painter: QPainter, strip: "ActivityStrip", plot: QRect) -> None:
    colours = strip.colours
    if strip.picked is not None:
        left, right = sorted((strip.x_of(strip.picked[0]), strip.x_of(strip.picked[1])))
        fill = QColor(colours.accent)
        fill.setAlpha(60)
        painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), fill)
        painter.setPen(colours.pen(colours.accent))
        painter.drawLine(QPointF(left, plot.top()), QPointF(left, plot.bottom()))
        painter.drawLine(QPointF(right, plot.top()), QPointF(right, plot.bottom()))
    if strip.cursor_ms is not None:
        x = strip.x_of(strip.cursor_ms)
        painter.setPen(colours.pen(colours.text))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))


def _words(painter: QPainter, strip: "ActivityStrip", plot: QRect, peak: int) -> None:
    colours, metrics = strip.colours, painter.fontMetrics()
    baseline = (TOP + metrics.ascent() - metrics.descent()) / 2
    x = float(plot.left())
    painter.setFont(strip.font())
    for name in severities_shown(strip):
        label = severity_text(name)
        painter.fillRect(QRectF(x, TOP / 2 - 4, 8, 8), QColor(colour_of(strip, name)))
        painter.setPen(colours.pen(colours.quiet))
        painter.drawText(QPointF(x + 12, baseline), label)
        x += 12 + metrics.horizontalAdvance(label) + 14
    if strip.activity.gaps:
        painter.fillRect(QRectF(x, TOP / 2 - 4, 14, 8), QBrush(QColor(colours.hatch), Qt.BrushStyle.BDiagPattern))
        painter.setPen(colours.pen(colours.quiet))
        painter.drawText(QPointF(x + 18, baseline), "gap")
        x += 18 + metrics.horizontalAdvance("gap") + 14
    reading = strip.reading()
    if strip.cursor_ms is None and strip.picked is None and peak:
        reading += f", at most {peak:,} a bar"
    room = int(plot.right() - x)
    shown = metrics.elidedText(reading, Qt.TextElideMode.ElideRight, max(0, room))
    painter.setPen(colours.pen(colours.text))
    painter.drawText(QPointF(plot.right() - metrics.horizontalAdvance(shown), baseline), shown)

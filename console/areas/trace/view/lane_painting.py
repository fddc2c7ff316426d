"""Draws the lanes around their events: names and clocks, silences, axis, marks."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetrics, QPainter, QPen

from console.areas.trace.core.trace import Lane
from console.areas.trace.view.colour import service_color
from console.areas.trace.view.event_painting import EventPainter
from console.areas.trace.view.scene import AXIS_PX, LABEL_PX, ROW_PX, Camera, Scene
from console.areas.trace.words import clock_words, offset_words, silence_words
from console.qt.palettes import Theme
from console.qt.plot_axis import value_step
from console.qt.text import visible
from console.qt.theme import SMALL_PX, current_theme

_TICK_PX = 90
_LEFT_PX, _NAME_PX = 10, 24


@dataclass(slots=True)
class Marks:
    """What a person points at: the chosen event, and the time below the pointer."""

    chosen: int | None = None
    cursor_ms: float | None = None
    corrected: bool = True
    focus: bool = False


class LanePainter:
    """Keeps fonts; `retint` after a change of theme."""

    def __init__(self, font: QFont, pixel_ratio: float) -> None:
        self._font = QFont(font)
        self._bold = QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(font)
        self._small.setPixelSize(SMALL_PX)
        self._metrics = QFontMetrics(self._small)
        self._bold_metrics = QFontMetrics(self._bold)
        self._events = EventPainter(self._small, pixel_ratio)
        self.theme: Theme = current_theme()

    def retint(self) -> None:
        self.theme = current_theme()
        self._events.retint()

    def paint(self, painter: QPainter, scene: Scene, camera: Camera, size: QRect, scroll_px: int, marks: Marks) -> None:
        """Draw everything; `scroll_px` is how far the lanes are scrolled up below the axis."""
        painter.fillRect(size, self.theme.color("base"))
        painter.save()
        painter.setClipRect(QRect(0, AXIS_PX, size.width(), size.height() - AXIS_PX))
        painter.translate(0, AXIS_PX - scroll_px)
        window = (scroll_px, scroll_px + size.height() - AXIS_PX)
        self._grounds(painter, scene, size.width(), window, marks)
        plot = QRect(LABEL_PX, window[0], size.width() - LABEL_PX, window[1] - window[0])
        painter.setClipRect(plot)
        self._ticks(painter, camera, plot)
        self._silences(painter, scene, camera, plot)
        self._events.paint(painter, scene, camera, window)
        self._chosen(painter, scene, camera, marks)
        painter.restore()
        self._axis(painter, scene, camera, size, marks)

    # -- grounds ----------------------------------------------------------------------------------------------

    def _grounds(self, painter: QPainter, scene: Scene, width: int, window: tuple[int, int], marks: Marks) -> None:
        theme = self.theme
        chosen = int(scene.lanes[marks.chosen]) if marks.chosen is not None else -1
        first, last = bisect_right(scene.tops, window[0]) - 1, bisect_left(scene.tops, window[1])
        for number in range(max(first, 0), min(last, len(scene.arrangement.lanes))):
            top, bottom = scene.tops[number], scene.tops[number + 1]
            if number % 2:
                painter.fillRect(0, top, width, bottom - top, theme.color("alternate"))
            if number == chosen:
                painter.fillRect(0, top, 3, bottom - top, theme.color("accent"))
            self._name(painter, scene.arrangement.lanes[number], top)
            painter.setPen(theme.color("grid"))
            painter.drawLine(0, bottom - 1, width, bottom - 1)
        painter.setPen(theme.color("border"))
        painter.drawLine(LABEL_PX - 1, 0, LABEL_PX - 1, scene.height)

    def _name(self, painter: QPainter, lane: Lane, top: int) -> None:
        """Draw what stands at the left of a lane: the service, its events and failures, its clock."""
        theme, right, below = self.theme, LABEL_PX - 8, LABEL_PX - _LEFT_PX - 6
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(service_color(lane.service))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawEllipse(QRectF(_LEFT_PX, top + 10, 8, 8))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        counts = f"{lane.events:,}" + (f" ▲{lane.failed:,}" if lane.failed else "")
        wide = self._metrics.horizontalAdvance(counts)
        painter.setFont(self._small)
        painter.setPen(theme.color("error" if lane.failed else "muted"))
        painter.drawText(right - wide, top + 19, counts)
        painter.setPen(theme.color("muted"))
        clock = self._metrics.elidedText(clock_words(lane.clock), Qt.TextElideMode.ElideRight, below)
        painter.drawText(_LEFT_PX, top + 37, clock)
        painter.setFont(self._bold)
        painter.setPen(theme.color("text"))
        name = visible(lane.service[:200]) or "(no name)"
        room = right - wide - 8 - _NAME_PX
        painter.drawText(_NAME_PX, top + 19, self._bold_metrics.elidedText(name, Qt.TextElideMode.ElideRight, room))

    def _ticks(self, painter: QPainter, camera: Camera, plot: QRect) -> None:
        painter.setPen(self.theme.color("grid"))
        for ms in tick_times(camera):
            x = round(camera.x_of(ms))
            painter.drawLine(x, plot.top(), x, plot.bottom())

    def _silences(self, painter: QPainter, scene: Scene, camera: Camera, plot: QRect) -> None:
        theme, start = self.theme, scene.arrangement.start_ms
        painter.setFont(self._small)
        for silence in scene.arrangement.silences:
            left = max(camera.x_of(silence.start_ms - start), float(LABEL_PX))
            right = min(camera.x_of(silence.end_ms - start), float(plot.right()))
            if right - left < 2:
                continue
            band = QRectF(left, 0, right - left, scene.height)
            painter.fillRect(band, QBrush(theme.color("gap", 60), Qt.BrushStyle.BDiagPattern))
            words = silence_words(silence)
            width = self._metrics.horizontalAdvance(words)
            if right - left > width + 12:
                # In the middle, on its own ground: hatching behind letters is hard to read.
                place = QRectF((left + right - width) / 2 - 6, plot.top() + 4, width + 12, 18)
                painter.fillRect(place, theme.color("base"))
                painter.setPen(theme.color("gap"))
                painter.drawText(QPointF(place.left() + 6, place.top() + 13), words)

    # -- marks ------------------------------------------------------------------------------------------------

    def _chosen(self, painter: QPainter, scene: Scene, camera: Camera, marks: Marks) -> None:
        theme = self.theme
        if marks.chosen is not None:
            left, right = (camera.x_of(float(ends[marks.chosen])) for ends in (scene.starts, scene.ends))
            top = int(scene.y_of()[marks.chosen])
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if scene.bars[marks.chosen]:
                painter.drawRect(QRectF(left - 2, top, max(right - left, 3.0) + 4, ROW_PX))
            else:
                painter.drawEllipse(QRectF(left - 8, top, 16, 16))
        if marks.cursor_ms is not None:
            x = round(camera.x_of(marks.cursor_ms))
            painter.setPen(QPen(theme.color("muted"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(x, 0, x, max(scene.height, 10_000))
        index = scene.first_failure
        if index is not None:
            x = round(camera.x_of(float(scene.ends[index])))
            painter.setPen(QPen(theme.color("error"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(x, 0, x, scene.height)

    def _axis(self, painter: QPainter, scene: Scene, camera: Camera, size: QRect, marks: Marks) -> None:
        theme = self.theme
        painter.fillRect(QRect(0, 0, size.width(), AXIS_PX), theme.color("panel"))
        painter.setPen(theme.color("border"))
        painter.drawLine(0, AXIS_PX - 1, size.width(), AXIS_PX - 1)
        painter.setFont(self._small)
        flags = []
        if scene.first_failure is not None:
            flags.append((float(scene.ends[scene.first_failure]), "▲ first failure", "error"))
        if marks.cursor_ms is not None:
            flags.append((marks.cursor_ms, offset_words(marks.cursor_ms), "text"))
        taken = [self._flag(painter, camera.x_of(ms), words, color, size) for ms, words, color in flags]
        painter.setPen(theme.color("muted"))
        for ms in tick_times(camera):
            words = offset_words(ms) if ms > 0 else "0"
            width = self._metrics.horizontalAdvance(words)
            place = QRectF(camera.x_of(ms) - width / 2, 0, width, AXIS_PX)
            fits = ms > -1e-9 and place.left() >= LABEL_PX and place.right() <= size.width()
            if fits and not any(place.intersects(flag) for flag in taken):
                painter.drawText(QPointF(place.left(), 17), words)
        painter.drawText(_LEFT_PX, 17, "times corrected" if marks.corrected else "times as told")
        if marks.focus:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(size.adjusted(1, 1, -1, -1))

    def _flag(self, painter: QPainter, x: float, words: str, color: str, size: QRect) -> QRectF:
        """Draw words on the axis where `x` is in sight; returns the place that they take."""
        if not LABEL_PX <= x <= size.width():
            return QRectF()
        width = self._metrics.horizontalAdvance(words) + 10
        place = QRectF(min(max(x - width / 2, float(LABEL_PX)), float(size.width() - width)), 3, width, AXIS_PX - 6)
        painter.fillRect(place, self.theme.color("base"))
        painter.setPen(self.theme.color(color))
        painter.drawText(QPointF(place.left() + 5, 17), words)
        return place


def tick_times(camera: Camera) -> list[float]:
    """Return the times of the ticks in sight: 1, 2 or 5 times a power of ten, in ms since the start."""
    step = value_step(camera.span_ms, camera.width_px * 30 / _TICK_PX, whole=False)
    first, last = int(np.ceil(camera.since_ms / step)), int(np.floor((camera.since_ms + camera.span_ms) / step))
    return [number * step for number in range(first, last + 1)]

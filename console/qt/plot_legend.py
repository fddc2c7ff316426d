"""The line above a plot: its title, each series with its colour and value. It never covers data."""

from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.qt.plot_style import plot_colors, series_pen

_GAP = 12
_SWATCH = 12
_MARGIN = 8
_NARROW = 420


class LegendEntry(NamedTuple):
    """One series: its name, the number of its colour, and its value in words."""

    name: str
    color: int
    value: str


class PlotLegend(QWidget):
    """Title and entries, in two rows where narrow; entries without room are counted at the end ("+3")."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._entries: list[LegendEntry] = []
        self._clock = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{title}: legend")

    def set_title(self, title: str) -> None:
        self._title = title
        self.update()

    def show_entries(self, entries: list[LegendEntry], clock: str) -> None:
        """Show these values; `clock` is the time under the crosshair, empty for the newest values."""
        if (entries, clock) != (self._entries, self._clock):
            self._entries, self._clock = entries, clock
            self.setAccessibleDescription(self.text())
            self.update()

    def text(self) -> str:
        """Return what is shown, as one line of text."""
        values = ", ".join(f"{entry.name} {entry.value}" for entry in self._entries)
        return f"{self._title} {self._clock}: {values}" if self._clock else f"{self._title}: {values}"

    def sizeHint(self) -> QSize:
        return QSize(200, self._row_height() * (2 if self._is_narrow() else 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self.sizeHint().height())

    def _is_narrow(self) -> bool:
        return self.width() < _NARROW

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 6

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = plot_colors(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.background)
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colors.text)
        metrics = QFontMetrics(font)
        row = QRect(0, 0, self.width(), self._row_height())
        clock_width = QFontMetrics(self.font()).horizontalAdvance(self._clock) + 2 if self._clock else 0
        title_width = min(metrics.horizontalAdvance(self._title) + 2, self.width() - 2 * _MARGIN - clock_width)
        left = self._draw(painter, row, _MARGIN, self._title, title_width) + _GAP
        painter.setFont(self.font())
        right = self.width() - _MARGIN
        if self._clock:
            width = clock_width
            painter.setPen(colors.muted)
            self._draw(painter, row, right - width, self._clock, width)
            right -= width + _GAP
        if self._is_narrow():
            row.translate(0, row.height())
            left, right = _MARGIN, self.width() - _MARGIN
        self._paint_entries(painter, row, left, right)
        painter.end()

    def _paint_entries(self, painter: QPainter, row: QRect, left: int, right: int) -> None:
        colors = plot_colors(self.palette())
        metrics = QFontMetrics(self.font())
        for number, entry in enumerate(self._entries):
            name, value = (metrics.horizontalAdvance(text) + 2 for text in (entry.name, entry.value))
            others = len(self._entries) - number - 1
            needed = _SWATCH + 4 + name + 6 + value + (metrics.horizontalAdvance("+99") + _GAP if others else 0)
            if left + needed > right:
                painter.setPen(colors.muted)
                self._draw(painter, row, left, f"+{others + 1}", max(0, right - left))
                return
            painter.setPen(series_pen(colors, entry.color))
            middle = row.center().y()
            for line in (middle, middle + 1):
                painter.drawLine(left, line, left + _SWATCH - 1, line)
            painter.setPen(colors.muted)
            left = self._draw(painter, row, left + _SWATCH + 4, entry.name, name) + 6
            painter.setPen(colors.text)
            left = self._draw(painter, row, left, entry.value, value) + _GAP

    def _draw(self, painter: QPainter, row: QRect, left: int, text: str, width: int) -> int:
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, row.top(), width + 1, row.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        return left + width

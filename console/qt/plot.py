"""Plots over time: fixed rings drawn from a min/max pyramid, one crosshair and one range for a group of them.

Importing this loads pyqtgraph, which is slow: only views import it, and a view is loaded when it is opened.
"""

from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.qt.plot_axis import LocalTimeAxis, ValueAxis
from console.qt.plot_box import PlotBox
from console.qt.plot_format import format_clock, format_value
from console.qt.plot_legend import LegendEntry, PlotLegend
from console.qt.plot_ring import Line, SampleRing
from console.qt.plot_style import SHORT_LINE_POINTS, faint_pen, plot_colors, series_pen

CAPACITY = 4096
_AXIS_WIDTH = 62
_TICK_POINT_SIZE = 8
_LEAST_DASH_PX = 5
_SHORT_LINE_PX = 1.5
_BAND_ALPHA = 40
_LOG_FLOOR = 1e-3


class _Trace:
    """One line of a plot: its samples, its item in the scene, the number of its colour.

    A `faint` one shows the range before: it has no place in the legend.
    """

    def __init__(self, color: int, *, faint: bool = False) -> None:
        self.ring = SampleRing(CAPACITY)
        self.color = color
        self.faint = faint
        self.wide = False
        self.item = pg.PlotCurveItem(antialias=False, connect="finite", skipFiniteCheck=False)


class TimePlot(QWidget):
    """A titled plot of several series. Times are Unix seconds; values are in `unit` (see `plot_format`).

    Keys: Left and Right move the crosshair, + and - zoom, Return picks the shown range, Home resets, L lists the
    series.
    """

    range_picked = Signal(float, float)
    """A range was chosen with the mouse or with Return."""
    zoomed = Signal(float, float)
    """(factor of the span, time that stays in its place)."""
    panned = Signal(float)
    reset_asked = Signal()
    hovered = Signal(object)
    """The time under the crosshair, or None when it left."""

    def __init__(self, title: str, unit: str, *, from_zero: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit, self._from_zero = unit, from_zero
        self._traces: dict[str, _Trace] = {}
        self._hidden: set[str] = set()
        self._remarks: dict[str, tuple[int, str]] = {}
        self._marks: dict[tuple[float, str], pg.InfiniteLine] = {}
        self._log = False
        self._band: tuple[str, str] | None = None
        self._since_s, self._until_s, self._step_s = 0.0, 1.0, 10.0
        self._hover_s: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(180, 110)
        self.legend = PlotLegend(title, self)
        self._box = PlotBox()
        axes = {"bottom": LocalTimeAxis("bottom"), "left": ValueAxis(unit)}
        self._plot = pg.PlotWidget(self, viewBox=self._box, axisItems=axes)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._band_item = pg.FillBetweenItem(None, None)
        self._band_item.setZValue(-10)
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._region = pg.LinearRegionItem(movable=False)
        self._note = QLabel(self._plot)
        self.set_title(title)
        self._build()
        self.apply_palette()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.legend)
        layout.addWidget(self._plot, 1)
        font = QFont(self.font())
        font.setPointSize(_TICK_POINT_SIZE)
        for name in ("bottom", "left"):
            axis = self._plot.getAxis(name)
            axis.setStyle(tickFont=font, tickLength=-4, hideOverlappingLabels=True)
        self._plot.getAxis("left").setWidth(_AXIS_WIDTH)
        self._plot.showGrid(x=True, y=True, alpha=0.15)
        self._plot.hideButtons()
        self._plot.getPlotItem().setContentsMargins(0, 2, 8, 0)
        for item in (self._cross, self._region):
            item.setZValue(10)
            item.hide()
            self._plot.addItem(item, ignoreBounds=True)
        self._plot.addItem(self._band_item, ignoreBounds=True)
        self.legend.toggled.connect(self.toggle_series)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._box.selecting.connect(self._show_selection)
        self._box.selected.connect(self._picked)
        self._box.zoomed.connect(self.zoomed)
        self._box.panned.connect(self.panned)
        self._box.reset_asked.connect(self.reset_asked)
        self._box.sigResized.connect(self.redraw)
        self._plot.scene().sigMouseMoved.connect(self._mouse_moved)

    def set_title(self, title: str) -> None:
        """Change the title, which is also the name that a screen reader says."""
        self.legend.set_title(title)
        self.setAccessibleName(f"Plot: {title}")
        self._plot.setAccessibleName(title)

    def set_series(
        self, name: str, color: int, times_ms: Iterable[float], values: Iterable[float], *, faint: bool = False
    ) -> None:
        """Replace the samples of a series from the first of these on; call `redraw` after the last series.

        Raises ValueError when times do not rise or a value is not finite.
        """
        trace = self._traces.get(name)
        if trace is None:
            trace = self._traces[name] = _Trace(color, faint=faint)
            self._dress(trace)
            self._plot.addItem(trace.item, ignoreBounds=True)
        x = np.asarray(list(times_ms), dtype=np.float64) / 1000
        trace.ring.replace_from(x, np.asarray(list(values), dtype=np.float64))

    def has_series(self) -> bool:
        """Tell whether there is anything to draw."""
        return any(not trace.faint for trace in self._traces.values())

    def names(self) -> list[str]:
        """Return the names of the series, in the order they came."""
        return [name for name, trace in self._traces.items() if not trace.faint]

    def toggle_series(self, name: str) -> None:
        """Hide or show a line; a hidden one stays hidden when its samples change."""
        self._hidden ^= {name}
        self.redraw()

    def set_remarks(self, remarks: dict[str, tuple[int, str]]) -> None:
        """Say something of series that have no samples: by name, (number of the colour, words)."""
        self._remarks = remarks

    def set_marks(self, marks: Iterable[tuple[float, str]]) -> None:
        """Draw a line with words at these times (Unix seconds) instead of those before."""
        wanted = list(marks)
        for mark in [mark for mark in self._marks if mark not in wanted]:
            self._plot.removeItem(self._marks.pop(mark))
        for time_s, words in wanted:
            if (time_s, words) not in self._marks:
                text = words.replace("{", "{{").replace("}", "}}")  # pyqtgraph takes a label for a format
                options = {"position": 0.8, "anchors": [(0, 0.5), (0, 0.5)]}
                line = pg.InfiniteLine(time_s, angle=90, movable=False, label=text, labelOpts=options)
                self._marks[time_s, words] = line
                self._plot.addItem(line, ignoreBounds=True)
        self._dress_marks()

    def _dress_marks(self) -> None:
        colors = plot_colors(self.palette())
        for line in self._marks.values():
            line.setPen(pg.mkPen(colors.muted, style=Qt.PenStyle.DotLine))
            line.label.setColor(colors.text)

    def set_log(self, log: bool) -> None:
        """Draw values on a logarithmic scale; what is not above zero stands at its foot."""
        if log != self._log:
            self._log = log
            self._plot.getAxis("left").set_log(log)
            self.redraw()

    def set_band(self, low: str, high: str) -> None:
        """Fill between these two series wherever both are shown."""
        self._band = (low, high)

    def set_unit(self, unit: str) -> None:
        """Change the unit of the values (see `plot_format`)."""
        if unit != self._unit:
            self._unit = unit
            self._plot.getAxis("left").set_unit(unit)

    def clear_series(self) -> None:
        """Take all series away."""
        for trace in self._traces.values():
            self._plot.removeItem(trace.item)
        self._traces.clear()
        self._remarks = {}

    def clear_faint(self) -> None:
        """Take away what shows the range before."""
        for name in [name for name, trace in self._traces.items() if trace.faint]:
            self._plot.removeItem(self._traces.pop(name).item)

    def show_range(self, since_s: float, until_s: float, step_s: float) -> None:
        """Show a stretch of time; samples further apart than 2.5 steps are not joined by a line."""
        self._since_s, self._until_s, self._step_s = since_s, max(until_s, since_s + 1e-3), step_s
        self._box.setXRange(self._since_s, self._until_s, padding=0)
        self.redraw()

    def set_note(self, text: str) -> None:
        """Say in words why the plot is empty; an empty text takes the words away."""
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self.setAccessibleDescription(text)

    def redraw(self) -> None:
        """Draw the shown stretch again, with as many points as there are pixels."""
        columns = max(1, int(self._box.width()))
        dash_s = max(self._step_s / 2, _LEAST_DASH_PX * (self._until_s - self._since_s) / columns)
        lows, highs = [], []
        for name, trace in self._traces.items():
            trace.item.setVisible(name not in self._hidden)
            if name in self._hidden:
                continue
            line = trace.ring.line(self._since_s, self._until_s, columns, 2.5 * self._step_s, dash_s)
            line = Line(line.x, np.log10(np.maximum(line.y, _LOG_FLOOR))) if self._log else line
            wide = len(line.x) < SHORT_LINE_POINTS and not trace.faint
            if wide != trace.wide:
                trace.wide = wide
                self._dress(trace)
            trace.item.setData(line.x, line.y, connect="finite", antialias=wide)
            shown = line.y[(line.x >= self._since_s) & (line.x <= self._until_s) & np.isfinite(line.y)]
            if len(shown):
                lows.append(float(shown.min()))
                highs.append(float(shown.max()))
        self._set_heights(min(lows, default=0.0), max(highs, default=0.0))
        self._show_band()
        self._show_values()

    def _show_band(self) -> None:
        pair = [self._traces.get(name) for name in self._band or ()]
        shown = bool(pair) and None not in pair and not self._hidden & set(self._band or ())
        self._band_item.setVisible(shown)
        curves = [trace.item for trace in pair if trace is not None]
        if shown and self._band_item.curves != curves:
            self._band_item.setCurves(*curves)

    def _set_heights(self, low: float, high: float) -> None:
        if self._log:
            # Whole powers of ten: a scale that follows every value would not be read.
            self._box.setYRange(np.floor(low), max(np.ceil(high), np.floor(low) + 1), padding=0)
            return
        if self._from_zero:
            low, high = min(low, 0.0), max(high, 0.0)
        margin = (high - low) * 0.08 or abs(high) * 0.08 or 1.0
        self._box.setYRange(low - margin if low < 0 or not self._from_zero else 0.0, high + margin, padding=0)

    def _dress(self, trace: _Trace) -> None:
        colors = plot_colors(self.palette())
        width = _SHORT_LINE_PX if trace.wide else 1.0
        trace.item.setPen(faint_pen(colors, trace.color) if trace.faint else series_pen(colors, trace.color, width))

    def show_crosshair(self, time_s: float | None) -> None:
        """Put the crosshair to a time and show the values there; None takes it away."""
        self._hover_s = time_s
        self._cross.setVisible(time_s is not None)
        if time_s is not None:
            self._cross.setPos(time_s)
        self._show_values()

    def _show_values(self) -> None:
        at = self._until_s if self._hover_s is None else self._hover_s
        # Without a crosshair the newest value is shown, unless it is older than a good part of the range.
        within = max(1.5 * self._step_s, (self._until_s - self._since_s) / (200 if self._hover_s is not None else 2))
        entries = []
        for name, trace in self._traces.items():
            if not trace.faint:
                value = trace.ring.value_at(at, within)
                words = "–" if value is None else format_value(value, self._unit)
                entries.append(LegendEntry(name, trace.color, words, name not in self._hidden))
        entries += [LegendEntry(name, color, words) for name, (color, words) in self._remarks.items()]
        self.legend.show_entries(entries, "" if self._hover_s is None else format_clock(self._hover_s))

    def apply_palette(self) -> None:
        """Take the colours of the window's theme."""
        colors = plot_colors(self.palette())
        self._plot.setBackground(colors.background)
        for name in ("bottom", "left"):
            axis = self._plot.getAxis(name)
            axis.setPen(pg.mkPen(colors.muted))
            axis.setTextPen(pg.mkPen(colors.muted))
        self._cross.setPen(pg.mkPen(colors.text, style=Qt.PenStyle.DashLine))
        fill = pg.mkColor(colors.accent)
        fill.setAlpha(60)
        self._region.setBrush(fill)
        band = pg.mkColor(colors.series[0])
        band.setAlpha(_BAND_ALPHA)
        self._band_item.setBrush(band)
        for trace in self._traces.values():
            self._dress(trace)
        self._dress_marks()
        palette = QPalette(self._note.palette())
        palette.setColor(QPalette.ColorRole.WindowText, colors.muted)
        self._note.setPalette(palette)
        self.legend.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.apply_palette()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._note.setGeometry(self._plot.rect().adjusted(_AXIS_WIDTH, 0, -8, -24))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        span = self._until_s - self._since_s
        at = (self._since_s + self._until_s) / 2 if self._hover_s is None else self._hover_s
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            move = max(self._step_s, span / 200) * (1 if key == Qt.Key.Key_Right else -1)
            self.hovered.emit(min(max(at + move, self._since_s), self._until_s))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoomed.emit(1.25 if key == Qt.Key.Key_Minus else 0.8, at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.range_picked.emit(self._since_s, self._until_s)
        elif key == Qt.Key.Key_L:
            self.legend.open_menu()
        elif key == Qt.Key.Key_Home:
            self.reset_asked.emit()
        else:
            super().keyPressEvent(event)

    def _mouse_moved(self, position: object) -> None:
        if self._box.sceneBoundingRect().contains(position):
            self.hovered.emit(float(self._box.mapSceneToView(position).x()))
        else:
            self.hovered.emit(None)

    def _show_selection(self, since_s: float, until_s: float) -> None:
        self._region.setRegion((since_s, until_s))
        self._region.show()

    def _picked(self, since_s: float, until_s: float) -> None:
        self._region.hide()
        if until_s > since_s:
            self.range_picked.emit(since_s, until_s)

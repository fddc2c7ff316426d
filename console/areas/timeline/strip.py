"""The activity strip: stacked bars per severity over the range, holes hatched, a range picked by mouse or keys."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.areas.timeline.colours import Colours
from console.areas.timeline.core.axis import clock_text, full_text, span_text
from console.areas.timeline.strip_painting import MARGIN, paint_strip, plot_rect
from console.model.taxonomy import SEVERITIES
from console.store.rows import Activity

HEIGHT = 104
_DRAG_PX = 4
EMPTY = Activity([], {}, [])


class ActivityStrip(QWidget):
    """Shows an `Activity`; tells which range the person picked."""

    range_picked = Signal(object, object)
    """(since_ms, until_ms)"""
    cleared = Signal()
    """Back to live."""
    resized = Signal()

    def __init__(self, colours: Colours, font: QFont, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colours = colours
        self.activity = EMPTY
        self.since_ms = 0
        self.until_ms = 0
        self.cursor_ms: int | None = None
        self.picked: tuple[int, int] | None = None
        """(from, to) in the order it was picked, while it is being picked."""
        self._press: QPoint | None = None
        self.setFont(font)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Activity over time")
        self._describe()

    def show_activity(self, activity: Activity, since_ms: int, until_ms: int) -> None:
        self.activity, self.since_ms, self.until_ms = activity, since_ms, max(since_ms + 1, until_ms)
        if self.cursor_ms is not None and not since_ms <= self.cursor_ms <= until_ms:
            self.cursor_ms = None
        self._describe()
        self.update()

    def set_colours(self, colours: Colours) -> None:
        self.colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, HEIGHT)

    # -- places and times -------------------------------------------------------------------------------------

    def x_of(self, ms: float) -> float:
        plot = plot_rect(self.rect())
        return plot.left() + (ms - self.since_ms) * plot.width() / max(1, self.until_ms - self.since_ms)

    def ms_of(self, x: float) -> int:
        plot = plot_rect(self.rect())
        share = min(1.0, max(0.0, (x - plot.left()) / max(1, plot.width())))
        return round(self.since_ms + share * (self.until_ms - self.since_ms))

    def bin_of(self, ms: int) -> int | None:
        edges = self.activity.edges_ms
        if len(edges) < 2 or not edges[0] <= ms <= edges[-1]:
            return None
        return min(len(edges) - 2, (ms - edges[0]) * (len(edges) - 1) // max(1, edges[-1] - edges[0]))

    def reading(self) -> str:
        """Return in words what stands at the cursor, or over the whole range."""
        if self.picked is not None and self.picked[0] != self.picked[1]:
            low, high = sorted(self.picked)
            return f"{full_text(low)} – {clock_text(high)} ({span_text(high - low)}): Enter shows it, Esc leaves it"
        number = self.bin_of(self.cursor_ms) if self.cursor_ms is not None else None
        if number is None:
            total = sum(sum(counts) for counts in self.activity.counts.values())
            holes = f", {len(self.activity.gaps)} gaps" if self.activity.gaps else ""
            return f"{total:,} events{holes}"
        edges = self.activity.edges_ms
        counts = {name: values[number] for name, values in self.activity.counts.items() if values[number]}
        order = [name for name in reversed(SEVERITIES) if name in counts] + [n for n in counts if n not in SEVERITIES]
        words = ", ".join(f"{counts[name]:,} {name}" for name in order) or "nothing"
        hole = next((gap for gap in self.activity.gaps if gap[0] < edges[number + 1] and gap[1] >= edges[number]), None)
        if hole is not None:
            words += f"; {hole[2]:,} missing ({hole[3]})" if hole[2] is not None else f"; coverage unknown ({hole[3]})"
        return f"{full_text(edges[number])[:19]} – {clock_text(edges[number + 1])[:8]}: {words}"

    def _describe(self) -> None:
        self.setAccessibleDescription(self.reading() + ". Arrows move, Shift+arrows select, Enter shows the selection.")

    # -- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.until_ms > self.since_ms:
            self._press = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.cursor_ms = self.ms_of(event.position().x())
        if self._press is not None and abs(event.position().x() - self._press.x()) >= _DRAG_PX:
            self.picked = (self.ms_of(self._press.x()), self.cursor_ms)
        self._describe()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._press is not None:
            self._press = None
            self._apply()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press = self.picked = None
        self.cleared.emit()

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self.cursor_ms = None
        self._describe()
        self.update()

    # -- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        edges = self.activity.edges_ms
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -len(edges), Qt.Key.Key_End: len(edges)}
        if event.key() in steps and len(edges) >= 2:
            self._step(steps[Qt.Key(event.key())], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply()
        elif event.key() == Qt.Key.Key_Escape and self.picked is not None:
            self.picked = None
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace):
            self.cleared.emit()
        else:
            super().keyPressEvent(event)
            return
        self._describe()
        self.update()

    def _step(self, bins: int, selecting: bool) -> None:
        edges = self.activity.edges_ms
        width_ms = edges[1] - edges[0]
        here = self.cursor_ms if self.cursor_ms is not None else edges[-1] - width_ms // 2
        there = min(self.until_ms, max(self.since_ms, here + bins * width_ms))
        if selecting:
            self.picked = (self.picked[0] if self.picked else here, there)
        else:
            self.picked = None
        self.cursor_ms = there

    def _apply(self) -> None:
        picked, self.picked = self.picked, None
        self._describe()
        self.update()
        if picked is not None and picked[0] != picked[1]:
            low, high = sorted(picked)
            self.range_picked.emit(low, high)

    # -- drawing ----------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_strip(painter, self)
        if self.hasFocus():
            painter.setPen(self.colours.pen(self.colours.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRect(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def max_bins(self) -> int:
        """Return how many bars fit well."""
        return max(10, (self.width() - 2 * MARGIN) // 6)

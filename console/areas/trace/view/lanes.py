"""The lanes of a trace: services below each other on one time axis, by mouse and by keys."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from console.areas.trace.core.placed import Placed
from console.areas.trace.core.trace import Trace
from console.areas.trace.view.lane_painting import LanePainter, Marks
from console.areas.trace.view.scene import AXIS_PX, LABEL_PX, ROW_PX, Camera, Scene, hit, make_scene, neighbour
from console.areas.trace.words import clock_note, clock_words, failure_words, local_words, offset_words
from console.qt.plot_format import format_duration
from console.qt.text import clip, plain_tooltip, visible

_ZOOM = 1.6
_DRAG_PX = 4
_SCROLL_STEPS = 100_000
"""Steps of the bar below: what it counts is shares of the time, for pixels would be too many when zoomed in."""


class LanesView(QAbstractScrollArea):
    """Shows one arrangement of a trace. Events are named by their place in its `placed`."""

    chosen = Signal(int)
    opened = Signal(int)
    """The chosen event is wanted in the inspector."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._scene: Scene | None = None
        self.camera = Camera()
        self._marks = Marks()
        self._painter = LanePainter(self.font(), self.devicePixelRatioF())
        self._pressed: QPoint | None = None
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setMinimumHeight(140)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Lanes of the trace")
        self.horizontalScrollBar().setAccessibleName("Part of the time that is shown")
        self.verticalScrollBar().setAccessibleName("Lanes that are shown")
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)

    # -- what is shown ----------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, *, corrected: bool = True, keep: bool = False) -> None:
        """Show a trace; with `keep`, the part that is seen and the chosen event stay."""
        before = self.chosen_event()
        self._trace = trace
        self._marks.corrected = corrected and trace.is_shifted
        self._scene = make_scene(trace.corrected if corrected else trace.as_told)
        self.camera.total_ms = self._scene.arrangement.duration_ms
        self.camera.width_px = self._plot_px()
        index = self.index_of(before.event.id) if keep and before else None
        self._marks.chosen = index
        if keep:
            self.camera.zoom(1.0, self.camera.since_ms)  # within the ends that may have moved
        else:
            self.camera.fit()
        self._describe()
        self._lay_out()

    def clear(self) -> None:
        self._trace = self._scene = None
        self._marks.chosen = None
        self._describe()
        self._lay_out()

    def chosen_index(self) -> int | None:
        return self._marks.chosen

    def chosen_event(self) -> Placed | None:
        index = self._marks.chosen
        return self._scene.arrangement.placed[index] if self._scene is not None and index is not None else None

    def index_of(self, event_id: int) -> int | None:
        """Return the place of an event in this arrangement."""
        placed = self._scene.arrangement.placed if self._scene is not None else ()
        return next((number for number, one in enumerate(placed) if one.event.id == event_id), None)

    def choose(self, index: int) -> None:
        """Choose an event and bring it into sight."""
        scene = self._scene
        if scene is None or not 0 <= index < len(scene.arrangement.placed):
            return
        changed = index != self._marks.chosen
        self._marks.chosen = index
        self.camera.reveal(float(scene.starts[index]), float(scene.ends[index]))
        self._reveal_lane(index)
        self._describe()
        self._lay_out()
        if changed:
            self.chosen.emit(index)

    def choose_failure(self) -> bool:
        """Choose the first failure; False when nothing failed."""
        index = self._scene.first_failure if self._scene is not None else None
        if index is not None:
            self.choose(index)
        return index is not None

    def fit(self) -> None:
        """Show the whole time."""
        self.camera.fit()
        self._lay_out()

    def zoom(self, factor: float, at_ms: float | None = None) -> None:
        """Show `1 / factor` of the time around `at_ms`: else around the chosen event, else the middle."""
        scene, index = self._scene, self._marks.chosen
        if at_ms is None:
            at_ms = self.camera.since_ms + self.camera.span_ms / 2
            if scene is not None and index is not None:
                middle = float(scene.starts[index] + scene.ends[index]) / 2
                if 0 <= middle - self.camera.since_ms <= self.camera.span_ms:
                    at_ms = middle
        self.camera.zoom(factor, at_ms)
        self._lay_out()

    def retint(self) -> None:
        self._painter.retint()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(700, 320)

    # -- bars -------------------------------------------------------------------------------------------------

    def _plot_px(self) -> int:
        return max(1, self.viewport().width() - LABEL_PX)

    def _lay_out(self) -> None:
        camera, across, down = self.camera, self.horizontalScrollBar(), self.verticalScrollBar()
        camera.resize(self._plot_px())
        low, length = camera.whole
        seen = round(camera.span_ms / length * _SCROLL_STEPS)
        across.blockSignals(True)
        across.setRange(0, _SCROLL_STEPS - seen if self._scene is not None else 0)
        across.setPageStep(seen)
        across.setSingleStep(max(1, seen // 10))
        across.setValue(round((camera.since_ms - low) / length * _SCROLL_STEPS))
        across.blockSignals(False)
        room = max(1, self.viewport().height() - AXIS_PX)
        down.setRange(0, max(0, (self._scene.height if self._scene is not None else 0) - room))
        down.setPageStep(room)
        down.setSingleStep(ROW_PX)
        self.viewport().update()

    def _scrolled(self, value: int) -> None:
        low, length = self.camera.whole
        self.camera.move_to(low + value / _SCROLL_STEPS * length)
        self.viewport().update()

    def _reveal_lane(self, index: int) -> None:
        scene, down = self._scene, self.verticalScrollBar()
        if scene is not None:
            top, room = int(scene.y_of()[index]), self.viewport().height() - AXIS_PX
            if not down.value() <= top <= down.value() + room - ROW_PX:
                down.setValue(max(0, top - room // 2))

    # -- words ------------------------------------------------------------------------------------------------

    def event_words(self, index: int) -> str:
        """Return an event in a few lines."""
        assert self._scene is not None
        shown = self._scene.arrangement
        placed = shown.placed[index]
        event = placed.event
        took = f", took {format_duration(event.duration_ms or 0.0)}" if event.is_bar else ""
        lines = [
            f"{offset_words(placed.start_ms - shown.start_ms)}{took} · {event.service} · {event.step} · {event.severity}",
            clip(event.message, 400),
            f"{local_words(event.ts_ms, day=True)} on its own clock",
        ]
        if why := failure_words(shown, placed):
            lines.append(why.capitalize())
        return "\n".join(lines)

    def _describe(self) -> None:
        index = self._marks.chosen
        chosen = visible(self.event_words(index)) if index is not None and self._scene is not None else "No event chosen"
        self.setAccessibleDescription(
            f"{chosen}. Left and Right go from event to event, Up and Down from lane to lane, Enter opens the event, "
            "E goes to the first failure, plus and minus zoom, F shows all."
        )

    def _tooltip(self, at: QPoint) -> str:
        scene, y = self._scene, at.y() - AXIS_PX + self.verticalScrollBar().value()
        if scene is None or self._trace is None or at.y() < AXIS_PX:
            return ""
        if at.x() >= LABEL_PX:
            index = hit(scene, self.camera, at.x(), y)
            return self.event_words(index) if index is not None else ""
        lanes = scene.arrangement.lanes
        number = next((i for i in range(len(lanes)) if scene.tops[i] <= y < scene.tops[i + 1]), None)
        if number is None:
            return ""
        lane = lanes[number]
        counts = f"{lane.service}: {lane.events:,} events, {lane.failed:,} failed"
        return f"{counts}\n{clock_words(lane.clock)}\n{clock_note(lane.clock)}"

    # -- Qt ---------------------------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tooltip(self._tooltip(event.pos())), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._marks.cursor_ms = None
            self.viewport().update()
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None and (self._dragged or abs(at.x() - self._pressed.x()) >= _DRAG_PX):
            self._dragged = True
            self.camera.move_to(self.camera.since_ms - (at.x() - self._pressed.x()) / self.camera.px_per_ms)
            self._pressed = at.toPoint()
            self._lay_out()
        self._marks.cursor_ms = max(0.0, self.camera.ms_of(at.x())) if at.x() >= LABEL_PX else None
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and not self._dragged and (index := self._at(event.position())) is not None:
            self.choose(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (index := self._at(event.position())) is not None:
            self.choose(index)
            self.opened.emit(index)

    def _at(self, place: QPointF) -> int | None:
        if self._scene is None or place.y() < AXIS_PX or place.x() < LABEL_PX:
            return None
        return hit(self._scene, self.camera, place.x(), place.y() - AXIS_PX + self.verticalScrollBar().value())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, at = event.angleDelta(), event.position()
        if at.x() < LABEL_PX:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - turned.y() // 2)
        elif turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.camera.move_to(self.camera.since_ms - (turned.x() or turned.y()) / 1200 * self.camera.span_ms)
            self._lay_out()
        elif turned.y():
            self.zoom(_ZOOM ** (turned.y() / 120), self.camera.ms_of(at.x()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, index = event.key(), self._marks.chosen
        count = len(self._scene.arrangement.placed) if self._scene is not None else 0
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -count, Qt.Key.Key_End: count}
        if count and key in steps:
            here = index if index is not None else (-1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Home) else count)
            self.choose(min(max(here + steps[Qt.Key(key)], 0), count - 1))
        elif count and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step_lane(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index is not None:
            self.opened.emit(index)
        else:
            super().keyPressEvent(event)

    def _step_lane(self, by: int) -> None:
        if self._scene is None or self._marks.chosen is None:
            self.choose(0)
        elif (found := neighbour(self._scene, self._marks.chosen, by)) is not None:
            self.choose(found)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scene is None:
            return
        self._marks.focus = self.hasFocus()
        painter = QPainter(self.viewport())
        size = QRect(QPoint(0, 0), self.viewport().size())
        self._painter.paint(painter, self._scene, self.camera, size, self.verticalScrollBar().value(), self._marks)
        painter.end()

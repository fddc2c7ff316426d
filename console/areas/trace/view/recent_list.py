"""The list of the newest traces: three lines each, plain text, by mouse and by keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.areas.trace.store import RecentTrace
from console.areas.trace.view.colour import service_color
from console.qt.choosing import choose_row
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.plot_format import format_duration
from console.qt.text import plain_tooltip, visible
from console.qt.theme import SMALL_PX, current_theme

_ROW_PX = 62
_PADDING_PX = 10
_TRACE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def trace_words(trace: RecentTrace) -> str:
    """Return how many events in what time."""
    events = f"{trace.events:,}{'+' if trace.more else ''}"
    took = format_duration(trace.duration_ms) if trace.duration_ms >= 1_000 else f"{trace.duration_ms or '<1'} ms"
    return f"{events} event{'s' if trace.events != 1 else ''} · {took}"


def _clock(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000).astimezone().strftime("%H:%M:%S")


class RecentModel(QAbstractListModel):
    """Traces as the store ordered them."""

    def __init__(self) -> None:
        super().__init__()
        self.traces: list[RecentTrace] = []

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.traces)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.traces):
            return None
        trace = self.traces[index.row()]
        if role == _TRACE:
            return trace
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            failed = f"{trace.failed} failed, " if trace.failed else ""
            services = ", ".join(trace.services)
            return visible(f"{trace.severity}: {trace.words} ({failed}{services}, {trace_words(trace)})")
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = (trace.words, ", ".join(trace.services), f"{trace_words(trace)}, {trace.failed} failed", trace.trace_id)
            return plain_tooltip("\n".join(lines))
        return None


class RecentList(QListView):
    """Enter or a click opens a trace."""

    opened = Signal(str)
    """The id of the trace that is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.recent = RecentModel()
        self.setModel(self.recent)
        self.setItemDelegate(_RecentDelegate(self))
        self.setAccessibleName("Newest traces")
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.clicked.connect(lambda index: self.opened.emit(self.recent.traces[index.row()].trace_id))

    def show_traces(self, traces: Sequence[RecentTrace]) -> None:
        """Show other traces; the chosen one stays chosen, and the place that is scrolled to stays."""
        if list(traces) == self.recent.traces:
            return
        chosen, place = self.chosen_id(), self.verticalScrollBar().value()
        self.recent.beginResetModel()
        self.recent.traces = list(traces)
        self.recent.endResetModel()
        self.choose(chosen)
        self.verticalScrollBar().setValue(place)

    def chosen_id(self) -> str:
        row = self.currentIndex().row()
        return self.recent.traces[row].trace_id if 0 <= row < len(self.recent.traces) else ""

    def choose(self, trace_id: str) -> None:
        """Mark a trace without opening it."""
        row = next((number for number, one in enumerate(self.recent.traces) if one.trace_id == trace_id), None)
        if row is None:
            self.selectionModel().clear()
        else:
            choose_row(self, row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen_id():
            self.opened.emit(self.chosen_id())
        else:
            super().keyPressEvent(event)


class _RecentDelegate(QStyledItemDelegate):
    def __init__(self, parent: RecentList) -> None:
        super().__init__(parent)
        self._font = QFont(parent.font())
        self._small = QFont(self._font)
        self._small.setPixelSize(SMALL_PX)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        trace: RecentTrace = index.data(_TRACE)
        theme = current_theme()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        inner = rect.adjusted(_PADDING_PX, 5, -_PADDING_PX, -5)
        line = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 3)
        glyph = SEVERITY_GLYPHS.get(trace.severity, SEVERITY_GLYPHS["info"])
        self._text(painter, self._font, theme.severity_color(trace.severity), line, glyph)
        self._text(painter, self._font, theme.color("text"), line.adjusted(20, 0, 0, 0), visible(trace.words))
        below = line.translated(20, line.height())
        below.setRight(inner.right())
        self._text(painter, self._small, theme.color("muted"), below, f"{trace_words(trace)} · {_clock(trace.end_ms)}")
        self._chips(painter, below.translated(0, line.height()), trace.services)
        painter.setPen(theme.color("grid"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _chips(self, painter: QPainter, rect: QRect, services: Sequence[str]) -> None:
        """Draw each service as its colour and its name, as many as there is room for."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for service in services:
            if rect.width() < 30:
                break
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(service_color(service))
            painter.drawEllipse(QRect(rect.left(), rect.center().y() - 3, 7, 7))
            width = self._text(painter, self._small, theme.color("muted"), rect.adjusted(12, 0, 0, 0), visible(service))
            rect = rect.adjusted(12 + width + 10, 0, 0, 0)

    def _text(self, painter: QPainter, font: QFont, color: QColor, rect: QRect, text: str) -> int:
        """Draw one line of plain text, cut to its room; returns its width."""
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text[:300], Qt.TextElideMode.ElideRight, max(0, rect.width()))
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        return metrics.horizontalAdvance(shown)

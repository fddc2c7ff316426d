"""The queue of conflicts: two lines each, worst and oldest first, as the store gave them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

from console.areas.sync.store.answers import QueueRow
from console.areas.sync.view.conflict_words import kind_words, state_color, state_words
from console.model.clock import Clock
from console.qt.choosing import choose_row
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.text import clip, plain_tooltip, visible
from console.qt.theme import current_theme
from console.qt.two_lines import TWO_LINES_PX, TwoLines, paint_ground, paint_two_lines
from console.qt.words import age_words, ago_words, moment_words

Index = QModelIndex | QPersistentModelIndex
_PADDING_PX = 14
_CHARS = 200


def entity_words(row: QueueRow) -> str:
    """Return "message m-12"."""
    return clip(visible(f"{row.entity_type} {row.entity_id}".strip() or "the platform"), _CHARS)


def entity_first_words(row: QueueRow) -> str:
    """Return "m-12 · message", for narrow places: the id is what tells entities apart."""
    if not (row.entity_id and row.entity_type):
        return entity_words(row)
    return clip(visible(f"{row.entity_id} · {row.entity_type}"), _CHARS)


def parties_words(row: QueueRow) -> str:
    """Return "pwa ↔ server", or who told it."""
    sides = " ↔ ".join(visible(one) for one in (row.source, row.target) if one)
    return sides or ", ".join(visible(one) for one in row.services[:3])


def row_words(row: QueueRow, now_ms: int) -> str:
    """Return all that the queue knows of a conflict, for tooltips and screen readers."""
    fields = ", ".join(visible(field) for field in row.fields[:12])
    return "\n".join([
        f"{entity_words(row)}: {kind_words(row.kind)}, {row.state}, severity {row.severity}",
        f"{parties_words(row)}; told {row.times:,} times by {', '.join(row.services)}",
        f"first {moment_words(row.first_ms)}, last {moment_words(row.last_ms)} ({ago_words(row.last_ms, now_ms)})",
        *([f"fields: {fields}"] if fields else []),
    ])  # fmt: skip


class QueueModel(QAbstractListModel):
    """Rows in the store's order; equal rows in equal order only redraw, so that selection and scrolling stay."""

    def __init__(self, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[QueueRow] = []
        self.clock = clock

    def set_rows(self, rows: Sequence[QueueRow]) -> bool:
        """Show these rows; tells whether others, or others' order, than before."""
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = list(rows)
            self.redraw()
            return False
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()
        return True

    def redraw(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def place(self, issue_id: int | None) -> int | None:
        return next((number for number, row in enumerate(self.rows) if row.id == issue_id), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entity_words(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row_words(row, self.clock())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(row_words(row, self.clock()))
        return None


class QueueList(QListView):
    """Up and Down open the conflict that they come to; Enter goes into its fields."""

    chosen = Signal(int)
    entered = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.queue = QueueModel(clock, self)
        self._showing = False
        self.skipped: set[int] = set()
        self.setModel(self.queue)
        self.setItemDelegate(_QueuePainter(self))
        self.setObjectName("queue")
        self.setAccessibleName("Conflicts, worst and oldest first")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda _: self.entered.emit())

    def show_rows(self, rows: Sequence[QueueRow], current: int | None) -> None:
        """Show rows; `current` is marked, without being chosen anew."""
        self._showing = True
        self.queue.set_rows(rows)
        self.mark(current)
        self._showing = False

    def mark(self, issue_id: int | None) -> None:
        """Mark a conflict as the open one; chooses nothing."""
        place, was = self.queue.place(issue_id), self._showing
        self._showing = True
        if place is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif place != self.currentIndex().row():
            choose_row(self, place)
        self._showing = was

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._showing:
            self.chosen.emit(self.queue.rows[current.row()].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
        elif (event.text().isprintable() and event.text()) or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # letters are commands of the page
        else:
            super().keyPressEvent(event)


class _QueuePainter(QStyledItemDelegate):
    def __init__(self, view: QueueList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, TWO_LINES_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, theme = self._view.queue.rows[index.row()], current_theme()
        self.initStyleOption(option, index)
        paint_ground(painter, option)
        age, state = age_words(row.last_ms, self._view.queue.clock()), state_words(row.state)
        metrics = QFontMetrics(option.font)
        side_px = max(metrics.horizontalAdvance(age), metrics.horizontalAdvance(state)) + _PADDING_PX
        rect: QRect = option.rect
        left, right = rect.adjusted(0, 0, -side_px, 0), QRect(rect.right() - side_px + 1, rect.y(), side_px, rect.height())
        glyph = SEVERITY_GLYPHS.get(row.severity, "·")
        kind = f"{kind_words(row.kind)} · " if row.kind != "conflict" else ""
        more = " · skipped" if row.id in self._view.skipped else f" · {row.decided} of {row.places}" if row.places else ""
        second = f"{kind}{parties_words(row)}{more}"
        color = theme.severity_color(row.severity).name()
        paint_two_lines(
            painter, left, option.font, TwoLines(f"{glyph} {entity_first_words(row)}", second, color, theme.muted)
        )
        words = TwoLines(age, state, theme.muted, state_color(row.state, theme), right=True)
        paint_two_lines(painter, right, option.font, words)

"""The table of the timeline: keys, whole-line bands for gaps, and a scroll position that stays put."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QItemSelectionModel, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from console.areas.timeline.painting import ROW_HEIGHT, Cell, LinePainter
from console.areas.timeline.rows import Index, Line, RowsModel

_LETTERS = {
    "p": "pin",
    "b": "bookmark",
    "c": "copy",
    "x": "mark",
    "n": "next_error",
    "N": "previous_error",
    ".": "filter_menu",
    "g": "first",
    "G": "last",
    "j": "down",
    "k": "up",
}


class EventTable(QTableView):
    """A list of events. `selected_id` is what the person chose; rows that come and go do not change it."""

    selected = Signal(object)
    """int: the person moved to this event."""
    commanded = Signal(str)
    """One of the words of `_LETTERS`, or "open": a key was pressed for it."""
    scrolled_by_hand = Signal()
    resized = Signal()

    def __init__(self, model: RowsModel, painter: LinePainter, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = model
        self.cells = painter
        self.selected_id: int | None = None
        self._updating = False
        self._hovered = -1
        self.setMouseTracking(True)
        self.setModel(model)
        self.setAccessibleName("Events, oldest first")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    # -- rows come and go ---------------------------------------------------------------------------------

    def show_rows(self, change: Callable[[], object], follow: bool) -> None:
        """Run `change()` (which changes the model), then restore the selection and the place on screen."""
        anchor = self._anchor()
        with self._by_program():
            change()
            self._restore_selection()
            if follow:
                self.scrollToBottom()
            elif anchor is not None:
                self._scroll_to_anchor(*anchor)

    @contextmanager
    def _by_program(self) -> Iterator[None]:
        """What moves inside was not moved by the person. May nest: a change can resize the viewport."""
        before, self._updating = self._updating, True
        try:
            yield
        finally:
            self._updating = before

    def _anchor(self) -> tuple[int, int] | None:
        number = self.rowAt(0)
        if number < 0:
            return None
        return self.rows.lines[number].row.id, self.rowViewportPosition(number)

    def _scroll_to_anchor(self, event_id: int, offset: int) -> None:
        number = self.rows.line_of(event_id)
        if number is not None:
            # The geometry is laid out late; the scroll bar must know the new height first.
            self.updateGeometries()
            self.verticalScrollBar().setValue(number * ROW_HEIGHT - offset)

    def _restore_selection(self) -> None:
        number = self.rows.line_of(self.selected_id) if self.selected_id is not None else None
        if number is None:
            if self.currentIndex().isValid():
                self.selectionModel().clear()
        elif self.currentIndex().row() != number:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self.model().index(number, self._first_column()), flags)

    def select_event(self, event_id: int, *, centre: bool = True) -> bool:
        """Move to an event that is loaded; returns False when it is not."""
        number = self.rows.line_of(event_id)
        if number is None:
            return False
        self.selected_id = event_id
        with self._by_program():
            self.updateGeometries()
            self._restore_selection()
            hint = QAbstractItemView.ScrollHint.PositionAtCenter if centre else QAbstractItemView.ScrollHint.EnsureVisible
            self.scrollTo(self.model().index(number, self._first_column()), hint)
        self.selected.emit(event_id)
        return True

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._updating and current.isValid():
            self.selected_id = self.rows.lines[current.row()].row.id
            self.selected.emit(self.selected_id)

    def current_line(self) -> Line | None:
        number = self.currentIndex().row()
        return self.rows.lines[number] if 0 <= number < len(self.rows.lines) else None

    def selected_lines(self) -> list[Line]:
        return [self.rows.lines[number] for number in sorted(self._selected_numbers())]

    def _selected_numbers(self) -> Iterator[int]:
        for span in self.selectionModel().selection().toList():
            yield from range(span.top(), span.bottom() + 1)

    def _first_column(self) -> int:
        header = self.horizontalHeader()
        shown = [header.logicalIndex(i) for i in range(header.count()) if not header.isSectionHidden(header.logicalIndex(i))]
        return shown[0] if shown else 0

    # -- the person moves -----------------------------------------------------------------------------------

    def at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 1

    def _on_scrolled(self) -> None:
        if not self._updating:
            self.scrolled_by_hand.emit()

    def step(self, step: int) -> None:
        """Move the current row by `step` lines."""
        last = len(self.rows.lines) - 1
        if last >= 0:
            current = self.currentIndex().row()
            if current < 0:  # begin with what the person sees: the lowest whole line
                seen = self.rowAt(self.viewport().height() - ROW_HEIGHT)
                target = seen if seen >= 0 else last
            else:
                target = min(last, max(0, current + step))
            self.setCurrentIndex(self.model().index(target, self._first_column()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        key = event.key()
        command = _LETTERS.get(event.text()) if plain else None
        if plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            command = "open"
        elif event.matches(QKeySequence.StandardKey.Copy):
            command = "copy_rows"
        elif plain and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            command = "first" if key == Qt.Key.Key_Home else "last"
        elif plain and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            command = "fold" if key == Qt.Key.Key_Left else "unfold"
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.currentIndex().row() < 0:
            command = "up" if key == Qt.Key.Key_Up else "down"
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            self.commanded.emit("leave_end")
        if command is not None:
            self.commanded.emit(command)
            event.accept()
        elif event.text().isprintable() and event.text() and plain:
            event.ignore()  # no search by typing: letters are commands here
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Qt moves to the first row when nothing is chosen; that row was not chosen by the person.
        with self._by_program():
            super().focusInEvent(event)
            self._restore_selection()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(round(event.position().y())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, number: int) -> None:
        for one in {self._hovered, number} - {-1} if number != self._hovered else ():
            self.viewport().update(0, self.rowViewportPosition(one), self.viewport().width(), ROW_HEIGHT)
        self._hovered = number

    # -- drawing --------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines that show. Qt's own painting would ask a delegate per cell, which costs twice as much."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().base())
        first, last = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        lines, cells = self.rows.lines, self._cells()
        if first >= 0 and lines and cells:
            selected = frozenset(self._selected_numbers())
            width = self.viewport().width()
            for number in range(first, min(last if last >= 0 else len(lines) - 1, len(lines) - 1) + 1):
                top = self.rowViewportPosition(number)
                if lines[number].row.marker:
                    rect = QRect(0, top, width, ROW_HEIGHT)
                    self.cells.paint_band(painter, rect, lines[number], number in selected)
                else:
                    if number == self._hovered:
                        painter.fillRect(QRect(0, top, width, ROW_HEIGHT), self.cells.colours.hover)
                    self.cells.paint_line(painter, top, number, cells, number in selected)
            current = self.currentIndex().row()
            if self.hasFocus():
                painter.setPen(self.cells.colours.pen(self.cells.colours.accent))
                place = QRect(0, self.rowViewportPosition(current), width, ROW_HEIGHT)
                painter.drawRect((place if current >= 0 else self.viewport().rect()).adjusted(0, 0, -1, -1))
        painter.end()

    def _cells(self) -> list[Cell]:
        header, width = self.horizontalHeader(), self.viewport().width()
        cells = []
        for place in range(header.count()):
            column = header.logicalIndex(place)
            left, size = header.sectionViewportPosition(column), header.sectionSize(column)
            if size and left < width and left + size > 0:
                cells.append(Cell(column, left, size))
        return cells

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

"""The filter box: completion while typing, and the wrong character underlined in place."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from console.app.completion_list import CompletionList
from console.qt.icons import icon
from console.qt.text import visible
from console.qt.theme import current_theme
from console.store.completion import Completion, complete
from console.store.filter import FilterError, parse_filter

DEBOUNCE_MS = 250
PLACEHOLDER = 'Filter:  level:error service:server  duration>500  "a phrase"   (Ctrl+F)'


class FilterBox(QLineEdit):
    """Emits `committed` with a filter that can be understood; a wrong one stays in the box, marked."""

    committed = Signal(str)
    values_wanted = Signal()
    left = Signal()
    """Escape with nothing left to take back: the person wants to go on to the list."""

    def __init__(self, parse: Callable[[str], object] = parse_filter) -> None:
        super().__init__()
        self._parse = parse
        self._committed = ""
        self._values: dict[str, list[str]] = {}
        self.error: FilterError | None = None
        self._mark = self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.setPlaceholderText(PLACEHOLDER)
        self.setAccessibleName("Filter")
        self.setClearButtonEnabled(True)
        self.completions = CompletionList(self)
        self.completions.chosen.connect(self.insert_completion)
        self.hint = QLabel(self)
        self.hint.setObjectName("filterHint")
        self.hint.hide()
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self.commit)
        self.textEdited.connect(self._edited)
        self.textChanged.connect(self._changed)

    def show_text(self, text: str) -> None:
        """Show a filter that was set elsewhere; what a person is typing right now is not overwritten by an echo."""
        self._committed = text
        if self.text() != text:
            self._timer.stop()
            self.setText(text)
        self._check()

    def set_values(self, values: dict[str, list[str]]) -> None:
        """Take the known values of open fields, for completion."""
        self._values = values

    def commit(self) -> None:
        """Apply what stands in the box, if it can be understood."""
        self._timer.stop()
        self._check()
        if self.error is None and self.text() != self._committed:
            self._committed = self.text()
            self.committed.emit(self._committed)

    def insert_completion(self, completion: Completion) -> None:
        text = self.text()
        self.setText(text[: completion.replace_start] + completion.insert + text[completion.replace_end :])
        self.setCursorPosition(completion.replace_start + len(completion.insert))
        self._edited()

    def retint(self) -> None:
        self._mark.setIcon(icon("search", current_theme().muted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, popup = event.key(), self.completions
        if popup.isVisible() and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            popup.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif popup.isVisible() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab) and popup.choose():
            pass
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            popup.hide()
            self.commit()
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif key == Qt.Key.Key_Down or (
            key == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            self._offer()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Tab moves the focus before keyPressEvent would see it; while completions show, it takes one.
        tab = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab
        if tab and self.completions.isVisible() and self.completions.choose():
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.values_wanted.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.completions.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.error is None:
            return
        start = self._x_of(self.error.position)
        end = max(start + 6, self._x_of(self.error.position + self.error.length))
        y = self.cursorRect().bottom() - 1
        points = [QPointF(x, y + (2 if i % 2 else 0)) for i, x in enumerate(range(int(start), int(end) + 1, 3))]
        painter = QPainter(self)
        painter.setPen(QPen(current_theme().color("error"), 1.4))
        painter.drawPolyline(QPolygonF(points))
        painter.end()

    def error_text(self) -> str:
        """Return the fault in words with its place, '' when there is none."""
        if self.error is None:
            return ""
        return f"{visible(self.error.message)} (at character {self.error.position + 1})"

    def _x_of(self, position: int) -> float:
        # The box may be scrolled: measure from the cursor, whose place Qt tells.
        advance = self.fontMetrics().horizontalAdvance
        return (
            self.cursorRect().center().x() + advance(self.text()[:position]) - advance(self.text()[: self.cursorPosition()])
        )

    def _edited(self, *_: object) -> None:
        self._timer.start()
        self._offer()

    def _changed(self) -> None:
        if not self.hasFocus() and self.text() == "" and self._committed:
            self._timer.start()

    def _offer(self) -> None:
        found = complete(self.text(), self.cursorPosition(), self._values)
        self.completions.offer(found[:12])

    def _escape(self) -> None:
        if self.completions.isVisible():
            self.completions.hide()
        elif self.text() != self._committed:
            self.show_text(self._committed)
        else:
            self.left.emit()

    def _check(self) -> None:
        try:
            self._parse(self.text())
            self.error = None
        except FilterError as error:
            self.error = error
        wrong = self.error is not None
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)
        self.setAccessibleDescription(self.error_text())
        self._place_hint()
        self.update()

    def _place_hint(self) -> None:
        window = self.window()
        text = self.error_text()
        if not text or not isinstance(window, QWidget):
            self.hint.hide()
            return
        if self.hint.parent() is not window:
            self.hint.setParent(window)
        self.completions.hide()
        self.hint.setText(text)
        self.hint.adjustSize()
        at = self.mapTo(window, self.rect().bottomLeft())
        self.hint.move(max(0, min(at.x(), window.width() - self.hint.width() - 8)), at.y() + 2)
        self.hint.raise_()
        self.hint.show()


def is_text_input(widget: QObject | None) -> bool:
    """Tell whether keys typed now belong to a text field."""
    return isinstance(widget, QLineEdit) or (widget is not None and widget.inherits("QPlainTextEdit"))

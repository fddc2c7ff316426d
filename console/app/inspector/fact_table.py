"""Names and values to read, select and copy; every value is plain text. As high as its rows: what holds it scrolls."""

from collections.abc import Callable, Sequence
from math import ceil

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableWidget, QTableWidgetItem

from console.app.inspector.blocks import Line
from console.qt.clipboard import put_on_clipboard
from console.qt.text import clip, plain_tooltip, visible, wrapped
from console.qt.theme import SMALL_PX, current_theme, mono_font
from console.qt.value_dialog import ValueDialog

FIRST_ROWS, MORE_ROWS = 100, 400
"""So many rows are laid out at once; the rest is a press away."""
_SHOWN_CHARS, _MAX_LINES, _NAME_LINES = 1_500, 12, 2
_PADDING_PX, _GAP_PX = 24, 6
"""Left and right of a cell's text (the style sheet's padding and Qt's own margin), and between rows."""
_LEAST_NAME_PX, _MOST_NAME_PX, _NAME_SHARE = 104, 190, 0.34
_TIME_PX = 192
"""Names give way until a time fits in one line."""


class FactTable(QTableWidget):
    """Two columns. Ctrl+C copies the chosen value, whole and as it came; Enter opens it in a window of its own."""

    reached = Signal(object)
    """QRect of the row that the keys came to, in this widget's coordinates."""

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__(0, 2)
        self._lines, self._shown, self._width_px = tuple(lines), 0, 0
        self._name_font = QFont(self.font())
        self._name_font.setPixelSize(SMALL_PX)
        self.setObjectName("facts")
        self.setAccessibleName(clip(visible(title), 80) or "Facts")
        self._set_up()
        self.show_more(FIRST_ROWS)
        self.activated.connect(lambda index: self.open_value(index.row()))

    def rest(self) -> int:
        """Return how many rows are not laid out yet."""
        return len(self._lines) - self._shown

    def show_more(self, rows: int = MORE_ROWS) -> None:
        first, self._shown = self._shown, min(len(self._lines), self._shown + rows)
        self.setRowCount(self._shown)
        for row in range(first, self._shown):
            self._fill_row(row, self._lines[row])
        if self._width_px:
            self.fit(self._width_px)

    def fit(self, width_px: int) -> None:
        """Wrap to a width and take the height of all rows."""
        # Counted, not laid out: resizeRowsToContents over long values would stall the window.
        self._width_px = width_px
        metrics = QFontMetricsF(mono_font())
        left = max(_LEAST_NAME_PX, min(round(width_px * _NAME_SHARE), width_px - _TIME_PX, _MOST_NAME_PX))
        self.horizontalHeader().resizeSection(0, left)
        room = max(8, int((width_px - left - _PADDING_PX) / max(1.0, metrics.horizontalAdvance("0"))))
        total = 0
        for row in range(self._shown):
            total += self._fit_row(row, room, left - _PADDING_PX, metrics.lineSpacing())
        self.setFixedHeight(total + 2)

    def open_value(self, row: int) -> None:
        """Show a value, whole, in a window to read and to search."""
        if 0 <= row < self._shown and not self._lines[row].is_title:
            line = self._lines[row]
            ValueDialog(line.name, line.value, self).open()

    def copy_value(self) -> None:
        line = self._current()
        if line is not None:
            put_on_clipboard(line.value)

    def shown_text(self) -> str:
        """Return all lines, also those further down, as they read."""
        return "\n".join(line.name if line.is_title else f"{line.name}: {_shown(line)}" for line in self._lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentRow()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_value()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_value(row)
        elif event.key() == Qt.Key.Key_Up and row <= 0:
            self.focusPreviousChild()
        elif event.key() == Qt.Key.Key_Down and row == self._shown - 1:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        keyed = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.OtherFocusReason,
        )
        if keyed:
            self.setCurrentCell(self._shown - 1 if event.reason() == Qt.FocusReason.BacktabFocusReason else 0, 1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.setCurrentCell(-1, -1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() not in (event.oldSize().width(), self._width_px):
            self.fit(event.size().width())

    def _set_up(self) -> None:
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setMinimumSectionSize(8)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.currentCellChanged.connect(self._moved)

    def _fill_row(self, row: int, line: Line) -> None:
        theme, top = current_theme(), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        left, right = QTableWidgetItem(), QTableWidgetItem()
        left.setForeground(theme.color("muted"))
        left.setFont(self._name_font)
        left.setTextAlignment(top)
        left.setToolTip(plain_tooltip(f"{line.name}\n{line.path}" if line.path else line.name, 400))
        right.setTextAlignment(top)
        right.setFont(mono_font())
        if line.tone:
            right.setForeground(theme.severity_color(line.tone))
        self.setItem(row, 0, left)
        self.setItem(row, 1, right)
        if line.is_title:
            bold = QFont(self._name_font)
            bold.setWeight(QFont.Weight.DemiBold)
            left.setFont(bold)
            left.setFlags(Qt.ItemFlag.ItemIsEnabled)
            left.setTextAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
            self.setSpan(row, 0, 1, 2)

    def _fit_row(self, row: int, room: int, name_px: int, line_px: float) -> int:
        line = self._lines[row]
        if line.is_title:
            return self._fit_title(row, room, line_px)
        lines = wrapped(clip(visible(_shown(line)[: _SHOWN_CHARS + 1], lines=True), _SHOWN_CHARS), room)
        cut = len(lines) > _MAX_LINES or len(line.value) > _SHOWN_CHARS
        if len(lines) > _MAX_LINES:
            lines = lines[: _MAX_LINES - 1]
        if cut:
            lines += wrapped(f"… {len(line.value):,} characters, Enter opens all", room)
        names = _name_lines(visible(line.name), QFontMetricsF(self._name_font), name_px)
        left, right = self.item(row, 0), self.item(row, 1)
        assert left is not None
        assert right is not None
        left.setText("\n".join(names))
        right.setText("\n".join(lines))
        height = ceil(max(len(lines), len(names)) * line_px) + _GAP_PX
        self.setRowHeight(row, height)
        return height

    def _fit_title(self, row: int, room: int, line_px: float) -> int:
        item = self.item(row, 0)
        assert item is not None
        item.setText(clip(visible(self._lines[row].name), room + 12))
        height = ceil(line_px) + (2 * _GAP_PX if row else _GAP_PX)
        self.setRowHeight(row, height)
        return height

    def _current(self) -> Line | None:
        row = self.currentRow()
        return self._lines[row] if 0 <= row < self._shown else None

    def _moved(self, row: int) -> None:
        if row >= 0 and self.hasFocus():
            item = self.item(row, 1)
            if item is not None:
                self.reached.emit(self.visualItemRect(item))

    def _menu(self, at: QPoint) -> None:
        row = self.rowAt(at.y())
        if not 0 <= row < self._shown or self._lines[row].is_title:
            return
        self.setCurrentCell(row, 1)
        line = self._lines[row]
        menu = QMenu(self)
        choices: list[tuple[str, Callable[[], None]]] = [
            ("Copy value", self.copy_value),
            ("Copy name and value", lambda: put_on_clipboard(f"{line.name}: {line.value}")),
            ("Copy all of this table", lambda: put_on_clipboard(self.shown_text())),
            ("Open value…", lambda: self.open_value(row)),
        ]
        if line.path:
            choices.insert(2, ("Copy JSON path", lambda: put_on_clipboard(line.path)))
        for words, run in choices:
            menu.addAction(words).triggered.connect(lambda *_, run=run: run())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(at))


class MomentTable(FactTable):
    """Times before the event on the left, with a rail that joins them."""

    def __init__(self, title: str, lines: Sequence[Line], tones: Sequence[str]) -> None:
        self._tones = tuple(tones)
        super().__init__(title, lines)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, x = current_theme(), self.columnWidth(0) - 4
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.border))
        painter.drawLine(x, 8, x, self.viewport().height() - 8)
        painter.setPen(Qt.PenStyle.NoPen)
        for row in range(self.rowCount()):
            painter.setBrush(QColor(theme.error if self._tones[row] == "bad" else theme.accent))
            painter.drawEllipse(QPoint(x, self.rowViewportPosition(row) + 12), 3, 3)
        painter.end()


def _shown(line: Line) -> str:
    value = line.value or ('""' if line.path else "")
    return f"{value}  ({line.note})" if line.note and not line.tone else f"{line.note} {value}" if line.note else value


def _name_lines(name: str, metrics: QFontMetricsF, width_px: int) -> list[str]:
    """Return a name in at most two lines, the last one cut where it is too long."""
    lines: list[str] = []
    rest = clip(name, 200).split(" ")
    while rest and len(lines) < _NAME_LINES - 1 and metrics.horizontalAdvance(" ".join(rest)) > width_px:
        count = len(rest)
        while count > 1 and metrics.horizontalAdvance(" ".join(rest[:count])) > width_px:
            count -= 1
        lines.append(" ".join(rest[:count]))
        rest = rest[count:]
    return [metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, width_px) for line in (*lines, " ".join(rest)) if line]

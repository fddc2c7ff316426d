"""Draws a line of the stepper: the field and what became of it over the whole width, below it the four cells."""

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.areas.sync.view.stepping import GLYPHS, Fold, Line, Shown
from console.qt.text import clip, visible, wrapped
from console.qt.theme import SMALL_PX, current_theme, mono_font

if TYPE_CHECKING:
    from console.areas.sync.view.field_list import FieldList

PAD_X, GAP_X = 8, 8
_PAD_Y, _INSIDE = 4, 4
_MOST_LINES, _CHARS = 10, 2_000
_COLORS = {"same": "muted", "auto": "muted", "open": "error", "review": "warning", "chosen": "good", "parts": "muted"}
_TINT = 26
_ABSENT, _UNDECIDED, _NO_BASE = "(absent)", "(not decided)", "(no base)"
_CHOSEN_CELL = {"base": (0,), "local": (1,), "remote": (2,), "both": (1, 2)}
_CENTER = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class FieldPainter(QStyledItemDelegate):
    """Cells are wrapped by characters of a fixed width, so that a height is known without laying out text."""

    def __init__(self, view: "FieldList") -> None:
        super().__init__(view)
        self._view = view
        self._mono, self._small, self._bold = mono_font(), QFont(view.font()), QFont(view.font())
        self._small.setPixelSize(SMALL_PX)
        self._bold.setPixelSize(SMALL_PX)
        self._bold.setBold(True)
        metrics = QFontMetricsF(self._mono)
        self._line_px, self._char_px = ceil(metrics.lineSpacing()) + 1, max(1.0, metrics.horizontalAdvance("0"))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, self.height_of(self._view.fields.shown[index.row()], self._view.viewport().width()))

    def height_of(self, line: Shown, width: int) -> int:
        if isinstance(line, Fold) or line.has_parts:
            return self._line_px + 2 * _PAD_Y
        return (1 + max(len(cell) for cell in self._cells(line, width))) * self._line_px + 3 * _PAD_Y + 2

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        line, theme, rect = self._view.fields.shown[index.row()], current_theme(), option.rect
        painter.save()
        painter.setClipRect(rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
            painter.fillRect(QRect(rect.x(), rect.y(), 3, rect.height()), theme.color("focus"))
        box = QRect(rect.x() + PAD_X, rect.y() + _PAD_Y, rect.width() - 2 * PAD_X, self._line_px)
        if isinstance(line, Fold):
            painter.setFont(self._small)
            painter.setPen(theme.color("muted"))
            painter.drawText(box, _CENTER, f"▸ {line.words}")
        else:
            self._paint_head(painter, box, line)
            if not line.has_parts:
                self._paint_cells(painter, rect, line)
        painter.setPen(theme.color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _paint_head(self, painter: QPainter, box: QRect, line: Line) -> None:
        theme = current_theme()
        words = visible(line.words)
        small, bold = QFontMetricsF(self._small), QFontMetricsF(self._bold)
        right = min(ceil(small.horizontalAdvance(words[:200])) + 4, box.width() // 2)
        left = box.adjusted(0, 0, -right - GAP_X, 0)
        painter.setFont(self._bold)
        painter.setPen(theme.color("text"))
        title = f"{GLYPHS[line.kind]} {clip(visible(line.title), _CHARS)}"
        painter.drawText(left, _CENTER, bold.elidedText(title, Qt.TextElideMode.ElideMiddle, left.width()))
        painter.setFont(self._small)
        painter.setPen(theme.color(_COLORS[line.kind]))
        shown = small.elidedText(words, Qt.TextElideMode.ElideRight, right)
        painter.drawText(box, _CENTER | Qt.AlignmentFlag.AlignRight, shown)

    def _paint_cells(self, painter: QPainter, rect: QRect, line: Line) -> None:
        theme = current_theme()
        painter.setFont(self._mono)
        width = self._cell_px(rect.width())
        top = rect.y() + 2 * _PAD_Y + self._line_px
        taken = _CHOSEN_CELL.get(line.choice, ())
        for number, lines in enumerate(self._cells(line, rect.width())):
            box = QRect(round(rect.x() + PAD_X + number * (width + GAP_X)), top, round(width), rect.bottom() - top - _PAD_Y)
            ground = self._ground(number, line)
            painter.fillRect(box, theme.color(ground, _TINT) if ground else theme.color("panel"))
            if number in taken:
                painter.setPen(QPen(theme.color("good"), 1))
                painter.drawRect(box.adjusted(0, 0, -1, -1))
            quiet = line.cells[number] is None or line.kind == "same"
            painter.setPen(theme.color("muted" if quiet else "text"))
            for at, text in enumerate(lines):
                painter.drawText(
                    QRect(box.x() + _INSIDE, top + at * self._line_px, box.width() - _INSIDE, self._line_px), _CENTER, text
                )  # fmt: skip

    @staticmethod
    def _ground(number: int, line: Line) -> str:
        if line.kind == "same" or number == 0:
            return ""
        if number == 3:
            return "good" if not line.is_open else "error" if line.kind == "open" else "warning"
        return "accent" if line.cells[number] != line.cells[0] else ""

    def _cell_px(self, width: int) -> float:
        return (width - 2 * PAD_X - 3 * GAP_X) / 4

    def _cells(self, line: Line, width: int) -> list[list[str]]:
        room = max(4, int((self._cell_px(width) - 2 * _INSIDE) / self._char_px))
        cells = []
        for number, cell in enumerate(line.cells):
            if cell is None:
                cells.append(
                    [
                        _UNDECIDED
                        if number == 3 and line.is_open
                        else _NO_BASE
                        if not number and not line.has_base
                        else _ABSENT
                    ]
                )
                continue
            lines = wrapped(clip(visible(cell[: _CHARS + 1], lines=True), _CHARS), room)
            cells.append(lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"])
        return cells

"""A cell of two lines: what it is, and below it in smaller, quieter letters what belongs to it."""

from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

TWO_LINES_PX = 42
_PADDING_PX = 8
_FIRST_PX, _SECOND_PX = 13, 12
_LONGEST_MIDDLE = 500


class TwoLines(NamedTuple):
    """Texts are made visible already; colours as `#rrggbb`. `tail`: the first line's end tells most, it is cut before it."""

    first: str
    second: str
    first_color: str
    second_color: str
    bold: bool = False
    right: bool = False
    tail: bool = False


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw a cell without its text: selection, hover and stripes as everywhere."""
    option.text = ""
    style = option.widget.style() if option.widget else QApplication.style()
    style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)


def paint_two_lines(painter: QPainter, rect: QRect, font: QFont, lines: TwoLines) -> None:
    """Draw both lines into `rect`, each cut where it is too long; without a second one the first stands in the middle."""
    area = rect.adjusted(_PADDING_PX, 4, -_PADDING_PX, -4)
    half = area.height() // 2 if lines.second else area.height()
    side = Qt.AlignmentFlag.AlignRight if lines.right else Qt.AlignmentFlag.AlignLeft
    drawn = ((lines.first, lines.first_color, _FIRST_PX), (lines.second, lines.second_color, _SECOND_PX))
    font = QFont(font)
    painter.save()
    for number, (text, color, pixels) in enumerate(drawn):
        if not text:
            continue
        font.setPixelSize(pixels)
        font.setBold(lines.bold and not number)
        painter.setFont(font)
        painter.setPen(QColor(color))
        room = QRect(area.left(), area.top() + number * half, area.width(), half)
        mode = Qt.TextElideMode.ElideRight
        if lines.tail and not number and len(text) < _LONGEST_MIDDLE:
            mode = Qt.TextElideMode.ElideMiddle
        else:
            text = text[: room.width() // 2 + 8]  # only so much can show: eliding all of it would measure every letter
        shown = painter.fontMetrics().elidedText(text, mode, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
    painter.restore()

"""How the cells of the list of endpoints are drawn: two lines, the bar of the time-out, badges of drift, a course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from console.areas.contracts.store.answers import EndpointRow
from console.areas.contracts.view.drift_words import class_color
from console.areas.contracts.view.endpoint_columns import head_words
from console.areas.contracts.view.endpoint_order import ServiceHead
from console.areas.contracts.view.endpoint_words import (
    drift_parts,
    latency_color,
    latency_words,
    of_timeout_words,
    share_of_timeout,
)
from console.qt.sparkline import bars
from console.qt.theme import SMALL_PX, TEXT_PX, current_theme
from console.qt.two_lines import TwoLines, paint_ground, paint_two_lines

if TYPE_CHECKING:
    from console.areas.contracts.view.endpoint_table import EndpointTable

_PADDING_PX = 8
_BAR_PX = 5
_PERCENT_PX = 46
_GAP_PX = 8
_Index = QModelIndex | QPersistentModelIndex
_Part = tuple[str, str]
"""Words and their colour."""


class EndpointDelegate(QStyledItemDelegate):
    """Draws the cells of a row, and the line of a service."""

    def __init__(self, table: EndpointTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = self._table.endpoints
        line, key = model.rows[index.row()], model.columns[index.column()].key
        self.initStyleOption(option, index)
        theme = current_theme()
        if isinstance(line, ServiceHead):
            painter.fillRect(option.rect, QColor(theme.panel))
            words = TwoLines(head_words(line), "", theme.text, "", bold=True)
            paint_two_lines(painter, option.rect, option.font, words)
            return
        paint_ground(painter, option)
        if key == "latency":
            paint_latency(painter, option.rect, option.font, line)
        elif key == "drift":
            paint_drift(painter, option.rect, option.font, line)
        elif key == "trend":
            paint_course(painter, QRectF(option.rect.adjusted(8, 9, -8, -9)), line.bars)
        else:
            paint_two_lines(painter, option.rect, option.font, model.texts.lines(key, line))
        if index.row() == self._table.currentIndex().row() and index.column() == self._table.first_column():
            painter.fillRect(option.rect.left(), option.rect.top(), 3, option.rect.height(), QColor(theme.accent))


def paint_latency(painter: QPainter, rect: QRect, font: QFont, row: EndpointRow) -> None:
    """Draw p95 and time-out in words, and below them a bar: its whole length is the time-out."""
    theme, share = current_theme(), share_of_timeout(row)
    if share is None:
        paint_two_lines(painter, rect, font, TwoLines(latency_words(row), "", theme.muted, ""))
        return
    color = latency_color(share, theme)
    paint_two_lines(painter, rect, font, TwoLines(latency_words(row), " ", theme.text, theme.muted))
    area = rect.adjusted(_PADDING_PX, 4, -_PADDING_PX, -4)
    below = QRect(area.left(), area.center().y() + 1, area.width(), area.height() // 2)
    room = QRect(below.left(), below.center().y() - _BAR_PX // 2, max(8, below.width() - _PERCENT_PX), _BAR_PX)
    painter.save()
    painter.fillRect(room, QColor(theme.border))
    painter.fillRect(QRectF(room.left(), room.top(), max(1.0, room.width() * min(1.0, share)), room.height()), QColor(color))
    _set_font(painter, font, SMALL_PX)
    painter.setPen(QColor(color))
    painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, of_timeout_words(share))
    painter.restore()


def paint_drift(painter: QPainter, rect: QRect, font: QFont, row: EndpointRow) -> None:
    """Draw the worst class, and below it whether it is unbumped and the other classes; all as glyph, number and word."""
    theme = current_theme()
    parts = [(words, class_color(name, theme)) for name, words in drift_parts(row.drift)]
    if not parts:
        paint_two_lines(painter, rect, font, TwoLines("–", "", theme.muted, ""))
        return
    below = [("unbumped", theme.error)] if row.unbumped else []
    below += [(words.rpartition(" ")[0], color) for words, color in parts[1:]]  # glyph and number: there is little room
    area = rect.adjusted(_PADDING_PX, 4, -_PADDING_PX, -4)
    half = area.height() // 2 if below else area.height()
    painter.save()
    _set_font(painter, font, TEXT_PX)
    _paint_parts(painter, QRect(area.left(), area.top(), area.width(), half), parts[:1])
    _set_font(painter, font, SMALL_PX)
    _paint_parts(painter, QRect(area.left(), area.top() + half, area.width(), half), below)
    painter.restore()


def paint_course(painter: QPainter, area: QRectF, steps: Sequence[tuple[int, int]]) -> None:
    """Draw a bar for each step's checks, its foot in red as high as the share that was violated."""
    theme = current_theme()
    painter.save()
    painter.setPen(QPen(QColor(theme.border), 1))
    painter.drawLine(QLineF(area.left(), area.bottom() + 0.5, area.right(), area.bottom() + 0.5))
    for bar, (checks, violated) in zip(bars([checks for checks, _ in steps], area), steps, strict=True):
        if bar.height():
            painter.fillRect(bar, theme.color("accent", 150))
        if violated and checks:
            height = max(2.0, bar.height() * min(1.0, violated / checks))
            painter.fillRect(QRectF(bar.left(), bar.bottom() - height, bar.width(), height), QColor(theme.error))
    painter.restore()


def _paint_parts(painter: QPainter, room: QRect, parts: Sequence[_Part]) -> None:
    metrics, left = painter.fontMetrics(), room.left()
    for words, color in parts:
        width = room.right() - left + 1
        if width < _GAP_PX:
            return
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
        painter.setPen(QColor(color))
        painter.drawText(QRect(left, room.top(), width, room.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        left += metrics.horizontalAdvance(shown) + _GAP_PX


def _set_font(painter: QPainter, font: QFont, pixels: int) -> None:
    font = QFont(font)
    font.setPixelSize(pixels)
    painter.setFont(font)

"""Draws the lines of the list: plain text, few calls, nothing allocated that can be kept."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from console.areas.timeline.colours import Colours
from console.areas.timeline.columns import COLUMNS, MESSAGE, SERVICE, SEVERITY
from console.areas.timeline.rows import Line, RowsModel
from console.qt.text import visible
from console.store.rows import FLAG_DEGRADED, MARKER_GAP

ROW_HEIGHT = 22
PADDING = 6
_ELIDED_KEPT, _DOTS_KEPT = 8_000, 200
MARKER_GLYPH = "⌇"


class Cell(NamedTuple):
    """A visible column and where it stands, in pixels of the viewport."""

    column: int
    left: int
    width: int


class LinePainter:
    """Paints whole lines: a call per cell through Qt's delegates would cost twice as much."""

    def __init__(self, model: RowsModel, colours: Colours, font: QFont, fixed: QFont, pixel_ratio: float) -> None:
        self._model = model
        self._pixel_ratio = pixel_ratio
        self.marked: int | None = None
        """The id of the event marked for comparing."""
        self._fonts = (font, fixed)
        self._metrics = (QFontMetrics(font), QFontMetrics(fixed))
        # Of a fixed pitch every letter is as wide as the widest.
        self._widest = (self._metrics[0].horizontalAdvance("W"), self._metrics[1].horizontalAdvance("W"))
        # One baseline for both fonts, or a row's words would dance.
        self._baseline = (ROW_HEIGHT + self._metrics[0].ascent() - self._metrics[0].descent()) / 2
        self._elided: dict[tuple[str, int, bool], tuple[str, int]] = {}
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        self.colours = colours
        self._pens: dict[str, QPen] = {}
        self._dots: dict[str, QPixmap] = {}

    def paint_line(self, painter: QPainter, top: int, number: int, cells: Sequence[Cell], selected: bool) -> None:
        """Draw a whole line at `top`; `cells` says where its columns stand."""
        line = self._model.lines[number]
        first, last = cells[0], cells[-1]
        rect = QRect(first.left, top, last.left + last.width - first.left, ROW_HEIGHT)
        self._background(painter, rect, line, selected)
        for column, left, width in cells:
            left, width = left + PADDING, width - 2 * PADDING
            if column == SERVICE:
                painter.drawPixmap(left, top + ROW_HEIGHT // 2 - 4, self._dot(line.row.service))
                left, width = left + 14, width - 14
            elif column == MESSAGE and (line.run > 1 or line.row.pinned or line.row.flags or line.row.id == self.marked):
                inner = self._badges(painter, QRect(left, top, width, ROW_HEIGHT), line, selected)
                left, width = inner.left(), inner.width()
            text = self._model.text(number, column)
            if text and width >= 4:
                colour = self.colours.selected_text if selected else self._colour(line, column)
                self._text(painter, left, top, width, text, column, colour)

    def _background(self, painter: QPainter, rect: QRect, line: Line, selected: bool) -> None:
        if selected:
            painter.fillRect(rect, self.colours.selection)
        elif line.row.id == self.marked:
            painter.fillRect(rect, self.colours.marked)
        elif (tint := self.colours.row_tints.get(line.row.severity)) is not None:
            painter.fillRect(rect, tint)

    def _colour(self, line: Line, column: int) -> str:
        if column == SEVERITY:
            return self.colours.severity(line.row.severity)
        return self.colours.text if column == MESSAGE else self.colours.quiet

    def _text(self, painter: QPainter, left: int, top: int, width: int, text: str, column: int, colour: str) -> None:
        spec = COLUMNS[column]
        shown, advance = self._fit(text, width, spec.fixed_pitch)
        painter.setFont(self._fonts[spec.fixed_pitch])
        painter.setPen(self._pen(colour))
        painter.drawText(QPointF(left + width - advance if spec.numeric else left, top + self._baseline), shown)

    def _fit(self, text: str, width: int, fixed_pitch: bool) -> tuple[str, int]:
        """Return the text cut to the width, and at most how wide it is (exact for a fixed pitch)."""
        widest = len(text) * self._widest[fixed_pitch]
        if widest <= width and text.isascii():
            return text, widest  # nearly every cell: measuring letters is what costs when all rows are new
        place = (text, width, fixed_pitch)
        found = self._elided.get(place)
        if found is None:
            if len(self._elided) > _ELIDED_KEPT:
                self._elided.clear()
            metrics = self._metrics[fixed_pitch]
            # Only so much of a long text can show: eliding all of it would measure every letter.
            shown = metrics.elidedText(text[: width // 2 + 8], Qt.TextElideMode.ElideRight, width)
            found = self._elided[place] = (shown, metrics.horizontalAdvance(shown))
        return found

    def _pen(self, colour: str) -> QPen:
        pen = self._pens.get(colour)
        if pen is None:
            pen = self._pens[colour] = QPen(QColor(colour))
        return pen

    def _dot(self, service: str) -> QPixmap:
        dot = self._dots.get(service)
        if dot is None:
            if len(self._dots) > _DOTS_KEPT:
                self._dots.clear()
            ratio = self._pixel_ratio
            dot = QPixmap(round(8 * ratio), round(8 * ratio))
            dot.setDevicePixelRatio(ratio)
            dot.fill(Qt.GlobalColor.transparent)
            painter = QPainter(dot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.colours.service(service)))
            painter.drawEllipse(QRectF(0, 0, 8, 8))
            painter.end()
            self._dots[service] = dot
        return dot

    def _badges(self, painter: QPainter, rect: QRect, line: Line, selected: bool) -> QRect:
        badges = []
        if line.row.pinned:
            badges.append(("★ pinned", self.colours.accent))
        if line.row.id == self.marked:
            badges.append(("⇄ compare", self.colours.accent))
        if line.row.flags & FLAG_DEGRADED:
            badges.append(("⚠ degraded", self.colours.warning))
        if line.repeats > 1:
            badges.append((f"×{line.repeats}", self.colours.quiet))
        elif line.run > 1:
            badges.append(("│", self.colours.quiet))
        metrics = self._metrics[0]
        painter.setFont(self._fonts[0])
        for text, colour in badges:
            width = metrics.horizontalAdvance(text)
            if rect.width() < width + 12:
                break
            box = QRect(rect.left(), rect.top() + 3, width + 10, rect.height() - 6)
            painter.setPen(self._pen(self.colours.selected_text if selected else colour))
            if text != "│":
                painter.drawRoundedRect(QRect(box).adjusted(0, 0, -1, -1), 3, 3)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            rect = rect.adjusted(box.width() + 6, 0, 0, 0)
        return rect

    def paint_band(self, painter: QPainter, rect: QRect, line: Line, selected: bool) -> None:
        """Draw a marker row over the full width: hatched, with its words on a plain ground."""
        known = line.row.marker == MARKER_GAP
        painter.fillRect(rect, self.colours.selection if selected else self.colours.band)
        if not selected:
            painter.fillRect(rect, QBrush(QColor(self.colours.hatch), Qt.BrushStyle.BDiagPattern))
        text = f"{MARKER_GLYPH} {COLUMNS[0].text(line.row)}   {marker_words(line)}"
        metrics = self._metrics[0]
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 24)
        plate = QRect(rect.left() + 12, rect.top() + 2, metrics.horizontalAdvance(shown) + 16, rect.height() - 4)
        if not selected:
            painter.fillRect(plate, self.colours.band)
        painter.setFont(self._fonts[0])
        colour = self.colours.warning if known else self.colours.text
        painter.setPen(self._pen(self.colours.selected_text if selected else colour))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, shown)
        painter.setPen(QPen(QColor(self.colours.hatch), 1, Qt.PenStyle.DashLine))
        painter.drawLine(rect.topLeft(), rect.topRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())


def marker_words(line: Line) -> str:
    """Return what a marker row says, made safe to draw."""
    return visible(line.row.message) or f"something is missing from {visible(line.row.source)}"

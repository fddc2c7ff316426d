"""How the lines of a stack are drawn: the application's own frames plainly, all others muted."""

from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.app.inspector.source_file import Excerpt
from console.app.inspector.stack_rows import Called, Folded, Line, Raised, Sourced, place_words
from console.qt.text import clip, visible, wrapped
from console.qt.theme import SMALL_PX, current_theme, mono_font

_PAD_X, _PAD_Y = 8, 3
_MESSAGE_LINES = 4
_CHARS = 500


def line_words(line: Line) -> str:
    """Return a line as text: for screen readers, copying and the tests."""
    if isinstance(line, Raised):
        return f"{'Caused by ' if line.is_cause else ''}{_title(line)}"
    if isinstance(line, Folded):
        return f"{'▾' if line.is_open else '▸'} {line.count} library frames"
    if isinstance(line, Called):
        source = f"\n{line.frame.source}" if line.frame.source else ""
        return visible(f"{line.frame.function or '(anonymous)'}  {place_words(line.frame)}{source}", lines=True)
    return line.excerpt if isinstance(line.excerpt, str) else visible("\n".join(_numbered(line.excerpt)), lines=True)


def _title(line: Raised) -> str:
    return visible(": ".join(part for part in (line.type_name, line.message) if part), lines=True) or "Stack"


def _numbered(excerpt: Excerpt) -> list[str]:
    width = len(str(excerpt.first + len(excerpt.lines)))
    return [
        f"{'▶' if number == excerpt.line else ' '}{number:>{width}}  {text}"
        for number, text in enumerate(excerpt.lines, excerpt.first)
    ]


class StackPainter(QStyledItemDelegate):
    """Two lines for a frame (function, then place), one for a fold, as many as there are for source."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._small = QFont(view.font())
        self._small.setPixelSize(SMALL_PX)
        self._mono = mono_font()
        self._bold = QFont(self._mono)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._line_px = ceil(QFontMetricsF(self._mono).lineSpacing())
        self._char_px = max(1.0, QFontMetricsF(self._bold).horizontalAdvance("0"))

    def height_of(self, line: Line, width_px: int) -> int:
        """Return the height of a line in pixels at a width."""
        return len(self._texts(line, width_px)) * self._line_px + 2 * _PAD_Y

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, self.height_of(self._line(index), self._view.viewport().width()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        line, theme = self._line(index), current_theme()
        rect = option.rect
        state = option.state
        painter.save()
        painter.setClipRect(rect)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        elif isinstance(line, Sourced):
            painter.fillRect(rect, theme.color("window"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        if isinstance(line, Called) and line.frame.in_app:
            painter.fillRect(QRect(rect.x(), rect.y() + 2, 3, rect.height() - 4), theme.color("accent"))
        at = rect.adjusted(_PAD_X, _PAD_Y, -_PAD_X, 0)
        for text, font, color, mode in self._texts(line, rect.width()):
            painter.setFont(font)
            painter.setPen(QColor(color))
            metrics = QFontMetricsF(font)
            box = QRect(at.x(), at.y(), at.width(), self._line_px)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, metrics.elidedText(text, mode, box.width())
            )
            at.translate(0, self._line_px)
        painter.restore()

    def _line(self, index: QModelIndex | QPersistentModelIndex) -> Line:
        lines: list[Line] = self._view.rows.lines  # type: ignore[attr-defined]
        return lines[index.row()]

    def _texts(self, line: Line, width_px: int) -> list[tuple[str, QFont, str, Qt.TextElideMode]]:
        """Return what stands in a line: (text, font, colour, where it may be cut)."""
        theme, right, middle = current_theme(), Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle
        bold = self._bold
        if isinstance(line, Raised):
            head = [("Caused by", self._small, theme.muted, right)] if line.is_cause else []
            room = max(8, int((width_px - 2 * _PAD_X) / self._char_px))
            words = wrapped(clip(_title(line), _CHARS * 2), room)[:_MESSAGE_LINES]
            return [*head, *((text, bold, theme.error, right) for text in words)]
        if isinstance(line, Folded):
            return [(line_words(line), self._small, theme.muted, right)]
        if isinstance(line, Called):
            own = line.frame.in_app
            name = clip(visible(line.frame.function or "(anonymous)"), _CHARS)
            texts = [
                (name, bold if own else self._mono, theme.text if own else theme.muted, right),
                (clip(visible(place_words(line.frame)), _CHARS), self._small, theme.muted, middle),
            ]
            if line.quotes and own:
                texts.append(
                    ("  " + clip(visible(line.frame.source.strip()), _CHARS), self._mono, theme.json["string"], right)
                )
            return texts
        if isinstance(line.excerpt, str):
            return [(clip(visible(line.excerpt), _CHARS), self._small, theme.muted, right)]
        return [
            (
                visible(text),
                bold if text.startswith("▶") else self._mono,
                theme.text if text.startswith("▶") else theme.muted,
                right,
            )
            for text in _numbered(line.excerpt)
        ]

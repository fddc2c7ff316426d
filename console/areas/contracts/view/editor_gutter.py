"""The numbers of the lines beside a text that is edited."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from console.qt.theme import current_theme

_PAD_PX = 8
_LEAST_DIGITS = 3


class Gutter(QWidget):
    """Draws the numbers of the lines that `edit` shows; the edit leaves `width_px` free for it."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self.setFont(edit.font())
        edit.updateRequest.connect(self._scrolled)

    def width_px(self) -> int:
        """Return how wide the numbers are."""
        digits = max(_LEAST_DIGITS, len(str(self._edit.blockCount())))
        return self.fontMetrics().horizontalAdvance("0") * digits + 2 * _PAD_PX

    def paintEvent(self, event: QPaintEvent) -> None:
        edit = self._edit
        painter = QPainter(self)
        painter.setPen(current_theme().color("muted"))
        block, height = edit.firstVisibleBlock(), self.fontMetrics().height()
        top = edit.blockBoundingGeometry(block).translated(edit.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            box = QRect(0, round(top), self.width() - _PAD_PX, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            top += edit.blockBoundingRect(block).height()
            block = block.next()

    def _scrolled(self, rect: QRect, down_px: int) -> None:
        if down_px:
            self.scroll(0, down_px)
        else:
            self.update(0, rect.y(), self.width(), rect.height())

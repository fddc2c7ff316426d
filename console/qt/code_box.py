"""A piece of code or text to read and copy, as high as its lines; long ones are laid out in parts."""

from math import ceil
from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.qt.clipboard import put_on_clipboard
from console.qt.document import JsonHighlighter
from console.qt.raw_text import folded
from console.qt.sql_highlighter import SqlHighlighter
from console.qt.text import clip, visible, wrapped
from console.qt.theme import mono_font

Language = Literal["json", "sql", "text"]
FIRST_LINES, FIRST_CHARS = 24, 4_000
"""What is laid out at once; the rest is a press away."""
MORE_LINES, MORE_CHARS = 400, 40_000


class CodeBox(QWidget):
    """A title, the text in fixed width, and a button that copies all of it as it is."""

    def __init__(
        self, title: str, text: str, language: Language = "text", *, folded_up: bool = False, margin_px: int = 0
    ) -> None:
        super().__init__()
        self._text, self._shown, self._margin_px = text, 0, margin_px
        column = QVBoxLayout(self)
        column.setContentsMargins(margin_px, 2, margin_px, 2)
        column.setSpacing(2)
        row = QHBoxLayout()
        self.title = QLabel(clip(visible(title), 80))
        self.title.setObjectName("codeTitle")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.copy = QPushButton("Copy")
        self.copy.setObjectName("little")
        self.copy.setAccessibleName(f"Copy: {clip(visible(title), 80)}")
        self.copy.clicked.connect(lambda: put_on_clipboard(self._text))
        row.addWidget(self.title, 1)
        row.addWidget(self.copy)
        self.edit = _FittedEdit(title)
        self.colors = _highlighter(language, self.edit)
        self.more = QPushButton()
        self.more.setObjectName("little")
        self.more.clicked.connect(lambda: self._show_part(MORE_LINES, MORE_CHARS))
        column.addLayout(row)
        column.addWidget(self.edit)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.edit.setVisible(not folded_up)
        if folded_up:
            self.more.setText(f"Show ({len(text):,} characters)")
        else:
            self._show_part(FIRST_LINES, FIRST_CHARS)

    def fit(self, width_px: int) -> None:
        """Take about the height that the text will need at a width, before it is laid out there."""
        if not self.edit.isHidden():
            self.edit.expect(width_px - 2 * self._margin_px)

    def shown_text(self) -> str:
        return self.edit.toPlainText()

    def _show_part(self, lines: int, chars: int) -> None:
        self.edit.show()
        end = _end_of_part(self._text, self._shown, lines, chars)
        whole_lines = (
            self._text[self._shown : end].removesuffix("\n") if end < len(self._text) else self._text[self._shown :]
        )
        self.edit.appendPlainText(folded(visible(whole_lines, lines=True)))
        self._shown = end
        rest = len(self._text) - end
        self.more.setText(f"Show more ({rest:,} characters)")
        self.more.setVisible(rest > 0)
        self.edit.fit()


def _end_of_part(text: str, start: int, lines: int, chars: int) -> int:
    limit = min(len(text), start + chars)
    at = start
    for _ in range(lines):
        newline = text.find("\n", at, limit)
        if newline < 0:
            return limit
        at = newline + 1
    return at


def _highlighter(language: Language, edit: QPlainTextEdit) -> JsonHighlighter | SqlHighlighter | None:
    if language == "json":
        return JsonHighlighter(edit)
    return SqlHighlighter(edit.document()) if language == "sql" else None


class _FittedEdit(QPlainTextEdit):
    """Never scrolls by itself: what holds it scrolls."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("code")
        self.setAccessibleName(clip(visible(name), 80))
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFont(mono_font())
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def expect(self, width_px: int) -> None:
        """Take the height that the text needs at a width by count of characters."""
        metrics = QFontMetricsF(self.font())
        room = max(8, int((width_px - 20) / max(1.0, metrics.horizontalAdvance("0"))))
        lines = sum(len(wrapped(line, room)) for line in self.toPlainText().split("\n"))
        self.setFixedHeight(ceil(lines * metrics.lineSpacing() + 2 * self.document().documentMargin()) + 10)

    def fit(self) -> None:
        """Take the height that the text needs at this width."""
        layout, block, height = self.document().documentLayout(), self.document().firstBlock(), 0.0
        while block.isValid():
            height += layout.blockBoundingRect(block).height()
            block = block.next()
        frame = self.height() - self.viewport().height() if self.isVisible() else 10
        wanted = ceil(height + 2 * self.document().documentMargin()) + max(2, frame)
        if wanted != self.height():
            self.setFixedHeight(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.fit()

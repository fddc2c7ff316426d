"""A text exactly as it came, to read, search and copy."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.qt.clipboard import put_on_clipboard
from console.qt.document import JsonHighlighter
from console.qt.text import visible
from console.qt.theme import mono_font

PART_CHARS = 200_000
"""So much of a text is laid out at a time: Qt lays out on the main thread."""
LINE_CHARS = 1_000
HIGHLIGHT_CHARS = 100_000


class RawText(QWidget):
    """The exact text, long lines folded for the eye; Copy gives what came."""

    def __init__(self) -> None:
        super().__init__()
        self._text, self._shown, self._found = "", 0, 0
        self._part_starts: list[tuple[int, int]] = []
        self.edit = QPlainTextEdit()
        self.edit.setReadOnly(True)
        self.edit.setAccessibleName("Raw text")
        self.edit.setFont(mono_font())
        self.edit.setUndoRedoEnabled(False)
        self.edit.setTabChangesFocus(True)
        self.edit.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._colors = JsonHighlighter(self.edit)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search, Enter for the next")
        self.search.setAccessibleName("Search in the raw text")
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self.find_next)
        self.search.textEdited.connect(self._search_again)
        self.note = QLabel()
        self.note.setObjectName("small")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.more = QPushButton("Show more")
        self.more.clicked.connect(self._show_part)
        self.copy = QPushButton("Copy all")
        self.copy.setAccessibleName("Copy the whole raw text")
        self.copy.clicked.connect(self._copy)
        self._lay_out()

    def set_text(self, text: str) -> None:
        self._text, self._shown, self._found = text, 0, 0
        self._part_starts = []
        self._colors.setDocument(self.edit.document() if len(text) <= HIGHLIGHT_CHARS else None)
        self.edit.setPlainText("")
        self._show_part()

    def find_next(self) -> None:
        """Go to the next place that holds the searched text, from the start again after the last; case does not matter."""
        wanted = self.search.text()
        if not wanted:
            return
        pattern = re.compile(re.escape(wanted), re.IGNORECASE)
        found = pattern.search(self._text, self._found) or pattern.search(self._text)
        if found is None:
            self._say("not found")
            return
        self._found = found.end()
        while self._shown < found.end():
            self._show_part()
        cursor = self.edit.textCursor()
        cursor.setPosition(self._place(found.start()))
        cursor.setPosition(self._place(found.end()), QTextCursor.MoveMode.KeepAnchor)
        self.edit.setTextCursor(cursor)
        self._say()

    def retint(self) -> None:
        self._colors.retint()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top, row = QHBoxLayout(), QHBoxLayout()
        top.setContentsMargins(8, 6, 8, 6)
        top.addWidget(self.search)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self.note, 1)
        row.addWidget(self.more)
        row.addWidget(self.copy)
        column.addLayout(top)
        column.addWidget(self.edit, 1)
        column.addLayout(row)

    def _copy(self) -> None:
        put_on_clipboard(self._text)

    def _search_again(self) -> None:
        self._found = 0
        self._say()
        self.find_next()

    def _show_part(self) -> None:
        part = self._text[self._shown : self._shown + PART_CHARS]
        first = not self._part_starts
        document = self.edit.document()
        self._part_starts.append((self._shown, 0 if first else document.characterCount()))
        self._shown += len(part)
        self.edit.appendPlainText(folded(visible(part, lines=True)))
        if first:
            self.edit.moveCursor(QTextCursor.MoveOperation.Start)
        self._say()

    def _place(self, at: int) -> int:
        """Return where the character `at` of the text stands in the document, which counts in UTF-16."""
        start, place = next(pair for pair in reversed(self._part_starts) if pair[0] <= at)
        before = folded(visible(self._text[start:at], lines=True))
        return place + len(before.encode("utf-16-le", "surrogatepass")) // 2

    def _say(self, words: str = "") -> None:
        rest = len(self._text) - self._shown
        size = f"{len(self._text):,} characters"
        self.note.setText(words or (size if not rest else f"{self._shown:,} of {size} shown"))
        self.more.setVisible(rest > 0)


def folded(text: str, width: int = LINE_CHARS) -> str:
    """Return the text with lines of at most `width` characters: one endless line takes Qt minutes to lay out."""
    if len(text) <= width:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line[i : i + width] for i in range(0, len(line), width)] or [""]
    return "\n".join(lines)

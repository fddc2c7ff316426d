"""A text to edit in fixed width: coloured, with marked lines, and safe from pastes that Qt would lay out for minutes."""

import json
import re
from collections.abc import Iterable

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from console.areas.contracts.view.editor_gutter import Gutter
from console.model.decoding import decode
from console.qt.document import JsonHighlighter
from console.qt.text import clip, visible
from console.qt.theme import current_theme, mono_font

MOST_CHARS, MOST_LINE_CHARS = 500_000, 10_000
HIGHLIGHT_CHARS = 100_000
_LONG_LINE = 400
_TINT = 40
_YAML_KEY = re.compile(r"^(\s*(?:- +)*)([^\s#'\"\-?:][^#:]*|\"[^\"]*\"|'[^']*')(?=:(\s|$))")
_YAML_VALUE = re.compile(r"(?::|-) +(true|false|null|~|-?\d[\d.eE+-]*)\s*(?:#.*)?$")
_YAML_REMARK = re.compile(r"(?:^|\s)#.*$")


def too_large(text: str) -> str:
    """Return in words why a text is not for an editor, "" for one that is."""
    if len(text) > MOST_CHARS:
        return f"{len(text):,} characters are too many to edit here, at most {MOST_CHARS:,}"
    longest = max(map(len, text.split("\n")), default=0)
    if longest > MOST_LINE_CHARS:
        return f"a line of {longest:,} characters is too long to edit here, at most {MOST_LINE_CHARS:,}"
    return ""


def escaped(text: str) -> str:
    """Return a JSON text whose hidden characters (bidi marks, zero-width ones) stand as escapes, which mean the same."""
    if is_plain(text):
        return text
    return "".join(one if is_plain(one) else json.dumps(one)[1:-1] for one in text)


def is_plain(text: str) -> bool:
    """Tell whether all of a text can be seen, and an editor keeps it as it is: Qt makes blanks of no-break spaces."""
    return "\xa0" not in text and visible(text, lines=True) == text


class EditorText(QPlainTextEdit):
    """`refused` says why a paste was not taken. Tab goes on to the next control."""

    refused = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFont(mono_font())
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.colors = _Highlighter(self)
        self._gutter = Gutter(self)
        self.blockCountChanged.connect(lambda _: self._make_room())
        self._make_room()

    def replace_text(self, text: str) -> None:
        """Put a text in the place of all, so that Undo takes it back; the cursor stays in its line."""
        line = self.textCursor().blockNumber()
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.go_to(line + 1)

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor to a place; lines and columns count from 1."""
        block = self.document().findBlockByNumber(min(line, self.blockCount()) - 1)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(max(0, column - 1), max(0, block.length() - 1)))
        self.setTextCursor(cursor)

    def mark_lines(self, lines: Iterable[tuple[int, bool]]) -> None:
        """Tint lines (number from 1, whether it is only a hint)."""
        marks = []
        for line, is_hint in lines:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
            form = QTextCharFormat()
            form.setBackground(current_theme().color("warning" if is_hint else "error", _TINT))
            form.setProperty(QTextFormat.Property.FullWidthSelection, True)
            mark.format = form
            marks.append(mark)
        self.setExtraSelections(marks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Leave the numbers of the lines as much room as they take."""
        self.setViewportMargins(self._gutter.width_px(), 0, 0, 0)
        inside = self.contentsRect()
        self._gutter.setGeometry(inside.left(), inside.top(), self._gutter.width_px(), inside.height())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take a paste as plain text; JSON in one long line is set in lines, and what is too large is refused."""
        text = source.text()
        if len(text) <= MOST_CHARS and any(len(line) > _LONG_LINE for line in text.split("\n")):
            decoded = decode(text)
            if decoded.problem is None and isinstance(decoded.value, dict | list):
                text = json.dumps(decoded.value, ensure_ascii=False, indent=2)
        problem = too_large(text)
        if not problem and len(text) + self.document().characterCount() > MOST_CHARS:
            problem = f"with it there would be more than {MOST_CHARS:,} characters"
        if problem:
            self.refused.emit(f"Not pasted: {clip(problem, 200)}.")
        else:
            self.textCursor().insertText(text)


class _Highlighter(JsonHighlighter):
    """JSON's colours, or YAML's with `is_yaml`; none in long texts."""

    is_yaml = False

    def highlightBlock(self, text: str) -> None:
        if self.document().characterCount() > HIGHLIGHT_CHARS:
            return
        if not self.is_yaml:
            super().highlightBlock(text)
            return
        for pattern, kind, group in ((_YAML_VALUE, "number", 1), (_YAML_KEY, "key", 2), (_YAML_REMARK, "mark", 0)):
            found = pattern.search(text)
            if found:
                self.setFormat(found.start(group), found.end(group) - found.start(group), QColor(current_theme().json[kind]))

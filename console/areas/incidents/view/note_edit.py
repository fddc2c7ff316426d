"""An editor of Markdown: headings and code stand out, and addresses of this console lead there. Nothing is ever rendered."""

import re
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from console.model.area import Ref
from console.model.place import SCHEME, PlaceError, parse_place
from console.qt.theme import current_theme, mono_font

MOST_PLACES = 20
_ADDRESS = re.compile(rf"{SCHEME}://[^\s<>()\[\]\"'`]+")
_TRAILING = ".,;:!?"
_MARKS = (
    ("heading", re.compile(r"^#{1,6} .*")),
    ("muted", re.compile(r"^\s*(?:[-*+]|\d+\.) |^>.*")),
    ("code", re.compile(r"`[^`]+`")),
    ("address", _ADDRESS),
)


class Place(NamedTuple):
    """An address in a note: where it stands, how it is written, where it leads."""

    start: int
    text: str
    ref: Ref


def places_in(text: str) -> list[Place]:
    """Return the addresses of this console in a text, in order, without those that lead nowhere."""
    found = []
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_TRAILING)
        try:
            found.append(Place(match.start(), address, parse_place(address)))
        except PlaceError:
            continue
        if len(found) == MOST_PLACES:
            break
    return found


class NoteEdit(QPlainTextEdit):
    """Ctrl+click, or Ctrl+Enter with the cursor in it, follows an address; plain clicks only set the cursor."""

    place_wanted = Signal(object)
    """Ref."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The note, in Markdown")
        self.setFont(mono_font())
        self.setTabChangesFocus(True)
        self.setPlaceholderText("Markdown. An address like console://errors/12 leads there: Ctrl+click, or Ctrl+Enter.")
        self.colors = _Colors(self)

    def retint(self) -> None:
        self.colors.retint()

    def place_at_cursor(self) -> Place | None:
        """Return the address that the cursor stands in."""
        cursor = self.textCursor()
        at = cursor.positionInBlock()
        for place in places_in(cursor.block().text()):
            if place.start <= at <= place.start + len(place.text):
                return place
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._follow()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.button() == Qt.MouseButton.LeftButton:
            self.setTextCursor(self.cursorForPosition(event.position().toPoint()))
            self._follow()

    def _follow(self) -> None:
        place = self.place_at_cursor()
        if place is not None:
            self.place_wanted.emit(place.ref)


class _Colors(QSyntaxHighlighter):
    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit.document())
        self._formats = _formats()

    def retint(self) -> None:
        self._formats = _formats()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for kind, pattern in _MARKS:
            for found in pattern.finditer(text[:10_000]):
                self.setFormat(found.start(), len(found[0]), self._formats[kind])


def _formats() -> dict[str, QTextCharFormat]:
    theme = current_theme()
    formats = {kind: QTextCharFormat() for kind, _ in _MARKS}
    formats["heading"].setFontWeight(QFont.Weight.Bold)
    formats["muted"].setForeground(QColor(theme.muted))
    formats["code"].setForeground(QColor(theme.json["string"]))
    formats["address"].setForeground(QColor(theme.accent))
    formats["address"].setFontUnderline(True)
    return formats

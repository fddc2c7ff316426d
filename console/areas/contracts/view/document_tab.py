"""The contract as its document: JSON to read and copy."""

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from console.qt.code_box import CodeBox
from console.qt.document import JsonHighlighter
from console.qt.notice import Notice


class DocumentTab(QWidget):
    """Made anew only when the text is another one, so that scrolling and choice stay."""

    def __init__(self) -> None:
        super().__init__()
        self._text: str | None = None
        self.box: CodeBox | None = None
        self.notice = Notice()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setObjectName("page")
        self._scroll.setAccessibleName("The contract as JSON")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.notice)
        layout.addWidget(self._scroll, 1)
        self.setFocusProxy(self._scroll)
        self.show_document("", "")

    def show_document(self, title: str, text: str) -> None:
        """Show a document under its title; an empty text says that there is none."""
        if text == self._text:
            return
        self._text = text
        self.notice.setVisible(not text)
        self._scroll.setVisible(bool(text))
        if not text:
            self.box = None
            self.notice.show_text("No contract", "Nobody declared one for this endpoint.")
            return
        self.box = CodeBox(title, text, "json", margin_px=8)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 4, 0, 8)
        column.addWidget(self.box)
        column.addStretch(1)
        self._scroll.setWidget(body)

    def text(self) -> str:
        """Return the whole document."""
        return self._text or ""

    def retint(self) -> None:
        """The theme is another one: its colours of JSON too."""
        if self.box is not None and isinstance(self.box.colors, JsonHighlighter):
            self.box.colors.retint()

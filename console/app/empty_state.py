"""What the window says when there is nothing to show yet, with the next steps."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyState(QWidget):
    """A headline, a sentence, and up to two buttons."""

    def __init__(self, attach: Callable[[], None], start_demo: Callable[[], None]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.addStretch(2)
        self.title = _label("title", column)
        self.text = _label("muted", column)
        column.addSpacing(12)
        row = QHBoxLayout()
        row.addStretch(1)
        self.attach = QPushButton("Attach a source…  (Ctrl+N)")
        self.attach.setProperty("primary", True)
        self.attach.setAccessibleName("Attach a source")
        self.attach.clicked.connect(lambda *_: attach())
        self.demo = QPushButton("Start the demo")
        self.demo.setAccessibleName("Start the demo")
        self.demo.clicked.connect(lambda *_: start_demo())
        row.addWidget(self.attach)
        row.addWidget(self.demo)
        row.addStretch(1)
        column.addLayout(row)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        column.addStretch(3)

    def say(self, title: str, text: str, *, steps: bool = True, demo: bool = True) -> None:
        """Show other words; `steps` tells whether attaching makes sense now, `demo` whether starting the demo does."""
        self.title.setText(title)
        self.text.setText(text)
        self.attach.setVisible(steps)
        self.demo.setVisible(steps and demo)
        if steps and self.hasFocus():
            self.attach.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.attach.isVisibleTo(self):
            self.attach.setFocus()


def _label(name: str, column: QVBoxLayout) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(label)
    return label

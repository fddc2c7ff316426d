"""What stands where rows would: loading, nothing here, an error; and one line above rows that stay."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.qt.plain import wrapped_label

Step = tuple[str, Callable[[], None]]
"""A next step: the words on its button, and what it does."""


class Notice(QWidget):
    """A title, a sentence and the next steps, in the middle of the view. Plain text only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = _centered("title")  # the style sheet makes it large
        self.detail = _centered()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._shown: tuple[str, str, tuple[str, ...]] | None = None
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addWidget(self.detail)
        column.addLayout(self._buttons)
        column.addStretch(3)

    def show_text(self, title: str, detail: str, steps: Sequence[Step] = ()) -> None:
        shown = (title, detail, tuple(words for words, _ in steps))
        if shown == self._shown:
            return  # asked again each second: a button must not vanish below the pointer
        self._shown = shown
        self.title.setText(title)
        self.detail.setText(detail)
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons.addStretch(1)
        for words, run in steps:
            button = QPushButton(words, self)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _checked=False, run=run: run())
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def buttons(self) -> list[QPushButton]:
        items = [self._buttons.itemAt(i) for i in range(self._buttons.count())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if isinstance(widget, QPushButton)]


def _centered(name: str = "") -> QLabel:
    label = wrapped_label(name=name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


class Banner(QWidget):
    """One line above the list: something is wrong or unusual while the rows stay; with one next step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._run: Callable[[], None] | None = None
        self.label = wrapped_label()
        self.button = QPushButton(self)
        self.button.clicked.connect(self._go)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        self.hide()

    def show_text(self, text: str, words: str = "", run: Callable[[], None] | None = None) -> None:
        """Show `text` and, with `words`, a button; an empty text hides the line."""
        self.label.setText(text)
        self.setAccessibleName(text)
        self._run = run
        self.button.setText(words)
        self.button.setAccessibleName(words)
        self.button.setVisible(bool(words))
        self.setVisible(bool(text))

    def _go(self) -> None:
        if self._run is not None:
            self._run()

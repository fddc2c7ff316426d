"""Small buttons that stand in a line and leave the keys to the list."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from console.qt.flow import flow_row


def little_button(words: str, title: str, run: Callable[[], None]) -> QPushButton:
    """Return a button; `title` says in a sentence what it does."""
    button = QPushButton(words)
    button.setObjectName("little")
    button.setAutoDefault(False)
    button.setAccessibleName(title)
    button.setToolTip(title)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda *_: run())
    return button


def button_row(*buttons: QWidget) -> QWidget:
    """Return a line of them that wraps where its width ends."""
    row = flow_row()
    layout = row.layout()
    if layout is not None:
        for button in buttons:
            layout.addWidget(button)
    return row

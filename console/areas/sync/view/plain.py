"""Labels and buttons of the stepper: plain text, and a name for whoever does not see them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy

from console.areas.sync.view.commands import Command


def plain_label(text: str = "", name: str = "") -> QLabel:
    """Return a label of plain text that wraps and never asks for more width than there is; `name` is its style."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    if name:
        label.setObjectName(name)
    return label


def command_button(command: Command) -> QPushButton:
    """Return a button with a command's words and key; it does not take the keys from the list."""
    button = QPushButton(f"{command.words} {command.key}" if command.key else command.words)
    button.setObjectName("little")
    button.setAccessibleName(command.title)
    button.setToolTip(f"{command.title} ({command.key})" if command.key else command.title)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button

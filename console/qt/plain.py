"""Labels of plain text: markup from outside is shown as it is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy


def wrapped_label(text: str = "", name: str = "") -> QLabel:
    """Return a label that wraps where its width ends; `name` is its style."""
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def plain_label(text: str = "", name: str = "", *, selectable: bool = False) -> QLabel:
    """Return a label that wraps and never asks for more width than there is; `name` is its style."""
    label = wrapped_label(text, name)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    if selectable:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

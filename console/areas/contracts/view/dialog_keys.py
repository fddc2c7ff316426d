"""Keys that work in a dialog wherever the focus is."""

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog


def accept_by_ctrl_enter(dialog: QDialog) -> None:
    """Let Ctrl+Enter do what the dialog is for, in lists and texts of several lines too, where Enter has its own meaning."""
    for keys in ("Ctrl+Return", "Ctrl+Enter"):
        QShortcut(QKeySequence(keys), dialog).activated.connect(dialog.accept)

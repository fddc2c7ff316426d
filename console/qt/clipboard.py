"""Putting text on the clipboard."""

from PySide6.QtGui import QGuiApplication


def put_on_clipboard(text: str) -> None:
    """Copy text; a lone surrogate cannot leave the process and is escaped."""
    QGuiApplication.clipboard().setText(text.encode("utf-8", "backslashreplace").decode("utf-8"))

"""A dialog with a plain text to read and to copy."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from console.qt.clipboard import put_on_clipboard
from console.qt.text import visible
from console.qt.theme import mono_font


class TextViewer(QDialog):
    """Shows `text` in fixed width."""

    def __init__(self, parent: QWidget, title: str, text: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.edit = QPlainTextEdit(visible(text, lines=True))
        self.edit.setReadOnly(True)
        self.edit.setFont(mono_font())
        self.edit.setAccessibleName(title)
        self.edit.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        copy.clicked.connect(lambda *_: put_on_clipboard(text))
        layout = QVBoxLayout(self)
        layout.addWidget(self.edit)
        layout.addWidget(buttons)
        self.resize(760, 560)

"""Asks for a note; Enter sends."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from console.qt.plain import wrapped_label

NOTE_LIMIT = 2_000


class NoteDialog(QDialog):
    """One line of text. Without `optional` an empty one is not taken."""

    def __init__(
        self, parent: QWidget, title: str, words: str, take: Callable[[str], None], *, text: str = "", optional: bool = False
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._optional = optional
        label = wrapped_label(words)
        self.note = QLineEdit(text)
        self.note.setMaxLength(NOTE_LIMIT)
        self.note.setAccessibleName(words)
        label.setBuddy(self.note)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: take(self.note.text().strip()))
        self.note.textChanged.connect(self._check)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.resize(460, self.sizeHint().height())
        self._check()

    def _check(self) -> None:
        good = self._optional or bool(self.note.text().strip())
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(good)

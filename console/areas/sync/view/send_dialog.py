"""What is about to be sent: the patch against either side, whether the result keeps to its contract, and a note."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from console.qt.code_box import CodeBox
from console.qt.note_dialog import NOTE_LIMIT
from console.qt.plain import plain_label
from console.qt.words import counted

_SHOWN_CHARS = 2_000
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Preview(NamedTuple):
    """What a resolution would do. `contract` is in words; `breaks` whether the result breaks it; `target` gets it."""

    to_local: str
    to_remote: str
    result: str
    contract: str
    breaks: bool
    target: str


def patch_text(operations: Sequence[Any]) -> str:
    """Return a JSON patch as JSON, an operation a line."""
    if not operations:
        return "[]"
    lines = (json.dumps(one, ensure_ascii=False) for one in operations)
    return "[\n  " + ",\n  ".join(lines) + "\n]"


def patch_title(side: str, text: str) -> str:
    """Return "Patch against local: 3 operations" for a text of `patch_text`."""
    count = max(0, text.count("\n") - 1)
    return f"Patch against {side}: " + (counted(count, "operation") if count else "nothing changes")


class SendDialog(QDialog):
    """Ctrl+Enter sends, Escape goes back; nothing was sent until then. `take` gets the note."""

    def __init__(self, parent: QWidget, title: str, preview: Preview, take: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Send the result for {title}")
        self.contract = plain_label(preview.contract, "error" if preview.breaks else "")
        self.target = plain_label(preview.target, "small")
        self.boxes = [
            CodeBox(patch_title("local", preview.to_local), preview.to_local, "json"),
            CodeBox(patch_title("remote", preview.to_remote), preview.to_remote, "json"),
            CodeBox("Result", preview.result, "json", folded_up=len(preview.result) > _SHOWN_CHARS),
        ]
        self.note = QLineEdit()
        self.note.setMaxLength(NOTE_LIMIT)
        self.note.setPlaceholderText("Note (may be empty)")
        self.note.setAccessibleName("Note for the resolution")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        send = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        send.setText("Send anyway (Ctrl+Enter)" if preview.breaks else "Send (Ctrl+Enter)")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: take(self.note.text().strip()))
        self._build()
        self.resize(680, 520)
        self.note.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.accept()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        for box in self.boxes:
            column.addWidget(box)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("document")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Patches and result")
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.contract)
        layout.addWidget(self.target)
        layout.addWidget(area, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

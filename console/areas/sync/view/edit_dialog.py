"""Writes the result of a field by hand: as text, or as JSON that is checked while it is typed."""

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from console.model.decoding import decode
from console.qt.plain import wrapped_label
from console.qt.text import clip, visible
from console.qt.theme import mono_font

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EditDialog(QDialog):
    """`text` is what stands there; `is_json` tells how it is to be read, and can be changed. `take` gets the value."""

    def __init__(self, parent: QWidget, title: str, text: str, is_json: bool, take: Callable[[Any], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Edit {clip(visible(title), 80)}")
        self.edit = QPlainTextEdit(text)
        self.edit.setAccessibleName("Result of the field")
        self.edit.setFont(mono_font())
        self.edit.setTabChangesFocus(True)
        self.edit.installEventFilter(self)
        self.as_json = QCheckBox("Read it as JSON (numbers, lists, objects)")
        self.as_json.setChecked(is_json)
        self.problem = wrapped_label(name="error")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._take_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._take_button.setText("Take it (Ctrl+Enter)")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: take(self.value()))
        self.edit.textChanged.connect(self._check)
        self.as_json.toggled.connect(self._check)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        for widget in (self.edit, self.as_json, self.problem, self.buttons):
            layout.addWidget(widget)
        self.resize(640, 400)
        self._check()
        self.edit.setFocus()

    def value(self) -> Any:
        """Return what was written; a text that is no JSON, read as JSON, raises ValueError."""
        text = self.edit.toPlainText()
        if not self.as_json.isChecked():
            return text
        decoded = decode(text)
        if decoded.problem is not None or decoded.note is not None:
            raise ValueError(decoded.problem or decoded.note)
        return decoded.value

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _is_ctrl_enter(event):
            if self._take_button.isEnabled():
                self.accept()
            return True
        return super().eventFilter(watched, event)

    def _check(self) -> None:
        try:
            self.value()
        except ValueError as error:
            self.problem.setText(clip(visible(str(error)), 200))
        else:
            self.problem.setText("")
        self._take_button.setEnabled(not self.problem.text())


def _is_ctrl_enter(event: QKeyEvent) -> bool:
    return event.key() in _ENTER and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def text_of(value: Any) -> tuple[str, bool]:
    """Return a value as it is edited, and whether it is edited as JSON."""
    return (value, False) if isinstance(value, str) else (json.dumps(value, ensure_ascii=False, indent=2), True)

"""Ctrl+G: asks for a moment, says at once what it understands."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from console.areas.timeline.core import JUMP_FORMS, JumpError, parse_jump
from console.areas.timeline.core.axis import full_text
from console.model.clock import Clock, wall_clock


class JumpDialog(QDialog):
    """Emits the moment in Unix milliseconds when accepted."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, clock: Clock = wall_clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self.setWindowTitle("Jump to time")
        self.setMinimumWidth(420)
        ask = QLabel("Jump to (local time):", self)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("13:05 or 2026-11-23 13:05 or -10m")
        self.line.setAccessibleName("Moment to jump to")
        ask.setBuddy(self.line)
        self.answer = QLabel(f"Write {JUMP_FORMS}.", self)
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setWordWrap(True)
        self.answer.setMinimumHeight(self.answer.fontMetrics().height() * 3)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        self.ok = box.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText("Jump")
        self.ok.setEnabled(False)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.line.textChanged.connect(self._on_text)
        column = QVBoxLayout(self)
        for widget in (ask, self.line, self.answer, box):
            column.addWidget(widget)

    def moment_ms(self) -> int | None:
        try:
            return parse_jump(self.line.text(), self._clock())
        except JumpError:
            return None

    def _on_text(self, text: str) -> None:
        try:
            moment_ms = parse_jump(text, self._clock())
        except JumpError as error:
            self.answer.setText(str(error) if text.strip() else f"Write {JUMP_FORMS}.")
            self.ok.setEnabled(False)
        else:
            self.answer.setText(f"→ {full_text(moment_ms)}")
            self.ok.setEnabled(True)

    def accept(self) -> None:
        moment_ms = self.moment_ms()
        if moment_ms is not None:
            super().accept()
            self.chosen.emit(moment_ms)

"""The record of one conflict: who decided what, when, and what was answered."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from console.areas.sync.core.tracking import Step
from console.areas.sync.store.answers import AuditEntry, Telling
from console.areas.sync.view.answer_words import audit_words
from console.areas.sync.view.conflict_words import state_words
from console.qt.raw_text import RawText
from console.qt.text import clip, visible
from console.qt.words import moment_words


def history_text(entries: Sequence[AuditEntry], steps: Sequence[Step], tellings: Sequence[Telling]) -> str:
    """Return the record, the life of the issue and who told it as text, the newest first."""
    parts = ["Decisions and answers"]
    parts += [f"{audit_words(entry)}\n" for entry in entries] or ["  nothing was decided yet\n"]
    parts += ["Life"]
    for step in reversed(steps):
        parts.append(f"{moment_words(step.at_ms)}  {state_words(step.state)}  by {visible(step.by)}")
        parts += [f"  {visible(step.note)}"] if step.note else []
    parts += ["", "Told by"]
    parts += [
        f"{moment_words(one.ts_ms)}  event {one.event_id}  {visible(one.service)}: {visible(one.words)}" for one in tellings
    ]
    return "\n".join(parts)


class HistoryDialog(QDialog):
    """To read, search and copy; does not hold the window up."""

    def __init__(self, parent: QWidget, title: str, text: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"History of {clip(visible(title), 80)}")
        self.text = RawText()
        self.text.set_text(text)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text, 1)
        layout.addWidget(box)
        self.resize(820, 560)

"""Two events side by side, field by field; equal fields are folded away until asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from console.model.decoding import decode
from console.model.masking import mask_payload, mask_words
from console.qt.diff_rows import DiffRows, diff_rows, summary_words
from console.qt.diff_view import DiffView
from console.qt.plain import wrapped_label
from console.qt.text import clip, visible
from console.store.rows import EventDetail

_HEAD_CHARS = 160


def compare_events(left: EventDetail, right: EventDetail) -> DiffRows:
    """Compare the payloads of two events, their secrets hidden; runs on a pool thread, as payloads may be large.

    A payload that cannot be decoded is compared as one text.
    """
    titles = (f"event {left.row.id}", f"event {right.row.id}")
    return diff_rows(titles, _comparable(left.payload), _comparable(right.payload))


def _comparable(text: str) -> object:
    decoded = decode(text)
    return mask_words(text) if decoded.problem is not None else mask_payload(decoded.value, text).payload


class CompareDialog(QDialog):
    """Shows a comparison, and what is `telling` about it in sentences; does not block the window."""

    def __init__(
        self, left: EventDetail, right: EventDetail, rows: DiffRows, parent: QWidget, telling: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Compare events {left.row.id} and {right.row.id}")
        self.resize(980, 620)
        self.diff = DiffView(rows, fitted=False)
        self.equal = QCheckBox("Show equal fields")
        self.equal.toggled.connect(self.diff.show_equal)
        self.summary = wrapped_label(summary_words(rows))
        heads = QHBoxLayout()
        for detail in (left, right):
            heads.addWidget(wrapped_label(head_text(detail)), 1)
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.equal)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(heads)
        self.telling = wrapped_label("\n".join(f"• {visible(words)}" for words in telling))
        if telling:
            title = wrapped_label("Common in this group, rare elsewhere")
            title.setObjectName("blockTitle")
            column.addWidget(title)
            column.addWidget(self.telling)
        column.addLayout(row)
        column.addWidget(self.diff, 1)
        column.addWidget(box)
        self.diff.list.setFocus()


def head_text(detail: EventDetail) -> str:
    """Return which event stands on a side: number, time, service, message."""
    row = detail.row
    message = clip(visible(mask_words(row.message)), _HEAD_CHARS)
    return f"Event {row.id}, {_moment(row.ts)}\n{clip(visible(row.service), 40)}: {message}"


def _moment(at_ms: int) -> str:
    try:
        return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone():%Y-%m-%d %H:%M:%S}.{at_ms % 1000:03d}"
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"

"""Mutes findings of drift: until when, and why."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from console.areas.contracts.store.answers import FindingRow
from console.areas.contracts.view.dialog_keys import accept_by_ctrl_enter
from console.areas.contracts.view.drift_words import finding_words, findings_words
from console.qt.note_dialog import NOTE_LIMIT
from console.qt.plain import wrapped_label
from console.qt.words import moment_words

_HOUR_MS = 3_600_000
SPANS_MS = {"1 hour": _HOUR_MS, "1 day": 24 * _HOUR_MS, "1 week": 7 * 24 * _HOUR_MS}
_LONGEST_MS = 366 * 24 * _HOUR_MS
_FIRST = "1 day"


class MuteDialog(QDialog):
    """Ctrl+Enter mutes. `take` gets the end in Unix milliseconds, and the note."""

    def __init__(
        self, parent: QWidget, findings: Sequence[FindingRow], now_ms: int, take: Callable[[int, str], None]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        accept_by_ctrl_enter(self)
        self._now_ms = now_ms
        self.setWindowTitle("Mute " + ("a finding" if len(findings) == 1 else f"{len(findings):,} findings"))
        words = finding_words(findings[0]) if len(findings) == 1 else findings_words(findings)
        self.words = wrapped_label(
            f"{words}. While it is muted it makes no badge and no alert; after that it is open again."
        )
        self.spans = QButtonGroup(self)
        self.date = QDateTimeEdit(QDateTime.fromMSecsSinceEpoch(now_ms + SPANS_MS[_FIRST]))
        self.until = wrapped_label(name="small")
        self.note = QLineEdit(findings[0].note if len(findings) == 1 else "")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._prepare()
        self._build()
        self.accepted.connect(lambda: take(self.until_ms(), self.note.text().strip()))
        self._show_until()
        self.choose(_FIRST)

    def choose(self, words: str) -> None:
        """Choose one of `SPANS_MS`, or "date"."""
        button = next(one for one in self.spans.buttons() if one.property("span") == words)
        button.setChecked(True)
        button.setFocus()

    def until_ms(self) -> int:
        """Return the chosen end."""
        span = self._span()
        return self._now_ms + SPANS_MS[span] if span in SPANS_MS else self.date.dateTime().toMSecsSinceEpoch()

    def _span(self) -> str:
        button = self.spans.checkedButton()
        return _FIRST if button is None else str(button.property("span"))

    def _prepare(self) -> None:
        for words in (*SPANS_MS, "date"):
            button = QRadioButton(words if words != "date" else "until")
            button.setAccessibleName(f"Mute for {words}" if words != "date" else "Mute until a date")
            button.setProperty("span", words)
            button.toggled.connect(lambda _: self._show_until())
            self.spans.addButton(button)
        self.spans.buttons()[1].setChecked(True)
        self.date.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.date.setAccessibleName("Date and time at which the mute ends")
        self.date.setMinimumDateTime(QDateTime.fromMSecsSinceEpoch(self._now_ms + 60_000))
        self.date.setMaximumDateTime(QDateTime.fromMSecsSinceEpoch(self._now_ms + _LONGEST_MS))
        self.date.setCalendarPopup(True)  # without it the style sheet leaves its text no room
        self.date.dateTimeChanged.connect(lambda _: self._date_changed())
        self.note.setMaxLength(NOTE_LIMIT)
        self.note.setPlaceholderText("Why (may be empty)")
        self.note.setAccessibleName("Note: why it is muted")
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Mute")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        for button in self.spans.buttons():
            row.addWidget(button)
        row.addWidget(self.date)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.words)
        layout.addLayout(row)
        layout.addWidget(self.until)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.resize(520, 220)

    def _date_changed(self) -> None:
        self.spans.buttons()[-1].setChecked(True)
        self._show_until()

    def _show_until(self) -> None:
        self.until.setText(f"Muted until {moment_words(self.until_ms())}.")

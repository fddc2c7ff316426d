"""The row above the list: statuses as chips with their counts, words to look for, saved views."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from console.areas.errors.store.answers import OPEN_STATUSES, STATUSES
from console.areas.errors.view.words import status_words
from console.qt.text import plain_tooltip

_TYPED_MS = 200
WORDS_LIMIT = 200


class GroupBar(QWidget):
    """Which groups are listed; `changed` when a person chose."""

    changed = Signal()
    left = Signal()
    """The person is done with the field of words."""

    def __init__(self) -> None:
        super().__init__()
        self._chips = {status: _chip(status) for status in STATUSES}
        self.words = QLineEdit()
        self.words.setMaxLength(WORDS_LIMIT)
        self.words.setClearButtonEnabled(True)
        self.words.setPlaceholderText("Words… (/)")
        self.words.setAccessibleName("Words that the groups must have")
        self.words.setToolTip("Words in title, place, category, service, note or fingerprint")
        self.words.installEventFilter(self)
        self.views = QToolButton()
        self.views.setText("Views ▾")
        self.views.setAccessibleName("Saved views")
        self.views.setToolTip("Saved views; Ctrl+Shift+S saves this one")
        self.views.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._state = QLabel()
        self._state.setObjectName("small")
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.changed)
        self.words.textEdited.connect(lambda _: self._typed.start())
        row = QHBoxLayout()
        row.setSpacing(4)
        for chip in self._chips.values():
            row.addWidget(chip)
            chip.clicked.connect(self.changed)
        row.addSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.views)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._state)

    def statuses(self) -> frozenset[str]:
        return frozenset(status for status, chip in self._chips.items() if chip.isChecked())

    def show_question(self, statuses: frozenset[str], words: str) -> None:
        """Show what is asked for, as after a click; asks nothing."""
        self._typed.stop()
        for status, chip in self._chips.items():
            chip.setChecked(status in statuses)
        self.words.setText(words)

    def focus_words(self) -> None:
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        for status, chip in self._chips.items():
            number = counts.get(status, 0)
            chip.setText(f"{status_words(status)} {number:,}")
            chip.setAccessibleName(f"Show {status} groups, {number:,}")

    def show_state(self, text: str) -> None:
        self._state.setText(text)
        self._state.setToolTip(plain_tooltip(text))

    def state(self) -> str:
        return self._state.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.words and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.words.text():
                self.words.clear()
                self.changed.emit()
                return True
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
                if self._typed.isActive():
                    self._typed.stop()
                    self.changed.emit()
                self.left.emit()
                return True
        return super().eventFilter(watched, event)


def _chip(status: str) -> QToolButton:
    chip = QToolButton()
    chip.setText(status_words(status))
    chip.setCheckable(True)
    chip.setChecked(status in OPEN_STATUSES)
    chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    chip.setAccessibleName(f"Show {status} groups")
    return chip

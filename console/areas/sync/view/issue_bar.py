"""Which sync issues are listed: by type, settled ones or not, by words."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from console.areas.sync.core.issue import KINDS
from console.areas.sync.store.reading import STATES, UNSETTLED, QueueFilter
from console.areas.sync.view.conflict_words import kind_words
from console.qt.flow import flow_row
from console.qt.plain import plain_label
from console.qt.text import clip
from console.qt.words import counted

_TYPED_MS = 200
_WORDS_LIMIT = 200
_KINDS_SHOWN = 12
_KIND_CHARS = 40


class IssueBar(QWidget):
    """`changed` when a person asks for other issues. No type chosen means all."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[str, QToolButton] = {}
        self._chips = flow_row()
        self.words = QLineEdit()
        self.words.setMaxLength(_WORDS_LIMIT)
        self.words.setClearButtonEnabled(True)
        self.words.setPlaceholderText("Words… (/)")
        self.words.setAccessibleName("Words that the issues must have")
        self.words.setToolTip("Words in type, entity, fields, services or what was told")
        self.settled = QCheckBox("Settled too")
        self.settled.setChecked(True)
        self.settled.setAccessibleName("Show resolved and rejected issues too")
        self.state = plain_label("", "small")
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.changed)
        self.words.textEdited.connect(lambda _: self._typed.start())
        self.settled.clicked.connect(self.changed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.settled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self._chips)
        layout.addLayout(row)
        layout.addWidget(self.state)
        self.show_counts({})

    def question(self, since_ms: int | None, until_ms: int | None) -> QueueFilter:
        """Return what is asked for, in a range."""
        states = STATES if self.settled.isChecked() else UNSETTLED
        kinds = tuple(kind for kind, chip in self._kinds.items() if chip.isChecked())
        return QueueFilter(states, kinds, words=self.words.text().strip(), since_ms=since_ms, until_ms=until_ms)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many unsettled issues there are of each type; the platform's own are always there."""
        others = sorted(counts.keys() - set(KINDS), key=lambda kind: -counts[kind])
        for kind in (*KINDS, *others)[:_KINDS_SHOWN]:
            chip = self._kinds.get(kind)
            if chip is None:
                chip = self._kinds[kind] = QToolButton()
                chip.setCheckable(True)
                chip.clicked.connect(self.changed)
                self._chips.layout().addWidget(chip)  # type: ignore[union-attr]  # flow_row gives it one
        for kind, chip in self._kinds.items():
            number = counts.get(kind, 0)
            words = clip(kind_words(kind), _KIND_CHARS)
            chip.setText(f"{words} {number:,}")
            chip.setAccessibleName(f"Show only issues of type {words}, {number:,} unsettled")

    def show_total(self, shown: int, total: int, unsettled: int) -> None:
        part = f"the first {shown:,} of " if shown < total else ""
        self.state.setText(f"{part}{counted(total, 'issue')} in this range · {unsettled:,} unsettled in all")

    def focus_words(self) -> None:
        self.words.setFocus()
        self.words.selectAll()

    def clear(self) -> None:
        """Ask for everything."""
        self._typed.stop()
        self.words.clear()
        self.settled.setChecked(True)
        for chip in self._kinds.values():
            chip.setChecked(False)
        self.changed.emit()

"""Which findings of drift are listed: by class, state, service and words."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from console.areas.contracts.store.answers import CLASSES, FINDING_STATES, FindingRow
from console.areas.contracts.view.drift_words import class_words, endpoint_words, finding_words
from console.qt.flow import flow_row
from console.qt.plain import plain_label
from console.qt.text import clip, visible
from console.qt.words import counted

_TYPED_MS = 200
_WORDS_LIMIT = 200
_SERVICE_CHARS, _SERVICE_PX = 60, 190
_STATES = {"Open": ("open",), "Open and muted": ("open", "muted"), "Muted": ("muted",), "Accepted": ("accepted",),
           "Closed": ("closed",), "All states": FINDING_STATES}  # fmt: skip


class Wanted(NamedTuple):
    """What is asked for. `classes` () means all, `service` "" any."""

    states: tuple[str, ...]
    classes: tuple[str, ...]
    service: str
    words: tuple[str, ...]


def fits(finding: FindingRow, wanted: Wanted) -> bool:
    """Tell whether a finding of the wanted states has the class, the service and all the words (case does not matter)."""
    if wanted.classes and finding.severity not in wanted.classes:
        return False
    if wanted.service and finding.service != wanted.service:
        return False
    if not wanted.words:
        return True
    told = (finding_words(finding), finding.service, endpoint_words(finding), finding.version, finding.rule,
            finding.expected, finding.observed, finding.note, "unbumped" if finding.is_unbumped else "")  # fmt: skip
    text = "\n".join(told).lower()
    return all(word in text for word in wanted.words)


class DriftBar(QWidget):
    """`changed` when a person asks for other findings. No class chosen means all."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.chips = {severity: self._chip(severity) for severity in CLASSES}
        self.states = QComboBox()
        self.states.addItems(list(_STATES))
        self.states.setAccessibleName("States of the findings that are listed")
        self.service = QComboBox()
        self.service.setAccessibleName("Service whose findings are listed")
        self.service.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.service.setMaximumWidth(_SERVICE_PX)
        self.words = QLineEdit()
        self.words.setMaxLength(_WORDS_LIMIT)
        self.words.setClearButtonEnabled(True)
        self.words.setPlaceholderText("Words… (/)")
        self.words.setAccessibleName("Words that the findings must have")
        self.words.setToolTip("Words in kind, place, endpoint, rule, or what was expected and observed")
        self.state = plain_label("", "small")
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.changed)
        self.words.textEdited.connect(lambda _: self._typed.start())
        self.states.activated.connect(lambda _: self.changed.emit())
        self.service.activated.connect(lambda _: self.changed.emit())
        self._build()
        self.show_services(())
        self.show_counts(())

    def wanted(self) -> Wanted:
        """Return what is asked for now."""
        classes = tuple(severity for severity, chip in self.chips.items() if chip.isChecked())
        service = self.service.currentData()
        words = tuple(self.words.text().lower().split())
        return Wanted(_STATES[self.states.currentText()], classes, service if isinstance(service, str) else "", words)

    def show_counts(self, findings: Iterable[FindingRow]) -> None:
        """Show how many findings there are of each class in the wanted states, whatever else is asked for."""
        counts = dict.fromkeys(CLASSES, 0)
        for finding in findings:
            counts[finding.severity] = counts.get(finding.severity, 0) + 1
        for severity, chip in self.chips.items():
            chip.setText(f"{class_words(severity)} {counts[severity]:,}")
            chip.setAccessibleName(f"Show only {severity.lower()} findings, {counts[severity]:,} there")

    def show_services(self, services: Sequence[str]) -> None:
        """Offer these services, and keep the chosen one."""
        known = [self.service.itemData(place) for place in range(1, self.service.count())]
        chosen = self.service.currentData()
        names = [*services, *([chosen] if chosen and chosen not in services else [])]
        if self.service.count() and known == names:
            return
        self.service.clear()
        self.service.addItem("All services", "")
        for name in names:
            self.service.addItem(clip(visible(name), _SERVICE_CHARS), name)
        self.service.setCurrentIndex(max(0, self.service.findData(chosen)))

    def show_total(self, shown: int, total: int, unbumped: int) -> None:
        part = f"{shown:,} of " if shown < total else ""
        mark = f" · {unbumped:,} unbumped: breaking without a new major version" if unbumped else ""
        self.state.setText(f"{part}{counted(total, 'finding')}{mark}")

    def focus_words(self) -> None:
        self.words.setFocus()
        self.words.selectAll()

    def clear(self, states: str = "Open") -> None:
        """Ask for all findings of these states."""
        self._typed.stop()
        self.words.clear()
        self.states.setCurrentText(states)
        self.service.setCurrentIndex(0)
        for chip in self.chips.values():
            chip.setChecked(False)
        self.changed.emit()

    def show_everything(self) -> None:
        """Ask for all findings there are."""
        self.clear("All states")

    def _chip(self, severity: str) -> QToolButton:
        chip = QToolButton()
        chip.setCheckable(True)
        chip.clicked.connect(lambda _: self.changed.emit())
        return chip

    def _build(self) -> None:
        chips = flow_row()
        for chip in self.chips.values():
            chips.layout().addWidget(chip)  # type: ignore[union-attr]  # flow_row gives it one
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.states)
        row.addWidget(self.service)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(chips)
        layout.addLayout(row)
        layout.addWidget(self.state)

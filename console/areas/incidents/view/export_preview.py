"""What an export would hold and mask: how much, by which rules, where, and how it reads then; mask more, or allow a path."""

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.areas.incidents.core.redaction import Report
from console.areas.incidents.view.export_rules import ExportRules
from console.areas.incidents.view.incident_words import IN_TEXT, rule_words
from console.areas.incidents.view.letter_table import LetterTable
from console.qt.little_buttons import button_row, little_button
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.table import Column
from console.qt.text import clip, visible
from console.qt.words import counted

_PATH_CHARS = 300


class MaskedRow(NamedTuple):
    """How often a rule masks at a path, in the sample that was tried, and how one of these places reads then."""

    rule: str
    path: str
    times: int
    sample: str


def masked_rows(report: Report) -> list[MaskedRow]:
    """Return what was masked, most often first."""
    samples = {key: sample.text for key, sample in report.samples.items()}
    return [MaskedRow(*key, times, samples.get(key, "")) for key, times in report.counts.most_common()]


class ExportPreview(QWidget):
    """`rules_changed` carries the rules that are wanted now."""

    rules_changed = Signal(object)

    def __init__(self, shell: Shell, rules: ExportRules) -> None:
        super().__init__()
        self.rules = rules
        self.amount = plain_label("Counting…", "groupTitle")
        self.words = plain_label("Trying the redaction…")
        self.table = LetterTable(
            _columns(), lambda row: (row.rule, row.path), shell, "layout.incidents.masked",
            "What is masked, by rule and path", "path",
        )  # fmt: skip
        self.sample = plain_label("", "small", selectable=True)
        self.allow_button = little_button("Leave this path open", "Do not mask the chosen path in this export", self._allow)
        self.path = QLineEdit()
        self.path.setMaxLength(_PATH_CHARS)
        self.path.setPlaceholderText("Another path to mask, as in data.user.name")
        self.path.setAccessibleName("Another path to mask")
        self.path.returnPressed.connect(self._mask)
        self.mask_button = little_button("Mask it too", "Mask this path in this export as well", self._mask)
        self.reset = little_button("As the profile says", "Take back what was changed for this export", self._reset)
        self.changes = plain_label("", "small")
        self.table.chosen.connect(lambda _: self._show_chosen())
        self.path.textChanged.connect(lambda text: self.mask_button.setEnabled(bool(text.strip())))
        self.mask_button.setEnabled(False)
        self._build()
        self._show_chosen()

    def show_size(self, words: str) -> None:
        self.amount.setText(words)

    def show_report(self, report: Report, tried: int) -> None:
        """Show what would be masked in the `tried` events of the sample."""
        rows = masked_rows(report)
        self.table.show_rows(rows)
        by_rule = ", ".join(f"{rule_words(rule)} {times:,}" for rule, times in report.by_rule().most_common(6))
        of = f"In {counted(tried, 'event')} tried"
        self.words.setText(
            f"{of}: {counted(report.total, 'place')} masked ({by_rule})." if rows else f"{of}: nothing to mask."
        )
        self._show_chosen()

    def show_trouble(self, words: str) -> None:
        self.table.show_rows([])
        self.words.setText(words)
        self._show_chosen()

    def _build(self) -> None:
        more = QHBoxLayout()
        more.setSpacing(6)
        more.addWidget(self.path, 1)
        more.addWidget(self.mask_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.amount)
        layout.addWidget(self.words)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.sample)
        layout.addWidget(button_row(self.allow_button, self.reset))
        layout.addLayout(more)
        layout.addWidget(self.changes)
        self.sample.setMinimumHeight(34)

    def _chosen(self) -> MaskedRow | None:
        row = self.table.current_row()
        return row if isinstance(row, MaskedRow) else None

    def _show_chosen(self) -> None:
        row = self._chosen()
        self.allow_button.setEnabled(row is not None and bool(row.path) and not row.path.startswith("("))
        self.sample.setText(f"It reads then: …{clip(visible(row.sample), 240)}…" if row is not None and row.sample else "")
        self.changes.setText(clip(visible(self.rules.words()), 400))
        self.reset.setEnabled(self.rules.is_changed)

    def _allow(self) -> None:
        row = self._chosen()
        if row is not None:
            self._take(self.rules.allowing(row.path))

    def _mask(self) -> None:
        path = self.path.text().strip()
        if path:
            self.path.clear()
            self._take(self.rules.masking(path))

    def _reset(self) -> None:
        self._take(ExportRules(self.rules.own))

    def _take(self, rules: ExportRules) -> None:
        self.rules = rules
        self._show_chosen()
        self.rules_changed.emit(rules)


def _columns() -> list[Column[MaskedRow]]:
    return [
        Column("rule", "Rule", lambda row: row.rule, 120, tooltip=lambda row: rule_words(row.rule)),
        Column("path", "Path", lambda row: row.path or IN_TEXT, 240),
        Column("times", "Times", lambda row: f"{row.times:,}", 72, numbers=True),
    ]

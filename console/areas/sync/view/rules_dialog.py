"""Rules that settle conflicts: by entity type and path, the first that matches counts; tried before they act."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.areas.sync.core.merge.strategy import STRATEGIES
from console.areas.sync.view.settling import Settling
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.text import visible
from console.qt.words import counted

_WORDS = (
    "The first rule that matches a place counts. Entity type with * and ?; path like metadata.*.updatedAt, ** for anything. "
    "Try keeps the rules and says what they would do; they act only when you press Settle. “manual” always waits for a hand."
)
_LIMIT = 400
_REASONS_SHOWN = 200
_REASON = re.compile(r"(?<=[:;]) (?=[\d,]+ because )")
"""Where a reason begins in what is told of all of them: each gets a line of its own."""
_TITLES = ("Entity type", "Path", "Strategy")


class RulesDialog(QDialog):
    """Try says what the rules would do and changes no conflict; Settle does it, and sends, in one step."""

    def __init__(self, parent: QWidget, shell: Shell, settling: Settling, rules: Sequence[dict[str, str]]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Rules that settle conflicts")
        self._shell, self._settling = shell, settling
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels(_TITLES)
        self.table.setAccessibleName("Rules, the first that matches counts")
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(32)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.outcome = QPlainTextEdit()
        self.outcome.setReadOnly(True)
        self.outcome.setTabChangesFocus(True)
        self.outcome.setAccessibleName("What the rules would do")
        self.outcome.setPlaceholderText("Try says here what the rules would settle, what remains, and why.")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        self.settle = self.buttons.addButton("Settle", QDialogButtonBox.ButtonRole.ActionRole)
        self.settle.clicked.connect(self._settle)
        self.attempt = self.buttons.addButton("Try", QDialogButtonBox.ButtonRole.ActionRole)
        self.attempt.clicked.connect(lambda: self._save(self._try))
        self.settle.setAutoDefault(False)
        self.settle.setEnabled(False)
        self.settle.setToolTip("Settles what Try has said, and sends it")
        self.attempt.setDefault(True)
        self.edits: dict[str, QPushButton] = {}
        for rule in rules:
            self.add_rule(rule.get("entity_type", "*"), rule.get("path", "**"), rule.get("strategy", "manual"))
        self._build()
        self._show_possible()
        self.table.itemChanged.connect(self._changed)
        self.table.currentCellChanged.connect(lambda *_: self._show_possible())
        self.resize(680, 560)

    def rules(self) -> list[dict[str, str]]:
        """Return the rules as they stand in the table."""
        return [
            {"entity_type": self._text(row, 0), "path": self._text(row, 1), "strategy": self._strategy(row).currentText()}
            for row in range(self.table.rowCount())
        ]

    def add_rule(self, entity_type: str = "*", path: str = "**", strategy: str = "manual") -> None:
        """Append a rule."""
        row = self.table.rowCount()
        self.table.insertRow(row)
        self.table.setItem(row, 0, QTableWidgetItem(entity_type))
        self.table.setItem(row, 1, QTableWidgetItem(path))
        box = QComboBox()
        box.addItems(STRATEGIES)
        box.setCurrentText(strategy)
        box.setAccessibleName(f"Strategy of rule {row + 1}")
        box.currentTextChanged.connect(self._changed)
        self.table.setCellWidget(row, 2, box)
        self.table.setCurrentCell(row, 0)
        self._changed()

    def _build(self) -> None:
        edits = QHBoxLayout()
        up, down = partial(self._shift, -1), partial(self._shift, 1)
        for words, run in (("Add", self.add_rule), ("Remove", self._remove), ("Up", up), ("Down", down)):
            button = QPushButton(words)
            button.setAccessibleName(f"{words} rule")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, run=run: run())
            edits.addWidget(button)
            self.edits[words] = button
        edits.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(plain_label(_WORDS))
        layout.addWidget(self.table, 3)
        layout.addLayout(edits)
        layout.addWidget(self.outcome, 2)
        layout.addWidget(self.buttons)

    def _remove(self) -> None:
        row = self.table.currentRow()
        if row >= 0:
            self.table.removeRow(row)
            self._changed()
            self._show_possible()

    def _shift(self, step: int) -> None:
        row, rules = self.table.currentRow(), self.rules()
        if row < 0 or not 0 <= row + step < len(rules):
            return
        rules[row], rules[row + step] = rules[row + step], rules[row]
        self.table.setRowCount(0)
        for rule in rules:
            self.add_rule(rule["entity_type"], rule["path"], rule["strategy"])
        self.table.setCurrentCell(row + step, 0)

    def _changed(self, *_: object) -> None:
        """What was tried is not what stands here any more."""
        self.settle.setEnabled(False)

    def _show_possible(self) -> None:
        """Enable what can be done with the chosen rule."""
        row, rows = self.table.currentRow(), self.table.rowCount()
        self.edits["Remove"].setEnabled(row >= 0)
        self.edits["Up"].setEnabled(row > 0)
        self.edits["Down"].setEnabled(0 <= row < rows - 1)

    def _save(self, then: Any) -> None:
        """Keep the rules as they stand, then go on; rules that are not understood are said."""
        self._settling.do("rules", {"rules": self.rules()}, lambda _: then())

    def _try(self) -> None:
        def taken(result: dict[str, Any]) -> None:
            self._show(result)
            self.settle.setEnabled(bool(result.get("settled")))

        self._settling.do("automatic", {"dry_run": True}, taken)

    def _settle(self) -> None:
        def taken(result: dict[str, Any]) -> None:
            self._show(result)
            self._changed()
            self._shell.notify(
                f"Rules: {result.get('words', '')}. “Undo the last step over several conflicts” undoes what is not sent."
            )

        self._settling.do("automatic", {"dry_run": False}, taken)

    def _show(self, result: dict[str, Any]) -> None:
        remaining = result.get("remaining") or []
        lines = [_REASON.sub("\n  ", visible(str(result.get("words", ""))))]
        lines += [f"conflict {issue}: {visible(str(reason))}" for issue, reason in remaining[:_REASONS_SHOWN]]
        if len(remaining) > _REASONS_SHOWN:
            lines.append(f"… and {counted(len(remaining) - _REASONS_SHOWN, 'other')}")
        self.outcome.setPlainText("\n".join(lines))

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text().strip()[:_LIMIT] if item is not None else ""

    def _strategy(self, row: int) -> QComboBox:
        box = self.table.cellWidget(row, 2)
        assert isinstance(box, QComboBox)
        return box

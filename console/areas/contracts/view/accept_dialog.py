"""Accepts findings of drift: shows the version of the contract that allows what was found, and saves it."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from console.areas.contracts.core.compatibility import Change, compare
from console.areas.contracts.core.drift.versioning import next_version
from console.areas.contracts.store.answers import FindingRow
from console.areas.contracts.store.reading import proposal
from console.areas.contracts.store.versions import version_rows
from console.areas.contracts.view.commanding import send_command
from console.areas.contracts.view.dialog_keys import accept_by_ctrl_enter
from console.areas.contracts.view.drift_words import count_words, endpoint_words, finding_words
from console.areas.contracts.view.version_words import changes_words
from console.qt.diff_rows import DiffRows, diff_rows, summary_words
from console.qt.diff_view import DiffView
from console.qt.note_dialog import NOTE_LIMIT
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.text import clip, plain_tooltip, visible
from console.qt.words import counted
from console.reporter.contracts.contract import Contract, write_contract

VERSION_CHARS = 100
_LISTED = 4
_ATTEMPTS = 50


class Proposed(NamedTuple):
    """What accepting would make. `old` is "" where no version is there; `taken` are the numbers that exist."""

    old: str
    number: str
    taken: tuple[str, ...]
    rows: DiffRows
    changes: tuple[Change, ...]


def ask_proposal(connection: sqlite3.Connection, endpoint_id: int, findings: Sequence[FindingRow]) -> Proposed:
    """Return the version that would allow the findings, against the current one. Raises LookupError, ValueError."""
    new = proposal(connection, endpoint_id, tuple(row.id for row in findings))
    versions = version_rows(connection, "v.endpoint_id = ?", (endpoint_id,))
    current = next((row.contract for row in versions if row.is_current), None)
    old, taken = "" if current is None else current.version, tuple(row.version for row in versions)
    changes = () if current is None else compare(current, new)
    number = _free_number(new.version if current is None else next_version(old, _verdicts(changes)), taken, changes)
    titles = (f"checked now: {old}" if old else "no version yet", f"proposed: {number}")
    rows = diff_rows(titles, {} if current is None else _document(current, old), _document(new, number))
    return Proposed(old, number, taken, rows, changes)


def _free_number(number: str, taken: Sequence[str], changes: Sequence[Change]) -> str:
    """Return the next number that no version has; after some attempts the last one, for a person to mend."""
    for _ in range(_ATTEMPTS):
        if number and number not in taken:
            break
        number = next_version(number, _verdicts(changes))
    return number


def _verdicts(changes: Sequence[Change]) -> list[str]:
    """Return what the changes are to callers: drift may break a promise, and the wider promise break nobody."""
    return [change.verdict for change in changes]


def _document(contract: Contract, number: str) -> dict[str, Any]:
    """Return a contract as it is compared: without the producer's id, which accepting leaves out."""
    return write_contract(replace(contract, version=number, id=""))


class AcceptDialog(QDialog):
    """Ctrl+Enter accepts. `accepted_as` gets the version's id and number; a refusal is said and nothing is lost."""

    def __init__(
        self, shell: Shell, findings: Sequence[FindingRow], parent: QWidget,
        accepted_as: Callable[[int, str], None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        accept_by_ctrl_enter(self)
        self._shell, self._findings, self._accepted_as = shell, list(findings), accepted_as
        self._proposed: Proposed | None = None
        self._busy = False
        first = findings[0]
        self.setWindowTitle(f"Accept as a new version: {clip(endpoint_words(first), 80)}")
        self.words = plain_label(_findings_words(findings))
        self.words.setToolTip(plain_tooltip("\n".join(finding_words(row) for row in findings)))
        self.effect = plain_label("Reading what was observed…")
        self.number = QLineEdit()
        self.note = QLineEdit()
        self.problem = plain_label("", "error")
        self.equal = QCheckBox("Show equal fields")
        self.summary = plain_label("", "small")
        self.diff: DiffView | None = None
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._prepare()
        self._build()
        self._check()

        def query(connection: sqlite3.Connection) -> Proposed:
            return ask_proposal(connection, first.endpoint_id, self._findings)

        shell.read(self, "proposal", query, self._show, self._failed)

    def accept(self) -> None:
        """Send it; the dialog closes when the store has taken it."""
        if not self._ok.isEnabled():
            return
        number = self.number.text().strip()
        args = {"findings": [row.id for row in self._findings], "version": number, "note": self.note.text().strip()}
        self._busy = True
        self._check()
        send_command(self._shell, "accept", args, self._taken, self._refused, owner=self)

    def _prepare(self) -> None:
        self.number.setMaxLength(VERSION_CHARS)
        self.number.setAccessibleName("Number of the new version")
        self.number.textChanged.connect(lambda _: self._check())
        self.note.setMaxLength(NOTE_LIMIT)
        self.note.setPlaceholderText("Why this is right (may be empty)")
        self.note.setAccessibleName("Note for the new version")
        self.equal.setEnabled(False)
        self._ok.setText("Accept (Ctrl+Enter)")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.addRow("New version", self.number)
        form.addRow("Note", self.note)
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.equal)
        self._column = QVBoxLayout()
        self._column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.words)
        layout.addWidget(self.effect)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addLayout(row)
        layout.addLayout(self._column, 1)
        layout.addWidget(self.buttons)
        self.resize(860, 560)

    def _show(self, found: Proposed) -> None:
        self._proposed = found
        self.number.setText(found.number)
        self.number.selectAll()
        self.number.setFocus()
        self.effect.setText(_effect_words(found))
        self.summary.setText(summary_words(found.rows))
        self.diff = DiffView(found.rows, fitted=False)
        self.equal.toggled.connect(self.diff.show_equal)
        self.equal.setEnabled(True)
        self._column.takeAt(0)
        self._column.addWidget(self.diff)
        self._check()

    def _failed(self, error: Exception) -> None:
        self.effect.hide()
        self.number.setEnabled(False)
        self.note.setEnabled(False)
        self.problem.setText(f"No version can be proposed: {clip(visible(str(error)), 400)}")

    def _check(self) -> None:
        found, number = self._proposed, self.number.text().strip()
        if found is None:
            self._ok.setEnabled(False)
            return
        self.problem.setText(f"There is a version {visible(number)} already." if number in found.taken else "")
        self._ok.setEnabled(bool(number) and not self.problem.text() and not self._busy)

    def _taken(self, result: dict[str, Any]) -> None:
        super().accept()
        if self._accepted_as is not None:
            self._accepted_as(int(result.get("version") or 0), visible(str(result.get("number", ""))))

    def _refused(self, words: str) -> None:
        self._busy = False
        self._check()
        self.problem.setText(f"Not accepted: {words}")


def _findings_words(findings: Sequence[FindingRow]) -> str:
    lines = [f"• {finding_words(row)} ({row.severity.lower()})" for row in findings[:_LISTED]]
    if len(findings) > _LISTED:
        lines.append(f"… and {counted(len(findings) - _LISTED, 'other')}: {count_words(findings[_LISTED:])}")
    return "\n".join(lines)


def _effect_words(found: Proposed) -> str:
    if not found.old:
        return "Nothing was promised yet: this is the first version, inferred from what was observed."
    words = changes_words(found.changes)
    return f"Against version {visible(found.old)}: {words}. Once accepted, it is the version that is checked."

"""Brings contracts in from files: says first what each of them would change."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.areas.contracts.view.commanding import send_command
from console.areas.contracts.view.dialog_keys import accept_by_ctrl_enter
from console.areas.contracts.view.import_reading import Candidate, Preview, example_files, parts_of, read_files
from console.areas.contracts.view.import_table import KINDS, CandidateTable, TroubleTable
from console.areas.contracts.view.import_words import Outcome, outcome_words
from console.qt.choosing import choose_row
from console.qt.notice import Notice
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.text import clip, visible
from console.qt.words import counted

_FILTER = "Contracts (*.json *.yaml *.yml);;All files (*)"
_TROUBLES_PX = 150
_NEW = {"new": "endpoint", "version": "version"}


class ImportDialog(QDialog):
    """Files are chosen or dropped, read off the main thread, and imported in parts; closing stops after the part under way.

    `imported` when something was.
    """

    imported = Signal()

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        accept_by_ctrl_enter(self)
        self.setWindowTitle("Import contracts")
        self.setAcceptDrops(True)
        self._shell = shell
        self._parts: list[list[Candidate]] = []
        self._outcome = Outcome()
        self._busy = False
        self.choose = QPushButton("Choose files…")
        self.examples = QPushButton("Take the examples")
        self.table = CandidateTable(shell)
        self.troubles = TroubleTable(shell)
        self.notice = Notice()
        self.words = plain_label()
        self.conflicts = QCheckBox()
        self.progress = QProgressBar()
        self.told = plain_label("", selectable=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Close)
        self.take = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._stack = QStackedWidget()
        self._prepare()
        self._build()
        self.show_preview(Preview((), (), 0))
        self.choose.setFocus()

    def choose_files(self) -> None:
        """Ask which files."""
        dialog = QFileDialog(self, "Contracts or OpenAPI documents", "", _FILTER)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.read([Path(name) for name in names]))
        dialog.open()

    def read_examples(self) -> None:
        """Read the example contracts that ship with the console."""
        try:
            self.read(example_files())
        except OSError as error:
            self.told.setText(f"The examples cannot be read: {visible(str(error))}")

    def read(self, paths: Sequence[Path]) -> None:
        """Read files, or folders of them, and show what they hold."""
        if self._busy or not paths:
            return
        self._stack.setCurrentWidget(self.notice)
        self.notice.show_text("Reading…", clip(visible(", ".join(path.name for path in paths)), 200))
        self.take.setEnabled(False)
        self.told.setText("")
        self._shell.read(self, "files", lambda connection: read_files(connection, paths), self.show_preview, self._failed)

    def show_preview(self, preview: Preview) -> None:
        """Show what was read."""
        self.table.candidates.set_rows(preview.candidates)
        self.troubles.troubles.set_rows(preview.troubles)
        self.troubles.setVisible(bool(preview.troubles))
        conflicts = sum(one.kind == "conflict" for one in preview.candidates)
        self.conflicts.setVisible(conflicts > 0)
        self.conflicts.setChecked(False)
        self.conflicts.setText(
            f"Replace {counted(conflicts, 'version')} that {'has' if conflicts == 1 else 'have'} other content"
        )
        self.words.setText(_preview_words(preview) if preview.files else "")
        if preview.candidates:
            self._stack.setCurrentWidget(self.table)
            choose_row(self.table, 0)
            self.table.setFocus()
        elif preview.files:
            self._stack.setCurrentWidget(self.notice)
            self.notice.show_text("No contract found", "Choose contracts, or an OpenAPI 3 document, as JSON or YAML.")
        else:
            self._stack.setCurrentWidget(self.notice)
            self.notice.show_text("Choose files, or drop them here", "Contracts, or OpenAPI 3 documents, as JSON or YAML.")
        self._show_count()

    def accept(self) -> None:
        """Import what is ticked, part by part."""
        picked = self.table.candidates.picked()
        if self._busy or not picked:
            return
        self._busy, self._outcome, self._parts = True, Outcome(), parts_of(picked)
        self.progress.setRange(0, len(picked))
        self.progress.setValue(0)
        self.progress.show()
        self._show_count()
        self._next()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.read([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _next(self) -> None:
        if not self._parts:
            self._finish()
            return
        part = self._parts.pop(0)
        args = {"documents": [one.document for one in part], "origin": part[0].origin,
                "replace": part[0].kind == "conflict"}  # fmt: skip

        def taken(result: dict[str, Any]) -> None:
            self._outcome.add(result)
            self.progress.setValue(self.progress.value() + len(part))
            self._next()

        def refused(words: str) -> None:
            self._outcome.failure = words
            self._parts = []
            self._finish()

        send_command(self._shell, "import", args, taken, refused, owner=self)

    def _finish(self) -> None:
        self._busy = False
        self.progress.hide()
        words = outcome_words(self._outcome)
        bad = bool(self._outcome.refused or self._outcome.failure)
        self.told.setText(words)
        self._shell.notify(words.split("\n")[0], error=bad)
        if self._outcome.changed:
            self.imported.emit()
        if bad:
            self._show_count()
        elif self.isVisible():
            super().accept()

    def _failed(self, error: Exception) -> None:
        self._stack.setCurrentWidget(self.notice)
        self.notice.show_text("Could not be read", clip(visible(str(error)), 400))

    def _show_count(self) -> None:
        count = len(self.table.candidates.chosen)
        self.take.setText(f"Import {count:,}" if count else "Import")
        self.take.setEnabled(count > 0 and not self._busy)
        for widget in (self.choose, self.examples, self.conflicts, self.table):
            widget.setEnabled(not self._busy)

    def _prepare(self) -> None:
        self.choose.clicked.connect(self.choose_files)
        self.examples.clicked.connect(self.read_examples)
        self.examples.setToolTip("Contracts of some endpoints of VIVIM, to try things with")
        for button in (self.choose, self.examples):
            button.setAutoDefault(False)
        self.table.candidates.ticked.connect(self._show_count)
        self.conflicts.toggled.connect(self.table.candidates.choose_conflicts)
        self.troubles.setFixedHeight(_TROUBLES_PX)
        self.progress.setAccessibleName("How many contracts are imported")
        self.progress.hide()
        self.take.setAutoDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.examples)
        row.addWidget(self.words, 1)
        self._stack.addWidget(self.notice)
        self._stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)
        for widget in (self.conflicts, self.troubles, self.progress, self.told, self.buttons):
            layout.addWidget(widget)
        self.resize(900, 560)


def _preview_words(preview: Preview) -> str:
    counts = {kind: sum(one.kind == kind for one in preview.candidates) for kind in KINDS}
    parts = [counted(counts[kind], f"new {noun}") for kind, noun in _NEW.items() if counts[kind]]
    parts += [f"{counts['same']:,} there already"] if counts["same"] else []
    parts += [f"{counts['conflict']:,} with other content"] if counts["conflict"] else []
    parts += [counted(len(preview.troubles), "problem")] if preview.troubles else []
    return f"{counted(preview.files, 'file')}: {', '.join(parts) or 'nothing'}"

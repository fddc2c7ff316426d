"""The small window while an incident is checked and read in: how far it is, cancel, and why a file is refused."""

import os
import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from console.areas.incidents.view.job import Job
from console.qt.clipboard import put_on_clipboard
from console.qt.icons import icon
from console.qt.plain import plain_label
from console.qt.text import visible

FOLDER = "vivim-incident-"
"""The folder's name goes on with the process's number: the next opening removes what a process left that died."""


class IncidentOpening(QWidget):
    """Reads a file into a store of its own in a temporary folder, which `remove` takes away again."""

    opened = Signal(object)
    """dict: what came of it; the store is at `db`."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        self.db = self._folder / "incident.db"
        self._job: Job | None = None
        self._refusal = ""
        self.setWindowTitle(f"Opening {visible(path.name)} – VIVIM console")
        self.setWindowIcon(icon("app"))
        self.title = plain_label("", "title")
        self.words = plain_label(selectable=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName("How much of the file is read")
        self.copy, self.button = QPushButton("Copy the reason"), QPushButton("Cancel")
        self.copy.clicked.connect(lambda *_: put_on_clipboard(self._refusal))
        self.copy.hide()
        self.button.clicked.connect(lambda *_: self.close())
        self._build()

    def start(self) -> None:
        """Begin to read."""
        self.title.setText(f"Opening {visible(self.path.name)}")
        self.words.setText(
            "The file is checked whole before anything of it is shown. It opens read-only, apart from what you have."
        )
        self.progress.setRange(0, 0)
        work = {"do": "open", "path": str(self.path.absolute()), "db": str(self.db)}
        self._job = Job(work, self)
        self._job.progressed.connect(self._progressed)
        self._job.done.connect(self.opened)
        self._job.failed.connect(self._refused)
        self._job.start()

    def is_reading(self) -> bool:
        return self._job is not None and self._job.is_running()

    def remove(self) -> None:
        """End what runs and delete the store; safe to repeat."""
        if self._job is not None:
            self._job.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.is_reading() and self._job is not None:
            self._job.stop()
        super().closeEvent(event)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(self.title)
        layout.addWidget(self.words)
        layout.addWidget(self.progress)
        layout.addStretch(1)
        layout.addLayout(row)
        self.resize(620, 230)

    def _progressed(self, done: int, total: int) -> None:
        self.progress.setRange(0, 1_000)
        self.progress.setValue(min(1_000, round(1_000 * done / max(1, total))))

    def _refused(self, words: str) -> None:
        self._refusal = f"{self.path}: {words}"
        self.title.setText("✖ This file is not opened")
        where = "" if str(self.path) in words else f" {visible(str(self.path))}"
        self.words.setText(f"{visible(words)}\n\nNothing of it was kept.{where}")
        self.progress.hide()
        self.copy.show()
        self.button.setText("Close")
        self.button.setFocus()

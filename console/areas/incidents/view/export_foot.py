"""The lower edge of the export: where to, how far it is, and what went wrong."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from console.areas.incidents.view.export_kind import BUNDLE, Kind
from console.qt.plain import plain_label
from console.qt.text import visible


class ExportFoot(QWidget):
    """Ready, or working, or cancelling."""

    browse_wanted = Signal()
    export_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._kind = BUNDLE
        self.words = plain_label("", selectable=True)
        self.words.hide()
        self.name = QLineEdit(str(path))
        self.name.setAccessibleName("The file to make")
        self.progress = QProgressBar()
        self.progress.setAccessibleName("How far the export is")
        self.progress.hide()
        self.browse, self.export, self.cancel = QPushButton("Browse…"), QPushButton("Export"), QPushButton("Cancel")
        self.export.setProperty("primary", True)
        self.export.setToolTip("Make the file (Ctrl+Enter)")
        self.export.setAccessibleName("Export: make the file")
        for button in (self.browse, self.export, self.cancel):
            button.setAutoDefault(False)
        self.browse.clicked.connect(lambda *_: self.browse_wanted.emit())
        self.export.clicked.connect(lambda *_: self.export_wanted.emit())
        self.cancel.clicked.connect(lambda *_: self.cancel_wanted.emit())
        self._label = QLabel("File")
        self._label.setBuddy(self.name)
        row = QHBoxLayout()
        for widget, stretch in ((self._label, 0), (self.name, 1), (self.progress, 1), (self.browse, 0)):
            row.addWidget(widget, stretch)
        row.addWidget(self.cancel)
        row.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.words)
        layout.addLayout(row)

    def path(self) -> Path:
        """Return the file to make; its ending is added where there is none."""
        path = Path(self.name.text().strip()).expanduser()
        return path if path.suffix else self._kind.named(path)

    def set_kind(self, kind: Kind) -> None:
        """Name the file like one of this kind, unless the person gave it an ending of their own."""
        self._kind = kind
        name = self.name.text().strip()
        if name:
            self.set_path(kind.named(Path(name)))

    def set_path(self, path: Path) -> None:
        self.name.setText(str(path))

    def set_ready(self, ready: bool) -> None:
        """Whether there is something to export."""
        self.export.setEnabled(ready and not self.progress.isVisibleTo(self))

    def show_working(self) -> None:
        self._show(working=True)
        self.progress.setRange(0, 0)
        self._say(f"Masking what goes into {visible(self.path().name)}, then searching it once more…")
        self.export.setEnabled(False)

    def show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, 1_000)
        self.progress.setValue(min(1_000, round(1_000 * done / max(1, total))))

    def show_cancelling(self) -> None:
        self.progress.setRange(0, 0)
        self.cancel.setEnabled(False)
        self._say("Cancelling…")

    def show_idle(self, words: str, *, error: bool = False) -> None:
        """Nothing runs; `words` say how it ended."""
        self._show(working=False)
        self.cancel.setEnabled(True)
        self._say(words, error=error)

    def _say(self, words: str, *, error: bool = False) -> None:
        self.words.setObjectName("error" if error else "")
        self.words.style().polish(self.words)
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _show(self, *, working: bool) -> None:
        for widget in (self._label, self.name, self.browse):
            widget.setVisible(not working)
        self.progress.setVisible(working)

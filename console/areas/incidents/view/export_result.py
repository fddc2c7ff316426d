"""What was made: the file, what is in it, what was masked, and the ways to it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.areas.incidents.view.export_kind import BUNDLE, Kind
from console.areas.incidents.view.incident_words import (
    incident_of,
    masked_details,
    masked_words,
    missing_words,
    range_words,
    size_words,
)
from console.qt.clipboard import put_on_clipboard
from console.qt.plain import plain_label
from console.qt.showing import show_in_folder
from console.qt.text import visible
from console.qt.theme import mono_font
from console.qt.words import counted

_SEARCHED = "What was written was searched once more, in all forms, and nothing more was found."
_PICTURES = " A picture cannot be searched: look at it before you send the file."


class ExportResult(QWidget):
    """`again_wanted` goes back to the form; `closed` ends the dialog."""

    again_wanted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._path = ""
        self.title = plain_label("", "title")
        self.path = plain_label("", selectable=True)
        self.facts = plain_label("", selectable=True)
        self.warning = plain_label("", "degraded")
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(mono_font())
        self.details.setTabChangesFocus(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName("All that is in the file")
        self.folder, self.copy = QPushButton("Show in folder"), QPushButton("Copy its path")
        self.again, self.close_button = QPushButton("Back"), QPushButton("Close")
        self.close_button.setProperty("primary", True)
        self.folder.clicked.connect(lambda *_: show_in_folder(Path(self._path)))
        self.copy.clicked.connect(lambda *_: put_on_clipboard(self._path))
        self.again.clicked.connect(lambda *_: self.again_wanted.emit())
        self.close_button.clicked.connect(lambda *_: self.closed.emit())
        ways, row = QHBoxLayout(), QHBoxLayout()
        for button in (self.folder, self.copy):
            ways.addWidget(button)
        ways.addStretch(1)
        row.addStretch(1)
        row.addWidget(self.again)
        row.addWidget(self.close_button)
        for button in (self.folder, self.copy, self.again):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        for label in (self.title, self.path, self.facts, self.warning):
            layout.addWidget(label)
        layout.addLayout(ways)
        layout.addWidget(self.details, 1)
        layout.addLayout(row)

    def show_result(
        self, path: str, size: int, manifest: Mapping[str, Any], kind: Kind = BUNDLE, records: int | None = None
    ) -> None:
        """Show the file and what its manifest says; of a file that is no bundle, that of the one it was made of."""
        self._path = path
        name = Path(path).name
        self.details.setPlainText(
            incident_of({"manifest": manifest}, name).details if kind.is_bundle else masked_details(manifest, name)
        )
        self.title.setText(f"✓ {visible(name)} is made")
        self.path.setText(visible(path))
        members = manifest["members"] if kind.is_bundle else {}
        pictures = sum(member.startswith("pictures/") for member in members)
        notes = sum(member.startswith("notes/") for member in members)
        also = ["report.html"] if "report.html" in members else []
        also += [counted(number, noun) for number, noun in ((notes, "note"), (pictures, "picture")) if number]
        chosen = "" if kind.is_bundle else ", counted in all that was chosen"
        count = int(manifest["counts"]["events"]) if records is None else records
        self.facts.setText(
            f"{counted(count, kind.noun)}, {size_words(size)}{' with ' + ', '.join(also) if also else ''}.\n"
            f"{range_words(int(manifest['from_ms']), int(manifest['to_ms']))}.\n"
            f"Redaction: {masked_words(manifest['redaction'])}{chosen}. {_SEARCHED}{_PICTURES if pictures else ''}"
        )
        self.warning.setText(missing_words(manifest.get("sources") or []))
        self.warning.setVisible(bool(self.warning.text()))
        self.folder.setFocus()

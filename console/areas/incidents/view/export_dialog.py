"""The dialog that packs an incident: what, how much, what is masked; then progress, and the file that was made."""

import base64
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from console.areas.incidents.core.redaction import ProfileError
from console.areas.incidents.store.exporting_preview import Estimate, Preview, estimate, preview
from console.areas.incidents.store.notes import Note, notes
from console.areas.incidents.view.export_foot import ExportFoot
from console.areas.incidents.view.export_form import Contents, ExportForm, png_of
from console.areas.incidents.view.export_kind import BUNDLE, kind_of
from console.areas.incidents.view.export_preview import ExportPreview
from console.areas.incidents.view.export_result import ExportResult
from console.areas.incidents.view.export_rules import SETTING, ExportRules
from console.areas.incidents.view.incident_words import size_words
from console.areas.incidents.view.job import Job
from console.areas.incidents.view.known_bundles import MADE, KnownBundle, folder_for_bundles, remember_bundle
from console.areas.incidents.view.offer import Offer
from console.model.clock import Clock, wall_clock
from console.qt.shell import Shell
from console.qt.splitter import split
from console.qt.text import visible

SAMPLE_EVENTS = 200


class _Store(NamedTuple):
    """Where the store lies, and its notes."""

    path: Path
    notes: tuple[Note, ...]


class ExportDialog(QDialog):
    """Closing it while it works cancels; nothing of a cancelled export is left."""

    def __init__(
        self,
        shell: Shell,
        parent: QWidget,
        offers: Sequence[Offer],
        picture: QPixmap | None = None,
        clock: Clock = wall_clock,
        *,
        form: str = BUNDLE.form,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export an incident")
        self._shell, self._clock = shell, clock
        self._store: Path | None = None
        self._size: Estimate | None = None
        self._confirmed: Path | None = None
        self._is_working = False
        self.job: Job | None = None
        own = shell.setting(SETTING)
        self.form = ExportForm(offers, picture, form)
        self.preview = ExportPreview(shell, ExportRules(own if isinstance(own, str) else ""))
        self.outcome = ExportResult()
        name = f"incident-{datetime.fromtimestamp(clock() / 1000, UTC).astimezone():%Y-%m-%d-%H%M}{BUNDLE.ending}"
        self.foot = ExportFoot(folder_for_bundles(shell) / name)
        self._pages = QStackedWidget()
        self._build()
        self.form.selected.connect(self.refresh)
        self.form.kind_changed.connect(self._show_kind)
        self.preview.rules_changed.connect(lambda _: self._read_preview())
        self.foot.browse_wanted.connect(self._browse)
        self.foot.export_wanted.connect(self.export)
        self.foot.cancel_wanted.connect(self._cancel)
        self.outcome.again_wanted.connect(self._again)
        self.outcome.closed.connect(self.accept)
        self._show_kind()
        shell.read(self, "store", _read_store, self._take_store, self._failed)
        self.refresh()

    def refresh(self) -> None:
        """Count what is selected, and try the redaction on a part of it."""
        selection, clock = self.form.selection(), self._clock
        self._size = None
        self.preview.show_size("Counting…")
        self._show_possible()
        self._shell.read(
            self, "size", lambda connection: estimate(connection, selection, clock=clock), self._show_size, self._failed
        )
        self._read_preview()

    def export(self) -> None:
        """Make the file, in a process of its own."""
        if self._store is None or self._is_working:
            return
        self._is_working = True
        self.foot.show_working()
        self._body.setEnabled(False)
        contents = self.form.contents()
        picture = contents.picture

        def draw(_: sqlite3.Connection) -> list[tuple[str, str]]:
            return [("window", base64.b64encode(png_of(picture)).decode())] if picture is not None else []

        self._shell.read(self, "picture", draw, partial(self._start, contents), lambda error: self._refused(str(error)))

    def _start(self, contents: Contents, pictures: list[tuple[str, str]]) -> None:
        out = self.foot.path()
        self.job = Job(
            {
                "do": "export", "form": contents.kind.form, "store": str(self._store), "out": str(out),
                "replace": out == self._confirmed, "selection": asdict(contents.selection),
                "profiles": self.preview.rules.texts(), "title": contents.title, "notes": contents.notes,
                "pictures": pictures, "report": contents.has_report,
            },
            self,
        )  # fmt: skip
        self.job.progressed.connect(self.foot.show_progress)
        self.job.done.connect(self._made)
        self.job.failed.connect(self._refused)
        self.job.cancelled.connect(self._cancelled)
        self.job.start()

    def show_kind(self, form: str) -> None:
        """Choose a kind of file; where one is being made or was made, nothing changes."""
        if not self._is_working and not self.is_made():
            self.form.set_kind(form)

    def is_working(self) -> bool:
        """Tell whether a file is being made."""
        return self._is_working

    def is_made(self) -> bool:
        """Tell whether the file is made and its facts are shown."""
        return self._pages.currentWidget() is self.outcome

    def reject(self) -> None:
        """Escape and the window's cross: cancel what runs, else close."""
        if self.job is not None:
            self._cancel()
        else:
            super().reject()

    def done(self, result: int) -> None:
        if self.job is not None:
            self.job.stop()
            self.job = None
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.foot.export.click()
        elif not enter:  # Enter in a field must not send the whole thing off
            super().keyPressEvent(event)

    def _build(self) -> None:
        self._body = QWidget()
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(0, 0, 0, 0)
        sides = (self.form, 0), (self.preview, 1)
        row = split(Qt.Orientation.Horizontal, "What to pack, and what is masked", *sides, sizes=[400, 560])
        self.form.setContentsMargins(0, 0, 10, 0)
        self.preview.setContentsMargins(10, 0, 0, 0)
        layout.addWidget(row, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        column.addWidget(self._body, 1)
        column.addWidget(self.foot)
        self._pages.addWidget(whole)
        self._pages.addWidget(self.outcome)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        self.resize(1_000, 660)

    def _read_preview(self) -> None:
        selection, rules, clock = self.form.selection(), self.preview.rules, self._clock

        def read(connection: sqlite3.Connection) -> Preview:
            return preview(connection, selection, rules.profile(), SAMPLE_EVENTS, clock=clock)

        self._shell.read(self, "preview", read, self._show_preview, self._no_preview)

    def _take_store(self, found: _Store) -> None:
        self._store = found.path
        self.form.show_notes(found.notes)
        self._show_possible()

    def _show_kind(self) -> None:
        self.foot.set_kind(self.form.kind())
        if self._size is not None:
            self._show_size(self._size)

    def _show_size(self, found: Estimate) -> None:
        self._size = found
        words = self.form.kind().amount(found.events, size_words(found.bytes), size_words(found.content))
        self.preview.show_size(words if found.events else "Nothing in the store matches this.")
        self._show_possible()

    def _show_preview(self, found: Preview) -> None:
        self.preview.show_report(found.report, found.events)

    def _no_preview(self, error: Exception) -> None:
        words = visible(str(error))
        where = "Your profile on the Redaction page is wrong: " if isinstance(error, ProfileError) else "Not tried: "
        self.preview.show_trouble(f"✖ {where}{words}")

    def _failed(self, error: Exception) -> None:
        self.preview.show_size(f"✖ {visible(str(error))}")

    def _show_possible(self) -> None:
        self.foot.set_ready(self._store is not None and self._size is not None and self._size.events > 0)

    def _browse(self) -> None:
        kind = self.form.kind()
        dialog = QFileDialog(self, "Export to", str(self.foot.path()), kind.files)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind.ending.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._take_path)
        dialog.open()

    def _take_path(self, name: str) -> None:
        self._confirmed = Path(name)  # the system's dialog has asked whether to replace it
        self.foot.set_path(self._confirmed)

    def _cancel(self) -> None:
        if self.job is not None:
            self.foot.show_cancelling()
            self.job.cancel()
        else:
            super().reject()

    def _made(self, found: dict[str, Any]) -> None:
        self.job, self._is_working = None, False
        manifest, path, size = found["manifest"], str(found["path"]), int(found["bytes"])
        kind = kind_of(str(found.get("form", BUNDLE.form)))
        records = int(found.get("records", manifest["counts"]["events"]))
        title = str(manifest["title"]) if kind.is_bundle else self.form.offer().title or self.form.offer().words
        remember_bundle(self._shell, KnownBundle(path, MADE, self._clock(), title, records, size))
        self.outcome.show_result(path, size, manifest, kind, records)
        self._pages.setCurrentWidget(self.outcome)

    def _refused(self, words: str) -> None:
        self._idle(f"✖ Not exported: {visible(words)}", error=True)

    def _cancelled(self) -> None:
        self._idle("Cancelled; nothing of it is left.")

    def _idle(self, words: str, *, error: bool = False) -> None:
        self.job, self._is_working = None, False
        self._body.setEnabled(True)
        self.foot.show_idle(words, error=error)
        self._show_possible()

    def _again(self) -> None:
        self._idle("")
        self._pages.setCurrentIndex(0)


def _read_store(connection: sqlite3.Connection) -> _Store:
    path = next(file for _, name, file in connection.execute("PRAGMA database_list") if name == "main")
    return _Store(Path(path), notes(connection))

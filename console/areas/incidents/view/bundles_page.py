"""The page of bundles: what was made and opened here, checked and opened again."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.areas.incidents.view.incident_words import incident_of, size_words
from console.areas.incidents.view.job import Job
from console.areas.incidents.view.known_bundles import MADE, KnownBundle, forget_bundle, known_bundles
from console.areas.incidents.view.letter_table import LetterTable
from console.areas.incidents.view.text_viewer import TextViewer
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.clipboard import put_on_clipboard
from console.qt.little_buttons import button_row, little_button
from console.qt.notice import Notice
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.showing import show_in_folder
from console.qt.table import Column
from console.qt.text import clip, visible
from console.qt.theme import current_theme
from console.qt.words import ago_words, counted, moment_words

_CHECKING, _SOUND = "checking…", "✓ sound"


class BundleRow(NamedTuple):
    """A known file as it is now: `size` None when it is gone."""

    known: KnownBundle
    size: int | None
    verdict: str


class BundlesPage(QWidget):
    """Keys: Enter opens, V verifies, C copies the path, F shows the folder, Delete takes it off the list."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__()
        self._shell, self._clock = shell, clock
        self._verdicts: dict[str, str] = {}
        self._jobs: dict[str, Job] = {}
        self.table = LetterTable(
            _columns(clock),
            lambda row: row.known.path,
            shell,
            "layout.incidents.bundles",
            "Bundles made and opened here",
            "path",
        )
        self.open = little_button("Open ⏎", "Open it in a window of its own, read-only (Enter)", self.open_chosen)
        self.verify = little_button("Verify V", "Read it whole: members, hashes, tables (V)", self.verify_chosen)
        self.copy = little_button("Copy path C", "Copy its path (C)", self.copy_path)
        self.folder = little_button("Show in folder F", "Open its folder (F)", self.show_folder)
        self.forget = little_button("Take off the list", "Forget it here; the file stays (Delete)", self.forget_chosen)
        self.fresh = little_button(
            "Export…", "Pack an incident for a colleague (Ctrl+Shift+E)", lambda: self._run("file.export")
        )
        self.other = little_button(
            "Open a file…", "Open a bundle, HAR, JSONL or posts", lambda: self._run("file.open_incident")
        )
        self._of_one = (self.open, self.verify, self.copy, self.folder, self.forget)
        self.state = plain_label("", "small", selectable=True)
        self.notice = Notice()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.notice)
        self._stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(8, 6, 8, 4)
        column.setSpacing(4)
        column.addWidget(button_row(*self._of_one, self.fresh, self.other))
        column.addWidget(self.state)
        layout.addWidget(above)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.table)
        self.table.opened.connect(lambda _: self.open_chosen())
        self.table.chosen.connect(lambda _: self._show_possible())

    def activate(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def deactivate(self) -> None:
        """Checks that run go on."""

    def show_ref(self, ref: Ref) -> None:
        """Choose the bundle with this path."""
        self.table.select_key(ref.id)

    def refresh(self) -> None:
        """Look which of the known files are still there, off the main thread."""
        known, verdicts = known_bundles(self._shell), dict(self._verdicts)

        def look(_: sqlite3.Connection) -> list[BundleRow]:
            return [BundleRow(one, _size(Path(one.path)), verdicts.get(one.path, "")) for one in known]

        self._shell.read(self, "bundles", look, self._show)

    def open_chosen(self) -> None:
        """Open it in a window of its own."""
        if (row := self._chosen()) is not None:
            self._shell.incident_wanted.emit(Path(row.known.path))

    def verify_chosen(self) -> None:
        """Read the file whole in a process of its own; what is wrong is said with the member."""
        row = self._chosen()
        if row is None or row.known.path in self._jobs:
            return
        if not is_bundle(row):
            self._shell.notify("Only a bundle holds what it can be verified by; open this file to check it.")
            return
        path = row.known.path
        job = self._jobs[path] = Job({"do": "verify", "path": path}, self)
        job.done.connect(lambda found: self._verified(path, _SOUND, found))
        job.failed.connect(lambda words: self._verified(path, f"✖ {clip(visible(words), 400)}", None))
        self._verdicts[path] = _CHECKING
        job.start()
        self.refresh()

    def copy_path(self) -> None:
        if (row := self._chosen()) is not None:
            put_on_clipboard(row.known.path)
            self._shell.notify("The path is copied.")

    def show_folder(self) -> None:
        row = self._chosen()
        if row is not None and not show_in_folder(Path(row.known.path)):
            self._shell.notify("No file manager could be started.", error=True)

    def forget_chosen(self) -> None:
        if (row := self._chosen()) is not None:
            forget_bundle(self._shell, row.known.path)
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_V: self.verify_chosen, Qt.Key.Key_C: self.copy_path, Qt.Key.Key_F: self.show_folder,
            Qt.Key.Key_Delete: self.forget_chosen,
        }  # fmt: skip
        run = keys.get(Qt.Key(event.key()))
        if run is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            run()

    def _run(self, action: str) -> None:
        self._shell.action_wanted.emit(action)

    def _verified(self, path: str, verdict: str, found: dict[str, Any] | None) -> None:
        self._jobs.pop(path, None)
        self._verdicts[path] = verdict
        self.refresh()
        if found is not None and self.isVisible():
            incident = incident_of(found, Path(path).name)
            TextViewer(self, "✓ Every byte is as its manifest says", incident.details).open()

    def _chosen(self) -> BundleRow | None:
        row = self.table.current_row()
        return row if isinstance(row, BundleRow) else None

    def _show(self, rows: list[BundleRow]) -> None:
        self.table.show_rows(rows)
        gone = sum(row.size is None for row in rows)
        self.state.setText(f"{counted(len(rows), 'file')}{f', {gone} no longer there' if gone else ''}")
        self._stack.setCurrentIndex(1 if rows else 0)
        if not rows:
            steps = [
                ("Export an incident…", lambda: self._run("file.export")),
                ("Open a file…", lambda: self._run("file.open_incident")),
            ]
            self.notice.show_text(
                "No file yet", "A bundle is an incident in one file: what you saw, without its secrets.", steps
            )
        self._show_possible()

    def _show_possible(self) -> None:
        row = self._chosen()
        for button in self._of_one:
            button.setEnabled(row is not None)
        there = row is not None and row.size is not None and row.known.path not in self._jobs
        self.open.setEnabled(there)
        self.verify.setEnabled(there and row is not None and is_bundle(row))


def is_bundle(row: BundleRow) -> bool:
    """Tell by the name: HAR and JSONL are listed too, and hold no hashes."""
    return not row.known.path.lower().endswith((".har", ".jsonl", ".ndjson", ".json"))


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _columns(clock: Clock) -> list[Column[BundleRow]]:
    def color(row: BundleRow) -> QColor | None:
        theme = current_theme()
        bad = row.size is None or row.verdict.startswith("✖")
        return QColor(theme.error) if bad else QColor(theme.good) if row.verdict == _SOUND else None

    return [
        Column("how", "Here", lambda row: "made" if row.known.how == MADE else "opened", 68),
        Column(
            "at",
            "When",
            lambda row: ago_words(row.known.at_ms, clock()),
            96,
            tooltip=lambda row: moment_words(row.known.at_ms),
        ),
        Column("title", "Title", lambda row: row.known.title or Path(row.known.path).name, 180),
        Column(
            "events", "Events", lambda row: "" if row.known.events is None else f"{row.known.events:,}", 84, numbers=True
        ),
        Column("size", "Size", lambda row: "" if row.size is None else size_words(row.size), 92, numbers=True),
        Column("state", "State", lambda row: "✖ no longer there" if row.size is None else row.verdict, 150, color=color),
        Column("path", "Path", lambda row: row.known.path, 240),
    ]

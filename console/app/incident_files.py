"""Files of incidents that come to the window: from its menu, or dropped on it; each opens in a window of its own."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from console.qt.text import clip, visible

if TYPE_CHECKING:
    from console.app.main_window import MainWindow

ENDINGS = (".vcb", ".har", ".jsonl", ".ndjson", ".json")
_FILTERS = "Incidents (*.vcb *.har *.jsonl *.ndjson *.json);;Incident bundles (*.vcb);;All files (*)"
_MOST_AT_ONCE = 4


class IncidentFiles(QObject):
    """Takes what is dropped on a window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        window.shell.incident_wanted.connect(self.open)

    def ask(self) -> None:
        """Ask for a file without holding the window up."""
        from console.areas.incidents.view.known_bundles import folder_for_bundles  # an area's view: not before it is wanted

        folder = str(folder_for_bundles(self._window.shell))
        dialog = QFileDialog(self._window, "Open an incident", folder, _FILTERS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Start a window that reads `path`; this one goes on."""
        from console.areas.incidents.view.known_bundles import OPENED, KnownBundle, remember_bundle

        shell = self._window.shell
        started = self._window.launch(sys.executable, ["-m", "console", "open", str(path)])
        shown = clip(visible(str(path)), 200)
        if not started:
            shell.notify(f"no window could be started for {shown}", error=True)
            return
        shell.notify(f"Opening {shown} in a window of its own, read-only.")
        remember_bundle(shell, KnownBundle(str(path), OPENED, shell.clock()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and files_in(event.mimeData()):
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop and (files := files_in(event.mimeData())):
            event.acceptProposedAction()
            for path in files:
                self.open(path)
            return True
        return False


def files_in(data: QMimeData) -> list[Path]:
    """Return the incidents among what is dragged, by their endings: a few at most."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in ENDINGS][:_MOST_AT_ONCE]

"""Steps over many conflicts: rules, the last step back, and the export of what no service could be sent."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from console.areas.sync.store.reading import rules
from console.areas.sync.store.recorded import recorded_resolutions
from console.areas.sync.view.rules_dialog import RulesDialog
from console.areas.sync.view.settling import Settling
from console.model.clock import Clock
from console.qt.shell import Shell
from console.qt.words import counted


class BulkCommands:
    """Dialogs belong to `owner`."""

    def __init__(self, shell: Shell, owner: QWidget, settling: Settling, clock: Clock) -> None:
        self._shell, self._owner, self._settling, self._clock = shell, owner, settling, clock

    def runs(self) -> dict[str, Callable[[], None]]:
        """Return these commands by name."""
        return {"rules": self._ask_rules, "undo_bulk": self._undo_bulk, "export": self._ask_place}

    def _ask_rules(self) -> None:
        def show(found: list[dict[str, str]]) -> None:
            RulesDialog(self._owner, self._shell, self._settling, found).open()

        self._shell.read(self._owner, "rules", rules, show)

    def _undo_bulk(self) -> None:
        def taken(result: dict[str, Any]) -> None:
            kept = result.get("kept") or []
            words = f"; {counted(len(kept), 'conflict')} kept: {kept[0][1]}" if kept else ""
            self._shell.notify(f"Taken back for {counted(len(result.get('undone') or []), 'conflict')}{words}.")

        self._settling.do("undo_bulk", {}, taken)

    def _ask_place(self) -> None:
        """Ask where to, and write what is recorded there."""
        dialog = QFileDialog(self._owner, "Export recorded resolutions", "resolutions.json", "JSON (*.json);;All files (*)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Write the recorded resolutions as the platform's `SyncResolution`s; on a pool thread."""

        def write(connection: sqlite3.Connection) -> int:
            found = recorded_resolutions(connection)
            path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
            return len(found)

        def failed(error: Exception) -> None:
            self._shell.notify(f"Not exported: {error}", error=True)

        def done(number: int) -> None:
            self._shell.notify(f"{counted(number, 'resolution')} written to {path}.")

        self._shell.read(self._owner, "export", write, done, failed)

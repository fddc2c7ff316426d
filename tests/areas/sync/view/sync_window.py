"""The stepper in a window of its own, worked by keys."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.areas.sync.view import SyncView
from console.areas.sync.view.stepping import Line
from tests.areas.sync.view.sync_shell import SyncShell
from tests.driven_view import DrivenView

CONTROL = Qt.KeyboardModifier.ControlModifier


class Opened(DrivenView[SyncShell, SyncView]):
    def __init__(self, path: Path, qtbot: QtBot) -> None:
        shell = SyncShell(path)
        super().__init__(shell, SyncView(shell, clock=lambda: shell.now_ms, who="ada"), qtbot)
        self.page, self.pane = self.view.conflicts, self.view.conflicts.pane
        self.view.setFocus()

    def send(self, note: str = "") -> None:
        """Ctrl+Enter, and again in the dialog that shows what would be sent."""
        from console.areas.sync.view.send_dialog import SendDialog

        self.key(Qt.Key.Key_Return, CONTROL)
        dialog = self.dialog(SendDialog)
        dialog.note.setText(note)
        QTest.keyClick(dialog.note, Qt.Key.Key_Return, CONTROL)
        self.wait()

    def counter(self) -> str:
        return self.pane.head.counter.text()

    def answer(self) -> str:
        return self.pane.head.answer.label.text()

    def entity(self) -> str:
        return self.pane.head.title.text()

    def lines(self) -> dict[str, Line]:
        return {line.title: line for line in self.pane.fields.fields.lines}

    def current(self) -> str:
        line = self.pane.fields.current_line()
        return "" if line is None else line.title

    def done(self) -> list[str]:
        """Return the names of the commands that were sent to the writer."""
        return [command["do"] for command in self.shell.sent]

    def queued(self) -> list[str]:
        return [f"{row.entity_id} {row.state}" for row in self.page.queue.list.queue.rows]

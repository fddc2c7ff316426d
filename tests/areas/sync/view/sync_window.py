"""The stepper in a window of its own, worked by keys."""

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from console.areas.sync.view import SyncView
from console.areas.sync.view.stepping import Line
from tests.areas.sync.view.sync_shell import SyncShell

D = TypeVar("D", bound=QDialog)
CONTROL = Qt.KeyboardModifier.ControlModifier


class Opened:
    """A view in a window of its own; `wait` lets the answers come."""

    def __init__(self, path: Path, qtbot: QtBot) -> None:
        self.shell = SyncShell(path)
        self.view = SyncView(self.shell, clock=lambda: self.shell.now_ms, who="ada")
        self.page, self.pane = self.view.conflicts, self.view.conflicts.pane
        self.host = QWidget()
        qtbot.addWidget(self.host)
        self.view.setParent(self.host)
        self.host.resize(900, 700)
        self.view.resize(900, 700)
        self.host.show()
        qtbot.waitExposed(self.host)
        self.host.activateWindow()
        self.view.activate()
        self.wait()
        self.view.setFocus()

    def wait(self) -> None:
        self.shell.deliver()
        QApplication.processEvents()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.host.focusWidget() or self.page, key, modifier)
        self.wait()

    def keys(self, letters: str) -> None:
        for letter in letters:
            QTest.keyClick(self.host.focusWidget() or self.page, letter)
            self.wait()

    def send(self, note: str = "") -> None:
        """Ctrl+Enter, and again in the dialog that shows what would be sent."""
        from console.areas.sync.view.send_dialog import SendDialog

        self.key(Qt.Key.Key_Return, CONTROL)
        dialog = self.dialog(SendDialog)
        dialog.note.setText(note)
        QTest.keyClick(dialog.note, Qt.Key.Key_Return, CONTROL)
        self.wait()

    def tick(self) -> None:
        self.shell.tick()
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

    def dialog(self, kind: type[D]) -> D:
        """Return the dialog that is open."""
        (found,) = (one for one in self.view.findChildren(kind) if one.isVisible())
        return found

    def queued(self) -> list[str]:
        return [f"{row.entity_id} {row.state}" for row in self.page.queue.list.queue.rows]

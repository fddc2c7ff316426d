"""An Errors view in a window of its own, worked by keys."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from console.areas.errors.store.answers import GroupRow
from console.areas.errors.view import ErrorsView
from console.areas.errors.view.group_columns import Mark
from console.qt.shell import Scope
from tests.areas.errors.error_shell import ErrorShell


class Opened:
    """A view in a window of its own; `wait` lets the answers come."""

    def __init__(self, path: Path, qtbot: QtBot, scope: Scope | None = None) -> None:
        self.qtbot = qtbot
        self.shell = ErrorShell(path, scope)
        self.view = ErrorsView(self.shell, clock=lambda: self.shell.now_ms, who="ada")
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

    def wait(self) -> None:
        self.shell.deliver()
        QApplication.processEvents()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.host.focusWidget() or self.view, key, modifier)
        self.wait()

    def keys(self, letters: str) -> None:
        for letter in letters:
            QTest.keyClick(self.host.focusWidget() or self.view, letter)
            self.wait()

    def tick(self) -> None:
        self.shell.tick()
        self.wait()

    def titles(self) -> list[str]:
        """Return what is listed, from top to bottom: the function that a group's errors come from."""
        lines = self.view.list.table.groups.rows
        return ["—" if isinstance(line, Mark) else line.culprit.split(" ")[0] for line in lines]

    def row(self, function: str) -> GroupRow:
        rows = [row for row in self.view.list.table.groups.rows if isinstance(row, GroupRow)]
        return next(row for row in rows if row.culprit.startswith(function))

    def focus(self, function: str) -> None:
        self.view.list.table.setFocus()
        self.view.list.table.select_group(self.row(function).id)
        self.wait()

    def line(self) -> str:
        return self.view.list.line.label.text() if self.view.list.line.isVisible() else ""

    def dialog(self) -> QDialog:
        """Return the dialog that is open."""
        (found,) = (one for one in self.view.findChildren(QDialog) if one.isVisible())
        return found

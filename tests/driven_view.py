"""An area's view in a window of its own, worked by keys."""

from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from console.qt.shell import AreaView
from tests.command_shell import CommandShell

S = TypeVar("S", bound=CommandShell)
V = TypeVar("V", bound=AreaView)
D = TypeVar("D", bound=QDialog)


class DrivenView(Generic[S, V]):
    """Shown and active; `wait` lets the answers come."""

    def __init__(self, shell: S, view: V, qtbot: QtBot) -> None:
        self.shell, self.view = shell, view
        self.host = QWidget()
        qtbot.addWidget(self.host)
        view.setParent(self.host)
        self.host.resize(900, 700)
        view.resize(900, 700)
        self.host.show()
        qtbot.waitExposed(self.host)
        self.host.activateWindow()
        view.activate()
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

    def dialog(self, kind: type[D]) -> D:
        """Return the dialog of a kind that is open."""
        (found,) = (one for one in self.view.findChildren(kind) if one.isVisible())
        return found

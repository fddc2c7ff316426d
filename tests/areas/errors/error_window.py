"""An Errors view in a window of its own, worked by keys."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from console.areas.errors.store.answers import GroupRow
from console.areas.errors.view import ErrorsView
from console.areas.errors.view.group_columns import Mark
from console.qt.shell import Scope
from tests.areas.errors.error_shell import ErrorShell
from tests.driven_view import DrivenView


class Opened(DrivenView[ErrorShell, ErrorsView]):
    def __init__(self, path: Path, qtbot: QtBot, scope: Scope | None = None) -> None:
        shell = ErrorShell(path, scope)
        super().__init__(shell, ErrorsView(shell, clock=lambda: shell.now_ms, who="ada"), qtbot)

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

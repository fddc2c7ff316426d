"""The buttons below the fields: decide this field, and what becomes of the conflict."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.areas.sync.view.commands import COMMANDS, Command
from console.qt.flow import flow_row


class ActionBar(QWidget):
    """A line for the field and one for the conflict; both wrap where the width ends."""

    commanded = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        rows = {"field": flow_row(), "conflict": flow_row()}
        for command in COMMANDS:
            if command.words:
                self._add(command, rows["field" if command.needs == "field" or command.name == "undo" else "conflict"])
        for row in rows.values():
            column.addWidget(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_possible(self, can_run: Callable[[Command], bool], ready: bool) -> None:
        """Enable what has something to work on; `ready` marks Send as the next step."""
        for command in COMMANDS:
            if command.name in self.buttons:
                self.buttons[command.name].setEnabled(can_run(command))
        send = self.buttons["send"]
        if send.property("primary") != ready:
            send.setProperty("primary", ready)
            send.style().unpolish(send)
            send.style().polish(send)

    def _add(self, command: Command, row: QWidget) -> None:
        button = _button(command)
        button.clicked.connect(partial(self._run, command.name))
        layout = row.layout()
        if layout is not None:
            layout.addWidget(button)
        self.buttons[command.name] = button

    def _run(self, name: str, *_: object) -> None:
        self.commanded.emit(name)


def _button(command: Command) -> QPushButton:
    """Return a button with a command's words and key; it does not take the keys from the list."""
    button = QPushButton(f"{command.words} {command.key}" if command.key else command.words)
    button.setObjectName("little")
    button.setAccessibleName(command.title)
    button.setToolTip(f"{command.title} ({command.key})" if command.key else command.title)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button

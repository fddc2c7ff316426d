"""Small buttons that stand in a line and leave the keys to the list; commands of the area, sent to the writer."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from console.qt.flow import flow_row
from console.qt.shell import Shell
from console.qt.text import clip, visible

Taken = Callable[[dict[str, Any]], None]


def little_button(words: str, title: str, run: Callable[[], None]) -> QPushButton:
    """Return a button; `title` says in a sentence what it does."""
    button = QPushButton(words)
    button.setObjectName("little")
    button.setAutoDefault(False)
    button.setAccessibleName(title)
    button.setToolTip(title)
    button.clicked.connect(lambda *_: run())
    return button


def button_row(*buttons: QWidget) -> QWidget:
    """Return a line of them that wraps where its width ends."""
    row = flow_row()
    layout = row.layout()
    if layout is not None:
        for button in buttons:
            layout.addWidget(button)
    return row


def send_command(shell: Shell, name: str, args: dict[str, Any], taken: Taken) -> None:
    """Run a command of the store; a refusal is said with its reason."""

    def done(answer: dict[str, Any]) -> None:
        result = answer.get("result")
        if answer.get("ok"):
            taken(result if isinstance(result, dict) else {})
        else:
            words = clip(visible(str(answer.get("error") or "no reason was given")), 400)
            shell.notify(f"Not done: {words}", error=True)

    shell.write({"cmd": "area", "area": "incidents", "do": name, "args": args}, done)


def ask(parent: QWidget, title: str, question: str, words: str, run: Callable[[], None]) -> None:
    """Ask whether to do what cannot be undone; `words` stand on the button that does it."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    yes = box.addButton(words, QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    yes.clicked.connect(lambda *_: run())
    box.open()

"""Commands of the area, sent to the writer; a question before what cannot be undone."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from console.qt.shell import Shell
from console.qt.text import clip, visible

Taken = Callable[[dict[str, Any]], None]


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

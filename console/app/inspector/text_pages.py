"""The JSON tree and the raw text as pages of the inspector, each with a line that reveals its secrets."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.qt.document import JsonView
from console.qt.json_tree import Node
from console.qt.plain import plain_label
from console.qt.raw_text import RawText


class _Hiding(QWidget):
    """A line that says how much is hidden, above what is shown."""

    reveal_wanted = Signal()

    def __init__(self, shown: QWidget, what: str) -> None:
        super().__init__()
        self.setFocusProxy(shown)
        self.line = QWidget()
        row = QHBoxLayout(self.line)
        row.setContentsMargins(8, 4, 8, 0)
        self.words = plain_label(name="small")
        self.reveal = QPushButton("Reveal")
        self.reveal.setObjectName("little")
        self.reveal.setAccessibleName(f"Reveal the secrets in {what}")
        self.reveal.clicked.connect(self.reveal_wanted)
        row.addWidget(self.words, 1)
        row.addWidget(self.reveal)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addWidget(shown, 1)

    def _say(self, secrets: int) -> None:
        self.words.setText(f"{secrets:,} secret{'s are' if secrets != 1 else ' is'} hidden")
        self.line.setVisible(secrets > 0)


class JsonPage(_Hiding):
    """The tree."""

    def __init__(self) -> None:
        self.view = JsonView()
        super().__init__(self.view, "the JSON tree")
        self.setFocusProxy(self.view.tree)

    def show_root(self, root: Node | str, secrets: int) -> None:
        """Show a tree, or words for why there is none; `secrets` are hidden in it."""
        self._say(secrets)
        self.view.show_root(root)


class RawPage(_Hiding):
    """The text."""

    def __init__(self) -> None:
        self.view = RawText()
        super().__init__(self.view, "the raw text")
        self.setFocusProxy(self.view.edit)

    def show_text(self, text: str, secrets: int) -> None:
        """Show a text in which `secrets` are hidden."""
        self._say(secrets)
        self.view.set_text(text)

    def retint(self) -> None:
        self.view.retint()

"""The tree of a payload's JSON with search and copy, and the colours of JSON."""

import re

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QShortcut, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from console.qt.json_tree import JsonModel, Node, path_of, to_text
from console.qt.plain import wrapped_label
from console.qt.text import visible
from console.qt.theme import current_theme

SEARCHED_NODES = 60_000
_TOKENS = re.compile(r'("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)')


class JsonHighlighter(QSyntaxHighlighter):
    """Colours keys, strings, numbers and constants by the theme."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit.document())
        self._formats = _formats()

    def retint(self) -> None:
        self._formats = _formats()
        if self.document() is not None:
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for found in _TOKENS.finditer(text):
            string, colon, number, constant = found.groups()
            kind = ("key" if colon else "string") if string else "number" if number else "constant" if constant else ""
            if kind:
                self.setFormat(found.start(), len(string or number or constant), self._formats[kind])


def _formats() -> dict[str, QTextCharFormat]:
    formats = {}
    for kind, color in current_theme().json.items():
        formats[kind] = QTextCharFormat()
        formats[kind].setForeground(QColor(color))
    return formats


class JsonView(QWidget):
    """The tree with a search field; says in words when there is no tree."""

    def __init__(self) -> None:
        super().__init__()
        self._found: Node | None = None
        self.model = JsonModel(self)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setAccessibleName("JSON tree")
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.tree.header().resizeSection(0, 170)
        self.tree.header().setStretchLastSection(True)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self.tree)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy_value)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search keys and values, Enter for the next")
        self.search.setAccessibleName("Search in the JSON tree")
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self.find_next)
        self.search.textEdited.connect(self._search_again)
        self.words = wrapped_label(name="muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note = QLabel()
        self.note.setObjectName("small")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.hide()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 6)
        row.addWidget(self.search, 1)
        row.addWidget(self.note)
        column.addLayout(row)
        column.addWidget(self.tree, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(body)
        self._stack.addWidget(self.words)

    def show_root(self, root: Node | str) -> None:
        """Show the tree, or the words for why there is none."""
        self._found = None
        self.note.hide()
        self._stack.setCurrentIndex(0 if isinstance(root, Node) else 1)
        if isinstance(root, Node):
            self.model.set_root(root)
            if root.size() <= 50:
                self.tree.expandToDepth(0)
        else:
            self.words.setText(visible(root))

    def find_next(self) -> None:
        """Go to the next key or value that holds the searched text."""
        text = self.search.text()
        if not text:
            return
        gave_up: list[int] = []
        found = self.model.find(text, self._found, lambda count: count > SEARCHED_NODES and not gave_up.append(count))  # type: ignore[func-returns-value]
        self._found = found
        self.note.setText("" if found else f"not in the first {SEARCHED_NODES:,} values" if gave_up else "not found")
        self.note.setVisible(found is None)
        if found is not None:
            index = self.model.index_of(found)
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def copy_value(self) -> None:
        """Put the chosen value on the clipboard: text as it is, the rest as JSON."""
        value = self.model.node(self.tree.currentIndex()).value
        try:
            text = value if isinstance(value, str) else to_text(value)
        except RecursionError:
            text = ""
            self.note.setText("nested too deeply to copy; copy the raw text")
            self.note.show()
        QGuiApplication.clipboard().setText(str(text))

    def copy_path(self) -> None:
        """Put the way to the chosen value on the clipboard."""
        QGuiApplication.clipboard().setText(path_of(self.model.node(self.tree.currentIndex())))

    def _search_again(self) -> None:
        self._found = None
        self.find_next()

    def _menu(self, at: QPoint) -> None:
        index = self.tree.indexAt(at)
        if not index.isValid():
            return
        menu = QMenu(self.tree)
        menu.addAction("Copy value").triggered.connect(self.copy_value)
        menu.addAction("Copy path").triggered.connect(self.copy_path)
        menu.addAction("Expand below").triggered.connect(lambda: self.tree.expandRecursively(index, 3))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.tree.viewport().mapToGlobal(at))

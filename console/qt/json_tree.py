"""A tree over one JSON text: exactly what it says (duplicate keys, long numbers), children made when opened."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from console.model.json_path import ROOT, step
from console.qt.text import clip, visible
from console.qt.theme import current_theme, mono_font

Index = QModelIndex | QPersistentModelIndex
CHUNK = 500
SHOWN_CHARS = 400


class Number(str):
    """A number with the digits it came with; Python's own would round it, or refuse to print it."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """An object as its pairs in order: a key that stands twice is two pairs."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Node:
    """One value; `children` are made up to `made` of all that it has."""

    key: str | int
    value: Any
    parent: "Node | None" = None
    row: int = 0
    children: "list[Node]" = field(default_factory=list)

    def size(self) -> int:
        return len(self.value) if isinstance(self.value, list) else 0


def parse_exactly(text: str) -> Any:
    """Return a JSON text as Pairs, lists, Number, str, bool and None. Raises ValueError, RecursionError."""
    return json.loads(text, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number, parse_constant=Number)


def json_root(text: str) -> Node | str:
    """Return the root of the tree, or words for why there is none. May run on any thread."""
    try:
        return Node("", parse_exactly(text))
    except RecursionError:
        return "This payload is nested too deeply for the tree; see the raw text."
    except ValueError as error:
        return f"This payload is no JSON ({error}); see the raw text."


def value_words(value: Any) -> str:
    """Return a value as one line; containers say how much they hold."""
    if isinstance(value, Pairs):
        return f"{{{len(value)} keys}}" if len(value) != 1 else "{1 key}"
    if isinstance(value, list):
        return f"[{len(value)} items]" if len(value) != 1 else "[1 item]"
    if isinstance(value, Number):
        return clip(value, SHOWN_CHARS)
    if isinstance(value, str):
        return f'"{clip(visible(value[: SHOWN_CHARS + 1]), SHOWN_CHARS)}"'
    return {True: "true", False: "false", None: "null"}[value]


def to_text(value: Any, indent: int = 2, level: int = 0) -> str:
    """Return a value as JSON text again, pairs and digits unchanged. Raises RecursionError far below the root."""
    pad, end = "\n" + " " * indent * (level + 1), "\n" + " " * indent * level
    if isinstance(value, Pairs):
        inner = f",{pad}".join(f"{_quoted(key)}: {to_text(item, indent, level + 1)}" for key, item in value)
        return f"{{{pad}{inner}{end}}}" if value else "{}"
    if isinstance(value, list):
        inner = f",{pad}".join(to_text(item, indent, level + 1) for item in value)
        return f"[{pad}{inner}{end}]" if value else "[]"
    if isinstance(value, Number):
        return str(value)
    return _quoted(value) if isinstance(value, str) else {True: "true", False: "false", None: "null"}[value]


def path_of(node: Node) -> str:
    """Return the way to a node (see `console.model.json_path`)."""
    parts: list[str] = []
    at: Node | None = node
    while at is not None and at.parent is not None:
        parts.append(step(at.key))
        at = at.parent
    return "".join(reversed(parts)).removeprefix(".") or ROOT


class JsonModel(QAbstractItemModel):
    """Two columns, key and value. Wide containers give their children 500 at a time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node("", Pairs())

    def set_root(self, root: Node) -> None:
        self.beginResetModel()
        self._root = root
        self._make(root)
        self.endResetModel()

    def node(self, index: Index) -> Node:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else self._root

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008  Qt's signature
        children = self.node(parent).children
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        above = self.node(index).parent
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self.node(parent).children) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 2

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        return parent.column() <= 0 and self.node(parent).size() > 0

    def canFetchMore(self, parent: Index) -> bool:
        node = self.node(parent)
        return len(node.children) < node.size()

    def fetchMore(self, parent: Index) -> None:
        node = self.node(parent)
        first = len(node.children)
        last = min(node.size(), first + CHUNK) - 1
        if last >= first:
            self.beginInsertRows(parent, first, last)
            self._make(node)
            self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 1:
                return value_words(node.value)
            return f"{node.key}" if isinstance(node.key, int) else clip(visible(node.key[:201]), 200)
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(current_theme().json["key" if index.column() == 0 else _kind(node.value)])
        if role == Qt.ItemDataRole.FontRole:
            return mono_font()
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return ("Key", "Value")[section]
        return None

    def index_of(self, node: Node) -> QModelIndex:
        return QModelIndex() if node is self._root else self.createIndex(node.row, 0, node)

    def find(self, text: str, after: Node | None, give_up: Callable[[int], bool] = lambda _: False) -> Node | None:
        """Return the next node whose key or value holds `text`, in reading order, from the top after the last."""
        wanted = text.lower()
        passed = after is None
        first: Node | None = None
        for count, node in enumerate(self._walk()):
            if give_up(count):
                return None
            hit = wanted in str(node.key).lower() or (isinstance(node.value, str) and wanted in node.value.lower())
            if hit and passed:
                return node
            if hit and first is None:
                first = node
            passed = passed or node is after
        return first

    def _walk(self) -> Iterator[Node]:
        stack = [iter(self._all_children(self._root))]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
                continue
            yield node
            if node.size():
                stack.append(iter(self._all_children(node)))

    def _all_children(self, node: Node) -> list[Node]:
        while self.canFetchMore(self.index_of(node)):
            self.fetchMore(self.index_of(node))
        return node.children

    def _make(self, node: Node) -> None:
        first = len(node.children)
        part = node.value[first : first + CHUNK] if isinstance(node.value, list) else []
        pairs = isinstance(node.value, Pairs)
        for row, item in enumerate(part, first):
            node.children.append(Node(item[0], item[1], node, row) if pairs else Node(row, item, node, row))


def _kind(value: Any) -> str:
    if isinstance(value, Number):
        return "number"
    if isinstance(value, str):
        return "string"
    return "mark" if isinstance(value, list) else "constant"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

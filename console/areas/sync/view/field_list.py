"""The fields of a conflict, to walk through and decide: base, local, remote and result beside each other."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from console.areas.sync.core.merge.choice import How, Place
from console.areas.sync.view.field_painting import FieldPainter
from console.areas.sync.view.stepping import GLYPHS, TITLES, Fold, Line, Shown, fold_lines, next_open, took
from console.qt.choosing import choose_row
from console.qt.clipboard import put_on_clipboard
from console.qt.text import plain_tooltip, visible
from console.qt.value_dialog import ValueDialog

Index = QModelIndex | QPersistentModelIndex
BAR_PX = 12
"""Width of a scroll bar in the style sheet."""
_WHOLE_CHARS = 200_000
_TIP_CHARS = 600


class FieldModel(QAbstractListModel):
    """The lines, with runs of equal ones folded until asked for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []
        self.open_folds: frozenset[int] = frozenset()
        self.shown: list[Shown] = []

    def set_lines(self, lines: Sequence[Line]) -> None:
        self.beginResetModel()
        self.lines = list(lines)
        self.shown = fold_lines(self.lines, self.open_folds)
        self.endResetModel()

    def unfold(self, start: int) -> None:
        self.open_folds |= {start}
        self.set_lines(self.lines)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        line = self.shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return whole_words(line, _TIP_CHARS)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, Line):
            return plain_tooltip(whole_words(line, _TIP_CHARS))
        return None


def whole_words(line: Shown, limit: int = _WHOLE_CHARS) -> str:
    """Return a line as text: path, what became of it, each side under its title."""
    if isinstance(line, Fold):
        return line.words
    sides = [
        f"{title}: {'(absent)' if cell is None else cell[:limit]}" for title, cell in zip(TITLES, line.cells, strict=True)
    ]
    return visible("\n".join([f"{GLYPHS[line.kind]} {line.title} ({line.words})", *sides]), lines=True)


class FieldList(QListView):
    """Arrow keys walk the lines, Enter unfolds equal ones and opens a line whole; deciding is the page's."""

    moved = Signal()
    """The current line is another one."""

    def __init__(self) -> None:
        super().__init__()
        self.fields = FieldModel(self)
        self._painter = FieldPainter(self)
        self.setObjectName("diff")  # looks like the other comparisons
        self.setAccessibleName("Fields of the conflict: base, local, remote, result")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setModel(self.fields)
        self.setItemDelegate(self._painter)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.clicked.connect(lambda index: self._unfold(index.row()))
        self.doubleClicked.connect(lambda index: self.open_whole(index.row()))

    def show_lines(self, lines: Sequence[Line], *, anew: bool) -> None:
        """Show the lines; `anew` starts at the first open one, else the current line and the folds stay."""
        kept = None if anew else self.current_line()
        offset = 0 if anew else self.verticalScrollBar().value()
        if anew:
            self.fields.open_folds = frozenset()
        self.fields.set_lines(lines)
        if kept is not None:
            self._select(kept.place)
            self.verticalScrollBar().setValue(offset)
        elif not self.step(1, start=-1) and self.fields.shown:
            choose_row(self, 0)

    def current_line(self) -> Line | None:
        row = self.currentIndex().row()
        line = self.fields.shown[row] if 0 <= row < len(self.fields.shown) else None
        return line if isinstance(line, Line) else None

    def step(self, step: int, start: int | None = None) -> bool:
        """Go to the next open line (1) or the one before (-1), around the end; tells whether there is one."""
        lines = self.fields.lines
        at = self._at() if start is None else start
        found = next_open(lines, at, step)
        if found is None:
            return False
        self._select(lines[found].place)
        self.scrollTo(self.currentIndex())
        return True

    def take(self, place: Place, how: How, text: str | None = None) -> None:
        """Show a line as decided before the store has said so, and go on to the next open one."""
        lines = [took(one, how, text) if one.place == place else one for one in self.fields.lines]
        self.show_lines(lines, anew=False)
        self.step(1)

    def open_whole(self, row: int) -> None:
        """Show a line's values whole, in a window of their own."""
        line = self.fields.shown[row] if 0 <= row < len(self.fields.shown) else None
        if isinstance(line, Line):
            ValueDialog(line.title, whole_words(line), self).open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, plain = self.currentIndex().row(), not event.modifiers() & ~_HARMLESS
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            if not self._unfold(row):
                self.open_whole(row)
        elif event.matches(QKeySequence.StandardKey.Copy) and row >= 0:
            put_on_clipboard(whole_words(self.fields.shown[row]))
        elif (event.text().isprintable() and event.text()) or event.modifiers() & ~_HARMLESS:
            event.ignore()  # letters are commands of the page, not a search by typing
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def _at(self) -> int:
        """Return which line is the current one; a fold counts as its first line."""
        row = self.currentIndex().row()
        if not 0 <= row < len(self.fields.shown):
            return -1
        line = self.fields.shown[row]
        return line.start if isinstance(line, Fold) else self.fields.lines.index(line)

    def _select(self, place: Place) -> None:
        for row, line in enumerate(self.fields.shown):
            if isinstance(line, Line) and line.place == place:
                choose_row(self, row)
                return

    def _unfold(self, row: int) -> bool:
        line = self.fields.shown[row] if 0 <= row < len(self.fields.shown) else None
        if not isinstance(line, Fold):
            return False
        self.fields.unfold(line.start)
        choose_row(self, row)
        return True


_HARMLESS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier

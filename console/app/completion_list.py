"""The list under the filter box: what may come next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QWidget

from console.qt.choosing import choose_row
from console.qt.text import visible
from console.store.completion import Completion

_ROW_PX = 24
_DATA = Qt.ItemDataRole.UserRole + 1


class CompletionList(QListView):
    """A list laid over the window, not a window of its own, so that the box keeps the focus."""

    chosen = Signal(object)

    def __init__(self, box: QWidget) -> None:
        super().__init__(box)
        self._box = box
        self._model = QStandardItemModel(self)
        self.setObjectName("completions")
        self.setAccessibleName("Completions")
        self.setModel(self._model)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self.chosen.emit(index.data(_DATA)))
        self.hide()

    def offer(self, completions: list[Completion]) -> None:
        """Show these, none of them chosen yet; nothing hides the list."""
        self._model.clear()
        for completion in completions:
            detail = f"    {completion.detail}" if completion.detail else ""
            item = QStandardItem(visible(completion.label) + detail)
            item.setData(completion, _DATA)
            self._model.appendRow(item)
        if not completions:
            self.hide()
            return
        window = self._box.window()
        if self.parent() is not window:
            self.setParent(window)
        self.resize(min(560, max(320, self._box.width())), len(completions) * _ROW_PX + 10)
        self.move(self._box.mapTo(window, self._box.rect().bottomLeft()))
        self.raise_()
        self.show()

    def labels(self) -> list[str]:
        """Return the offered labels, in order."""
        return [self._model.item(i).data(_DATA).label for i in range(self._model.rowCount())]

    def move_by(self, steps: int) -> None:
        """Choose the next (1) or previous (-1) line, around the ends."""
        count = self._model.rowCount()
        row = self.currentIndex().row()
        row = (row + steps) % count if row >= 0 else (0 if steps > 0 else count - 1)
        choose_row(self, row)

    def choose(self) -> bool:
        """Take the chosen line; False when none is."""
        index = self.currentIndex()
        if not index.isValid():
            return False
        self.hide()
        self.chosen.emit(index.data(_DATA))
        return True

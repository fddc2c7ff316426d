"""Applies the decisions of one conflict to others of the same shape: all of them, but those that are taken out."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListView, QVBoxLayout, QWidget

from console.qt.choosing import choose_row
from console.qt.plain import plain_label
from console.qt.text import clip, plain_tooltip, visible
from console.qt.words import counted

_ID = Qt.ItemDataRole.UserRole


class Alike(NamedTuple):
    """Another conflict of the same shape."""

    id: int
    words: str


class SimilarDialog(QDialog):
    """Space takes a conflict out or in; one undo takes back all that was applied. `take` gets the ids."""

    def __init__(self, parent: QWidget, title: str, others: Sequence[Alike], take: Callable[[list[int]], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Apply the decisions of {clip(visible(title), 60)} to similar conflicts")
        self.others = QStandardItemModel(self)
        for other in others:
            item = QStandardItem(clip(visible(other.words), 200))
            item.setToolTip(plain_tooltip(other.words))
            item.setEditable(False)
            item.setCheckable(True)
            item.setCheckState(Qt.CheckState.Checked)
            item.setData(other.id, _ID)
            self.others.appendRow(item)
        self.list = QListView()
        self.list.setModel(self.others)
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(2)
        self.list.setAccessibleName("Similar conflicts; those that are ticked are settled alike")
        self.words = plain_label()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: take(self.chosen()))
        self.others.itemChanged.connect(lambda _: self._show_count())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.words)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.buttons)
        self.resize(560, 420)
        self._show_count()
        choose_row(self.list, 0)
        self.list.setFocus()

    def chosen(self) -> list[int]:
        """Return the conflicts that are not taken out."""
        items = [self.others.item(row) for row in range(self.others.rowCount())]
        return [item.data(_ID) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _show_count(self) -> None:
        count, total = len(self.chosen()), self.others.rowCount()
        out = f", {total - count:,} taken out" if count < total else ""
        self.words.setText(
            f"{counted(total, 'other conflict')} {'has' if total == 1 else 'have'} the same shape{out}. "
            "Decisions are applied, nothing is sent; one undo takes all of it back, the first refusal stops it."
        )
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        button.setText(f"Apply to {count:,}")
        button.setEnabled(count > 0)

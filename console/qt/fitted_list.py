"""A list of lines as high as they need: what holds it scrolls, and the arrow keys walk on beyond its ends."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from console.qt.choosing import choose_row

Index = QModelIndex | QPersistentModelIndex


class FittedList(QListView):
    """One that is not `fitted` keeps its height, scrolls by itself, and holds the arrow keys."""

    reached = Signal(object)
    """QRect of the line that the keys came to, in this widget's coordinates."""

    def __init__(self, *, fitted: bool = True) -> None:
        super().__init__()
        self._fitted = fitted
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fitted else Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def lines_height(self, width_px: int) -> int:
        """Return the height of all lines at a width."""
        raise NotImplementedError

    def fit(self, width_px: int) -> None:
        """Take the height of all lines at a width."""
        if self._fitted:
            self.setFixedHeight(self.lines_height(width_px) + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if self._fitted and event.key() == Qt.Key.Key_Up and row <= 0:
            self.focusPreviousChild()
        elif self._fitted and event.key() == Qt.Key.Key_Down and row == self.model().rowCount() - 1:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            choose_row(self, 0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.clearSelection()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self.reached.emit(self.visualRect(current))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self.fit(event.size().width())

"""The command palette (Ctrl+K): everything the window can do, by a few letters."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.app.palette_entries import Entry, entries_for
from console.app.window_shell import WindowShell
from console.model.area import Area
from console.qt.choosing import choose_row
from console.qt.theme import current_theme

_ENTRY = Qt.ItemDataRole.UserRole + 1
_ROW_PX, _WIDTH_PX = 30, 620


class Palette(QFrame):
    """Laid over the window; Escape or a click elsewhere closes it and gives the focus back."""

    def __init__(self, window: QWidget, shell: WindowShell, areas: Sequence[Area]) -> None:
        super().__init__(window)
        self._window = window
        self._shell, self._areas = shell, areas
        self._focus_before: QWidget | None = None
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 6)
        column.setSpacing(4)
        self.box = QLineEdit()
        self.box.setPlaceholderText("A command, an area, a source, an event id, a correlation id, console://…")
        self.box.setAccessibleName("Command palette")
        self.box.textChanged.connect(self._fill)
        self.box.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName("Matches")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self._model = QStandardItemModel(self)
        self.list.setModel(self._model)
        self.list.clicked.connect(lambda _: self.choose())
        column.addWidget(self.box)
        column.addWidget(self.list)
        self.hide()

    def open(self) -> None:
        self._focus_before = QApplication.focusWidget()
        self.box.clear()
        self._fill()
        self.place()
        self.raise_()
        self.show()
        self.box.setFocus()

    def close_palette(self) -> None:
        self.hide()
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus()

    def place(self) -> None:
        """Stand in the upper middle of the window."""
        window = self._window
        width = min(_WIDTH_PX, window.width() - 40)
        rows = max(1, self._model.rowCount())
        self.setGeometry((window.width() - width) // 2, 72, width, min(window.height() - 120, 58 + rows * _ROW_PX))

    def entries(self) -> list[Entry]:
        return [self._model.item(i).data(_ENTRY) for i in range(self._model.rowCount())]

    def choose(self) -> None:
        """Run the marked entry."""
        entry = self.list.currentIndex().data(_ENTRY)
        if isinstance(entry, Entry):
            self.close_palette()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}[Qt.Key(key)]
                self._move(step)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.choose()
                return True
            if key == Qt.Key.Key_Escape:
                self.close_palette()
                return True
        return super().eventFilter(watched, event)

    def _move(self, step: int) -> None:
        count = self._model.rowCount()
        if not count:
            return
        row = self.list.currentIndex().row() + step
        row = row % count if abs(step) == 1 else max(0, min(count - 1, row))
        choose_row(self.list, row)

    def _fill(self) -> None:
        self._model.clear()
        for entry in entries_for(self._shell, self._areas, self.box.text()):
            item = QStandardItem(f"{entry.group}: {entry.title}")
            item.setData(entry, _ENTRY)
            self._model.appendRow(item)
        choose_row(self.list, 0)
        self.place()


class _EntryDelegate(QStyledItemDelegate):
    """Title left, group and key right, all plain text."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        entry, theme = index.data(_ENTRY), current_theme()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        metrics = painter.fontMetrics()
        inner = rect.adjusted(14, 0, -14, 0)
        group_width = 92
        painter.setPen(theme.color("muted"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, entry.group)
        detail = metrics.elidedText(entry.detail, Qt.TextElideMode.ElideRight, inner.width() // 2)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, detail)
        painter.setPen(theme.color("text"))
        room = inner.adjusted(group_width, 0, -metrics.horizontalAdvance(detail) - 12, 0)
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.restore()

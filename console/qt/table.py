"""A fast table for rows that are read, not edited: chosen columns with remembered widths, copy, keys, plain text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView

from console.qt.choosing import choose_row
from console.qt.shell import Shell
from console.qt.text import plain_tooltip, visible
from console.qt.theme import mono_font

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
ROW_PX = 24
_SAVE_AFTER_MS = 300


@dataclass(frozen=True)  # no slots: `Column[Row](…)` sets an attribute on the instance
class Column(Generic[R]):
    """One column: `text` gives a row's words as they came (they are made visible here)."""

    key: str
    title: str
    text: Callable[[R], str]
    width_px: int = 120
    numbers: bool = False
    shown: bool = True
    color: Callable[[R], QColor | None] | None = None
    tooltip: Callable[[R], str] | None = None


class RowModel(QAbstractTableModel, Generic[R]):
    """Rows as a query gave them, already sorted, filtered and cut to a page; `key` names a row for good."""

    def __init__(self, columns: Sequence[Column[R]], key: Callable[[R], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key = key
        self.rows: list[R] = []

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show these rows. Equal keys in equal order only redraw, so that selection and scrolling stay."""
        same = [self.key(row) for row in rows] == [self.key(row) for row in self.rows]
        if same and rows:
            self.rows = list(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return visible(column.text(row))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(column.tooltip(row) if column.tooltip else column.text(row))
        if role == Qt.ItemDataRole.ForegroundRole and column.color:
            return column.color(row)
        if role == Qt.ItemDataRole.FontRole and column.numbers:
            return mono_font()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.numbers else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].numbers else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class RowTable(QTableView):
    """Shows a RowModel. Enter or a double click opens a row; the header's menu chooses columns."""

    opened = Signal(object)
    chosen = Signal(object)

    def __init__(self, model: RowModel[Any], shell: Shell, setting: str, name: str) -> None:
        super().__init__()
        self._rows, self._shell, self._setting = model, shell, setting
        self._kept: Any = None
        model.modelAboutToBeReset.connect(self._keep_choice)
        self.setModel(model)
        model.modelReset.connect(self._choose_again)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.verticalHeader().setMinimumSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._column_menu)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save_columns)
        self.restore_columns()
        header.sectionResized.connect(lambda *_: self._timer.start())
        header.sectionMoved.connect(lambda *_: self._timer.start())
        self.doubleClicked.connect(lambda index: self.opened.emit(model.rows[index.row()]))
        self._focusing = False
        self.selectionModel().currentRowChanged.connect(lambda *_: self._current_changed())

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Qt moves to the first row when nothing is chosen; that row was not chosen by the person.
        chosen = self.currentIndex().isValid()
        self._focusing = True
        super().focusInEvent(event)
        if not chosen:
            self.selectionModel().clear()
        self._focusing = False

    def _current_changed(self) -> None:
        if not self._focusing:
            self.chosen.emit(self.current_row())

    def current_row(self) -> Any:
        """Return the chosen row, None when there is none."""
        index = self.currentIndex()
        return self._rows.rows[index.row()] if index.isValid() and index.row() < len(self._rows.rows) else None

    def copy_rows(self) -> None:
        """Put the chosen rows on the clipboard as TSV, shown columns only, with a header."""
        columns = [i for i in self._order() if not self.isColumnHidden(i)]
        lines = ["\t".join(self._rows.columns[i].title for i in columns)]
        for index in sorted(self.selectionModel().selectedRows(), key=lambda one: one.row()):
            row = self._rows.rows[index.row()]
            lines.append("\t".join(visible(self._rows.columns[i].text(row)) for i in columns))
        if len(lines) > 1:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def restore_columns(self) -> None:
        """Lay the columns out as remembered; anything unknown means the default."""
        saved = self._shell.setting(self._setting)
        entries = {one["key"]: one for one in saved or [] if isinstance(one, dict) and isinstance(one.get("key"), str)}
        keys = [column.key for column in self._rows.columns]
        order = [key for key in entries if key in keys] + [key for key in keys if key not in entries]
        for place, key in enumerate(order):
            number, entry = keys.index(key), entries.get(key, {})
            column, width = self._rows.columns[number], entry.get("width")
            self.horizontalHeader().moveSection(self.horizontalHeader().visualIndex(number), place)
            self.setColumnWidth(number, width if isinstance(width, int) and 24 <= width <= 4_000 else column.width_px)
            self.setColumnHidden(number, not entry.get("shown", column.shown))

    def save_columns(self) -> None:
        columns = self._rows.columns
        layout = [
            {"key": columns[i].key, "width": self.columnWidth(i) or columns[i].width_px, "shown": not self.isColumnHidden(i)}
            for i in self._order()
        ]
        self._shell.set_setting(self._setting, layout)

    def reset_columns(self) -> None:
        """Forget the remembered layout."""
        self._shell.set_setting(self._setting, None)
        self.restore_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_row() is not None:
            self.opened.emit(self.current_row())
        else:
            super().keyPressEvent(event)

    def _order(self) -> list[int]:
        header = self.horizontalHeader()
        return [header.logicalIndex(place) for place in range(len(self._rows.columns))]

    def _keep_choice(self) -> None:
        row = self.current_row()
        self._kept = None if row is None else self._rows.key(row)

    def _choose_again(self) -> None:
        if self._kept is None:
            return
        for number, row in enumerate(self._rows.rows):
            if self._rows.key(row) == self._kept:
                choose_row(self, number)
                return

    def _column_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(self._rows.columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.toggled.connect(lambda shown, n=number: self._show_column(n, shown))
        menu.addSeparator()
        menu.addAction("Reset columns").triggered.connect(self.reset_columns)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def _show_column(self, number: int, shown: bool) -> None:
        others = any(not self.isColumnHidden(i) for i in range(len(self._rows.columns)) if i != number)
        self.setColumnHidden(number, not shown and others)  # the last one stays
        self._timer.start()

"""A comparison to read: field by field, what stands on each side, equal fields folded until asked for."""

from math import ceil
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.qt.choosing import choose_row
from console.qt.clipboard import put_on_clipboard
from console.qt.diff_rows import GLYPHS, WORDS, DiffRow, DiffRows
from console.qt.fitted_list import FittedList, Index
from console.qt.text import clip, plain_tooltip, visible, wrapped
from console.qt.theme import SMALL_PX, current_theme, mono_font
from console.qt.value_dialog import ValueDialog

_PAD_X, _PAD_Y, _GAP_X = 8, 4, 8
_MOST_LINES, _CHARS = 10, 2_000
_COLORS = {"same": "muted", "changed": "warning", "added": "good", "removed": "error"}
_TINT = 26
_BAR_PX = 12
"""Width of a scroll bar in the style sheet."""
FIRST_LINES, MORE_LINES = 60, 300
"""Of a list that is as high as its lines: what is laid out at once, and at each press for more."""


class Fold:
    """A run of equal fields in one line."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end

    def words(self) -> str:
        count = self.end - self.start
        return f"= {count:,} equal field{'s' if count > 1 else ''}"


class Rest:
    """The fields that are not laid out yet."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count

    def words(self) -> str:
        return f"▸ {self.count:,} more fields"


Shown = DiffRow | Fold | Rest


class DiffModel(QAbstractListModel):
    """The rows, with runs of equal ones folded. `open_folds` holds where the unfolded runs start.

    At most `limit` lines are shown, the last one says how many fields remain; None shows all.
    """

    def __init__(self, rows: DiffRows, parent: QObject, limit: int | None = None) -> None:
        super().__init__(parent)
        self.rows, self.limit = rows, limit
        self.open_folds: set[int] = set()
        self.shown: list[Shown] = self._shown()

    def show_equal(self, shown: bool) -> None:
        """Unfold all runs of equal fields, or fold all."""
        self.open_folds = set(range(len(self.rows.rows))) if shown else set()
        self.refresh()

    def refresh(self) -> None:
        self.beginResetModel()
        self.shown = self._shown()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.words(line)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, DiffRow):
            return plain_tooltip(self.words(line))
        return None

    def words(self, line: Shown) -> str:
        """Return a line as text: path, what happened, each side under its title."""
        if not isinstance(line, DiffRow):
            return line.words()
        sides = [f"{title}: {cell}" for title, cell in zip(self.rows.titles, line.cells, strict=True) if cell]
        return visible("\n".join([f"{GLYPHS[line.kind]} {line.path} ({WORDS[line.kind]})", *sides]), lines=True)

    def _shown(self) -> list[Shown]:
        shown: list[Shown] = []
        rows, start = self.rows.rows, 0
        while start < len(rows):
            if self.limit is not None and len(shown) >= self.limit:
                return [*shown[: self.limit], Rest(len(rows) - start)]
            end = start
            while end < len(rows) and rows[end].kind == "same":
                end += 1
            if end > start:
                shown += [Fold(start, end)] if start not in self.open_folds else rows[start:end]
                start = end
            else:
                shown.append(rows[start])
                start += 1
        return shown


class DiffList(FittedList):
    """Arrow keys walk the fields, Enter unfolds equal ones and opens a field whole, Ctrl+C copies it."""

    def __init__(self, rows: DiffRows, *, fitted: bool) -> None:
        super().__init__(fitted=fitted)
        self.differences = DiffModel(rows, self, FIRST_LINES if fitted else None)
        self._painter = _DiffPainter(self)
        self.setObjectName("diff")
        self.setAccessibleName("Differences by field")
        self.setModel(self.differences)
        self.setItemDelegate(self._painter)
        if not fitted:
            self.setLayoutMode(QListView.LayoutMode.Batched)
        self.clicked.connect(lambda index: self._unfold(index.row()))
        self.doubleClicked.connect(lambda index: self._activate(index.row()))
        self.differences.modelReset.connect(self._fit)

    def shown_text(self) -> str:
        return "\n".join(self.differences.words(line) for line in self.differences.shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self._activate(row)
        elif event.matches(QKeySequence.StandardKey.Copy) and row >= 0:
            put_on_clipboard(self.differences.words(self.differences.shown[row]))
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.fit(self.viewport().width())

    def lines_height(self, width_px: int) -> int:
        return sum(self._painter.height_of(line, width_px) for line in self.differences.shown)

    def _unfold(self, row: int) -> None:
        line = self.differences.shown[row]
        if isinstance(line, Fold):
            self.differences.open_folds.add(line.start)
        elif isinstance(line, Rest):
            self.differences.limit = (self.differences.limit or 0) + MORE_LINES
        else:
            return
        self.differences.refresh()
        choose_row(self, row)

    def _activate(self, row: int) -> None:
        line = self.differences.shown[row]
        self._unfold(row)
        if isinstance(line, DiffRow):
            ValueDialog(line.path, self.differences.words(line), self).open()


class DiffView(QWidget):
    """The titles of the sides above a `DiffList`."""

    def __init__(self, rows: DiffRows, *, fitted: bool = True) -> None:
        super().__init__()
        self.list = DiffList(rows, fitted=fitted)
        heads = QHBoxLayout()
        heads.setContentsMargins(_PAD_X, 2, _PAD_X if fitted else _PAD_X + _BAR_PX, 2)
        heads.setSpacing(_GAP_X)
        for title in rows.titles:
            label = QLabel(clip(visible(title), 60))
            label.setObjectName("small")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            heads.addWidget(label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heads)
        column.addWidget(self.list, 0 if fitted else 1)

    def fit(self, width_px: int) -> None:
        """Take the height that all rows need at a width."""
        self.list.fit(width_px)

    def show_equal(self, shown: bool) -> None:
        self.list.differences.show_equal(shown)

    def shown_text(self) -> str:
        return self.list.shown_text()


class _DiffPainter(QStyledItemDelegate):
    """A field's path over the whole width, below it the sides beside each other."""

    def __init__(self, view: DiffList) -> None:
        super().__init__(view)
        self._view = view
        self._mono, self._small = mono_font(), QFont(view.font())
        self._small.setPixelSize(SMALL_PX)
        metrics = QFontMetricsF(self._mono)
        self._line_px, self._char_px = ceil(metrics.lineSpacing()), max(1.0, metrics.horizontalAdvance("0"))

    def height_of(self, line: Shown, width: int) -> int:
        lines = 1 if not isinstance(line, DiffRow) else 1 + max(len(cell) for cell in self._cells(line, width))
        return lines * self._line_px + 2 * _PAD_Y

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, self.height_of(self._view.differences.shown[index.row()], self._view.viewport().width()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line, theme = self._view.differences.shown[index.row()], current_theme()
        rect: QRect = option.rect
        painter.save()
        painter.setClipRect(rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        kind = line.kind if isinstance(line, DiffRow) else "same"
        head = f"{GLYPHS[kind]} {clip(visible(line.path), _CHARS)}" if isinstance(line, DiffRow) else line.words()
        painter.setFont(self._small)
        painter.setPen(theme.color(_COLORS[kind]))
        box = QRect(rect.x() + _PAD_X, rect.y() + _PAD_Y, rect.width() - 2 * _PAD_X, self._line_px)
        shown = QFontMetricsF(self._small).elidedText(head, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        if isinstance(line, DiffRow):
            self._paint_cells(painter, rect, line)
        painter.restore()

    def _paint_cells(self, painter: QPainter, rect: QRect, line: DiffRow) -> None:
        theme = current_theme()
        painter.setFont(self._mono)
        cells, width = self._cells(line, rect.width()), self._cell_px(line, rect.width())
        top = rect.y() + _PAD_Y + self._line_px
        for number, lines in enumerate(cells):
            left = round(rect.x() + _PAD_X + number * (width + _GAP_X))
            box = QRect(left, top, round(width), rect.bottom() - top - _PAD_Y + 2)
            if line.kind != "same" and line.cells[number]:
                # The last two columns are compared; a base before them is only read.
                side = number - len(cells) + 2
                if side >= 0:
                    painter.fillRect(box, theme.color("good" if side else "error", _TINT))
            painter.setPen(QColor(theme.muted if line.kind == "same" else theme.text))
            for at, text in enumerate(lines):
                line_box = QRect(left + 3, top + at * self._line_px, round(width) - 3, self._line_px)
                painter.drawText(line_box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)

    def _cell_px(self, line: DiffRow, width: int) -> float:
        return (width - 2 * _PAD_X - (len(line.cells) - 1) * _GAP_X) / len(line.cells)

    def _cells(self, line: DiffRow, width: int) -> list[list[str]]:
        room = max(4, int((self._cell_px(line, width) - 6) / self._char_px))
        cells = []
        for cell in line.cells:
            lines = wrapped(clip(visible(cell[: _CHARS + 1], lines=True), _CHARS), room)
            cells.append(lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"])
        return cells

"""The model of the list: a bounded window of the store's rows, with repeats folded, updated by differences."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from console.areas.timeline.columns import COLUMNS, DELTA, severity_text, tooltip_lines
from console.areas.timeline.core import diff_sorted, fold_repeats
from console.areas.timeline.core.axis import span_text
from console.qt.text import plain_tooltip
from console.store.rows import MARKER_NONE, Position, Row

Index = QModelIndex | QPersistentModelIndex
_TEXTS_KEPT = 20_000
_MANY_RANGES = 40
"""More scattered changes than this cost the view more than drawing it anew."""


class Line(NamedTuple):
    """One line of the list: `row` is what it shows (the newest of a fold), `key` its place in the order.

    `count` is how many rows stand in this line, `run` how many the whole run has (an unfolded run's lines have
    repeats 1 and run > 1).
    """

    key: Position
    row: Row
    repeats: int
    run: int
    start: int


def position(row: Row) -> Position:
    return Position(row.ts, row.id)


def repeat_key(row: Row) -> tuple[str, ...] | None:
    """Return what must be equal for two neighbours to fold; None never folds."""
    if row.marker != MARKER_NONE:
        return None
    return (row.service, row.event_type, row.severity, row.category, row.message)


class RowsModel(QAbstractTableModel):
    """Rows ascending in (ts, id); `set_rows` changes only what differs, so that selection and scrolling stay."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.lines: list[Line] = []
        self.folding = True
        self._opened: set[int] = set()
        self._texts: dict[tuple[int, int], str] = {}
        self._line_of_id: dict[int, int] | None = None

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.rows = list(rows)
        self._opened &= {row.id for row in self.rows}
        self._show(self._folded())

    def set_folding(self, folding: bool) -> None:
        self.folding = folding
        self._opened.clear()
        self._show(self._folded())

    def open_run(self, number: int, opened: bool) -> bool:
        """Unfold or fold the run of a line; returns whether anything changed."""
        line = self.lines[number]
        if line.run < 2 or opened == (line.repeats == 1):
            return False
        start = line.start
        while not opened and start and self.rows[start - 1].id in self._opened and self._same(start - 1, line.start):
            start -= 1
        ids = {row.id for row in self.rows[start : start + line.run]}
        self._opened = self._opened | ids if opened else self._opened - ids
        self._show(self._folded())
        return True

    def _same(self, one: int, other: int) -> bool:
        return repeat_key(self.rows[one]) == repeat_key(self.rows[other])

    def _folded(self) -> list[Line]:
        rows = self.rows
        if not self.folding:
            return [Line(position(row), row, 1, 1, i) for i, row in enumerate(rows)]
        lines: list[Line] = []
        for run in fold_repeats([repeat_key(row) for row in rows], [row.id for row in rows], self._opened):
            members = range(run.start, run.start + run.length)
            if run.open:
                lines += [Line(position(rows[i]), rows[i], 1, run.length, i) for i in members]
            else:
                key = position(rows[run.start])
                lines.append(Line(key, rows[members[-1]], run.length, run.length, run.start))
        return lines

    def _show(self, lines: list[Line]) -> None:
        edits = diff_sorted([line.key for line in self.lines], [line.key for line in lines])
        self._line_of_id = None
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.clear()
        root = QModelIndex()
        if len(edits.removals) + len(edits.insertions) > _MANY_RANGES:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()
            return
        for first, last in reversed(edits.removals):
            self.beginRemoveRows(root, first, last)
            del self.lines[first : last + 1]
            self.endRemoveRows()
        for first, last in edits.insertions:
            self.beginInsertRows(root, first, last)
            self.lines[first:first] = lines[first : last + 1]
            self.endInsertRows()
        if self.lines != lines:
            self.lines = lines
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(COLUMNS) - 1))

    def patch(self, rows: Iterable[Row]) -> None:
        """Put newer versions of rows in the place of those with the same id (a pin, for instance)."""
        fresh = {row.id: row for row in rows}
        self.set_rows([fresh.get(row.id, row) for row in self.rows])

    def line_of(self, event_id: int) -> int | None:
        """Return the number of the line that shows an event, folded or not."""
        if self._line_of_id is None:
            self._line_of_id = {
                self.rows[i].id: number
                for number, line in enumerate(self.lines)
                for i in range(line.start, line.start + line.repeats)
            }
        return self._line_of_id.get(event_id)

    def text(self, number: int, column: int) -> str:
        """Return the words of a cell; a marker row has one text for the whole line."""
        line = self.lines[number]
        if column == DELTA:
            if number == 0 or line.row.marker:
                return ""
            return f"+{span_text(max(0, line.row.ts - self.lines[number - 1].row.ts))}"
        place = (line.row.id, column)
        text = self._texts.get(place)
        if text is None:
            text = self._texts[place] = COLUMNS[column].text(line.row)
        return text

    def spoken(self, number: int) -> str:
        """Return a line as one sentence, for screen readers."""
        line = self.lines[number]
        if line.row.marker:
            return f"Gap: {line.row.message}"
        words = [severity_text(line.row.severity)[2:], line.row.service, line.row.category, line.row.message]
        return ", ".join(word for word in words if word) + (f", {line.repeats} times" if line.repeats > 1 else "")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            line = self.lines[index.row()]
            return plain_tooltip("\n".join(tooltip_lines(line.row, line.repeats)))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS):
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].numeric else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

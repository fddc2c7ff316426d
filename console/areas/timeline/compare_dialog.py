"""Two events side by side, field by field; equal fields are folded away until asked for."""

import json
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.areas.timeline.colours import Colours
from console.areas.timeline.core import Comparison, Difference, compare_payloads
from console.areas.timeline.core.axis import full_text
from console.qt.text import plain_tooltip, visible
from console.store.rows import EventDetail

GLYPHS = {"equal": "=", "changed": "≠", "added": "+", "removed": "−"}
TITLES = ("", "Field", "Left", "Right")
_CELL_CHARS = 300


class Undecodable(str):
    """A payload that is no JSON that can be decoded here; compared as one text."""


def decode_payload(text: str) -> Any:
    """Return the decoded payload, or its text when it is none or nests too deeply."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return Undecodable(text)


def compare_events(left: EventDetail, right: EventDetail) -> Comparison:
    """Compare the payloads of two events; runs on a pool thread, as payloads may be large."""
    return compare_payloads(decode_payload(left.payload), decode_payload(right.payload))


class DifferencesModel(QAbstractTableModel):
    def __init__(self, differences: list[Difference], colours: Colours, fixed: QFont, parent: QObject) -> None:
        super().__init__(parent)
        self._all = differences
        self._fixed = fixed
        self._colours = {
            "equal": QColor(colours.quiet),
            "changed": QColor(colours.warning),
            "added": QColor(colours.good),
            "removed": QColor(colours.bad),
        }
        self.shown: list[Difference] = []
        self.show_equal(False)

    def show_equal(self, equal: bool) -> None:
        self.beginResetModel()
        self.shown = [one for one in self._all if equal or one.change != "equal"]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.shown[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            texts = (GLYPHS[one.change], one.path, one.left, one.right)
            return visible(texts[column][:_CELL_CHARS])
        if role == Qt.ItemDataRole.ToolTipRole and column:
            return plain_tooltip((one.path, one.left, one.right)[column - 1])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one.change}: {one.path}" if column == 0 else None
        if role == Qt.ItemDataRole.ForegroundRole and (column == 0 or one.change != "equal"):
            return self._colours[one.change]
        if role == Qt.ItemDataRole.FontRole:
            return self._fixed
        return None


class CompareDialog(QDialog):
    """Shows a comparison; does not block the window."""

    def __init__(
        self,
        left: EventDetail,
        right: EventDetail,
        comparison: Comparison,
        colours: Colours,
        fixed: QFont,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Compare events {left.row.id} and {right.row.id}")
        self.resize(980, 620)
        self.model = DifferencesModel(comparison.differences, colours, fixed, self)
        self.equal = QCheckBox("Show equal fields", self)
        self.equal.toggled.connect(self._on_equal)
        self.summary = _plain(summary_text(comparison), self)
        heads = QHBoxLayout()
        heads.addWidget(_plain(head_text("Left", left), self), 1)
        heads.addWidget(_plain(head_text("Right", right), self), 1)
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.equal)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(heads)
        column.addLayout(row)
        column.addWidget(self._table(), 1)
        column.addWidget(box)

    def _table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self.model)
        table.setAccessibleName("Differences by field")
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(22)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(28)
        header.resizeSection(0, 28)
        header.resizeSection(1, 300)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        return table

    def _on_equal(self, shown: bool) -> None:
        self.model.show_equal(shown)


def summary_text(comparison: Comparison) -> str:
    """Return "3 changed, 1 added, 40 equal"."""
    words = []
    for change, glyph in GLYPHS.items():
        count = sum(one.change == change for one in comparison.differences)
        if count and change != "equal":
            words.append(f"{glyph} {count:,} {change}")
    equal = sum(one.change == "equal" for one in comparison.differences)
    words.append(f"= {equal:,} equal")
    if comparison.cut:
        words.append("the rest is left out: too many fields")
    return ", ".join(words)


def head_text(side: str, detail: EventDetail) -> str:
    row = detail.row
    return f"{side}: event {row.id}, {full_text(row.ts)}\n{visible(row.service)}: {visible(row.message)[:120]}"


def _plain(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label

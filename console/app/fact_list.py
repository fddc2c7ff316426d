"""Names and values to read, select and copy; every value is plain text."""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableWidget, QTableWidgetItem

from console.qt.text import clip, plain_tooltip, visible
from console.qt.theme import SMALL_PX, current_theme, mono_font

_SHOWN_CHARS = 1_500
_MAX_LINES = 12
_PADDING_PX = 24
"""Left and right of a cell's text: the style sheet's padding and Qt's own margin."""
_GAP_PX = 8
_LEAST_NAME_PX = 92
_TIME_CHARS = 23
"""Names give way until a time fits in one line; the whole name is in the tooltip."""


def wrapped(text: str, width: int) -> list[str]:
    """Return lines of at most `width` characters, broken at blanks where there are any; Qt would cut long ids off."""
    lines: list[str] = []
    for line in text.split("\n"):
        while len(line) > width:
            at = line.rfind(" ", width // 2, width + 1)
            at = width if at < 0 else at + 1
            lines.append(line[:at])
            line = line[at:]
        lines.append(line)
    return lines


class FactList(QTableWidget):
    """Two columns; long values take several lines. Ctrl+C copies the chosen value, whole and as it came."""

    def __init__(self) -> None:
        super().__init__(0, 2)
        self._facts: list[tuple[str, str]] = []
        self._name_font = QFont(self.font())
        self._name_font.setPixelSize(SMALL_PX)
        self.setObjectName("facts")
        self.setAccessibleName("Facts")
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # one that comes and goes moves every line
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().resizeSection(0, 132)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy_value)

    def show_facts(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        """Show groups of (name, value); a group's title stands on a line of its own."""
        self._facts = []
        for title, facts in groups:
            if facts:
                self._facts += [(title, "")] if title else []
                self._facts += facts
        titles = {title for title, _ in groups if title}
        self.clearSpans()
        self.setRowCount(len(self._facts))
        theme = current_theme()
        for row, (name, value) in enumerate(self._facts):
            heading = name in titles and not value
            left = QTableWidgetItem(clip(visible(name), 200))
            left.setForeground(theme.color("muted"))
            left.setFont(self._name_font)
            left.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            left.setToolTip(plain_tooltip(name) if len(name) > 12 else "")
            right = QTableWidgetItem(clip(visible(value, lines=True), _SHOWN_CHARS))
            right.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            right.setFont(mono_font())
            if heading:
                left.setForeground(theme.color("accent"))
                left.setFlags(Qt.ItemFlag.ItemIsEnabled)
            if name == "Severity" and row < len(groups[0][1]):
                right.setForeground(theme.severity_color(value.split(" ")[-1]))
            self.setItem(row, 0, left)
            self.setItem(row, 1, right)
            if heading:
                self.setSpan(row, 0, 1, 2)
        self._fit()

    def copy_value(self) -> None:
        row = self.currentRow()
        if 0 <= row < len(self._facts):
            QGuiApplication.clipboard().setText(self._facts[row][1])

    def text(self) -> str:
        """Return all facts as lines."""
        return "\n".join(f"{name}: {value}" if value else f"\n{name}" for name, value in self._facts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(360, 400)

    def _fit(self) -> None:
        # Counted, not laid out: resizeRowsToContents over long values would stall the window.
        width = self.viewport().width()
        metrics, advance = QFontMetricsF(mono_font()), QFontMetricsF(self._name_font).horizontalAdvance
        names = max((advance(clip(name, 60)) for name, value in self._facts if value), default=0.0)
        values = ceil(metrics.horizontalAdvance("0") * _TIME_CHARS) + _PADDING_PX + 1
        left = round(max(_LEAST_NAME_PX, min(names + _PADDING_PX, width - values)))
        self.horizontalHeader().resizeSection(0, left)
        room = max(8, int((width - left - _PADDING_PX) / max(1.0, metrics.horizontalAdvance("0"))))
        for row, (_, value) in enumerate(self._facts):
            lines = wrapped(clip(visible(value, lines=True), _SHOWN_CHARS), room)
            item = self.item(row, 1)
            if item is not None:
                item.setText("\n".join([*lines[: _MAX_LINES - 1], "…"] if len(lines) > _MAX_LINES else lines))
            self.setRowHeight(row, ceil(min(len(lines), _MAX_LINES) * metrics.lineSpacing()) + _GAP_PX)

    def _menu(self, at: QPoint) -> None:
        row = self.rowAt(at.y())
        if not 0 <= row < len(self._facts):
            return
        self.setCurrentCell(row, 1)
        name, value = self._facts[row]
        menu = QMenu(self)
        menu.addAction("Copy value").triggered.connect(self.copy_value)
        menu.addAction("Copy name and value").triggered.connect(
            lambda: QGuiApplication.clipboard().setText(f"{name}: {value}")
        )
        menu.addAction("Copy all").triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(at))

"""The stack: frames to walk with the arrow keys, library frames folded, source lines, open in the editor."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from console.app.inspector.editor import (
    COMMAND_SETTING,
    PATHS_SETTING,
    VS_CODE,
    command_line,
    launch,
    local_path,
    mappings_from,
)
from console.app.inspector.source_file import Excerpt, NoSource, check_file, read_excerpt
from console.app.inspector.stack_painting import StackPainter, line_words
from console.app.inspector.stack_rows import Called, Folded, Line, Sourced, Spot, first_own, place_words, stack_lines
from console.model.stack import Frame, Stack
from console.qt.clipboard import put_on_clipboard
from console.qt.fitted_list import FittedList, Index
from console.qt.holding import refuses
from console.qt.shell import Shell
from console.qt.text import plain_tooltip

_NO_SOURCE = "No file on this machine is known for this frame; a path mapping says where its folder lies."


class StackModel(QAbstractListModel):
    """The lines of `stack_lines`, made anew when something is folded or read."""

    def __init__(self, stack: Stack, parent: QObject) -> None:
        super().__init__(parent)
        self.stack = stack
        self.unfolded: set[Spot] = set()
        self.sources: dict[Spot, Excerpt | str] = {}
        self.lines = stack_lines(stack, self.unfolded, self.sources)

    def refresh(self) -> None:
        self.beginResetModel()
        self.lines = stack_lines(self.stack, self.unfolded, self.sources)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line_words(line)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, Called):
            return plain_tooltip(
                f"{line.frame.function}\n{place_words(line.frame)}\nEnter: source lines, E: open in the editor"
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(line_words(line))
        return None


class StackView(FittedList):
    """Enter or a click unfolds library frames and shows source lines; E or a double click opens the editor."""

    mapping_wanted = Signal()

    def __init__(self, stack: Stack, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.rows = StackModel(stack, self)
        self._painter = StackPainter(self)
        self.launch: Callable[[str, list[str]], bool] = launch
        self.setObjectName("stack")
        self.setAccessibleName("Stack")
        self.setModel(self.rows)
        self.setItemDelegate(self._painter)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.clicked.connect(lambda index: self._act(index.row()))
        self.doubleClicked.connect(lambda index: self.open_in_editor(index.row()))
        own = first_own(stack)
        if own is not None:
            self._read(*own, quietly=True)

    def lines_height(self, width_px: int) -> int:
        return sum(self._painter.height_of(line, width_px) for line in self.rows.lines)

    def shown_text(self) -> str:
        return "\n".join(line_words(line) for line in self.rows.lines)

    def open_chosen(self) -> None:
        """Open the chosen frame; without one, the application's own that is nearest to where it was raised."""
        row = self.currentIndex().row()
        own = first_own(self.rows.stack)
        if not isinstance(self._line(row), Called) and own is not None:
            row = next(n for n, line in enumerate(self.rows.lines) if isinstance(line, Called) and line.spot == own[0])
        if isinstance(self._line(row), Called):
            self.open_in_editor(row)
        else:
            self._shell.notify("Choose a frame first.")

    def open_in_editor(self, row: int) -> None:
        """Open the file of a frame at its line; what cannot be opened is said."""
        line = self._line(row)
        if not isinstance(line, Called) or refuses(self._shell):
            return
        path = self._local(line.frame)
        if path is None:
            self._shell.notify(_NO_SOURCE)
            return
        self._shell.read(self, "editor", lambda _: check_file(path), partial(self._launch, line.frame), self._refused)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, plain = self.currentIndex().row(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self._act(row)
        elif plain and event.key() == Qt.Key.Key_E and row >= 0:
            self.open_in_editor(row)
        elif event.matches(QKeySequence.StandardKey.Copy) and row >= 0:
            self._copy(row)
        else:
            super().keyPressEvent(event)

    def _line(self, row: int) -> Line | None:
        return self.rows.lines[row] if 0 <= row < len(self.rows.lines) else None

    def _act(self, row: int) -> None:
        line = self._line(row)
        if isinstance(line, Folded):
            self.rows.unfolded ^= {line.spot}
            self._refresh(row)
        elif isinstance(line, Sourced):
            del self.rows.sources[line.spot]
            self._refresh(row - 1)
        elif isinstance(line, Called) and line.spot in self.rows.sources:
            del self.rows.sources[line.spot]
            self._refresh(row)
        elif isinstance(line, Called):
            self._read(line.spot, line.frame)

    def _read(self, spot: Spot, frame: Frame, *, quietly: bool = False) -> None:
        path, at = self._local(frame), frame.line
        if path is not None and at is not None:
            self._shell.read(
                self,
                f"source {spot}",
                lambda _: read_excerpt(path, at),
                partial(self._show_source, spot),
                lambda error: self._show_source(spot, str(error)) if not quietly else None,
            )
        elif not quietly:
            self._show_source(spot, _NO_SOURCE)

    def _show_source(self, spot: Spot, excerpt: Excerpt | str) -> None:
        self.rows.sources[spot] = excerpt
        self._refresh(self.currentIndex().row())

    def _refresh(self, row: int) -> None:
        self.rows.refresh()
        self.fit(self.viewport().width())
        if row >= 0:
            self.setCurrentIndex(self.rows.index(min(row, len(self.rows.lines) - 1)))

    def _local(self, frame: Frame) -> str | None:
        return local_path(frame.file, mappings_from(self._shell.setting(PATHS_SETTING)))

    def _launch(self, frame: Frame, path: str) -> None:
        template = str(self._shell.setting(COMMAND_SETTING) or VS_CODE)
        try:
            program, arguments = command_line(template, path, frame.line, frame.column)
        except ValueError as error:
            self._shell.notify(str(error), error=True)
            return
        if not self.launch(program, arguments):
            self._shell.notify(
                f"{program} could not be started; choose an editor in “Editor and path mapping…”.", error=True
            )

    def _refused(self, error: Exception) -> None:
        self._shell.notify(
            f"{error}." if isinstance(error, NoSource) else f"The file could not be opened: {error}", error=True
        )

    def _copy(self, row: int) -> None:
        line = self._line(row)
        if line is not None:
            put_on_clipboard(place_words(line.frame) if isinstance(line, Called) else line_words(line))

    def _menu(self, at: QPoint) -> None:
        row = self.indexAt(at).row()
        line = self._line(row)
        menu = QMenu(self)
        if isinstance(line, Called):
            opening = menu.addAction("Open in the editor (E)")
            opening.triggered.connect(lambda: self.open_in_editor(row))
            opening.setEnabled(not self._shell.read_only)
            menu.addAction("Source lines (Enter)").triggered.connect(lambda: self._act(row))
            menu.addAction("Copy file and line").triggered.connect(lambda: self._copy(row))
        menu.addAction("Copy all").triggered.connect(lambda: put_on_clipboard(self.shown_text()))
        menu.addAction("Editor and path mapping…").triggered.connect(self.mapping_wanted.emit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(at))

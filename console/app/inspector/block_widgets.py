"""From blocks to widgets."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.app.inspector.blocks import Block, Code, Copies, Facts, Frames, Line, Moments, Sides
from console.app.inspector.fact_table import MORE_ROWS, FactTable, MomentTable
from console.qt.clipboard import put_on_clipboard
from console.qt.flow import flow_row
from console.qt.shell import Shell
from console.qt.text import clip, visible

if TYPE_CHECKING:
    from console.model.report.parts import Moment

_KIND_WORDS = {"action": "", "journey": "", "breadcrumb": "", "console": "", "network": "network"}
_BAD = ("error", "fail", "exception", "refused", "denied")


class BlockWidgets:
    """Makes the widgets of a block; `reached` is told of each line that the keys come to."""

    def __init__(self, shell: Shell, reached: Callable[[QWidget, object], None], edit_mapping: Callable[[], None]) -> None:
        self._shell, self._reached, self._edit_mapping = shell, reached, edit_mapping

    def make(self, block: Block, section: str) -> Iterator[QWidget]:
        """Yield the widgets for one block of a section, top down."""
        # Imported where they are needed: the window starts without an event.
        if isinstance(block, Facts):
            yield from self._facts(block.title, FactTable(block.title or section, block.lines))
        elif isinstance(block, Code):
            from console.qt.code_box import CodeBox

            yield CodeBox(block.title, block.text, block.language, folded_up=block.folded, margin_px=8)
        elif isinstance(block, Frames):
            from console.app.inspector.stack_view import StackView

            view = StackView(block.stack, self._shell)
            view.mapping_wanted.connect(self._edit_mapping)
            opens = ("Open in the editor (E)", view.open_chosen)
            yield _button_row("", (opens, ("Editor and path mapping…", self._edit_mapping)))
            yield self._watched(view, view.reached)
        elif isinstance(block, Sides):
            from console.qt.diff_rows import summary_words
            from console.qt.diff_view import DiffView

            yield title_label(f"{block.title}: {summary_words(block.rows)}")
            diff = DiffView(block.rows)
            self._watched(diff.list, diff.list.reached)
            yield diff
        elif isinstance(block, Moments):
            lines, tones = moment_lines(block)
            yield from self._facts("", MomentTable(section, lines, tones))
        else:
            yield self._copies(block)

    def _facts(self, title: str, table: FactTable) -> Iterator[QWidget]:
        if title:
            yield title_label(clip(visible(title), 120))
        yield self._watched(table, table.reached)
        if table.rest():
            yield _more_button(table)

    def _watched(self, widget: QWidget, reached: SignalInstance) -> QWidget:
        reached.connect(lambda rect: self._reached(widget, rect))
        return widget

    def _copies(self, block: Copies) -> QWidget:
        choices = [(words, partial(self._copy, text, words)) for words, _, text in block.choices]
        return _button_row("Copy as", choices, [name for _, name, _ in block.choices])

    def _copy(self, text: str, words: str) -> None:
        put_on_clipboard(text)
        self._shell.notify(f"The request is copied as {words}.")


def moment_lines(block: Moments) -> tuple[list[Line], list[str]]:
    """Return the lines of a timeline, its last one the event itself, and the tone of each."""
    lines = [Line(_before(one, block.at_ms), one.text, note=_KIND_WORDS.get(one.kind, one.kind)) for one in block.moments]
    tones = ["bad" if any(word in one.text.lower() for word in _BAD) else "" for one in block.moments]
    if any(one.ts_ms is not None for one in block.moments):
        lines.append(Line("0 ms", "this event"))
        tones.append("bad")
    return lines, tones


def _before(moment: "Moment", at_ms: int) -> str:
    """Return the time from the event to a moment: `−1.2 s`."""
    if moment.ts_ms is None:
        return "before"
    by_ms = moment.ts_ms - at_ms
    sign, size = "−" if by_ms < 0 else "+", abs(by_ms)
    if size < 1_000:
        return f"{sign}{size} ms"
    if size < 60_000:
        return f"{sign}{size / 1000:.1f} s"
    return f"{sign}{size / 60_000:,.1f} min" if size < 7_200_000 else f"{sign}{size / 3_600_000:,.1f} h"


def title_label(text: str) -> QLabel:
    """Return the title of a block."""
    label = QLabel(text)
    label.setObjectName("blockTitle")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _button_row(label: str, choices: Sequence[tuple[str, Callable[[], object]]], names: Sequence[str] = ()) -> QWidget:
    """Return a line of small buttons behind a label; `names` are what a screen reader says of them."""
    row = flow_row()
    layout = row.layout()
    assert layout is not None
    layout.setContentsMargins(12, 4, 8, 2)
    if label:
        first = QLabel(label)
        first.setObjectName("small")
        first.setMinimumHeight(20)
        layout.addWidget(first)
    for number, (words, run) in enumerate(choices):
        button = QPushButton(words)
        button.setObjectName("little")
        button.setAccessibleName(names[number] if names else words)
        button.clicked.connect(lambda *_, run=run: run())
        layout.addWidget(button)
    return row


def _more_button(table: FactTable) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(8, 0, 8, 0)
    button = QPushButton(f"Show {min(MORE_ROWS, table.rest()):,} more of {table.rest():,}")
    button.setObjectName("little")
    column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def grow() -> None:
        table.show_more()
        button.setText(f"Show {min(MORE_ROWS, table.rest()):,} more of {table.rest():,}")
        holder.setVisible(table.rest() > 0)

    button.clicked.connect(grow)
    return holder

"""The history of one source's losses, below the table of sources."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.areas.sources.history import Loss
from console.areas.sources.view.line import Line, detail_words
from console.qt.plain import wrapped_label
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.text import visible

AROUND_MS = 30_000
"""Shown in the timeline before and after a loss."""
_KINDS = {"gap": "▲ Gap", "unknown": "◌ Unknown coverage", "quarantine": "✖ Quarantined"}
_NOTHING_LOST = "Nothing lost that we know of."


class SourceDetail(QWidget):
    """What a source is doing in words, and its losses; `shown_in_timeline` carries (since, until) in Unix ms."""

    shown_in_timeline = Signal(object, object)
    older_asked = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._words = wrapped_label()
        self._nothing = wrapped_label(f"✓ {_NOTHING_LOST}")
        self._nothing.setContentsMargins(12, 4, 12, 8)
        self._show = QPushButton("Show in timeline")
        self._show.setEnabled(False)
        self.older = QPushButton("Show older losses")
        # Texts are made when a row is drawn: tens of thousands of losses cost nothing until somebody scrolls there.
        self.losses: RowModel[Loss] = RowModel(_COLUMNS, key=lambda loss: loss)
        self.table = RowTable(self.losses, shell, "layout.sources.losses", "Losses of the source")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 2)
        row.addWidget(self._words, 1)
        row.addWidget(self.older)
        row.addWidget(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._nothing)
        layout.addWidget(self.table, 1)
        self._show.clicked.connect(self._open)
        self.older.clicked.connect(self.older_asked)
        self.table.opened.connect(self._open)
        self.table.chosen.connect(self._selected)
        self.losses.modelReset.connect(self._selected)
        self.show_line(None, 0)

    def show_line(self, line: Line | None, now_ms: int) -> None:
        """Say in words what a source is doing; None when none is selected."""
        if line is None:
            self._words.setText("Select a source to see its gaps, unknown intervals and quarantined data.")
            self.losses.set_rows([])
            self._nothing.hide()
            self.older.hide()
            return
        self._words.setText(f"{visible(line.name)}: {visible(detail_words(line, now_ms))}")

    def show_losses(self, losses: list[Loss], *, more: bool) -> None:
        """Show the losses of the selected source; one that was selected stays selected."""
        self.losses.set_rows(losses)
        self.older.setVisible(more)
        self._nothing.setVisible(not losses)

    def _selected(self) -> None:
        loss = self._loss()
        self._show.setEnabled(loss is not None and loss.from_ms is not None)

    def _loss(self) -> Loss | None:
        found = self.table.current_row()
        return found if isinstance(found, Loss) else None

    def _open(self) -> None:
        loss = self._loss()
        if loss is not None and loss.from_ms is not None:
            until = loss.from_ms if loss.to_ms is None else loss.to_ms
            self.shown_in_timeline.emit(loss.from_ms - AROUND_MS, until + AROUND_MS)


def _clock(time_ms: int | None) -> str:
    if time_ms is None:
        return "–"
    return datetime.fromtimestamp(time_ms / 1000).astimezone().strftime("%d %b %H:%M:%S")


_COLUMNS = (
    Column[Loss]("kind", "What", lambda loss: _KINDS[loss.kind], 170),
    Column[Loss]("from", "From", lambda loss: _clock(loss.from_ms), 130),
    Column[Loss]("to", "To", lambda loss: _clock(loss.to_ms), 130),
    Column[Loss](
        "missing", "Events", lambda loss: "unknown" if loss.missing is None else f"{loss.missing:,}", 90, numbers=True
    ),
    Column[Loss]("reason", "Why", lambda loss: loss.reason, 260),
)

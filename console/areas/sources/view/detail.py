"""The history of one source's losses, below the table of sources."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.areas.sources.history import Loss
from console.areas.sources.view.line import Line
from console.qt.text import visible

AROUND_MS = 30_000
"""Shown in the timeline before and after a loss."""
_KINDS = {"gap": "▲ Gap", "unknown": "◌ Unknown coverage", "quarantine": "✖ Quarantined"}
_LossRole = Qt.ItemDataRole.UserRole


class SourceDetail(QWidget):
    """What a source is doing in words, and its losses; `shown_in_timeline` carries (since, until) in Unix ms."""

    shown_in_timeline = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._show = QPushButton("Show in timeline")
        self._show.setEnabled(False)
        self.losses = QTreeWidget()
        self.losses.setAccessibleName("Losses of the source")
        self.losses.setHeaderLabels(["What", "From", "To", "Events", "Why"])
        self.losses.setRootIsDecorated(False)
        self.losses.setAlternatingRowColors(True)
        self.losses.setUniformRowHeights(True)
        self.losses.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for column, width in enumerate((170, 150, 150, 90)):
            self.losses.setColumnWidth(column, width)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 2)
        row.addWidget(self._words, 1)
        row.addWidget(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.losses)
        self._show.clicked.connect(self._open)
        self.losses.itemActivated.connect(self._open)
        self.losses.currentItemChanged.connect(self._selected)
        self.show_line(None)

    def show_line(self, line: Line | None) -> None:
        """Say in words what a source is doing; None when none is selected."""
        if line is None:
            self._words.setText("Select a source to see its gaps, unknown intervals and quarantined data.")
            self.losses.clear()
            return
        detail = visible(str(line.status.get("detail") or ""))
        if not line.status:
            detail = "waiting for the first word of the ingest process" if line.enabled else "disabled; it is not attached"
        self._words.setText(f"{visible(line.name)}: {detail}" if detail else visible(line.name))

    def show_losses(self, losses: list[Loss]) -> None:
        """Show the losses of the selected source; one that was selected stays selected."""
        before = self.losses.currentItem()
        chosen = before.data(0, _LossRole) if before else None
        self.losses.clear()
        for loss in losses:
            missing = "unknown" if loss.missing is None else f"{loss.missing:,}"
            texts = [_KINDS[loss.kind], _clock(loss.from_ms), _clock(loss.to_ms), missing, visible(loss.reason)]
            item = QTreeWidgetItem(self.losses, texts)
            item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, _LossRole, loss)
            if loss == chosen:
                self.losses.setCurrentItem(item)
        if not losses:
            item = QTreeWidgetItem(self.losses, ["✓ Nothing lost that we know of"])
            item.setFirstColumnSpanned(True)

    def _selected(self) -> None:
        loss = self._loss()
        self._show.setEnabled(loss is not None and loss.from_ms is not None)

    def _loss(self) -> Loss | None:
        item = self.losses.currentItem()
        found = item.data(0, _LossRole) if item else None
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

"""The newest traces at the left: asks the store, at most every two seconds while live."""

import sqlite3

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from console.areas.trace.store import RecentTrace, recent_traces
from console.areas.trace.view.recent_list import RecentList
from console.qt.plain import wrapped_label
from console.qt.shell import Shell, Tick
from console.qt.text import plain_tooltip, visible
from console.store.filter import FilterError, parse_filter

READ_EVERY_MS = 2_000
_SINGLES = "trace.singles"
_LOADING = "Loading…"
_NONE = (
    "No traces in this range. A trace is all events that share a correlationId, requestId, flowId, traceId or traceparent."
    "\n\nChoose a longer range, attach a source in Sources, or start the demo."
)
_NO_MATCH = "No traces in this range match the filter."
_ONLY_SINGLES = "\n\nTraces of one event are left out: “Single events” shows them."


class RecentPanel(QWidget):
    """`opened` tells which trace a person wants; `shown` that the list was read again."""

    opened = Signal(str)
    shown = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._busy = False
        self._read_ms = 0
        self._filter = ""
        self.list = RecentList()
        self.words = wrapped_label(_LOADING, "muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.words.setMargin(12)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.words)
        self._pages.addWidget(self.list)
        self.singles = QToolButton()
        self.singles.setText("Single events")
        self.singles.setCheckable(True)
        self.singles.setChecked(shell.setting(_SINGLES) is True)
        self.singles.setAccessibleName("Show traces of one event too")
        self.singles.setToolTip(plain_tooltip("Show traces of one event too"))
        title = QLabel("Newest traces")
        title.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout()
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(title, 1)
        row.addWidget(self.singles)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        self.setMinimumWidth(180)
        self.list.opened.connect(self.opened)
        self.singles.toggled.connect(self._toggle_singles)

    def line_of(self, trace_id: str) -> RecentTrace | None:
        """Return the line of a trace, None when it is not among the newest."""
        return next((one for one in self.list.recent.traces if one.trace_id == trace_id), None)

    def tick(self, tick: Tick) -> None:
        """The store moved."""
        if not self._busy and tick.now_ms - self._read_ms >= READ_EVERY_MS:
            self.read(tick.now_ms)

    def read(self, now_ms: int) -> None:
        """Ask for the newest traces of the window's range and filter."""
        self._busy, self._read_ms = True, now_ms
        (since, until), text, singles = self._shell.bounds_ms(), self._shell.scope().filter_text, self.singles.isChecked()
        self._filter = text

        def query(connection: sqlite3.Connection) -> list[RecentTrace]:
            return recent_traces(connection, since, until, parse_filter(text), now_ms=now_ms, singles=singles)

        self._shell.read(self, "recent", query, self._show, self._failed)

    def _show(self, traces: list[RecentTrace]) -> None:
        self._busy = False
        self.list.show_traces(traces)
        if traces:
            self._pages.setCurrentWidget(self.list)
        else:
            left_out = "" if self.singles.isChecked() else _ONLY_SINGLES
            self._say((_NO_MATCH if self._filter.strip() else _NONE) + left_out)
        self.shown.emit()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        words = f"The filter is not understood: {error.message}" if isinstance(error, FilterError) else str(error)
        self._say(visible(f"The traces could not be read. {words}", lines=True))

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self._pages.setCurrentWidget(self.words)

    def _toggle_singles(self, shown: bool) -> None:
        self._shell.set_setting(_SINGLES, shown)
        self.read(self._read_ms)

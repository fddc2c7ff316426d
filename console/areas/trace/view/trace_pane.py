"""One trace: header, lanes, and the tables of steps and events, all with the same event chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from console.areas.trace.core.trace import Arrangement, Trace
from console.areas.trace.view.header import TraceHeader
from console.areas.trace.view.lanes import LanesView
from console.areas.trace.view.tables import EventRow, StepRow, event_rows, event_table, step_rows, step_table
from console.qt.choosing import choose_row
from console.qt.shell import Shell
from console.qt.splitter import split

_CLOSER = 1.6


class TracePane(QWidget):
    """`opened` tells the id of the event that is wanted in the inspector."""

    opened = Signal(int)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.trace: Trace | None = None
        self._following = False
        self.header = TraceHeader()
        self.lanes = LanesView()
        self.event_model, self.events = event_table(shell)
        self.step_model, self.steps = step_table(shell)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Events and steps of the trace")
        self.tabs.tabBar().setAccessibleName("Events and steps of the trace")
        self.tabs.addTab(self.events, "Events")
        self.tabs.addTab(self.steps, "Data flow")
        parts = (self.lanes, 3), (self.tabs, 2)
        self.splitter = split(Qt.Orientation.Vertical, "Lanes and tables", *parts, sizes=[330, 240])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.splitter, 1)
        self._connect()

    def _connect(self) -> None:
        self.header.failure_wanted.connect(self.go_to_failure)
        self.header.fit_wanted.connect(self.lanes.fit)
        self.header.zoom_wanted.connect(self.lanes.zoom)
        self.header.corrected_changed.connect(lambda _corrected: self._show(keep=True))
        self.lanes.chosen.connect(self._chosen_in_lanes)
        self.lanes.opened.connect(self._open)
        self.events.chosen.connect(self._chosen_in_events)
        self.events.opened.connect(lambda row: self.opened.emit(row.placed.event.id))
        self.steps.chosen.connect(self._chosen_in_steps)
        self.steps.opened.connect(lambda row: self.opened.emit(row.step.event_id))

    def show_trace(self, trace: Trace, *, keep: bool = False) -> None:
        """Show a trace; with `keep`, what is seen and chosen stays."""
        self.trace = trace
        self._show(keep=keep)

    def choose_event(self, event_id: int) -> None:
        """Choose an event by its id, where it is in the trace."""
        index = self.lanes.index_of(event_id)
        if index is not None:
            self.lanes.choose(index)

    def go_to_failure(self) -> None:
        """Choose the first failure, if there is one."""
        if self.lanes.choose_failure():
            self.lanes.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_correction(self) -> None:
        if self.header.corrected.isEnabled():
            self.header.corrected.toggle()

    def zoom_in(self) -> None:
        self.lanes.zoom(_CLOSER)

    def zoom_out(self) -> None:
        self.lanes.zoom(1 / _CLOSER)

    def retint(self) -> None:
        self.lanes.retint()

    def _arrangement(self) -> Arrangement | None:
        if self.trace is None:
            return None
        return self.trace.corrected if self.header.corrected.isChecked() else self.trace.as_told

    def _show(self, *, keep: bool) -> None:
        trace, shown = self.trace, self._arrangement()
        if trace is None or shown is None:
            return
        self._following = True  # rows that come and go choose nothing
        self.header.show_trace(trace)
        self.lanes.show_trace(trace, corrected=self.header.corrected.isChecked(), keep=keep)
        self.event_model.set_rows(event_rows(shown))
        self.step_model.set_rows(step_rows(shown))
        if not keep:
            for table in (self.events, self.steps):
                table.selectionModel().clear()
                table.scrollToTop()
        self.tabs.setTabText(0, f"Events ({len(shown.placed):,})")
        self.tabs.setTabText(1, f"Data flow ({len(shown.steps):,})")
        self._following = False
        if keep and (index := self.lanes.chosen_index()) is not None:
            self._chosen_in_lanes(index)

    def _chosen_in_lanes(self, index: int) -> None:
        self._following = True
        choose_row(self.events, index)
        self._following = False

    def _chosen_in_events(self, row: EventRow | None) -> None:
        if row is not None and not self._following:
            self.lanes.choose(row.number)

    def _chosen_in_steps(self, row: StepRow | None) -> None:
        if row is not None and not self._following:
            self.choose_event(row.step.event_id)

    def _open(self, index: int) -> None:
        shown = self._arrangement()
        if shown is not None:
            self.opened.emit(shown.placed[index].event.id)

"""The Performance view: plots, and the slowest operations below them."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.areas.performance.store import OperationRow
from console.areas.performance.view.controls import DurationControls
from console.areas.performance.view.operation_table import OperationTable
from console.areas.performance.view.plot_grid import PlotGrid
from console.areas.performance.view.question import Answer, Question, Slowest, answer, slowest
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.shell import AreaView, Scope, Shell, Tick
from console.qt.splitter import split
from console.store.filter import quote, quote_value

READ_EVERY_MS = 500
READ_ALL_EVERY_MS = 30_000
SLOWEST_EVERY_MS = 5_000
_EMPTY = "No events yet. Attach a source in Sources, or start the demo."


class PerformanceView(AreaView):
    """Durations, throughput, memory, CPU and sync counters of the window's range."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell)
        self._clock = clock
        self._active = False
        self._order = "p95_ms"
        self._answered: Answer | None = None
        self._asked = False
        self._read_ms = self._all_ms = self._slowest_ms = 0
        self._controls = DurationControls()
        self._grid = PlotGrid()
        self._table = OperationTable()
        self._build()
        self._controls.changed.connect(self._ask_anew)
        self._controls.scale_changed.connect(self._grid.set_log)
        self._grid.range_picked.connect(lambda since, until: shell.set_range(int(since * 1000), int(until * 1000)))
        self._table.opened.connect(self._open)
        self._table.order_changed.connect(self._order_by)
        shell.scope_changed.connect(self._scope_changed)
        shell.ticked.connect(self._ticked)

    def _build(self) -> None:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        title = QLabel("Slowest operations: Enter or a click shows the events of one")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setContentsMargins(8, 4, 8, 0)
        column.addWidget(title)
        column.addWidget(self._table)
        parts = (self._grid, 3), (below, 1)
        splitter = split(Qt.Orientation.Vertical, "Plots and slowest operations", *parts, sizes=[430, 190])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._controls)
        layout.addWidget(splitter, 1)
        self._controls.show_state("Loading…")

    def activate(self) -> None:
        self._active = True
        self._ask_anew()

    def deactivate(self) -> None:
        self._active = False

    def _scope_changed(self, scope: Scope) -> None:
        if self._active:
            self._ask_anew()

    def _ticked(self, tick: Tick) -> None:
        # A range that stands still changes only by late events; they show when it is opened again.
        if not self._active or self._asked or not self.shell.scope().live:
            return
        if tick.now_ms - self._read_ms >= READ_EVERY_MS:
            whole = self._answered is None or tick.now_ms - self._all_ms >= READ_ALL_EVERY_MS
            self._ask(tick.now_ms, whole=whole)
            if tick.now_ms - self._slowest_ms >= SLOWEST_EVERY_MS:
                self._ask_slowest(tick.now_ms)

    def _ask_anew(self) -> None:
        """Read the whole range; the plots keep what they show until the answer is there."""
        now_ms = self._clock()
        self._answered = None
        self._ask(now_ms, whole=True)
        self._ask_slowest(now_ms)

    def _question(self, now_ms: int) -> Question:
        since, until = self.shell.bounds_ms()
        live = self.shell.scope().live
        if until is None and live:
            until = now_ms
        controls = self._controls
        return Question(
            since, until, controls.service(), controls.operation(), controls.quantiles(),
            now_ms if live else None, with_before=controls.with_before(),
        )  # fmt: skip

    def _ask(self, now_ms: int, *, whole: bool) -> None:
        question = self._question(now_ms)
        before = self._answered
        if not whole and before is not None:
            question = replace(question, tail_of=before.grid)
        else:
            self._all_ms = now_ms
        self._asked, self._read_ms = True, now_ms
        self.shell.read(self, "plots", lambda connection: answer(connection, question), self._show, self._failed)

    def _ask_slowest(self, now_ms: int) -> None:
        self._slowest_ms = now_ms
        question, order = self._question(now_ms), self._order
        self.shell.read(
            self, "slowest", lambda connection: slowest(connection, question, order), self._show_slowest, self._failed
        )

    def _show(self, found: Answer) -> None:
        self._asked = False
        if self._answered is None:
            self._grid.clear()
        self._answered = found
        self._controls.show_operations(found.operations)
        self._grid.show_answer(found)
        self._controls.show_state(self._state(found))

    def _show_slowest(self, found: Slowest) -> None:
        self._table.operations.show_rows(found.rows)

    def _failed(self, error: Exception) -> None:
        self._asked = False
        self._controls.show_state(f"Could not read the store: {error}")

    def _state(self, found: Answer) -> str:
        if found.grid is None:
            return _EMPTY
        words = ["Live" if self.shell.scope().live else "Paused"]
        words.append(f"{_span(found.grid.step_ms)} steps")
        wrong = sum(n for _, _, n in found.ignored)
        if wrong:
            service, name, _ = found.ignored[0]
            words.append(f"{wrong:,} values ignored as no numbers (most: {name} of {service})")
        return " · ".join(words)

    def _open(self, row: OperationRow) -> None:
        self.shell.navigate(Ref("timeline", filter_text=filter_for(row.service, row.operation)))

    def _order_by(self, order: str) -> None:
        self._order = order
        self._ask_slowest(self._clock())


def filter_for(service: str, operation: str) -> str:
    """Return the filter that finds the events of an operation."""
    return f"type:performance service:{quote_value(service)} {quote(operation)}"


def _span(step_ms: int) -> str:
    for name, factor in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000)):
        if step_ms >= factor:
            return f"{step_ms // factor} {name}"
    return f"{step_ms // 1000} s"

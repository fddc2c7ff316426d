"""The eight plots of the view in their grid, and how an answer is put into them."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from console.areas.performance.core.metric import (
    CONFLICT_COUNT,
    CPU_ESTIMATE,
    CPU_PERCENT,
    LAST_SYNC_AGE_MS,
    MEMORY_DELTA,
    MEMORY_RSS,
    NEVER_SYNCED,
    OFFLINE_QUEUE,
    PENDING_OPERATIONS,
)
from console.areas.performance.store import Series
from console.areas.performance.view.question import Answer
from console.qt.plot import TimePlot
from console.qt.plot_group import PlotGroup
from console.qt.text import visible

# title, unit, from zero, row, column, columns it spans (of four)
_PLOTS = {
    "durations": ("Duration percentiles", "ms", True, 0, 0, 2),
    "rate": ("Throughput", "/s", True, 0, 2, 2),
    MEMORY_RSS: ("Memory", "B", False, 1, 0, 2),
    CPU_PERCENT: ("CPU", "%", True, 1, 2, 2),
    PENDING_OPERATIONS: ("Pending operations", "", True, 2, 0, 1),
    CONFLICT_COUNT: ("Conflicts", "", True, 2, 1, 1),
    OFFLINE_QUEUE: ("Offline queue", "", True, 2, 2, 1),
    LAST_SYNC_AGE_MS: ("Last sync, ago", "ms", True, 2, 3, 1),
}
_DASHED = 8
# Services that tell no resident memory or CPU share of their process often tell estimates per operation.
_INSTEAD = {MEMORY_RSS: (MEMORY_DELTA, "Memory change per operation"), CPU_PERCENT: (CPU_ESTIMATE, "CPU estimate")}


class PlotGrid(QWidget):
    """All plots of the view; they share range and crosshair."""

    range_picked = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._colors: dict[str, int] = {}
        self._plots: dict[str, TimePlot] = {}
        self._shown: dict[str, str] = {}
        self._never: dict[str, tuple[int, str]] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for name, (title, unit, from_zero, row, column, span) in _PLOTS.items():
            plot = self._plots[name] = TimePlot(title, unit, from_zero=from_zero)
            layout.addWidget(plot, row, column, 1, span)
        for column in range(4):
            layout.setColumnStretch(column, 1)
        for row, stretch in enumerate((5, 4, 4)):
            layout.setRowStretch(row, stretch)
        self._plots["durations"].set_band("p50", "p95")
        self.group = PlotGroup(self._plots.values(), self)
        self.group.range_picked.connect(self.range_picked)

    def set_log(self, log: bool) -> None:
        """Draw durations on a logarithmic scale or not."""
        self._plots["durations"].set_log(log)

    def clear(self) -> None:
        """Take all lines away, before another range or choice is shown."""
        for plot in self._plots.values():
            plot.clear_series()
        self._shown.clear()
        self._never.clear()

    def show_answer(self, answer: Answer) -> None:
        """Add what was read; whatever is older than its first point stays as it was."""
        self._show_traffic(answer, faint=False)
        if answer.before is not None:
            for plot in self._plots.values():
                plot.clear_faint()
            self._show_traffic(answer.before, faint=True)
            for name in _PLOTS:
                self._set_services(name, answer.before.gauges.get(name, {}), faint=True)
        for name in (PENDING_OPERATIONS, CONFLICT_COUNT, OFFLINE_QUEUE, LAST_SYNC_AGE_MS):
            self._set_services(name, answer.gauges.get(name, {}))
        for name in (MEMORY_RSS, CPU_PERCENT):
            self._set_measured(name, answer.gauges)
        told = answer.gauges.get(LAST_SYNC_AGE_MS, {})
        for service in answer.gauges.get(NEVER_SYNCED, {}):
            self._never[visible(service)] = (self._color(service), "never")
        for service in told:
            self._never.pop(visible(service), None)
        self._plots[LAST_SYNC_AGE_MS].set_remarks(self._never)
        if answer.grid is not None:
            grid = answer.grid
            self.group.show_range(grid.since_ms / 1000, grid.until_ms / 1000, grid.step_ms / 1000)
        for name, plot in self._plots.items():
            plot.set_note("" if plot.has_series() else f"No {_PLOTS[name][0].lower()} in this range.")

    def _show_traffic(self, answer: Answer, *, faint: bool) -> None:
        for number, (quantile, series) in enumerate(answer.durations.items()):
            self._set("durations", f"p{quantile * 100:g}", number, series, faint=faint)
        for service, series in answer.events.items():
            self._set("rate", visible(service), self._color(service), series, faint=faint)
        for service, series in answer.errors.items() if not faint else ():
            if any(series.values) or f"{visible(service)} errors" in self._plots["rate"].names():
                # The same colour eight lines on: the service's own, dashed.
                self._set("rate", f"{visible(service)} errors", self._color(service) + _DASHED, series)

    def _set_measured(self, name: str, gauges: Mapping[str, dict[str, Series]]) -> None:
        """Show what the process measured, or the estimates per operation where nothing else is told."""
        other, title = _INSTEAD[name]
        known = self._shown.get(name)
        metric = name if gauges.get(name) or known == name else other
        if metric == name and known == other:
            self._plots[name].clear_series()
        self._shown[name] = metric
        self._plots[name].set_title(_PLOTS[name][0] if metric == name else title)
        self._plots[name].set_unit(_PLOTS[name][1] if metric != CPU_ESTIMATE else "")
        self._set_services(name, gauges.get(metric, {}))

    def _set_services(self, name: str, by_service: Mapping[str, Series], *, faint: bool = False) -> None:
        for service, series in by_service.items():
            self._set(name, visible(service), self._color(service), series, faint=faint)

    def _set(self, plot: str, name: str, color: int, series: Series, *, faint: bool = False) -> None:
        if series.times_ms:
            key = f"{name} before" if faint else name
            self._plots[plot].set_series(key, color, series.times_ms, series.values, faint=faint)

    def _color(self, service: str) -> int:
        """Return the number of a service's colour: the same in every plot, for as long as the view lives."""
        return self._colors.setdefault(service, len(self._colors))

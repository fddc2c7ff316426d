"""The replicas' numbers over time: plots that share range, crosshair and legend."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from console.areas.sync.store.answers import Sample
from console.qt.plot import TimePlot
from console.qt.plot_group import PlotGroup
from console.qt.plot_legend import LegendEntry, PlotLegend
from console.qt.text import visible

STEP_S = 10.0
LEAST_MS = 300_000
_PLOT_PX, _LEAST_PX = 132, 156
Replica = tuple[str, str]
# field of a sample: title, unit
_PLOTS = {
    "pending": ("Pending", ""),
    "conflicts": ("Conflicts", ""),
    "offline": ("Offline queue", ""),
    "sync_age_ms": ("Last sync, ago", "ms"),
    "p95_ms": ("Delay p95", "ms"),
}


class HealthPlots(QWidget):
    """`range_picked` in Unix seconds, as the person chose it for the whole window."""

    range_picked = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._colors: dict[Replica, int] = {}
        self._entries: list[tuple[str, int]] = []
        self.plots = {name: TimePlot(title, unit) for name, (title, unit) in _PLOTS.items()}
        self.legend = PlotLegend("Replicas")
        self._hidden: set[str] = set()
        self._first_ms: int | None = None
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.legend, 0, 0, 1, len(self.plots))
        for column, plot in enumerate(self.plots.values()):
            plot.setMinimumWidth(_PLOT_PX)  # the window may be narrow beside an inspector
            layout.addWidget(plot, 1, column)
            layout.setColumnStretch(column, 1)
        self.setMinimumHeight(_LEAST_PX)
        self.legend.toggled.connect(self._toggle)
        self._group = PlotGroup(self.plots.values(), self)
        self._group.range_picked.connect(self.range_picked)

    def show_series(self, series: Mapping[Replica, Sequence[Sample]]) -> None:
        """Draw these samples instead of those before; call `show_range` after it."""
        services = {service for service, _ in series}
        for field, plot in self.plots.items():
            plot.clear_series()
            for replica, samples in series.items():
                told = [(one.bucket_ms, value) for one in samples if (value := getattr(one, field)) is not None]
                if told:
                    times, values = zip(*told, strict=True)
                    plot.set_series(_name(replica, services), self._color(replica), times, values)
            plot.set_note("" if plot.has_series() else f"No {_PLOTS[field][0].lower()} in this range.")
        self._first_ms = min((samples[0].bucket_ms for samples in series.values() if samples), default=None)
        self._entries = [(_name(replica, services), self._color(replica)) for replica in series]
        self._show_legend()

    def show_range(self, since_ms: int, until_ms: int, *, whole: bool = False) -> None:
        """Show a stretch of time; of the `whole` time only from the first sample on, or the last five minutes."""
        if whole and self._first_ms is not None:
            since_ms = max(since_ms, min(self._first_ms, until_ms - LEAST_MS))
        self._group.show_range(since_ms / 1000, until_ms / 1000, STEP_S)

    def _toggle(self, name: str) -> None:
        """Hide a replica's line in all plots, or show it again."""
        self._hidden ^= {name}
        for plot in self.plots.values():
            plot.toggle_series(name)
        self._show_legend()

    def _show_legend(self) -> None:
        self.legend.show_entries(
            [LegendEntry(name, color, "", name not in self._hidden) for name, color in self._entries], ""
        )

    def _color(self, replica: Replica) -> int:
        """Return the number of a replica's colour, the same in every plot."""
        return self._colors.setdefault(replica, len(self._colors))


def _name(replica: Replica, services: set[str]) -> str:
    service, name = replica
    return visible(name if name == service or len(services) == 1 else f"{name} ({service})")

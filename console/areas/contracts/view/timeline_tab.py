"""One endpoint over time: checks and violated ones, p95 against the time-out, and when its versions began."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.areas.contracts.store.answers import Bar, EndpointPage, VersionRow
from console.areas.contracts.store.steps import LEAST_COURSE_MS
from console.qt.plain import plain_label
from console.qt.text import clip, visible
from console.qt.words import moment_words

if TYPE_CHECKING:  # pyqtgraph is slow to load: only when somebody looks
    from console.qt.plot import TimePlot
    from console.qt.plot_group import PlotGroup

_PLOT_PX = 150
_VERSIONS_SHOWN = 6
_MARK_CHARS = 24
_MARKS_ACROSS = 20
"""So many marks have room side by side."""
_WORDS_CHARS = 600


class TimelineTab(QWidget):
    """`range_picked` in Unix milliseconds, as the person chose it for the whole window."""

    range_picked = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._page: EndpointPage | None = None
        self._range = (0, 1)
        self._group: PlotGroup | None = None
        self.plots: dict[str, TimePlot] = {}
        self.versions = plain_label("", "small")
        self._plots = QHBoxLayout()
        self._plots.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(2)
        layout.addLayout(self._plots, 1)
        layout.addWidget(self.versions)

    def show_page(self, page: EndpointPage, since_ms: int, until_ms: int) -> None:
        """Show an endpoint over [since, until), or over the least of minutes that has a course.

        A step that begins before `since` and holds it is shown whole.
        """
        first_ms = min((bar.at_ms for bar in page.timeline), default=since_ms)
        since_ms = min(since_ms, until_ms - LEAST_COURSE_MS, first_ms)
        self._page, self._range = page, (since_ms, until_ms)
        self.versions.setText(versions_words(page, since_ms, until_ms))
        if self._group is not None and self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._group is None:
            self._build()
        self._draw()

    def _build(self) -> None:
        from console.qt.plot import TimePlot
        from console.qt.plot_group import PlotGroup

        self.plots = {"checks": TimePlot("Checks", ""), "latency": TimePlot("Latency", "ms")}
        for plot in self.plots.values():
            plot.setMinimumWidth(_PLOT_PX)
            self._plots.addWidget(plot, 1)
        self.setFocusProxy(self.plots["checks"])
        self._group = PlotGroup(self.plots.values(), self)
        self._group.range_picked.connect(lambda since, until: self.range_picked.emit(int(since * 1000), int(until * 1000)))

    def _draw(self) -> None:
        page, (since, until) = self._page, self._range
        if page is None or self._group is None:
            return
        bars = page.timeline
        for plot in self.plots.values():
            plot.clear_series()
        checks, latency = self.plots["checks"], self.plots["latency"]
        if any(bar.checks or bar.violated for bar in bars):
            times = [bar.at_ms for bar in bars]
            checks.set_series("checked", 0, times, [bar.checks for bar in bars])
            checks.set_series("violated", 1, times, [bar.violated for bar in bars])
        checks.set_note("" if checks.has_series() else "No exchange in this range.")
        told = [bar for bar in bars if bar.p95_ms is not None]
        if told:
            at = [bar.at_ms for bar in told]
            latency.set_series("p95", 0, at, [bar.p95_ms or 0.0 for bar in told])
            latency.set_series("p50", 2, at, [bar.p50_ms or 0.0 for bar in told])
            if page.row.timeout_ms:
                latency.set_series("time-out", 1, at, [page.row.timeout_ms] * len(at))
        latency.set_note("" if told else "No duration was told in this range.")
        marks = marks_of(began(page, since, until), (until - since) // _MARKS_ACROSS)
        for plot in self.plots.values():
            plot.set_marks(marks)
        self._group.show_range(since / 1000, until / 1000, _step_s(bars))


def began(page: EndpointPage, since_ms: int, until_ms: int) -> list[VersionRow]:
    """Return the versions that began in [since, until)."""
    return [one for one in page.versions if since_ms <= one.since_ms < until_ms]


def marks_of(versions: Sequence[VersionRow], apart_ms: int) -> list[tuple[float, str]]:
    """Return (Unix seconds, words) for when versions began; those that are not `apart_ms` apart share one mark."""
    marks: list[tuple[int, list[str]]] = []
    for one in sorted(versions, key=lambda one: one.since_ms):
        if marks and one.since_ms - marks[-1][0] < apart_ms:
            marks[-1][1].append(visible(one.version))
        else:
            marks.append((one.since_ms, [visible(one.version)]))
    return [(at_ms / 1000, clip(", ".join(names), _MARK_CHARS)) for at_ms, names in marks]


def versions_words(page: EndpointPage, since_ms: int, until_ms: int) -> str:
    """Return which versions began when, those of the range first named."""
    if not page.versions:
        return "No version: nobody declared a contract."
    inside = began(page, since_ms, until_ms)
    if not inside:
        return f"No version began in this range; {visible(page.versions[0].version)} is the newest."
    told = [
        f"{visible(one.version)} ({one.origin}) since {moment_words(one.since_ms)[:19]}" for one in inside[:_VERSIONS_SHOWN]
    ]
    more = len(inside) - _VERSIONS_SHOWN
    return clip("Versions that began: " + ", ".join(told) + (f", {more:,} more" if more > 0 else ""), _WORDS_CHARS)


def _step_s(bars: Sequence[Bar]) -> float:
    """Return the width of a step: there is none without anything in it, so it is the least distance."""
    between = [(later.at_ms - one.at_ms) / 1000 for one, later in itertools.pairwise(bars)]
    return max(1.0, min(between, default=60.0))

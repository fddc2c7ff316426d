"""The trace of one request: a lane for each service, all on one axis."""

from collections.abc import Sequence

from console.areas.incidents.core.report.facts import TraceFacts, TraceRow
from console.areas.incidents.core.report.markup import Html, element, section, severity, table
from console.areas.incidents.core.report.svg import WIDTH, drawing, label, time_axis
from console.areas.incidents.core.report.words import counted, duration, moment
from console.model.taxonomy import SEVERITIES
from console.model.visible import clip

_LEFT = 150
_ROW = 14
_MAX_ROWS = 6
"""Bars of one service that overlap lie below each other, in at most so many rows."""
_LONGEST_MS = 10 * 365 * 86_400_000.0
"""A longer duration is another unit or nonsense."""
_AXIS = 26
_TITLE = 300


def trace_section(trace: TraceFacts) -> Html:
    """Return lanes and a table of what happened, in order of time."""
    rows = sorted(trace.rows, key=lambda row: (row.at_ms, row.event_id))
    first = first_failure(rows)
    words = f"{counted(trace.total, 'event')} share the correlation id "
    shown = f", of which the first {len(rows):,} are shown" if trace.total > len(rows) else ""
    intro = element(
        "p", words, element("code", trace.correlation_id), f"{shown}. Times are as each service's own clock told them."
    )  # fmt: skip
    return section("trace", "Trace", intro, _lanes(rows, first), _table(rows, first))


def first_failure(rows: Sequence[TraceRow]) -> int | None:
    """Return the id of the event that failed first."""
    return min(((row.at_ms, row.event_id) for row in rows if row.failed), default=(0, None))[1]


def start_of(row: TraceRow) -> float:
    """An event is written when its work is over: it began its duration before."""
    return row.at_ms - row.duration_ms if _is_bar(row) and row.duration_ms else float(row.at_ms)


def _is_bar(row: TraceRow) -> bool:
    return row.duration_ms is not None and 0 < row.duration_ms <= _LONGEST_MS


def _lanes(rows: Sequence[TraceRow], first: int | None) -> Html:
    start, end = min(map(start_of, rows)), max(float(row.at_ms) for row in rows)
    scale = (WIDTH - _LEFT - 16) / max(end - start, 1.0)
    shapes: list[Html] = []
    top = 6.0
    for service in dict.fromkeys(row.service for row in sorted(rows, key=start_of)):
        lane = sorted((row for row in rows if row.service == service), key=start_of)
        ends: list[float] = []
        for row in lane:
            place = _place(row, ends, 10 / scale)
            x, y = _LEFT + (start_of(row) - start) * scale, top + place * _ROW
            shapes += _shape(row, x, y, max((row.at_ms - start_of(row)) * scale, 2.0), is_first=row.event_id == first)
        height = max(len(ends), 1) * _ROW + 8
        shapes.append(label(0, top + 12, clip(service or "(no service)", 22), class_=""))
        top += height
        shapes.append(element("line", x1=0, y1=top - 3, x2=float(WIDTH), y2=top - 3, class_="grid"))
    shapes.append(time_axis(start, end, top + 2, left=_LEFT, offsets=True))
    return drawing("The trace, a lane for each service", top + _AXIS, *shapes)


def _place(row: TraceRow, ends: list[float], least_ms: float) -> int:
    """Return the first row of the lane that is free, the one that ends soonest when all are taken.

    What is shorter than `least_ms` would hide its neighbours.
    """
    start = start_of(row)
    place = next((number for number, end in enumerate(ends) if end <= start), len(ends))
    if place == _MAX_ROWS:
        place = ends.index(min(ends))
    end = max(float(row.at_ms), start + least_ms)
    if place == len(ends):
        ends.append(end)
    else:
        ends[place] = max(ends[place], end)
    return place


def _shape(row: TraceRow, x: float, y: float, width: float, *, is_first: bool) -> list[Html]:
    title = element("title", clip(f"{moment(row.at_ms)}, {row.service}: {row.message}", _TITLE))
    kind = f"s-{row.severity if row.severity in SEVERITIES else 'info'}"
    if _is_bar(row):
        shape = element("g", title, element("rect", x=x, y=y + 2, width=width, height=10, rx=2, class_=kind))
    else:
        shape = element("g", title, element("circle", cx=x, cy=y + 7, r=4, class_=kind))
    if not is_first:
        return [shape]
    ring = element("rect", x=x - 4, y=y, width=width + 8, height=14, rx=4, class_="ring")
    return [shape, ring]


def _table(rows: Sequence[TraceRow], first: int | None) -> Html:
    start = min(map(start_of, rows))
    body = [
        (
            f"+{row.at_ms - start:,.0f} ms",
            row.service,
            row.event_type,
            severity(row.severity),
            element("b", "first failure: ", row.message) if row.event_id == first else row.message,
            duration(row.duration_ms) if row.duration_ms is not None else "",
        )
        for row in rows
    ]
    return table(("After", "Service", "Type", "Severity", "Message", "Duration"), body, numbers=(0, 5))

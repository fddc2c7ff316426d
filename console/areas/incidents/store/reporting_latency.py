"""Durations out of the events themselves, so that the report agrees with what is beside it."""

import sqlite3

from console.areas.incidents.core.report.facts import Latency, LatencyRow
from console.model.histogram import bins_of, duration_of
from console.store.compilation import Kind

_WANTED = (0.5, 0.95, 0.99)
_MOST_SERVICES = 50
_LONGEST_MS = 1e9

Bins = dict[int, int]


def latency_of(connection: sqlite3.Connection, kinds: dict[int, Kind], since_ms: int, step_ms: int) -> Latency | None:
    """Return quantiles of the durations of performance events by step and by service; None when nothing was timed."""
    steps: dict[int, Bins] = {}
    services: dict[str, Bins] = {}
    longest: dict[str, float] = {}
    for kind in kinds.values():
        if kind.event_type != "performance":
            continue
        timed = connection.execute(
            """SELECT (ts - ?) / ?, duration_ms FROM events WHERE kind = ? AND duration_ms BETWEEN 0 AND ? ORDER BY ts""",
            (since_ms, step_ms, kind.id, _LONGEST_MS),
        )
        while several := timed.fetchmany(10_000):
            by_step: dict[int, list[float]] = {}
            for place, duration in several:
                by_step.setdefault(place, []).append(duration)
            for place, durations in by_step.items():
                bins = bins_of(durations)
                _add(steps.setdefault(place, {}), bins)
                _add(services.setdefault(kind.service, {}), bins)
            largest = max(duration for _, duration in several)
            longest[kind.service] = max(longest.get(kind.service, 0.0), largest)
    if not steps:
        return None
    found = {place: _quantiles(bins) for place, bins in steps.items()}
    places = range(max(found) + 1)
    quantiles = {
        f"p{share:.0%}".removesuffix("%"): tuple(found[place][number] if place in found else None for place in places)
        for number, share in enumerate(_WANTED)
    }
    rows = [_row(name, bins, longest[name]) for name, bins in services.items()]
    rows.sort(key=lambda row: (-row.p95_ms, row.service))
    return Latency(since_ms, step_ms, quantiles, tuple(rows[:_MOST_SERVICES]))


def _row(service: str, bins: Bins, longest: float) -> LatencyRow:
    # An estimate may exceed the largest duration by the histogram's error; that would look like a fault.
    p50, p95, p99 = (min(value, longest) for value in _quantiles(bins))
    return LatencyRow(service, sum(bins.values()), p50, p95, p99, longest)


def _add(total: Bins, bins: Bins) -> None:
    for index, n in bins.items():
        total[index] = total.get(index, 0) + n


def _quantiles(bins: Bins) -> tuple[float, float, float]:
    """As `console.model.histogram.quantiles`, of the few bins that are there."""
    wanted = [int(share * (sum(bins.values()) - 1)) for share in _WANTED]
    found: list[float] = []
    passed = 0
    for index in sorted(bins):
        passed += bins[index]
        while len(found) < len(wanted) and wanted[len(found)] < passed:
            found.append(duration_of(index))
    p50, p95, p99 = found
    return p50, p95, p99

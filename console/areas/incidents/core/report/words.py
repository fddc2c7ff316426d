"""Moments, spans and counts in words. The report is read elsewhere: all times are UTC."""

from datetime import UTC, datetime

_DAY_MS = 86_400_000
_FINE_MS = 20_000
_UNITS = (("d", 86_400_000.0), ("h", 3_600_000.0), ("min", 60_000.0), ("s", 1000.0))


def moment(at_ms: float | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Return a time in UTC; one beyond the calendar as its number, "" for None."""
    if at_ms is None:
        return ""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).strftime(form)
    except (ValueError, OverflowError, OSError):
        return f"{at_ms:.0f} ms"


def axis_moment(at_ms: float, span_ms: float) -> str:
    """Return a time as short as an axis over `span_ms` needs it."""
    if span_ms >= 2 * _DAY_MS:
        return moment(at_ms, "%Y-%m-%d %H:%M")
    clock = moment(at_ms, "%H:%M:%S")
    return f"{clock}.{int(at_ms) % 1000:03}" if span_ms < _FINE_MS else clock


def duration(ms: float) -> str:
    """Return a duration in its largest fitting unit: "0.25 ms", "12.3 ms", "1.50 s"."""
    for unit, factor in _UNITS:
        if abs(ms) >= factor:
            return f"{_three(ms / factor)} {unit}"
    return f"{_three(ms)} ms"


def counted(number: int, noun: str) -> str:
    """Return "1 group", "1,204 groups"; `noun` is the singular."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _three(value: float) -> str:
    size = abs(value)
    if value == 0:
        return "0"
    return (
        f"{value:.0f}"
        if size >= 100
        else f"{value:.1f}"
        if size >= 10
        else f"{value:.2f}"
        if size >= 0.01
        else f"{value:.2g}"
    )

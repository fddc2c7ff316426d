"""Numbers with their unit, and clock times, as plots and tables write them."""

from datetime import datetime

_BYTES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))
_COUNTS = (("G", 1e9), ("M", 1e6), ("k", 1e3))
_TIMES = (("d", 86_400_000.0), ("h", 3_600_000.0), ("min", 60_000.0), ("s", 1000.0))


def format_value(value: float, unit: str) -> str:
    """Return a number with three significant digits and its unit: "ms", "B", "%", "/s" or "" for a count."""
    if unit == "ms":
        return format_duration(value)
    size = abs(value)
    if unit == "B":
        for name, factor in _BYTES:
            if size >= factor:
                return f"{_three(value / factor)} {name}"
        return f"{value:.0f} B"
    if size >= 10_000:
        for name, factor in _COUNTS:
            if size >= factor:
                return f"{_three(value / factor)} {name}{unit}"
    text = f"{value:.0f}" if size >= 1000 or value == int(value) else _three(value)
    return f"{text} %" if unit == "%" else f"{text}{unit}"


def format_duration(duration_ms: float) -> str:
    """Return a duration in its largest fitting unit: "0.25 ms", "12.3 ms", "1.50 s", "3.2 min"."""
    for name, factor in _TIMES:
        if abs(duration_ms) >= factor:
            return f"{_three(duration_ms / factor)} {name}"
    return f"{_three(duration_ms)} ms"


def format_clock(time_s: float) -> str:
    """Return the local clock time of a Unix time in seconds."""
    return datetime.fromtimestamp(time_s).astimezone().strftime("%H:%M:%S")


def _three(value: float) -> str:
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 100:
        return f"{value:.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.01 else f"{value:.2g}"

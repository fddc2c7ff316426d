"""What the view and the command line say about a trace, in plain words. Loads no Qt."""

from datetime import UTC, datetime

from console.areas.trace.core.clock import Clock
from console.areas.trace.core.placed import Placed
from console.areas.trace.core.trace import Arrangement, Extent, Silence, Trace
from console.qt.plot_format import format_duration
from console.qt.words import counted

FIRST_FAILURE = "first failure"
_LATEST_S = 253_370_764_800


def clock_words(clock: Clock) -> str:
    """Return "clock +34 ms ± 5, 12 pairs", and what else a person must know to trust it."""
    if clock.is_reference:
        return "reference clock"
    if not clock.is_known:
        return "clock unknown"
    pairs = counted(clock.pairs, "pair")
    return f"clock {round(clock.offset_ms):+d} ms ± {clock.uncertainty_ms:.0f}, {pairs}"


def clock_note(clock: Clock) -> str:
    """Return the sentence behind `clock_words`, for a tooltip."""
    if clock.is_reference:
        return "The other clocks are compared with this one: it made most of the calls that both sides timed."
    if not clock.is_known:
        return "No request was timed by this service and by another one: its clock is taken as right."
    if clock.shift_ms:
        return f"Corrected: its times are shifted by {-clock.shift_ms:+.1f} ms."
    return "Not shifted: the difference lies within what the calls leave open."


def offset_words(ms: float) -> str:
    """Return a time since the start of the trace: "+12.5 ms"."""
    return f"+{format_duration(max(0.0, ms))}"


def local_words(ms: float, *, day: bool = False) -> str:
    """Return the local clock time with milliseconds; a time beyond the calendar is clamped to its edge."""
    moment = datetime.fromtimestamp(min(max(0.0, ms / 1000), _LATEST_S), tz=UTC).astimezone()
    clock = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    return f"{moment:%Y-%m-%d} {clock}" if day else clock


def summary_words(shown: Arrangement) -> str:
    """Return the trace in one line: events, services, duration, failures."""
    events, services = len(shown.placed), len(shown.lanes)
    failed = sum(lane.failed for lane in shown.lanes)
    parts = [
        counted(events, "event"),
        counted(services, "service"),
        format_duration(shown.duration_ms),
        f"{failed:,} failed" if failed else "nothing failed",
    ]
    return " · ".join(parts)


def extent_words(extent: Extent, shown_events: int) -> str:
    """Return what is not shown and why, "" when all is."""
    parts = []
    if extent.cut:
        parts.append(f"Too large to show whole: {shown_events:,} of at least {extent.found:,} events.")
    if extent.refused:
        parts.append(f"Not followed, being shared by too many events: {', '.join(extent.refused[:5])}.")
    if extent.open_ids:
        parts.append(f"{extent.open_ids:,} further ids lie beyond and were not followed.")
    return " ".join(parts)


def silence_words(silence: Silence) -> str:
    return f"{format_duration(silence.duration_ms)} with nothing reported"


def failure_words(shown: Arrangement, placed: Placed) -> str:
    """Return the part that an event has in the failure, "" for none."""
    failure = shown.failure
    if failure is None:
        return ""
    if placed.event.id == failure.event_id:
        return FIRST_FAILURE
    reason = failure.consequences.get(placed.event.id, "")
    return f"follows: {reason}" if reason else ("another failure" if placed.event.failed else "")


def shift_words(trace: Trace, *, corrected: bool) -> str:
    """Return whether the times are corrected."""
    if not trace.is_shifted:
        known = any(clock.pairs for clock in trace.clocks.values())
        return "clocks agree" if known else "clocks not compared"
    return "clocks corrected" if corrected else "clocks as told"

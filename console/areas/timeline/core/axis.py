"""Time as numbers on a strip: bins with steady edges, ticks at round local times, words for instants and spans."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

STEPS_MS = (
    *(100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000),
    *(60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000),
    *(3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000),
    *(86_400_000, 172_800_000, 604_800_000, 1_209_600_000, 2_592_000_000),
)
"""Widths that people read without thinking: 1, 2, 5, 10, 15, 30 of seconds and minutes, then hours, days, weeks."""


@dataclass(frozen=True, slots=True)
class Bins:
    """`count` bins of `width_ms` from `since_ms`; the edges do not move while the range slides by less than a bin."""

    since_ms: int
    width_ms: int
    count: int

    @property
    def until_ms(self) -> int:
        return self.since_ms + self.width_ms * self.count


def plan_bins(since_ms: int, until_ms: int, max_bins: int) -> Bins:
    """Return bins that cover the range, as narrow as `max_bins` allows."""
    span_ms = max(1, until_ms - since_ms)
    width_ms = next((step for step in STEPS_MS if span_ms / step <= max(1, max_bins - 1)), None)
    if width_ms is None:
        width_ms = -(-span_ms // (max(1, max_bins - 1) * STEPS_MS[-1])) * STEPS_MS[-1]
    first_ms = since_ms // width_ms * width_ms
    return Bins(first_ms, width_ms, max(1, -(-(until_ms - first_ms) // width_ms)))


def place_ticks(since_ms: int, until_ms: int, max_ticks: int, zone: tzinfo | None = None) -> list[tuple[int, str]]:
    """Return (ms, label) at round local times inside the range, at most `max_ticks` of them."""
    span_ms = max(1, until_ms - since_ms)
    step_ms = next((step for step in STEPS_MS if span_ms / step <= max(1, max_ticks)), STEPS_MS[-1])
    while span_ms / step_ms > max(1, max_ticks):
        step_ms *= 2
    offset = local_time(since_ms, zone).utcoffset() or timedelta()
    offset_ms = round(offset.total_seconds() * 1000)
    first_ms = -(-(since_ms + offset_ms) // step_ms) * step_ms - offset_ms
    return [(ms, tick_label(ms, step_ms, zone)) for ms in range(first_ms, until_ms + 1, step_ms)][: max(1, max_ticks)]


def tick_label(ms: int, step_ms: int, zone: tzinfo | None = None) -> str:
    """Return the label of a tick: days where the step is a day, hours, minutes, else down to what the step needs."""
    moment = local_time(ms, zone)
    if step_ms >= 86_400_000:
        return f"{moment:%d %b}"
    if moment.hour == 0 and moment.minute == 0 and moment.second == 0 and moment.microsecond == 0:
        return f"{moment:%d %b}"
    if step_ms >= 60_000:
        return f"{moment:%H:%M}"
    if step_ms >= 1000:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%S}.{moment.microsecond // 100_000}"


def local_time(ms: int, zone: tzinfo | None = None) -> datetime:
    """Return the instant in `zone` (None: the machine's own); one beyond the calendar is clamped to its edge."""
    clamped = max(0, min(ms, 253_370_764_800_000))
    return datetime.fromtimestamp(clamped / 1000, tz=UTC).astimezone(zone)


def clock_text(ms: int, zone: tzinfo | None = None) -> str:
    """Return "13:05:30.250"."""
    moment = local_time(ms, zone)
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def full_text(ms: int, zone: tzinfo | None = None) -> str:
    """Return "2026-11-23 13:05:30.250"."""
    return f"{local_time(ms, zone):%Y-%m-%d} {clock_text(ms, zone)}"


def utc_text(ms: int) -> str:
    """Return "2026-11-23 12:05:30.250Z"."""
    return f"{full_text(ms, UTC)}Z"


def span_text(span_ms: float) -> str:
    """Return a length of time: "38 ms", "1.25 s", "4 m 10 s", "3 h 2 m", "2 d 4 h"."""
    if span_ms < 1000:
        return f"{span_ms:.0f} ms" if span_ms >= 10 or span_ms == int(span_ms) else f"{span_ms:.1f} ms"
    if span_ms < 60_000:
        return f"{span_ms / 1000:.2f} s" if span_ms < 9_995 else f"{span_ms / 1000:.1f} s"
    seconds = round(span_ms / 1000)
    if seconds < 3600:
        return f"{seconds // 60} m {seconds % 60} s"
    minutes = seconds // 60
    if minutes < 1440:
        return f"{minutes // 60} h {minutes % 60} m"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"

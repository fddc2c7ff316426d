"""Decisions about the window's scope: pure functions over `Scope`."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from console.qt.shell import Scope

MINUTE_MS = 60_000
SPANS: tuple[tuple[str, int | None], ...] = (
    ("Last minute", MINUTE_MS),
    ("Last 5 minutes", 5 * MINUTE_MS),
    ("Last 15 minutes", 15 * MINUTE_MS),
    ("Last hour", 60 * MINUTE_MS),
    ("Last 6 hours", 360 * MINUTE_MS),
    ("Last 24 hours", 1_440 * MINUTE_MS),
    ("Last 7 days", 10_080 * MINUTE_MS),
    ("Everything", None),
)


def bounds_ms(scope: Scope, now_ms: int) -> tuple[int | None, int | None]:
    """Return (since, until) now; None is open."""
    if not scope.live:
        return scope.since_ms, scope.until_ms
    return (None if scope.span_ms is None else now_ms - scope.span_ms), None


def paused(scope: Scope, now_ms: int) -> Scope:
    """Return the scope held still at `now_ms`."""
    if not scope.live:
        return scope
    since_ms, _ = bounds_ms(scope, now_ms)
    return replace(scope, live=False, since_ms=since_ms, until_ms=now_ms)


def resumed(scope: Scope) -> Scope:
    """Return the scope following the present again, with the span it had."""
    return replace(scope, live=True, since_ms=None, until_ms=None)


def ranged(scope: Scope, since_ms: int | None, until_ms: int | None) -> Scope:
    """Return the scope on a picked range; ends given the wrong way round are swapped."""
    if since_ms is not None and until_ms is not None and since_ms > until_ms:
        since_ms, until_ms = until_ms, since_ms
    return replace(scope, live=False, since_ms=since_ms, until_ms=until_ms)


def shifted(scope: Scope, steps: int, now_ms: int) -> Scope:
    """Return the range moved by whole widths; one that reaches the present is live again."""
    since_ms, until_ms = bounds_ms(scope, now_ms)
    if since_ms is None:
        return scope
    end_ms = now_ms if until_ms is None else until_ms
    width_ms = max(1_000, end_ms - since_ms)
    if steps > 0 and end_ms + steps * width_ms >= now_ms:
        return resumed(replace(scope, span_ms=width_ms))
    return ranged(scope, since_ms + steps * width_ms, end_ms + steps * width_ms)


def range_words(scope: Scope) -> str:
    """Return the range as people say it, in local time."""
    if scope.live:
        for words, span_ms in SPANS:
            if span_ms == scope.span_ms:
                return words
        return f"Last {span_words(scope.span_ms or 0)}"
    if scope.since_ms is None and scope.until_ms is None:
        return "Everything"
    since, until = _moment(scope.since_ms), _moment(scope.until_ms)
    if since is None or until is None:
        return f"since {since:%d %b %H:%M:%S}" if since else f"until {until:%d %b %H:%M:%S}"
    same_day = since.date() == until.date()
    return f"{since:%d %b %H:%M:%S} – {until:%H:%M:%S}" if same_day else f"{since:%d %b %H:%M} – {until:%d %b %H:%M}"


def range_detail(scope: Scope, now_ms: int) -> str:
    """Return both ends in UTC, for the tooltip."""
    ends = [
        end if end is not None else word for end, word in zip(bounds_ms(scope, now_ms), ("the first", "now"), strict=True)
    ]
    words = [datetime.fromtimestamp(end / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if isinstance(end, int) else end
             for end in ends]  # fmt: skip
    return f"From {words[0]} to {words[1]}"


def span_words(span_ms: int) -> str:
    """Return a length of time in its largest whole unit."""
    for unit_ms, word in ((86_400_000, "days"), (3_600_000, "hours"), (MINUTE_MS, "minutes"), (1_000, "seconds")):
        if span_ms >= unit_ms and span_ms % unit_ms == 0:
            return f"{span_ms // unit_ms} {word}"
    return f"{span_ms / 1000:.0f} seconds"


def to_setting(scope: Scope) -> dict[str, Any]:
    """Return what is remembered until the next start: a held range is not, it would show the past."""
    return {"span_ms": scope.span_ms, "filter": scope.filter_text}


def from_setting(value: Any) -> Scope:
    """Return the remembered scope, the default for anything else."""
    if not isinstance(value, dict):
        return Scope()
    span_ms, text = value.get("span_ms", Scope().span_ms), value.get("filter", "")
    good = span_ms is None or (type(span_ms) is int and span_ms > 0)
    return Scope(span_ms=span_ms if good else Scope().span_ms, filter_text=text if isinstance(text, str) else "")


def _utc(at_ms: int | None, otherwise: str) -> str:
    moment = _moment(at_ms)
    return otherwise if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _moment(at_ms: int | None) -> datetime | None:
    if at_ms is None:
        return None
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)

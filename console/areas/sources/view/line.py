"""One line of the table of sources: what is configured and what ingest says about it, as texts."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from console.areas.sources.core import state_text
from console.areas.sources.history import StoredSource
from console.model.address import shown_url
from console.qt.plot_format import format_clock, format_duration, format_value

HISTORY = 60
"""Rates kept for the sparkline, one a second."""
WAITING = "waiting"


@dataclass(slots=True)
class Line:
    """A source of the profile (`configured`), one attached from outside of it, or one that the store knows."""

    name: str
    url: str
    configured: bool = False
    enabled: bool = True
    status: dict[str, Any] = field(default_factory=dict)
    stored: StoredSource | None = None
    rates: deque[float] = field(default_factory=lambda: deque(maxlen=HISTORY))
    retry_at_ms: int | None = None
    """When ingest dials again (Unix ms), as counted from the status line that announced it."""

    def state(self) -> str:
        if self.status:
            return str(self.status.get("state") or "")
        if not self.configured:
            return "detached"
        return "connecting" if self.enabled else "disabled"

    def take(self, status: dict[str, Any], now_ms: int) -> None:
        """Take a status line of ingest; a wait is announced once, with its whole length."""
        announced = number(status, "retry_in_ms") if status.get("state") == WAITING else None
        wait = (announced, status.get("reconnects"))
        if announced is None:
            self.retry_at_ms = None
        elif self.retry_at_ms is None or wait != (number(self.status, "retry_in_ms"), self.status.get("reconnects")):
            self.retry_at_ms = now_ms + int(announced)
        self.status = status
        self.rates.append(number(status, "rate") or 0.0)

    def lose_status(self) -> None:
        """Ingest does not speak of it any more: it was detached."""
        self.status, self.retry_at_ms = {}, None
        self.rates.clear()


def retry_words(line: Line, now_ms: int) -> str:
    """Return when a source is dialled again: "retry in 2 s", "retrying now", or nothing."""
    if line.retry_at_ms is None:
        return ""
    seconds = math.ceil((line.retry_at_ms - now_ms) / 1000)
    return f"retry in {seconds} s" if seconds > 0 else "retrying now"


def detail_words(line: Line, now_ms: int) -> str:
    """Return why a source is in its state, and what happens next; the address where all is well."""
    detail = str(line.status.get("detail") or "")
    state = line.state()
    if state == "detached":
        seen = f"last seen {format_clock(line.stored.last_seen_ms / 1000)}, " if line.stored else ""
        return f"{seen}not part of this profile"
    if state == "disabled":
        return "not attached; “Enable” attaches it"
    if not line.status:
        return "waiting for the first word of the ingest process"
    if state in ("live", "replaying", "finished"):
        return shown_url(line.url)
    reason = detail or ("dialling" if state == "connecting" else "no reason given")
    return " · ".join(words for words in (reason, retry_words(line, now_ms)) if words)


def cell(line: Line, column: str) -> str:
    """Return the text of a cell as it came; "–" where nothing is known."""
    status = line.status
    if column == "state":
        return state_text(line.state())
    if column == "name":
        return line.name
    if column == "service":
        return " / ".join(str(status[key]) for key in ("service", "instance") if status.get(key)) or "–"
    if column == "url":
        return shown_url(line.url)
    if column == "mode":
        return str(status.get("mode") or status.get("transport") or "–")
    if column in ("lag_ms", "rtt_ms"):
        value = number(status, column)
        return "–" if value is None else format_duration(value)
    if column == "gaps":
        gaps, events = number(status, "gaps"), number(status, "gap_events")
        return "–" if gaps is None else f"{gaps:,.0f} ({events or 0:,.0f} ev.)" if gaps else "0"
    value = number(status, column)
    if value is None:
        return "–"
    return format_value(value, "/s") if column == "rate" else f"{value:,.0f}"


def number(status: dict[str, Any], key: str) -> float | None:
    """Return a finite number of a status line, None for anything else."""
    value = status.get(key)
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable and value is not None else None

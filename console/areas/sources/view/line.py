"""One line of the table of sources: what is configured and what ingest says about it, as texts."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from console.areas.sources.core import redact_url, state_text
from console.qt.plot_format import format_duration, format_value
from console.qt.text import visible

HISTORY = 60
"""Rates kept for the sparkline, one a second."""


@dataclass(slots=True)
class Line:
    """A source of the profile (`configured`), one attached from outside of it, or both."""

    name: str
    url: str
    configured: bool = False
    enabled: bool = True
    status: dict[str, Any] = field(default_factory=dict)
    rates: deque[float] = field(default_factory=lambda: deque(maxlen=HISTORY))

    def state(self) -> str:
        if self.status:
            return str(self.status.get("state") or "")
        return "connecting" if self.enabled else "disabled"

    def take(self, status: dict[str, Any]) -> None:
        """Take a status line of ingest."""
        self.status = status
        self.rates.append(_number(status, "rate") or 0.0)


def cell(line: Line, column: str) -> str:
    """Return the text of a cell; "–" where nothing is known."""
    status = line.status
    if column == "state":
        return visible(state_text(line.state()))
    if column == "name":
        return visible(line.name)
    if column == "service":
        parts = [str(status[key]) for key in ("service", "instance") if status.get(key)]
        return visible(" / ".join(parts)) or "–"
    if column == "url":
        return visible(redact_url(line.url))
    if column == "mode":
        return visible(str(status.get("mode") or status.get("transport") or "–"))
    if column in ("lag_ms", "rtt_ms", "retry_in_ms"):
        value = _number(status, column)
        return "–" if value is None else format_duration(value)
    if column == "gaps":
        gaps, events = _number(status, "gaps"), _number(status, "gap_events")
        return "–" if gaps is None else f"{gaps:,.0f} ({events or 0:,.0f} ev.)" if gaps else "0"
    value = _number(status, column)
    if value is None:
        return "–"
    return format_value(value, "/s") if column == "rate" else f"{value:,.0f}"


def _number(status: dict[str, Any], key: str) -> float | None:
    value = status.get(key)
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable and value is not None else None

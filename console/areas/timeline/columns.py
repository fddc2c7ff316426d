"""The columns of the timeline: titles, widths, and the words of each cell."""

from collections.abc import Callable
from dataclasses import dataclass

from console.areas.timeline.core.axis import clock_text, full_text, span_text, utc_text
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.text import visible
from console.store.rows import FLAG_DEGRADED, Row


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is what settings remember, `width` in pixels, `text` the plain text of a cell."""

    key: str
    title: str
    width: int
    text: Callable[[Row], str]
    numeric: bool = False
    shown: bool = True
    fixed_pitch: bool = False
    roomy: int = 0
    """Width in a list with room to spare, unless a person has set one."""


def severity_text(severity: str) -> str:
    return f"{SEVERITY_GLYPHS.get(severity, '◇')} {severity}"


def duration_text(duration_ms: float | None) -> str:
    """Return a duration; one that is there but too short for the column is not nothing."""
    if duration_ms is None:
        return ""
    return "<0.1 ms" if 0.0 < duration_ms < 0.05 else span_text(max(0.0, duration_ms))


def entity_text(row: Row) -> str:
    return "/".join(part for part in (row.entity_type, row.entity_id) if part)


def short_id(text: str | None, length: int = 12) -> str:
    """Return the end of a long id, where ids differ."""
    if not text:
        return ""
    return text if len(text) <= length else f"…{text[-length + 1 :]}"


COLUMNS = (
    Column("time", "Time", 102, lambda row: clock_text(row.ts), fixed_pitch=True),
    Column("delta", "Δ", 68, lambda _row: "", numeric=True, shown=False, fixed_pitch=True),
    Column("severity", "Severity", 82, lambda row: severity_text(visible(row.severity))),
    Column("service", "Service", 88, lambda row: visible(row.service)),
    Column("source", "Source", 88, lambda row: visible(row.source), shown=False),
    Column("type", "Type", 104, lambda row: visible(row.event_type).replace("_", " ")),
    Column("message", "Message", 420, lambda row: visible(row.message)),
    Column("category", "Category", 116, lambda row: visible(row.category), roomy=192),
    Column("duration", "Duration", 72, lambda row: duration_text(row.duration_ms), numeric=True, fixed_pitch=True),
    Column("entity", "Entity", 160, lambda row: visible(entity_text(row)), shown=False),
    Column("correlation", "Correlation", 104, lambda row: short_id(visible(row.correlation_id or "")), shown=False),
    Column("id", "Id", 72, lambda row: str(row.id), numeric=True, shown=False, fixed_pitch=True),
)
KEYS = tuple(column.key for column in COLUMNS)
GIVING_WAY = tuple(KEYS.index(key) for key in ("category", "type", "duration", "service"))
"""Columns that make room for the message in a narrow list, the first to go first; what a person added never does."""
DELTA, SEVERITY, SERVICE, MESSAGE = (KEYS.index(key) for key in ("delta", "severity", "service", "message"))


def tooltip_lines(row: Row, count: int) -> list[str]:
    """Return what hovering tells beyond the cells: both clocks, the delay on the way, the whole ids."""
    lines = [
        f"{full_text(row.ts)} local",
        utc_text(row.ts),
        f"received {full_text(row.received)} ({span_text(max(0, row.received - row.ts))} later)",
    ]
    if count > 1:
        lines.append(f"{count} equal events in a row; this is the newest")
    lines += [visible(row.message)[:600]]
    if row.correlation_id:
        lines.append(f"correlation {visible(row.correlation_id)}")
    if row.entity_type or row.entity_id:
        lines.append(f"entity {visible(entity_text(row))}")
    if row.flags & FLAG_DEGRADED:
        lines.append("degraded: a field had a wrong type; the reason is in the inspector")
    return lines


def facts(row: Row) -> list[tuple[str, str]]:
    """Return the facts of an event for a table in a text: (name, value)."""
    return [
        ("time", f"{full_text(row.ts)} local, {utc_text(row.ts)}"),
        ("service", row.service),
        ("source", row.source),
        ("type", row.event_type),
        ("severity", row.severity),
        ("category", row.category),
        ("message", row.message),
        ("duration", duration_text(row.duration_ms)),
        ("entity", entity_text(row)),
        ("correlation", row.correlation_id or ""),
        ("fingerprint", row.fingerprint or ""),
        ("event id", str(row.id)),
    ]

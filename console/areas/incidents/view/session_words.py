"""Sessions, and what differs between two of them, in words and columns."""

from PySide6.QtGui import QColor

from console.areas.incidents.core.comparing import GroupChange, LatencyChange, Percentile, per_hour
from console.areas.incidents.store.reading import Comparison, SessionRow
from console.areas.incidents.view.incident_words import names_words, range_words
from console.model.clock import Clock
from console.qt.table import Column
from console.qt.text import clip, visible
from console.qt.theme import current_theme
from console.qt.words import ago_words, counted, moment_words

KIND_WORDS = {"new": "✚ new", "gone": "✔ gone", "more": "▲ more often", "less": "▼ less often"}
_NAME_CHARS = 80


def session_name(row: SessionRow) -> str:
    """Return its name, or the sources that make it one."""
    return clip(visible(row.name or names_words(row.sources)), _NAME_CHARS)


def session_title(row: SessionRow, clock: Clock) -> str:
    """Return name and time, as in a list to choose from."""
    return f"{row.id} · {session_name(row)} · {ago_words(row.from_ms, clock())}"


def span_words(span_ms: int) -> str:
    """Return how long in its two largest units."""
    seconds = max(0, span_ms) // 1000
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds % 60:02} s" if minutes else f"{seconds} s"


def session_facts(row: SessionRow) -> str:
    """Return what there is to say of a session beside its name."""
    start_ms, end_ms = row.range_ms
    state = "still open" if row.is_open else f"lasted {span_words(row.lasted_ms)}"
    kept = counted(row.events, "event")
    arrived = f"{kept} kept of {row.arrived:,} that came" if row.arrived != row.events else kept
    pinned = "; pinned: no limit deletes its events" if row.is_pinned else ""
    counts = f"{arrived}, {counted(row.errors, 'error')}"
    return f"{range_words(start_ms, end_ms)}, {state}; {counts}; from {names_words(row.sources)}{pinned}"


def session_columns(clock: Clock) -> list[Column[SessionRow]]:
    def state(row: SessionRow) -> QColor | None:
        return QColor(current_theme().good) if row.is_open else None

    def started(row: SessionRow) -> str:
        return f"{moment_words(row.range_ms[0])}\nto {'now' if row.is_open else moment_words(row.range_ms[1])}"

    return [
        Column("pin", "Pin", lambda row: "★" if row.is_pinned else "", 40,
               tooltip=lambda row: "Pinned: no limit on what the store keeps deletes its events" if row.is_pinned else ""),
        Column("id", "No.", lambda row: str(row.id), 60),
        Column("name", "Name", session_name, 220, tooltip=lambda row: row.name or ", ".join(row.sources)),
        Column("state", "State", lambda row: "● open" if row.is_open else "ended", 76, color=state),
        Column("from", "Began", lambda row: ago_words(row.from_ms, clock()), 100, tooltip=started),
        Column("lasted", "Lasted", lambda row: span_words(row.lasted_ms), 104),
        Column("note", "Note", lambda row: row.note.split("\n")[0], 180, tooltip=lambda row: row.note),
        Column("events", "Events", lambda row: f"{row.events:,}", 88, numbers=True,
               tooltip=lambda row: f"{row.events:,} kept of {row.arrived:,} that came"),
        Column("errors", "Errors", lambda row: f"{row.errors:,}", 76, numbers=True),
    ]  # fmt: skip


def comparison_words(found: Comparison) -> str:
    """Say in a sentence what differs."""
    counts = {kind: sum(change.kind == kind for change in found.groups) for kind in KIND_WORDS}
    parts = [f"{number} {KIND_WORDS[kind].split(' ', 1)[1]}" for kind, number in counts.items() if number]
    groups = f"groups of errors: {', '.join(parts)}" if parts else "no group of errors is new, gone or changed in rate"
    slower = sum(any(one.verdict == "slower" for one in change.percentiles) for change in found.latency)
    faster = sum(any(one.verdict == "faster" for one in change.percentiles) for change in found.latency)
    latency = (
        f"{counted(slower, 'operation')} slower, {faster} faster" if slower or faster else "No operation changed in latency"
    )
    sentence = f"{groups}; {found.alike:,} alike. {latency}, of {len(found.latency):,} in both."
    return sentence[0].upper() + sentence[1:]


def group_columns(found: Comparison) -> list[Column[GroupChange]]:
    """Return the columns for the changes of one comparison."""
    before_ms, after_ms = found.before.lasted_ms, found.after.lasted_ms

    def color(row: GroupChange) -> QColor:
        theme = current_theme()
        bad = row.kind in ("new", "more")
        return QColor(theme.muted if not row.is_certain else theme.error if bad else theme.good)

    def name(row: GroupChange) -> str:
        known = found.names.get(row.group_id)
        return f"{known.title} · {known.culprit}" if known and known.culprit else known.title if known else ""

    return [
        Column("kind", "Change", lambda row: KIND_WORDS[row.kind], 108, color=color),
        Column("group", "Group", name, 300),
        Column("ratio", "Times as often", ratio_words, 124, numbers=True,
               tooltip=lambda _: "The range in which the true ratio lies"),
        Column("certain", "By chance?", chance_words, 116, color=color,
               tooltip=lambda row: f"So much of a difference comes with chance {row.chance:.2g} if nothing changed"),
        Column("before", "Before", lambda row: f"{row.before.events:,}", 80, numbers=True,
               tooltip=lambda row: f"{per_hour(row.before.events, before_ms):,.1f} an hour in session {found.before.id}"),
        Column("after", "After", lambda row: f"{row.after.events:,}", 80, numbers=True,
               tooltip=lambda row: f"{per_hour(row.after.events, after_ms):,.1f} an hour in session {found.after.id}"),
    ]  # fmt: skip


def ratio_words(row: GroupChange) -> str:
    """Return the bounds of the ratio; without an upper one, a lower one says nothing unless it is more often than before."""
    if row.ratio_low < 1 and row.ratio_high is None:
        return "–"
    low = "0" if row.ratio_low < 0.005 else _ratio(row.ratio_low)
    return f"{low} or more" if row.ratio_high is None else f"{low} – {_ratio(row.ratio_high)}"


def _ratio(ratio: float) -> str:
    """Return two figures; large ones in whole numbers, not as powers of ten."""
    return f"{ratio:.2g}" if ratio < 100 else f"{ratio:,.0f}"


def chance_words(row: GroupChange) -> str:
    return "no" if row.is_certain else f"maybe ({row.chance:.0%})"


def latency_columns() -> list[Column[LatencyChange]]:
    def color(row: LatencyChange) -> QColor | None:
        verdicts = {one.verdict for one in row.percentiles}
        theme = current_theme()
        return QColor(theme.error) if "slower" in verdicts else QColor(theme.good) if "faster" in verdicts else None

    def percentile(number: int) -> Column[LatencyChange]:
        def words(row: LatencyChange) -> str:
            return percentile_words(row.percentiles[number])

        return Column(f"p{number}", ("p50", "p95", "p99")[number], words, 168)

    return [
        Column("verdict", "Change", verdict_words, 92, color=color),
        Column("operation", "Operation", lambda row: f"{row.service} · {row.operation}", 220),
        Column("n", "Times", lambda row: f"{row.n_before:,} → {row.n_after:,}", 128),
        *(percentile(number) for number in range(3)),
    ]


def verdict_words(row: LatencyChange) -> str:
    """Return what became of an operation; both where its percentiles disagree."""
    verdicts = {one.verdict for one in row.percentiles}
    words = [word for verdict, word in (("slower", "▲ slower"), ("faster", "▼ faster")) if verdict in verdicts]
    return " ".join(words) or "alike"


def percentile_words(one: Percentile) -> str:
    """Return both values, and the sign of what changed beyond chance."""
    sign = {"slower": " ▲", "faster": " ▼"}.get(one.verdict, "")
    return f"{duration_words(one.before_ms)} → {duration_words(one.after_ms)}{sign}"


def duration_words(ms: float) -> str:
    return f"{ms / 1000:.3g} s" if ms >= 1_000 else f"{ms:.3g} ms"

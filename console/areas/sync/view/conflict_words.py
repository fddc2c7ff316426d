"""States, ages and counts of conflicts in words."""

from datetime import UTC, datetime
from typing import Any

from console.model.rendering import brief_json
from console.qt.palettes import Theme
from console.qt.text import clip, visible

STATE_GLYPHS = {"open": "○", "reopened": "↺", "resolving": "◐", "resolved": "✓", "rejected": "⊘"}
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))
_NOW_MS = 5_000


def state_words(state: str) -> str:
    """Return glyph and word of an issue's state; an unknown one is shown as it is."""
    return f"{STATE_GLYPHS.get(state, '?')} {visible(state)}"


def state_color(state: str, theme: Theme) -> str:
    """Return the colour (`#rrggbb`) of a state; the glyph says the same."""
    colors = {"open": theme.error, "reopened": theme.error, "resolving": theme.warning, "resolved": theme.good}
    return colors.get(state, theme.muted)


def kind_words(kind: str) -> str:
    """Return "missing data" for `missing_data`."""
    return visible(kind).replace("_", " ")


def age_words(at_ms: int, now_ms: int) -> str:
    """Return how long ago, short: "now", "12 s", "3 h"; a clock that is ahead shows as "in 2 min"."""
    age_ms = now_ms - at_ms
    if abs(age_ms) < _NOW_MS:
        return "now"
    unit, size_ms = next(one for one in _UNITS if abs(age_ms) >= one[1])
    words = f"{abs(age_ms) // size_ms:,} {unit}"
    return f"in {words}" if age_ms < 0 else words


def ago_words(at_ms: int, now_ms: int) -> str:
    """Return how long ago in a sentence: "just now", "12 s ago"."""
    words = age_words(at_ms, now_ms)
    return "just now" if words == "now" else words if words.startswith("in ") else f"{words} ago"


def moment_words(at_ms: int) -> str:
    """Return a time in the local zone and in UTC, for tooltips."""
    try:
        utc = datetime.fromtimestamp(at_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"
    return f"{utc.astimezone():%Y-%m-%d %H:%M:%S} ({utc:%Y-%m-%d %H:%M:%S} UTC)"


def counted(number: int, noun: str) -> str:
    """Return "1 conflict", "1,204 conflicts"; `noun` is the singular."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def value_words(value: Any, limit: int = 120) -> str:
    """Return a JSON value in one short line: texts as they are, everything else as JSON."""
    return clip(visible(value if isinstance(value, str) else brief_json(value, limit)), limit)

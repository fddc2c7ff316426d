"""Conditions of replicas and standings of pairs: glyph, colour and word for each."""

from console.areas.sync.core.divergence import Standing
from console.areas.sync.core.health import Condition
from console.qt.palettes import Theme
from console.qt.plot_format import format_duration
from console.qt.words import age_words

CONDITION_GLYPHS = {
    Condition.HEALTHY: "●", Condition.LAGGING: "◐", Condition.DIVERGED: "≠", Condition.SILENT: "○",
}  # fmt: skip
STANDING_GLYPHS = {
    Standing.HOLE: "◌", Standing.CORRUPT: "✖", Standing.DISJOINT_HISTORY: "⊘", Standing.FORKED: "≠",
    Standing.CONCURRENT: "⇄", Standing.DELETE_LAG: "▽", Standing.BEHIND: "▼", Standing.LAGGING: "▼",
    Standing.UNKNOWN: "?", Standing.IN_SYNC: "=",
}  # fmt: skip
_BAD = frozenset((Standing.HOLE, Standing.CORRUPT, Standing.DISJOINT_HISTORY, Standing.FORKED))


def condition_words(condition: Condition) -> str:
    return f"{CONDITION_GLYPHS[condition]} {condition.value}"


def condition_color(condition: Condition, theme: Theme) -> str:
    """Return the colour (`#rrggbb`) of a condition; glyph and word say the same."""
    colors = {Condition.HEALTHY: theme.good, Condition.LAGGING: theme.warning, Condition.DIVERGED: theme.error}
    return colors.get(condition, theme.muted)


def standing_words(standing: Standing) -> str:
    return f"{STANDING_GLYPHS[standing]} {standing.value}"


def standing_color(standing: Standing, theme: Theme) -> str:
    """Return the colour of a standing: broken, on its way, unknown, or in sync."""
    if standing is Standing.IN_SYNC:
        return theme.good
    if standing is Standing.UNKNOWN:
        return theme.muted
    return theme.error if standing in _BAD else theme.warning


def count_words(count: int | None) -> str:
    """Return a number, "–" where none was told."""
    return "–" if count is None else f"{count:,}"


def delay_words(delay_ms: float | None) -> str:
    return "–" if delay_ms is None else format_duration(delay_ms)


def since_words(at_ms: int | None, now_ms: int) -> str:
    """Return how long ago; "–" where it was never told, "never" where it was told that it never was."""
    return "–" if at_ms is None else age_words(at_ms, now_ms) if at_ms else "never"

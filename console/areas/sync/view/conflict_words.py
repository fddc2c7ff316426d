"""States, kinds and values of conflicts in words."""

from typing import Any

from console.model.rendering import brief_json
from console.qt.palettes import Theme
from console.qt.text import clip, visible

STATE_GLYPHS = {"open": "○", "reopened": "↺", "resolving": "◐", "resolved": "✓", "rejected": "⊘"}


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


def value_words(value: Any, limit: int = 120) -> str:
    """Return a JSON value in one short line: texts as they are, everything else as JSON."""
    return clip(visible(value if isinstance(value, str) else brief_json(value, limit)), limit)

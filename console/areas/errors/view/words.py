"""Statuses, shares and lists in words, as this area writes them."""

from console.model.taxonomy import SEVERITIES
from console.qt.palettes import Theme

_STATUS_GLYPHS = {"pending": "○", "regressed": "↺", "workaround": "◐", "resolved": "✓", "ignored": "⊘"}


def status_words(status: str) -> str:
    """Return glyph and word of a status; an unknown one is shown as it is."""
    return f"{_STATUS_GLYPHS.get(status, '?')} {status}"


def status_color(status: str, theme: Theme) -> str:
    """Return the colour (`#rrggbb`) of a status; the glyph says the same."""
    colors = {"regressed": theme.error, "resolved": theme.good, "workaround": theme.warning, "ignored": theme.muted}
    return colors.get(status, theme.text)


def share_words(share: float) -> str:
    """Return a share in whole percent; what is neither nothing nor all never reads so."""
    percent = round(share * 100)
    if percent == 0 and share > 0:
        return "<1 %"
    return ">99 %" if percent == 100 and share < 1 else f"{percent} %"


def list_words(values: tuple[str, ...], shown: int = 2) -> str:
    """Return the first values, and how many more there are: "server, pwa +3"; "–" for none."""
    more = len(values) - shown
    return ", ".join(values[:shown]) + (f" +{more}" if more > 0 else "") if values else "–"


def severity_rank(severity: str) -> int:
    """Return 0 for the mildest severity; an unknown one is the mildest."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0

"""Times, counts and statuses in words, as this area writes them."""

from datetime import UTC, datetime

from console.model.taxonomy import SEVERITIES
from console.qt.palettes import Theme

_STATUS_GLYPHS = {"pending": "○", "regressed": "↺", "workaround": "◐", "resolved": "✓", "ignored": "⊘"}
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))
_NOW_MS = 5_000


def status_words(status: str) -> str:
    """Return glyph and word of a status; an unknown one is shown as it is."""
    return f"{_STATUS_GLYPHS.get(status, '?')} {status}"


def status_color(status: str, theme: Theme) -> str:
    """Return the colour (`#rrggbb`) of a status; the glyph says the same."""
    colors = {"regressed": theme.error, "resolved": theme.good, "workaround": theme.warning, "ignored": theme.muted}
    return colors.get(status, theme.text)


def age_words(at_ms: int, now_ms: int, *, short: bool = False) -> str:
    """Return how long ago: "just now", "12 s ago", "3 h ago"; a clock that is ahead shows as "in 2 min".

    `short` leaves "ago" out: "12 s".
    """
    age_ms = now_ms - at_ms
    if abs(age_ms) < _NOW_MS:
        return "now" if short else "just now"
    unit, size_ms = next(one for one in _UNITS if abs(age_ms) >= one[1])
    words = f"{abs(age_ms) // size_ms:,} {unit}"
    return f"in {words}" if age_ms < 0 else words if short else f"{words} ago"


def moment_words(at_ms: int) -> str:
    """Return a time in the local zone and in UTC, for tooltips."""
    try:
        utc = datetime.fromtimestamp(at_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"
    return f"{utc.astimezone():%Y-%m-%d %H:%M:%S} ({utc:%Y-%m-%d %H:%M:%S} UTC)"


def counted(number: int, noun: str) -> str:
    """Return "1 group", "1,204 groups"; `noun` is the singular."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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

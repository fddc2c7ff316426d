"""Endpoints, their standing and their counts in words, the same in every table and head."""

from collections.abc import Mapping

from console.areas.contracts.store.answers import CLASSES, EndpointRow, ObservedPath
from console.areas.contracts.view.drift_words import CLASS_GLYPHS
from console.qt.palettes import Theme
from console.qt.plot_format import format_duration
from console.qt.text import clip, visible

STANDINGS = ("declared", "undeclared", "unseen")
STANDING_GLYPHS = {"declared": "●", "undeclared": "?", "unseen": "○"}
_STANDING_TOLD = {
    "undeclared": "no contract declares it",
    "unseen": "declared, but no exchange was seen",
}
PATH_GLYPHS = {"as promised": "✓", "undeclared": "+", "never seen": "○", "breaks": "✖"}
NEAR, OVER = 0.8, 1.0
"""Shares of the time-out from which a p95 is near it, and over it."""
_NAME_CHARS = 300


def endpoint_name(method: str, endpoint: str) -> str:
    """Return "GET /acus/search"; the endpoint alone where no method is known."""
    return clip(visible(f"{method} {endpoint}".strip()), _NAME_CHARS)


def standing_words(standing: str) -> str:
    """Return glyph and words of how contract and traffic stand to each other."""
    return f"{STANDING_GLYPHS.get(standing, '?')} {_STANDING_TOLD.get(standing, visible(standing))}"


def version_words(row: EndpointRow) -> str:
    """Return "2.1.0, from file", with how many others there are; what is missing where there is none."""
    if not row.version:
        return standing_words(row.standing)
    more = len(row.versions) - 1
    words = f"{row.version}, from {row.origin}" if row.origin else row.version
    words += f", {more:,} more" if more > 0 else ""
    return visible(words + (", never seen" if row.standing == "unseen" else ""))


def rate_words(violated: int, checks: int) -> str:
    """Return the share of exchanges that broke the contract; what is neither none nor all never reads so."""
    if not checks:
        return "–"
    percent = 100 * violated / checks
    if violated and percent < 0.1:
        return "<0.1 %"
    if violated < checks and percent > 99.9:
        return ">99.9 %"
    return f"{percent:.0f} %" if percent in (0, 100) else f"{percent:.1f} %"


def violated_words(row: EndpointRow) -> str:
    """Return the share of an endpoint's exchanges that broke the contract; a dash where there is none to break."""
    return rate_words(row.violated, row.checks) if row.version or row.violated else "–"


def share_of_timeout(row: EndpointRow) -> float | None:
    """Return the p95 as a share of the time-out; None where one of them is not known."""
    return row.p95_ms / row.timeout_ms if row.p95_ms is not None and row.timeout_ms else None


def of_timeout_words(share: float) -> str:
    """Return a share of the time-out in whole percent: "12 %"; what is more than nothing never reads so."""
    return "<1 %" if 0 < share < 0.01 else ">999 %" if share >= 10 else f"{share * 100:.0f} %"


def latency_words(row: EndpointRow) -> str:
    """Return "120 ms of 1.50 s" (p95 and time-out); what is not known is a dash."""
    p95 = "–" if row.p95_ms is None else format_duration(row.p95_ms)
    return f"{p95} of {format_duration(row.timeout_ms)}" if row.timeout_ms else p95


def latency_standing(share: float) -> str:
    """Return what a share of the time-out means."""
    return "over the time-out" if share >= OVER else "near the time-out" if share >= NEAR else "within the time-out"


def latency_color(share: float, theme: Theme) -> str:
    """Return the colour of a share of the time-out; words and length of the bar say the same."""
    return theme.error if share >= OVER else theme.warning if share >= NEAR else theme.good


def drift_parts(drift: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return (class, words) of the classes that have open findings, the worst first: "✖ 2 breaking"."""
    return [(name, f"{CLASS_GLYPHS[name]} {drift[name]:,} {name.lower()}") for name in CLASSES if drift.get(name, 0)]


def drift_words(row: EndpointRow) -> str:
    """Return all open findings of an endpoint: "✖ 2 breaking (1 unbumped), + 3 additive"; a dash for none."""
    parts = [words for _, words in drift_parts(row.drift)]
    if row.unbumped and parts:
        parts[0] += f" ({row.unbumped:,} unbumped)"
    return ", ".join(parts) or "–"


def where_words(direction: str, status: str) -> str:
    """Return "request" or "answer 2xx"."""
    return "request" if direction == "request" else f"answer {visible(status)}".strip()


def share_words(share: float) -> str:
    """Return a share in percent; what is neither nothing nor all never reads so."""
    percent = 100 * share
    if 0 < percent < 0.1:
        return "<0.1 %"
    if 99.9 < percent < 100:
        return ">99.9 %"
    return f"{percent:.0f} %" if percent == int(percent) else f"{percent:.1f} %"


def types_words(types: Mapping[str, int]) -> str:
    """Return the observed JSON types, the most frequent first, with shares where there are several."""
    total = sum(types.values())
    ordered = sorted(types.items(), key=lambda one: (-one[1], one[0]))
    if len(ordered) == 1 or not total:
        return ", ".join(visible(name) for name, _ in ordered) or "–"
    return ", ".join(f"{visible(name)} {share_words(number / total)}" for name, number in ordered)


def values_words(row: ObservedPath, shown: int = 4) -> str:
    """Return what the values were: an enumeration with counts, or formats and bounds."""
    parts = [f"{visible(clip(value, 40))} ×{number:,}" for value, number in row.values[:shown]]
    if len(row.values) > shown:
        parts.append(f"{len(row.values) - shown:,} more")
    return ", ".join([*parts, *(visible(one) for one in (*row.formats, row.bounds) if one)])


def path_standing_words(standing: str) -> str:
    """Return glyph and words of how a place stands to its promise."""
    return f"{PATH_GLYPHS.get(standing, '?')} {visible(standing)}" if standing else "no contract"


def path_standing_color(standing: str, theme: Theme) -> str:
    """Return the colour of that; the glyph and the words say the same."""
    colors = {"as promised": theme.good, "breaks": theme.error, "undeclared": theme.warning}
    return colors.get(standing, theme.muted)

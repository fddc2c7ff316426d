"""Findings of drift in words: classes, kinds, places and states, the same in every table and dialog."""

from collections.abc import Iterable

from console.areas.contracts.store.answers import CLASSES, FindingRow
from console.qt.palettes import Theme
from console.qt.text import clip, visible
from console.qt.words import age_words, counted

CLASS_GLYPHS = {"BREAKING": "✖", "RISKY": "▲", "ADDITIVE": "+", "COSMETIC": "≈", "STALE": "○"}
STATE_GLYPHS = {"open": "●", "muted": "◌", "accepted": "✓", "closed": "■"}
_PLACE_CHARS = 200
_CHANCES = {
    "chance of being wrong at most": "p ≤",
    "chance of being wrong below": "p <",
    "observed, not inferred": "observed",
}


def class_words(severity: str) -> str:
    """Return glyph and word of a class; an unknown one is shown as it is."""
    return f"{CLASS_GLYPHS.get(severity, '?')} {visible(severity).lower()}"


def class_color(severity: str, theme: Theme) -> str:
    """Return the colour (`#rrggbb`) of a class; its glyph and word say the same."""
    colors = {"BREAKING": theme.error, "RISKY": theme.warning, "ADDITIVE": theme.good, "COSMETIC": theme.muted}
    return colors.get(severity, theme.muted)


def kind_words(kind: str) -> str:
    """Return "type change" for `type_change`."""
    return visible(kind).replace("_", " ").replace("-", " ")


def place_words(finding: FindingRow) -> str:
    """Return where it is: "answer 2xx, hits[].id"; "the endpoint" where the endpoint itself is what is found."""
    if finding.kind.endswith("_endpoint"):
        return "the endpoint"
    side = "request" if finding.direction == "request" else "answer" if finding.direction == "response" else ""
    parts = (f"{side} {finding.status}".strip(), "" if finding.path == "$" else finding.path)
    return clip(visible(", ".join(part for part in parts if part)), _PLACE_CHARS) or "the endpoint"


def endpoint_words(finding: FindingRow) -> str:
    """Return "GET /acus/search"."""
    return clip(visible(f"{finding.method} {finding.endpoint}".strip()), _PLACE_CHARS)


def finding_words(finding: FindingRow) -> str:
    """Return a finding in one line: what, and where."""
    return f"{kind_words(finding.kind)}: {place_words(finding)}"


def change_words(finding: FindingRow) -> str:
    """Return what was expected and what came instead."""
    expected, observed = finding.expected or "not declared", finding.observed or "not seen"
    return f"{expected} → {observed}"


def basis_words(finding: FindingRow) -> str:
    """Return what it rests on: "n 1,204, chance < 1e-6"."""
    return ", ".join(part for part in (f"n {finding.n:,}", visible(finding.chance)) if part)


def brief_chance(finding: FindingRow) -> str:
    """Return the chance of being wrong for a narrow column: "p ≤ 2e-9", or that it was simply observed."""
    words = visible(finding.chance)
    for long, short in _CHANCES.items():
        words = words.replace(long, short)
    return words


def state_words(finding: FindingRow, now_ms: int) -> str:
    """Return glyph and word of a finding's state, for a muted one how long it stays so."""
    words = f"{STATE_GLYPHS.get(finding.state, '?')} {visible(finding.state)}"
    if finding.state != "muted" or finding.muted_until_ms is None:
        return words
    left = age_words(finding.muted_until_ms, now_ms)
    return f"{words} for {left.removeprefix('in ')}" if left.startswith("in ") else f"{words}, just ending"


def count_words(findings: Iterable[FindingRow]) -> str:
    """Return "2 breaking (1 unbumped), 1 risky" of open findings; "" for none."""
    rows = list(findings)
    parts = []
    for severity in CLASSES:
        of_class = [row for row in rows if row.severity == severity]
        unbumped = sum(row.is_unbumped for row in of_class)
        if of_class:
            parts.append(f"{len(of_class):,} {severity.lower()}" + (f" ({unbumped:,} unbumped)" if unbumped else ""))
    return ", ".join(parts)


def findings_words(findings: Iterable[FindingRow]) -> str:
    """Return "1 finding: 1 breaking"."""
    rows = list(findings)
    words = count_words(rows)
    return counted(len(rows), "finding") + (f": {words}" if words else "")

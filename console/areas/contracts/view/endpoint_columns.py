"""The columns of the list of endpoints: two lines a cell, so that all of an endpoint stands in one row."""

from collections.abc import Callable

from console.areas.contracts.store.answers import EndpointRow
from console.areas.contracts.view.endpoint_order import Line, ServiceHead
from console.areas.contracts.view.endpoint_words import (
    drift_parts,
    drift_words,
    endpoint_name,
    latency_standing,
    latency_words,
    of_timeout_words,
    rate_words,
    share_of_timeout,
    standing_words,
    version_words,
    violated_words,
)
from console.model.clock import Clock
from console.qt.plot_format import format_duration
from console.qt.table import Column
from console.qt.text import visible
from console.qt.theme import current_theme
from console.qt.two_lines import TwoLines
from console.qt.words import age_words, counted, moment_words

FIGURES = ("checks", "violated")
"""Columns of figures: they and their titles stand at the right."""


def head_words(head: ServiceHead) -> str:
    """Return what a service's line says."""
    parts = [visible(head.service), counted(head.endpoints, "endpoint"), counted(head.checks, "check")]
    if head.violated:
        parts.append(f"{head.violated:,} violated ({rate_words(head.violated, head.checks)})")
    parts += [words for _, words in drift_parts(head.drift)[:2]]
    return "  ·  ".join(parts) + (f"  ·  {head.unbumped:,} unbumped" if head.unbumped else "")


class EndpointTexts:
    """What each column says of a line."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def columns(self) -> list[Column[Line]]:
        return [
            Column("endpoint", "Endpoint", _of(lambda row: endpoint_name(row.method, row.endpoint)), 300,
                   tooltip=_of(_endpoint_tooltip)),
            Column("checks", "Checks", _of(lambda row: f"{row.checks:,}"), 88, tooltip=_of(_checks_tooltip)),
            Column("violated", "Violated", _of(violated_words), 72,
                   tooltip=_of(_violated_tooltip)),
            Column("latency", "p95 of time-out", _of(latency_words), 138, tooltip=_of(_latency_tooltip)),
            Column("drift", "Drift", _of(drift_words), 112, tooltip=_of(_drift_tooltip)),
            Column("last", "Seen", _of(self._last), 62, tooltip=_of(_last_tooltip)),
            Column("trend", "Over time", _of(_trend), 78, tooltip=_of(_trend_tooltip)),
        ]  # fmt: skip

    def lines(self, key: str, row: EndpointRow) -> TwoLines:
        """Return both lines of a cell."""
        theme = current_theme()
        text, muted = theme.text, theme.muted
        match key:
            case "endpoint":
                quiet = theme.warning if row.standing == "undeclared" else muted
                return TwoLines(
                    endpoint_name(row.method, row.endpoint), version_words(row), text, quiet, bold=True, tail=True
                )
            case "checks":
                told = f"told {row.told:,}" if row.told else ""
                told = f"≠ {row.disagreements:,} differ" if row.disagreements else told
                return TwoLines(f"{row.checks:,}", told, text, theme.warning if row.disagreements else muted, right=True)
            case "violated":
                color = theme.error if row.violated else text if row.checks and row.version else muted
                opened = f"{row.open_violations:,} open" if row.open_violations else ""
                return TwoLines(violated_words(row), opened, color, muted, right=True)
        return TwoLines(self._last(row), "", text, muted)

    def _last(self, row: EndpointRow) -> str:
        return "never" if row.last_ms is None else age_words(row.last_ms, self._clock())


def _of(text: Callable[[EndpointRow], str]) -> Callable[[Line], str]:
    return lambda line: head_words(line) if isinstance(line, ServiceHead) else text(line)


def _endpoint_tooltip(row: EndpointRow) -> str:
    versions = f"versions {', '.join(row.versions)}; {row.version} is checked" if row.versions else ""
    name = f"{row.service}: {endpoint_name(row.method, row.endpoint)}"
    return "\n".join(part for part in (name, standing_words(row.standing), versions) if part)


def _checks_tooltip(row: EndpointRow) -> str:
    lines = [f"{counted(row.checks, 'exchange')} checked in this range"]
    if row.told:
        lines.append(f"{counted(row.told, 'violation')} told by services themselves")
    if row.disagreements:
        lines.append(f"about {counted(row.disagreements, 'exchange')} services and console disagree")
    return "\n".join(lines)


def _violated_tooltip(row: EndpointRow) -> str:
    if not row.version:
        return "No contract to check exchanges against"
    violated = f"{row.violated:,} of {counted(row.checks, 'exchange')} broke the contract"
    return f"{violated}\n{counted(row.open_violations, 'open violation')}"


def _latency_tooltip(row: EndpointRow) -> str:
    share = share_of_timeout(row)
    p50 = "" if row.p50_ms is None else f"p50 {format_duration(row.p50_ms)}"
    p95 = "no duration was told" if row.p95_ms is None else f"p95 {format_duration(row.p95_ms)}"
    limit = f"time-out {format_duration(row.timeout_ms)}" if row.timeout_ms else "no time-out is promised"
    standing = "" if share is None else f"{of_timeout_words(share)} of it, {latency_standing(share)}"
    return "\n".join(part for part in (p50, p95, limit, standing) if part)


def _drift_tooltip(row: EndpointRow) -> str:
    words = drift_words(row)
    if words == "–":
        return "No open finding of drift"
    unbumped = "\nunbumped: it breaks callers, and the version has no new major number" if row.unbumped else ""
    return f"Open findings of drift: {words}{unbumped}"


def _last_tooltip(row: EndpointRow) -> str:
    return "No exchange was seen" if row.last_ms is None else moment_words(row.last_ms)


def _trend(row: EndpointRow) -> str:
    return " ".join(f"{checks}/{violated}" for checks, violated in row.bars)


def _trend_tooltip(row: EndpointRow) -> str:
    checks, violated = sum(one for one, _ in row.bars), sum(one for _, one in row.bars)
    return f"{counted(checks, 'check')}, {violated:,} of them violated (red), in {len(row.bars)} steps of the range"

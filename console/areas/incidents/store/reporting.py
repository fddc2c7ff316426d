"""Read what the report tells out of a store: that of the redacted rows, or any.

The tables of other areas are read as the bundle's format has them; one that a store does not have tells nothing.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

from console.areas.incidents.core.report.about import about_of
from console.areas.incidents.core.report.document import build_report
from console.areas.incidents.core.report.facts import (
    About,
    Activity,
    GapRow,
    ReportFacts,
    SourceRow,
    TraceFacts,
    TraceRow,
    Worst,
)
from console.areas.incidents.store.importing import stored_manifest
from console.areas.incidents.store.notes import notes
from console.areas.incidents.store.reporting_areas import findings_of, groups_of, has_table, issues_of, violations_of
from console.areas.incidents.store.reporting_latency import latency_of
from console.model.decoding import decode
from console.model.taxonomy import SEVERITIES, severity_rank
from console.store.compilation import Kind, load_kinds
from console.store.database import snapshot
from console.store.rows import FLAG_STACK, MARKER_NONE

STEPS = 120
MAX_TRACE = 500
MAX_GAPS = 200
_FAILED = frozenset({"error", "critical", "fatal"})


def facts_of(connection: sqlite3.Connection, about: About | None = None) -> ReportFacts:
    """Return what a store holds, as one moment has it.

    `about` is what stands beside its rows: title, notes, masked values. Without it that is what the bundle said of itself
    that the store was made of; any other store says nothing.
    """
    with snapshot(connection):
        return _facts(connection, _about(connection) if about is None else about)


def make_report(connection: sqlite3.Connection, about: About | None = None) -> str:
    """Return the HTML report of a store, as `export_bundle` wants it; `about` as in `facts_of`."""
    return build_report(facts_of(connection, about))


def _about(connection: sqlite3.Connection) -> About:
    manifest = stored_manifest(connection)
    if manifest is None:
        return About()
    return about_of(manifest, [(note.title, note.markdown) for note in reversed(notes(connection))])


def _facts(connection: sqlite3.Connection, about: About) -> ReportFacts:
    kinds = {kind.id: kind for kind in load_kinds(connection) if kind.marker == MARKER_NONE}
    counts = _counts(connection, kinds.values())
    times = _times(connection, kinds.values())
    severities: dict[str, int] = {}
    for kind_id, n in counts.items():
        name = _known(kinds[kind_id].severity)
        severities[name] = severities.get(name, 0) + n
    worst, correlation = _worst(connection, kinds.values(), counts)
    first_ms, last_ms = times or (None, None)
    since_ms, step_ms = (times[0], max(1, -(-(times[1] - times[0] + 1) // STEPS))) if times else (0, 1)
    groups, all_groups = groups_of(connection, times)
    issues, all_issues = issues_of(connection)
    violations, all_violations = violations_of(connection)
    findings, all_findings = findings_of(connection)
    gaps, all_gaps = _gaps(connection)
    return ReportFacts(
        about,
        first_ms=first_ms,
        last_ms=last_ms,
        events=sum(counts.values()),
        severities=severities,
        quarantined=_one(connection, "SELECT count(*) FROM quarantine"),
        degraded=_one(connection, "SELECT count(*) FROM degraded"),
        sources=_sources(connection, kinds, counts),
        gaps=gaps,
        activity=_activity(connection, kinds, since_ms, step_ms) if times else None,
        latency=latency_of(connection, kinds, since_ms, step_ms) if times else None,
        groups=groups,
        worst=worst,
        trace=_trace(connection, kinds, correlation) if correlation else None,
        issues=issues,
        violations=violations,
        findings=findings,
        totals={
            **all_gaps,
            "groups": all_groups,
            "issues": all_issues,
            "violations": all_violations,
            "findings": all_findings,
        },
    )


def _one(connection: sqlite3.Connection, sql: str, *values: Any) -> int:
    return int(connection.execute(sql, values).fetchone()[0] or 0)


def _known(severity: str) -> str:
    return severity if severity in SEVERITIES else "info"


def _counts(connection: sqlite3.Connection, kinds: Iterable[Kind]) -> dict[int, int]:
    """Return how many events of each kind there are, of those with any."""
    counts = {kind.id: _one(connection, "SELECT count(*) FROM events WHERE kind = ?", kind.id) for kind in kinds}
    return {kind_id: n for kind_id, n in counts.items() if n}


def _times(connection: sqlite3.Connection, kinds: Iterable[Kind]) -> tuple[int, int] | None:
    """Return the times of the first and the last event, None without any; each is the end of an index."""
    found = [
        connection.execute("SELECT min(ts), max(ts) FROM events WHERE kind = ?", (kind.id,)).fetchone() for kind in kinds
    ]
    ends = [(first, last) for first, last in found if first is not None]
    return (min(first for first, _ in ends), max(last for _, last in ends)) if ends else None


def _sources(
    connection: sqlite3.Connection, kinds: dict[int, Kind], counts: dict[int, int]
) -> tuple[SourceRow, ...]:  # fmt: skip
    rows = []
    for name, url in connection.execute("SELECT name, url FROM sources ORDER BY name").fetchall():
        own = [kind for kind in kinds.values() if kind.source == name and kind.id in counts]
        times = _times(connection, own)
        services = tuple(sorted({kind.service for kind in own if kind.service}))
        events = sum(counts[kind.id] for kind in own)
        rows.append(SourceRow(name, url, services, events, *(times or (None, None))))
    return tuple(rows)


def _gaps(connection: sqlite3.Connection) -> tuple[tuple[GapRow, ...], dict[str, int]]:
    """Return the gaps in which most is missing, then those of which nobody knows; of all the numbers."""
    rows = connection.execute(
        f"""SELECT s.name, start, end, n, reason FROM
              (SELECT source_id, declared AS start, declared AS end, to_seq - from_seq + 1 AS n, reason FROM gaps
               UNION ALL SELECT source_id, from_ts, to_ts, NULL, reason FROM coverage) JOIN sources s ON s.id = source_id
            ORDER BY n DESC NULLS LAST, start - end, start LIMIT {MAX_GAPS}"""
    )
    gaps, missing = connection.execute("SELECT count(*), total(to_seq - from_seq + 1) FROM gaps").fetchone()
    unknown = _one(connection, "SELECT count(*) FROM coverage")
    return tuple(map(GapRow._make, rows)), {"gaps": gaps + unknown, "missing": int(missing), "unknown": unknown}


def _activity(connection: sqlite3.Connection, kinds: dict[int, Kind], since_ms: int, step_ms: int) -> Activity:
    counts: dict[str, list[int]] = {}
    rows = connection.execute(
        "SELECT kind, (ts - ?1) / ?2, count(*) FROM events GROUP BY 1, 2", (since_ms, step_ms)
    )  # the index on (kind, ts) holds all of it
    for kind_id, place, n in rows:
        if kind_id in kinds:
            series = counts.setdefault(_known(kinds[kind_id].severity), [0] * STEPS)
            series[min(max(place, 0), STEPS - 1)] += n
    return Activity(since_ms, step_ms, {name: tuple(series) for name, series in counts.items()})


def _worst(connection: sqlite3.Connection, kinds: Iterable[Kind], counts: dict[int, int]) -> tuple[Worst | None, str | None]:
    """Return the error shown whole, and its correlation id.

    It is the first of the worst severity; one with a stack, then one that belongs to a request, tells more.
    """
    failed = [kind for kind in kinds if kind.id in counts and (kind.event_type == "error" or kind.level in _FAILED)]
    if not failed:
        return None, None
    highest = max(severity_rank(kind.severity) for kind in failed)
    chosen = {kind.id: kind for kind in failed if severity_rank(kind.severity) == highest}
    row = connection.execute(
        f"""SELECT e.id, e.ts, e.kind, e.message, e.correlation, p.text FROM events e JOIN payloads p ON p.id = e.id
            WHERE e.kind IN ({",".join(map(str, chosen))})
            ORDER BY e.flags & {FLAG_STACK} DESC, e.correlation IS NULL, e.ts, e.id LIMIT 1"""
    ).fetchone()
    if row is None:
        return None, None
    event_id, ts, kind_id, message, correlation, text = row
    kind, payload = chosen[kind_id], decode(text)
    told = None if payload.problem else payload.value
    return Worst(event_id, ts, kind.service, kind.severity, kind.category, message, told, text), correlation


def _trace(connection: sqlite3.Connection, kinds: dict[int, Kind], correlation: str) -> TraceFacts:
    """Return the events that have this id as their first one, or link to it (see the Trace area)."""
    linked = "UNION SELECT event_id FROM trace_links WHERE trace_id = ?1" if has_table(connection, "trace_links") else ""
    ids = f"SELECT id FROM events WHERE correlation = ?1 {linked}"
    total = _one(connection, f"SELECT count(*) FROM events WHERE id IN ({ids})", correlation)
    rows = connection.execute(
        f"SELECT id, ts, kind, message, duration_ms FROM events WHERE id IN ({ids}) ORDER BY ts, id LIMIT {MAX_TRACE}",
        (correlation,),
    ).fetchall()
    return TraceFacts(correlation, tuple(_trace_row(kinds[row[2]], row) for row in rows if row[2] in kinds), total)


def _trace_row(kind: Kind, row: tuple[Any, ...]) -> TraceRow:
    event_id, ts, _, message, duration_ms = row
    failed = kind.level in _FAILED or kind.severity in ("critical", "fatal")
    return TraceRow(event_id, ts, kind.service, kind.event_type, kind.severity, message, duration_ms, failed)

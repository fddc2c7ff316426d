"""What the areas found, for the report: error groups, sync issues with decisions, contract violations and drift.

Each function returns the first rows and how many there are in all.
"""

import sqlite3
from typing import Any

from console.areas.incidents.core.report.facts import DecisionRow, FindingRow, GroupRow, IssueRow, ViolationRow
from console.model.taxonomy import SEVERITIES

MOST_ROWS = 200
MOST_DECISIONS = 100
SPARK_BINS = 24
UNNAMED = "an entity that is not named"
_SIDE = 20_000
"""Characters of a side that are read: the report shows fewer."""


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Tell whether a store has a table: one of an older console may not."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None


def _severity(rank: int) -> str:
    return SEVERITIES[min(max(rank, 0), len(SEVERITIES) - 1)]


def groups_of(connection: sqlite3.Connection, times: tuple[int, int] | None) -> tuple[tuple[GroupRow, ...], int]:
    """Return error groups with events here, the most severe first, then the most frequent."""
    if times is None or not has_table(connection, "errors_group"):
        return (), 0
    rows = connection.execute(
        f"""SELECT id, title, culprit, category, severity, status, note, who, kept,
              kept + gone + coalesce((SELECT sum(gone) FROM errors_group m WHERE m.merged_into = g.id), 0), first_ms, last_ms
            FROM errors_group g WHERE kept > 0 ORDER BY severity DESC, kept DESC, id LIMIT {MOST_ROWS}"""
    ).fetchall()
    sparks = _sparks(connection, [row[0] for row in rows], *times)
    services = _services(connection)
    (total,) = connection.execute("SELECT count(*) FROM errors_group WHERE kept > 0").fetchone()
    return tuple(
        GroupRow(
            title, culprit, category, _severity(rank), status, note, who, kept, all_ever, first_ms or 0, last_ms or 0,
            services.get(group_id, ()), sparks[group_id],
        )
        for group_id, title, culprit, category, rank, status, note, who, kept, all_ever, first_ms, last_ms in rows
    ), total  # fmt: skip


def _sparks(
    connection: sqlite3.Connection, groups: list[int], first_ms: int, last_ms: int
) -> dict[int, tuple[int, ...]]:  # fmt: skip
    width = max(1, -(-(last_ms - first_ms + 1) // SPARK_BINS))
    bins = {group: [0] * SPARK_BINS for group in groups}
    rows = connection.execute("SELECT group_id, (ts - ?) / ?, count(*) FROM errors_member GROUP BY 1, 2", (first_ms, width))
    for group, place, n in rows:
        if group in bins:
            bins[group][min(max(place, 0), SPARK_BINS - 1)] += n
    return {group: tuple(counts) for group, counts in bins.items()}


def _services(connection: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = connection.execute(
        "SELECT f.group_id, v.text FROM errors_facet f JOIN errors_value v ON v.id = f.value_id WHERE f.facet = 0 ORDER BY 2"
    )
    for group, service in rows:
        found[group] = (*found.get(group, ()), service)
    return found


def issues_of(connection: sqlite3.Connection) -> tuple[tuple[IssueRow, ...], int]:
    """Return sync issues, the unsettled first, then the most severe."""
    if not has_table(connection, "sync_issue"):
        return (), 0
    rows = connection.execute(
        f"""SELECT i.id, kind, entity_type, entity_id, source, target, severity, state, first_ms, last_ms, times, words,
              fields, local_version, remote_version, substr(base, 1, {_SIDE}), substr(local, 1, {_SIDE}),
              substr(remote, 1, {_SIDE})
            FROM sync_issue i LEFT JOIN sync_body b ON b.issue_id = i.id
            ORDER BY state IN ('resolved', 'rejected'), severity DESC, first_ms, i.id LIMIT {MOST_ROWS}"""
    ).fetchall()
    (total,) = connection.execute("SELECT count(*) FROM sync_issue").fetchone()
    return tuple(_issue(connection, *row) for row in rows), total


def _issue(connection: sqlite3.Connection, issue_id: int, kind: str, *rest: Any) -> IssueRow:
    entity_type, entity_id, source, target, rank, state, first_ms, last_ms, times, words, fields = rest[:11]
    local_version, remote_version, *sides = rest[11:]
    names = ("base", _versioned("local", local_version), _versioned("remote", remote_version))
    decisions = connection.execute(
        f"""SELECT at_ms, who, what, words FROM sync_audit WHERE issue_id = ? ORDER BY id LIMIT {MOST_DECISIONS}""",
        (issue_id,),
    ).fetchall()
    return IssueRow(
        kind, f"{entity_type} {entity_id}".strip() or UNNAMED, " against ".join(filter(None, (source, target))),
        _severity(rank), state, first_ms, last_ms, times, words, tuple(fields.split("\n")) if fields else (),
        tuple((name, side) for name, side in zip(names, sides, strict=True) if side is not None),
        tuple(map(DecisionRow._make, decisions)),
        connection.execute("SELECT count(*) FROM sync_audit WHERE issue_id = ?", (issue_id,)).fetchone()[0],
    )  # fmt: skip


def _versioned(name: str, version: str | None) -> str:
    return f"{name}, version {version}" if version else name


_ENDPOINT = "e.service || ' ' || CASE e.method WHEN '' THEN '' ELSE e.method || ' ' END || e.endpoint"


def violations_of(connection: sqlite3.Connection) -> tuple[tuple[ViolationRow, ...], int]:
    """Return contract violations, those of the most events first."""
    if not has_table(connection, "contracts_violation"):
        return (), 0
    rows = connection.execute(
        f"""SELECT {_ENDPOINT}, version, direction, path, kind, expected, actual, message, count, v.last_ms
            FROM contracts_violation v JOIN contracts_endpoint e ON e.id = v.endpoint_id
            ORDER BY count DESC, v.id LIMIT {MOST_ROWS}"""
    ).fetchall()
    (total,) = connection.execute("SELECT count(*) FROM contracts_violation").fetchone()
    return tuple(map(ViolationRow._make, rows)), total


def findings_of(connection: sqlite3.Connection) -> tuple[tuple[FindingRow, ...], int]:
    """Return what drifted and is not over, the worst class first."""
    if not has_table(connection, "contracts_finding"):
        return (), 0
    rows = connection.execute(
        f"""SELECT {_ENDPOINT}, version, direction, path, kind, CASE own WHEN '' THEN severity ELSE own END AS class, rule,
              expected, observed, n, state
            FROM contracts_finding f JOIN contracts_endpoint e ON e.id = f.endpoint_id WHERE state != 'closed'
            ORDER BY CASE class WHEN 'BREAKING' THEN 0 WHEN 'RISKY' THEN 1 WHEN 'ADDITIVE' THEN 2 WHEN 'COSMETIC' THEN 3
              ELSE 4 END, n DESC, f.id LIMIT {MOST_ROWS}"""
    ).fetchall()
    (total,) = connection.execute("SELECT count(*) FROM contracts_finding WHERE state != 'closed'").fetchone()
    return tuple(map(FindingRow._make, rows)), total

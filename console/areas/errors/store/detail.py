"""All about one group: why its events are one, what they share, what was done to it."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from console.areas.errors.store.answers import AuditRow, ExplainedPart, Facet, FacetValue, GroupDetail, GroupRow
from console.areas.errors.store.causes import likely_causes
from console.areas.errors.store.listing import COLUMNS, NOTHING, count_in_range, make_row
from console.areas.errors.store.splitting import read_rules
from console.areas.errors.store.traits import FACETS
from console.store.database import snapshot

TOP_VALUES = 50
AUDIT_ROWS = 200

Tally = Mapping[str, Mapping[str, int]]
"""Counts by facet and value."""


def load_group(connection: sqlite3.Connection, group_id: int, since_ms: int, until_ms: int) -> GroupDetail | None:
    """Return all about one group (of the group it was merged into), counts over [since_ms, until_ms).

    None when there is no such group.
    """
    with snapshot(connection):
        found = connection.execute("SELECT coalesce(merged_into, id) FROM errors_group WHERE id = ?", (group_id,)).fetchone()
        return None if found is None else _load(connection, int(found[0]), since_ms, until_ms)


def _load(connection: sqlite3.Connection, group_id: int, since_ms: int, until_ms: int) -> GroupDetail:
    columns = connection.execute(f"SELECT {COLUMNS} FROM errors_group WHERE id = ?", (group_id,)).fetchone()
    parts, split, parent_id = connection.execute(
        "SELECT parts, split, parent_id FROM errors_group WHERE id = ?", (group_id,)
    ).fetchone()
    counts = count_in_range(connection, since_ms, until_ms, group_id)
    inside, everywhere = _tally(connection, group_id)
    row = make_row(columns, counts.get(group_id, NOTHING))
    aliases = connection.execute(
        "SELECT id, fingerprint, title FROM errors_group WHERE merged_into = ? ORDER BY id", (group_id,)
    ).fetchall()
    parent = connection.execute("SELECT id, title FROM errors_group WHERE id = ?", (parent_id,)).fetchone()
    return GroupDetail(
        row=_with_values(row, inside),
        parts=tuple(_part(**part) for part in json.loads(parts)),
        facets=tuple(_facet(name, inside[name], row.kept) for name in FACETS if inside[name]),
        likely_causes=likely_causes(inside, everywhere),
        audit=_audit(connection, [group_id, *(alias[0] for alias in aliases)]),
        aliases=tuple(aliases),
        splits=read_rules(split),
        parent=parent,
    )


def _tally(connection: sqlite3.Connection, group_id: int) -> tuple[Tally, Tally]:
    """Return how many events of the group have each value, and how many of all errors: values of others as ""."""
    inside: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    everywhere: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    rows = connection.execute(
        f"""SELECT f.facet, v.text, f.n, v.n FROM errors_facet f JOIN errors_value v ON v.id = f.value_id
        WHERE f.facet IN ({",".join(map(str, range(len(FACETS))))}) AND f.group_id = ? ORDER BY f.n DESC, v.text""",
        (group_id,),
    )
    for facet, text, n, n_everywhere in rows:
        inside[FACETS[facet]][text] = n
        everywhere[FACETS[facet]][text] = n_everywhere
    for facet, n in connection.execute("SELECT facet, sum(n) FROM errors_value GROUP BY facet"):
        values = everywhere[FACETS[facet]]
        values[""] = n - sum(values.values())
    return inside, everywhere


def _with_values(row: GroupRow, inside: Tally) -> GroupRow:
    services, versions = tuple(sorted(inside["service"])), tuple(sorted(inside["version"]))
    return replace(row, services=services, users=len(inside["user"]), versions=versions)


def _facet(name: str, values: Mapping[str, int], kept: int) -> Facet:
    """`values` are in order, most frequent first."""
    total = sum(values.values())
    top = tuple(FacetValue(value, n, n / total) for value, n in list(values.items())[:TOP_VALUES])
    return Facet(name, top, total - sum(value.n for value in top), kept - total)


def _part(name: str, value: str, original: str, replaced: list[list[str]]) -> ExplainedPart:
    return ExplainedPart(name, value, original, tuple((kind, text) for kind, text in replaced))


def _audit(connection: sqlite3.Connection, group_ids: list[int]) -> tuple[AuditRow, ...]:
    """Return what was done to a group and to those merged into it, newest first."""
    rows = connection.execute(
        f"""SELECT DISTINCT a.id, at_ms, who, what, words,
          EXISTS (SELECT 1 FROM errors_audit undo WHERE undo.undoes = a.id)
        FROM errors_audit_group g JOIN errors_audit a ON a.id = g.audit_id
        WHERE g.group_id IN ({",".join(map(str, group_ids))}) ORDER BY a.id DESC LIMIT {AUDIT_ROWS}"""
    )
    return tuple(
        AuditRow(audit_id, at_ms, who, what, words, bool(undone)) for audit_id, at_ms, who, what, words, undone in rows
    )

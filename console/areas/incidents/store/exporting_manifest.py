"""What the manifest of an export says."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import msgspec

from console import __version__
from console.areas.incidents.core.bundle.manifest import FORMAT, SCHEMA, Counts, Manifest, Masked, MaskedPath, Member
from console.areas.incidents.core.bundle.members import table_member
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import Report
from console.areas.incidents.store.exporting_plan import source_facts
from console.store.bundling import BundleTable
from console.store.rows import MARKER_NONE

MOST_IDS = 1_000
"""So many of the chosen ids the manifest tells of."""


class Asked(NamedTuple):
    """What the person asked for; times are Unix ms, notes (title, Markdown), pictures (title, PNG)."""

    selection: Selection
    title: str
    notes: tuple[tuple[str, str], ...]
    pictures: tuple[tuple[str, bytes], ...]
    from_ms: int
    to_ms: int
    made_ms: int


class Written(NamedTuple):
    """What was written: members, the titles of notes and pictures, what was masked."""

    members: dict[str, Member]
    titles: dict[str, str]
    masked: Masked


def described(
    connection: sqlite3.Connection, tables: Sequence[BundleTable], asked: Asked, texts: dict[str, str], written: Written
) -> Manifest:
    """Return the manifest; `texts` are the single texts by their place, as they may leave."""
    selection = replace(
        asked.selection,
        filter=texts["filter"],
        correlations=tuple(text for place, text in texts.items() if place.startswith("correlation ")),
        ids=asked.selection.ids[:MOST_IDS],
    )
    sources = [
        msgspec.structs.replace(one, name=texts[f"source {number}"]) for number, one in enumerate(source_facts(connection))
    ]
    return Manifest(
        format=FORMAT,
        schema=SCHEMA,
        console=__version__,
        made_ms=asked.made_ms,
        title=texts["title"],
        from_ms=asked.from_ms,
        to_ms=asked.to_ms,
        selection=selection,
        counts=_counts(connection, tables, written.members),
        sources=tuple(sources),
        redaction=written.masked,
        tables={table.name: tuple(table.columns) for table in tables},
        members=written.members,
        titles=dict(written.titles),
    )


def masked_facts(said: Report, most_paths: int) -> Masked:
    """Return what a manifest says of redaction: counts by rule, and the paths where most was masked."""
    paths = [MaskedPath(rule, path, times) for (rule, path), times in said.counts.most_common(most_paths)]
    return Masked(said.total, dict(said.by_rule()), tuple(paths))


def _counts(connection: sqlite3.Connection, tables: Sequence[BundleTable], members: dict[str, Member]) -> Counts:
    sql = f"""SELECT count(*) FILTER (WHERE k.marker = {MARKER_NONE}), count(*) FROM temp.bundle_event b
        CROSS JOIN events e ON e.id = b.id CROSS JOIN kinds k ON k.id = e.kind"""
    events, rows = connection.execute(sql).fetchone()
    by_table = {table.name: members[table_member(table.name)].rows for table in tables}
    return Counts(events, rows - events, by_table.get("quarantine", 0), by_table)

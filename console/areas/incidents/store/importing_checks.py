"""Whether what a bundle brought is what its manifest says, and can be read: beside the references of `importing_schema`."""

import json
import re
import sqlite3
from collections.abc import Iterable

from msgspec.structs import replace

from console.areas.incidents.core.bundle.manifest import Manifest, Source
from console.areas.incidents.core.bundle.members import MANIFEST, REPORT, is_picture, table_member
from console.areas.incidents.core.bundle.page import page_fault
from console.areas.incidents.core.bundle.png import bare_png
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.exporting_plan import source_facts
from console.model.histogram import BIN_COUNT
from console.store.bundling import BundleTable
from console.store.rows import MARKER_NONE

_BYTES_A_BIN = 4
_KEPT_APART = re.compile(r"(?:~[0-9a-f]{8})+$")
"""Behind names that a mask would have made one in their table (see `exporting_redacting.apart`)."""


def check_counts(connection: sqlite3.Connection, manifest: Manifest) -> None:
    """Refuse a manifest that counts what is not there. Raises BundleRefused."""
    (events, rows) = connection.execute(
        f"""SELECT count(*) FILTER (WHERE k.marker = {MARKER_NONE}), count(*) FROM events e JOIN kinds k ON k.id = e.kind"""
    ).fetchone()
    counts = manifest.counts
    said = (
        ("events", counts.events, events),
        ("markers", counts.markers, rows - events),
        *((table, counts.tables.get(table, 0), _rows(manifest, table)) for table in manifest.tables),
    )
    for name, told, found in said:
        if told != found:
            raise BundleRefused(MANIFEST, f"it counts {told:,} {name}, but there are {found:,}")


def _rows(manifest: Manifest, table: str) -> int:
    """Return the rows of a table's member, which were counted as they were read."""
    return manifest.members[table_member(table)].rows


def check_sources(connection: sqlite3.Connection, manifest: Manifest) -> None:
    """Refuse a manifest that names other sources, or tells of other holes in them, than the tables. Raises BundleRefused."""
    connection.execute("CREATE TEMP TABLE bundle_range (from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL)")
    connection.execute("INSERT INTO temp.bundle_range VALUES (?,?)", (manifest.from_ms, manifest.to_ms))
    found = source_facts(connection)
    connection.execute("DROP TABLE temp.bundle_range")
    if len(found) != len(manifest.sources):
        raise BundleRefused(MANIFEST, f"it names {len(manifest.sources):,} sources, but there are {len(found):,}")
    for told, one in zip(manifest.sources, found, strict=True):
        if not _is_same(told, one):
            raise BundleRefused(MANIFEST, f"what it says of the source {told.name[:100]!r} is not what the tables say")


def _is_same(told: Source, found: Source) -> bool:
    names = [_KEPT_APART.sub("", one.name).strip('"') for one in (told, found)]
    return names[0] == names[1] and replace(told, name="") == replace(found, name="")


def check_json(connection: sqlite3.Connection, manifest: Manifest, known: Iterable[BundleTable]) -> None:
    """Refuse columns of JSON that hold none: every view that reads them would fail. Raises BundleRefused."""
    for table in known:
        for column in manifest.tables.get(table.name, ()):
            if table.columns[column] != "json":
                continue
            for (text,) in connection.execute(f"SELECT {column} FROM {table.name} WHERE {column} IS NOT NULL"):
                try:
                    json.loads(text)  # as the areas do
                except (ValueError, RecursionError) as error:
                    raise BundleRefused(table_member(table.name), f"a {column} in it is no JSON ({error})") from error


def check_files(archive: Archive) -> None:
    """Refuse pictures that are none, and a report that would do more than show itself. Raises BundleRefused."""
    for member in archive.manifest.members:
        try:
            if member == REPORT and (fault := page_fault(archive.read(member).decode())):
                raise BundleRefused(member, fault)
            if is_picture(member):
                bare_png(archive.read(member))
        except UnicodeDecodeError as error:
            raise BundleRefused(member, f"it is no UTF-8 ({error})") from error
        except ValueError as error:
            raise BundleRefused(member, str(error)) from error


def check_histograms(connection: sqlite3.Connection) -> None:
    """Refuse histograms of durations with bins that do not exist (see `console.model.histogram`). Raises BundleRefused."""
    tables = connection.execute(
        """SELECT m.name FROM sqlite_master m WHERE m.type = 'table' AND 2 = (
             SELECT count(*) FROM pragma_table_info(m.name) c WHERE c.name IN ('first_bin', 'bins'))"""
    ).fetchall()
    for (table,) in tables:
        # The empty histogram is no bytes at 0.
        sql = f"""SELECT first_bin FROM {table} WHERE bins IS NOT NULL AND (typeof(bins) <> 'blob' OR first_bin < 0
            OR length(bins) % {_BYTES_A_BIN} OR first_bin > {BIN_COUNT} - length(bins) / {_BYTES_A_BIN}) LIMIT 1"""
        if (found := connection.execute(sql).fetchone()) is not None:
            raise BundleRefused(table_member(table), f"a histogram from bin {found[0]} on does not fit its {BIN_COUNT} bins")

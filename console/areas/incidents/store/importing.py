"""Open an incident bundle as a new store, as if a stranger had made it: checked to the last byte, whole or not at all."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from console.areas import area_bundled, area_migrations
from console.areas.incidents.core.bundle.manifest import Manifest, read_manifest, write_manifest
from console.areas.incidents.core.bundle.members import EVENTS as EVENTS_MEMBER
from console.areas.incidents.core.bundle.members import is_note
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.store.archive_leftovers import clear_leftovers, locked_folder
from console.areas.incidents.store.archive_reading import Archive, BundleLimits
from console.areas.incidents.store.importing_ahead import ahead
from console.areas.incidents.store.importing_checks import (
    check_counts,
    check_files,
    check_histograms,
    check_json,
    check_sources,
)
from console.areas.incidents.store.importing_rows import decoded_rows, event_batches
from console.areas.incidents.store.importing_schema import (
    Expected,
    Indexes,
    allowed_columns,
    check_tables,
    check_whole,
    expected_tables,
)
from console.store.bulk import insert_rows
from console.store.bundled import BASE_TABLES, EVENTS
from console.store.bundling import BundleTable, Row
from console.store.database import StoreError, finish_building, is_disk_full, open_building
from console.store.migrations import AreaMigrations, create_store
from console.store.recording import remember_last_id
from console.store.searchindex import SearchIndex

META = "bundle"
"""The key of `meta` under which a store keeps the manifest of the bundle that it was made of."""
_AHEAD = 4
_PARTIAL = ".partial"
_TRIAL = "vivim-bundle-"


Progress = Callable[[int, int], None]
"""Is told (done, total)."""


class ImportCancelled(Exception):
    """The person took it back; nothing is left of the new store."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The store that was made of a bundle."""

    path: Path
    manifest: Manifest


def _no_progress(_done: int, _total: int) -> None: ...


def _never() -> bool:
    return False


def manifest_of(path: Path, limits: BundleLimits | None = None) -> Manifest:
    """Return what a bundle says of itself; of its members only the list is checked. Raises BundleRefused, OSError."""
    with Archive(path, limits) as archive:
        return archive.manifest


def check_bundle(
    path: Path,
    limits: BundleLimits | None = None,
    progress: Progress = _no_progress,
    cancelled: Callable[[], bool] = _never,
) -> Manifest:
    """Check all that an import checks, by making a store in the folder for temporary files that then goes away again.

    Raises BundleRefused with the member and the reason, ImportCancelled, OSError, StoreError when there is no room for it.
    """
    folder = Path(tempfile.gettempdir())
    with Archive(path, limits) as archive:
        check_tables(archive.manifest, allowed_columns((*BASE_TABLES, *area_bundled())))
        archive.verify()  # before anything is written; what was changed or lost is then refused as that
        clear_leftovers(folder, _TRIAL, _PARTIAL)
        with _new_store(folder, _TRIAL, area_migrations()) as store:
            _fill(store, archive, (*BASE_TABLES, *area_bundled()), progress, cancelled)
        return archive.manifest


def stored_manifest(connection: sqlite3.Connection) -> Manifest | None:
    """Return the manifest of the bundle that a store was made of, None for any other store."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (META,)).fetchone()
    return read_manifest(row[0].encode()) if row else None


def import_bundle(
    path: Path,
    db: Path,
    progress: Progress = _no_progress,
    cancelled: Callable[[], bool] = _never,
    *,
    limits: BundleLimits | None = None,
    tables: Sequence[BundleTable] | None = None,
    migrations: Sequence[tuple[str, AreaMigrations]] | None = None,
) -> Imported:
    """Make the new store `db` of a bundle; ids stay what they were. `progress(done, total)` counts timeline rows.

    Raises BundleRefused, ImportCancelled, FileExistsError, OSError, StoreError when the store cannot be written.
    """
    if db.exists():
        raise FileExistsError(f"{db}: there is a store already; a bundle becomes a new one")
    known = (*BASE_TABLES, *(area_bundled() if tables is None else tables))
    with Archive(path, limits) as archive, _built_whole(db, migrations) as partial:
        check_tables(archive.manifest, allowed_columns(known))
        _fill(partial, archive, known, progress, cancelled)
        return Imported(db, archive.manifest)


@contextlib.contextmanager
def _built_whole(db: Path, migrations: Sequence[tuple[str, AreaMigrations]] | None) -> Iterator[Path]:
    """Give an empty store that gets its name when the block ends well; else nothing of it is left."""
    db.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{db.name}-"
    clear_leftovers(db.parent, prefix, _PARTIAL)
    with _new_store(db.parent, prefix, area_migrations() if migrations is None else migrations) as partial:
        yield partial
        if db.exists():
            raise FileExistsError(f"{db}: there is a store meanwhile")
        partial.rename(db)


@contextlib.contextmanager
def _new_store(folder: Path, prefix: str, migrations: Sequence[tuple[str, AreaMigrations]]) -> Iterator[Path]:
    """Give an empty store in a folder of its own, which is gone when the block ends."""
    with locked_folder(folder, prefix, _PARTIAL) as own:
        store = own / "store.db"
        create_store(store, migrations)
        yield store


def _fill(
    store: Path, archive: Archive, known: Sequence[BundleTable], progress: Progress, cancelled: Callable[[], bool]
) -> None:
    """Fill a new store with all that a bundle holds."""
    connection = open_building(store)
    try:
        _Import(connection, archive, known, progress, cancelled).run()
    except sqlite3.OperationalError as error:
        if is_disk_full(error):
            raise StoreError(f"{store.parent.parent}: there is no room on the disk for what the bundle holds") from error
        raise
    finally:
        finish_building(connection, store)


class _Import:
    """One import, under way."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        archive: Archive,
        known: Sequence[BundleTable],
        progress: Progress,
        cancelled: Callable[[], bool],
    ) -> None:
        self._connection, self._archive, self._known = connection, archive, known
        self._progress, self._cancelled = progress, cancelled

    def run(self) -> None:
        """Fill the store in one transaction."""
        manifest = self._archive.manifest
        expected = expected_tables(self._connection, manifest)
        indexes = Indexes(self._connection, list(expected))
        self._connection.execute("BEGIN")
        indexes.drop()
        for table in expected.values():
            if table.table != EVENTS.name:
                self._fill(table)
        self._fill_events(expected[EVENTS.name])
        self._fill_notes()
        check_files(self._archive)
        self._archive.verify(rest_only=True)
        check_whole(self._connection)
        check_counts(self._connection, manifest)
        check_sources(self._connection, manifest)
        check_histograms(self._connection)
        check_json(self._connection, manifest, self._known)
        self._stop_if_cancelled()
        indexes.make()
        self._connection.execute("INSERT INTO meta VALUES (?,?)", (META, write_manifest(manifest).decode()))
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA optimize")

    def _fill(self, table: Expected) -> None:
        rows = 0
        with closing(self._archive.lines(table.member)) as parts:
            for lines in parts:
                self._stop_if_cancelled()
                self._insert(table, decoded_rows(table, lines, rows))
                rows += len(lines)
        self._check_rows(table.member, rows)

    def _fill_events(self, table: Expected) -> None:
        total = self._archive.manifest.members[table.member].rows
        done = last = 0
        search = SearchIndex(self._connection)
        markers = dict(self._connection.execute("SELECT id, marker FROM kinds"))
        with closing(ahead(event_batches(self._archive, table, markers), _AHEAD)) as batches:
            for batch in batches:
                self._stop_if_cancelled()
                self._insert(table, batch.rows)
                insert_rows(self._connection, "INSERT INTO payloads (id, text)", batch.texts)
                search.add(batch.searched)
                done, last = done + len(batch.rows), batch.last_id
                self._progress(done, total)
        self._check_rows(table.member, done)
        self._check_rows(EVENTS_MEMBER, done)
        remember_last_id(self._connection, last)

    def _fill_notes(self) -> None:
        """Notes came as Markdown; they stand among the store's notes."""
        manifest = self._archive.manifest
        for member in filter(is_note, manifest.members):
            try:
                markdown = self._archive.read(member).decode()
            except UnicodeDecodeError as error:
                raise BundleRefused(member, f"it is no UTF-8 ({error})") from error
            row = (manifest.titles.get(member, member), markdown, manifest.made_ms)
            insert_rows(self._connection, "INSERT INTO incidents_note (title, markdown, changed_ms)", [row])

    def _insert(self, table: Expected, rows: Sequence[Row]) -> None:
        try:
            insert_rows(self._connection, table.insert, rows)
        except (sqlite3.IntegrityError, sqlite3.DataError, UnicodeError) as error:
            raise BundleRefused(table.member, f"a row cannot stand in the table ({error})") from error

    def _check_rows(self, member: str, rows: int) -> None:
        said = self._archive.manifest.members[member].rows
        if said != rows:
            raise BundleRefused(member, f"it has {rows:,} rows, the manifest says {said:,}")

    def _stop_if_cancelled(self) -> None:
        if self._cancelled():
            raise ImportCancelled("the import was cancelled; nothing of it is left")

"""Export an incident bundle: chosen rows of one moment of the store, redacted, looked through, whole or not at all.

Rows are read in one transaction and go through processes that redact and pack them into a spool without a name. Then each
piece is swept of what was masked elsewhere, looked through once more, and written to the file that gets its name at the end.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.areas import area_bundled
from console.areas.incidents.core.bundle.manifest import Manifest
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import Profile, Report
from console.areas.incidents.store.archive import PARTIAL, Spool, TooLarge, written_whole
from console.areas.incidents.store.archive_leftovers import clear_leftovers
from console.areas.incidents.store.exporting_choice import choose
from console.areas.incidents.store.exporting_manifest import Asked
from console.areas.incidents.store.exporting_plan import planned
from console.areas.incidents.store.exporting_pool import Pool, WorkerDied
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.areas.incidents.store.exporting_steps import ExportSteps, ReportMaker
from console.areas.incidents.store.exporting_tasks import Settings
from console.areas.incidents.store.importing import stored_manifest
from console.model.clock import Clock, wall_clock
from console.store.bundled import BASE_TABLES
from console.store.bundling import BundleTable
from console.store.database import open_exporter, snapshot

FEW = 3_000
"""So few events are done before another process has started."""

Progress = Callable[[int, int], None]


class ExportCancelled(Exception):
    """The person took it back; nothing is left of it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written, and what redaction did with it."""

    path: Path
    manifest: Manifest
    report: Report
    bytes: int
    cleared: tuple[str, ...] = ()
    """What exports that were killed had left half written in that folder, and what was deleted."""


def export_bundle(
    store: Path,
    selection: Selection,
    profile: Profile,
    out: Path,
    *,
    title: str = "",
    notes: Sequence[tuple[str, str]] = (),
    pictures: Sequence[tuple[str, bytes]] = (),
    report: ReportMaker | None = None,
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    workers: int = 2,
    tables: Sequence[BundleTable] | None = None,
    key: bytes | None = None,
    clock: Clock = wall_clock,
) -> Exported:
    """Write a bundle of what is chosen to `out`, replacing a file of this name only when the new one is whole.

    `notes` are (title, Markdown), `pictures` (title, PNG). `progress(done, total)` counts each event twice: redacted, looked
    through. Raises ExportRefused, ExportCancelled, FilterError, StoreError, ValueError for a picture that is none, OSError.
    """
    now_ms = clock()
    connection = open_exporter(store)
    connection.execute("PRAGMA temp_store=FILE")  # how much is masked nobody knows before
    try:
        with snapshot(connection):
            events, from_ms, to_ms = choose(connection, selection, now_ms)
            if not events:
                raise ExportRefused(f"nothing in the store matches: {selection.words()}")
            workers = workers if events > FEW else 0
            again = stored_manifest(connection) is not None
            settings = Settings(profile, key if key is not None else os.urandom(32), again)
            cleared = clear_leftovers(out.parent, ".", PARTIAL)
            with Pool(settings, workers) as pool, written_whole(out) as file:
                spool = Spool(out.parent)
                try:
                    wanted = planned(connection, (*BASE_TABLES, *(area_bundled() if tables is None else tables)))
                    watch = _Watch(events, progress, cancelled)
                    steps = ExportSteps(connection, pool, spool, wanted, watch.seen, watch.more)
                    steps.redact_rows()
                    asked = Asked(selection, title, tuple(notes), tuple(pictures), from_ms, to_ms, now_ms)
                    manifest, said = steps.write(file, asked, report)
                finally:
                    spool.close()
        return Exported(out, manifest, said, out.stat().st_size, tuple(cleared))
    except (TooLarge, WorkerDied) as error:
        raise ExportRefused(str(error)) from error
    finally:
        connection.close()


class _Watch:
    """Says how far it is, and stops it when the person has taken it back."""

    def __init__(self, events: int, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self._total, self._done = 2 * events, 0
        self._progress, self._cancelled = progress, cancelled

    def more(self, events: int) -> None:
        """So many events go through one step more than was foreseen."""
        self._total += events

    def seen(self, events: int) -> None:
        """So many more events went through a step. Raises ExportCancelled."""
        if self._cancelled():
            raise ExportCancelled("the export was cancelled; nothing of it is left")
        self._done += events
        if events:
            self._progress(min(self._done, self._total), self._total)

"""Open a file that is no bundle, HAR, JSONL or recorded posts, as a new store that every view can read.

It is written with the facts and the projections of ingest. The store appears under its name only when all is in it.
"""

import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from console.areas import area_migrations, area_projections
from console.areas.incidents.core.found import FileRefused, Found
from console.areas.incidents.store.opening_reading import FileKind, read_file
from console.model.clock import Clock, wall_clock
from console.model.facts import Arrived, Fact, Quarantined, SourceAttached
from console.model.reader import read_event
from console.store.database import StoreError, is_disk_full, open_writer
from console.store.migrations import migrate
from console.store.projection import FollowingSources
from console.store.recording import Recorder

BATCH = 2_000
_BATCH_CHARACTERS = 8 * 1024 * 1024
_QUARANTINED_CHARACTERS = 65_536


class Opened(NamedTuple):
    """What came of a file. `faults` says which areas, if any, could not be kept up to date."""

    kind: FileKind
    events: int
    quarantined: int
    faults: tuple[str, ...] = ()


class OpeningCancelled(Exception):
    """The person took it back; nothing is left of the new store."""


def open_as_store(
    path: Path,
    db: Path,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    clock: Clock = wall_clock,
) -> Opened:
    """Make the store `db` of a file. `progress` is told bytes that are done, of how many.

    Raises FileRefused with the line and the reason when the file is none of these or holds no event, OSError,
    FileExistsError when `db` is there, OpeningCancelled, and StoreError when the store cannot be written.
    """
    if db.exists():
        raise FileExistsError(f"{db} is there already; a file is opened as a new store")
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise FileRefused(f"{path.name}: this is no file")
    total = state.st_size
    part = db.with_name(db.name + ".part")
    _remove(part)
    try:
        with path.open("rb") as file:
            kind, pieces = read_file(file, total)
            filling = _Filling(part, path, clock)
            try:
                for done in filling.take(pieces):
                    progress(min(done, total), total)
                    if cancelled():
                        raise OpeningCancelled(f"{path.name} was not opened")
            finally:
                filling.close()
        if not filling.events:
            raise FileRefused(_nothing(filling))
        part.replace(db)
    except FileRefused as refused:
        raise FileRefused(f"{path.name}: {refused}") from refused
    except sqlite3.Error as error:
        words = "there is no room on the disk for what the file holds" if is_disk_full(error) else str(error)
        raise StoreError(f"{db}: {words}") from error
    finally:
        _remove(part)
    return Opened(kind, filling.events, filling.quarantined, tuple(filling.faults))


class _Filling:
    """A new store while it fills, on this thread: a fault ends it at once, and nothing else writes."""

    def __init__(self, part: Path, path: Path, clock: Clock) -> None:
        self.events = self.quarantined = 0
        self.faults: list[str] = []
        self.first_reason = ""
        self._source = path.stem.encode("utf-8", "replace").decode("utf-8")[:100] or "file"
        self._epoch = f"file:{self._source}"
        self._clock = clock
        self._connection = open_writer(part)
        try:
            migrate(self._connection, area_migrations())
            self._projections = dict(area_projections())
            self._recorder = Recorder(self._connection, self._projections, clock, self.faults.append)
            self._follow(())
            url = str(path).encode("utf-8", "replace").decode("utf-8")
            self._recorder.record([SourceAttached(self._source, url, "file", clock())])
            self._follow((self._source,))
        except BaseException:
            self._connection.close()
            raise

    def take(self, pieces: Iterable[Found]) -> Iterator[int]:
        """Write pieces in order; yields how many bytes are written, after each transaction."""
        batch: list[Found] = []
        waiting = done = 0
        for piece in pieces:
            batch.append(piece)
            waiting += piece.size
            if len(batch) >= BATCH or waiting >= _BATCH_CHARACTERS:
                self._write(batch)
                done += waiting
                batch, waiting = [], 0
                yield done
        if batch:
            self._write(batch)
            yield done + waiting
        while self._recorder.is_waiting:
            self._recorder.settle()
        self._follow(())
        self._recorder.close()
        # Here, where a full disk is still told: closing would fail in silence and leave half of it in the log.
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file, whatever is in it."""
        self._connection.close()

    def _follow(self, names: tuple[str, ...]) -> None:
        """Tell the areas what is attached, as ingest does: the file is one session."""
        for projection in self._projections.values():
            if isinstance(projection, FollowingSources):
                self._recorder.transact(partial(projection.on_sources, names=names, now_ms=self._clock()))

    def _write(self, batch: list[Found]) -> None:
        now_ms = self._clock()
        seq = 1 + self.events + self.quarantined
        facts: list[Fact] = []
        for refused, run in groupby(batch, key=lambda one: one.piece.data is None):
            several = list(run)
            if refused:
                facts += [self._refuse(one, seq + offset, now_ms) for offset, one in enumerate(several)]
            else:
                events = [read_event(one.piece, now_ms, self._source) for one in several]
                facts.append(Arrived(self._source, self._epoch, seq, events, now_ms))
                self.events += len(events)
            seq += len(several)
        self._recorder.record(facts)

    def _refuse(self, one: Found, seq: int, now_ms: int) -> Quarantined:
        reason = one.piece.note or "no JSON object"
        self.quarantined += 1
        self.first_reason = self.first_reason or reason
        raw = one.piece.text[:_QUARANTINED_CHARACTERS].encode("utf-8", "surrogateescape")
        return Quarantined(self._source, self._epoch, seq, reason, raw, one.size, now_ms)


def _nothing(filling: _Filling) -> str:
    if not filling.quarantined:
        return "it holds no event"
    return f"none of its {filling.quarantined:,} parts is an event; the first: {filling.first_reason}"


def _remove(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{part}{suffix}").unlink(missing_ok=True)

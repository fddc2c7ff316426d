"""HAR and JSONL instead of a bundle: made of one, so that they are redacted and looked through like one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from console.areas.incidents.core.bundle.lines import text_of
from console.areas.incidents.core.bundle.manifest import Manifest
from console.areas.incidents.core.bundle.members import EVENTS, table_member
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.har_writing import to_har
from console.areas.incidents.core.redaction import Profile
from console.areas.incidents.store.archive import PARTIAL, written_whole
from console.areas.incidents.store.archive_leftovers import clear_leftovers, locked_folder
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.exporting import ExportCancelled, export_bundle
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.model.dialects import Piece, piece_of
from console.model.reader import read_event
from console.store.bundled import BASE_TABLES
from console.store.rows import MARKER_NONE


class Work(Protocol):
    """What the work asks and tells while it goes on."""

    def progress(self, done: int, total: int) -> None: ...

    def cancelled(self) -> bool: ...


class Plain(NamedTuple):
    """What was written: so many entries or lines, so many bytes, and the manifest of the bundle that it was made of."""

    records: int
    bytes: int
    manifest: Manifest


class _Form(NamedTuple):
    """`write` yields the file's text in pieces, each with the number of records in it."""

    write: Callable[[Archive], Iterator[tuple[str, int]]]
    none: str


def export_plain(form: str, store: Path, selection: Selection, profile: Profile, out: Path, work: Work) -> Plain:
    """Write a file of this form (`har`, `jsonl`), whole or not at all. Raises KeyError, and as `export_bundle` does."""
    writes = _FORMS[form]
    clear_leftovers(out.parent, ".", PARTIAL)
    with locked_folder(out.parent, f".{out.name}-", PARTIAL) as folder:
        bundle = folder / "whole.vcb"
        exported = export_bundle(store, selection, profile, bundle, progress=work.progress, cancelled=work.cancelled)
        records = 0
        with Archive(bundle) as archive, written_whole(out) as file:
            for text, more in writes.write(archive):
                if work.cancelled():
                    raise ExportCancelled("the export was cancelled; nothing of it is left")
                file.write(text.encode())
                records += more
            if not records:
                raise ExportRefused(f"{writes.none}: {selection.words()}; nothing was written")
    return Plain(records, out.stat().st_size, exported.manifest)


def _har(archive: Archive) -> Iterator[tuple[str, int]]:
    text = to_har(read_event(piece, received) for piece, received in _pieces(archive))
    yield text, len(json.loads(text)["log"]["entries"])


def _jsonl(archive: Archive) -> Iterator[tuple[str, int]]:
    for piece, _ in _pieces(archive):
        # A line break in JSON stands between its signs only: in a string it is written as \n.
        yield piece.text.replace("\r", " ").replace("\n", " ") + "\n", 1


def _pieces(archive: Archive) -> Iterator[tuple[Piece, int]]:
    """Yield the bundle's events and when they came, in order; what is none by itself (gaps, quarantine) is left out."""
    markers = {kind for kind, marker in _columns(archive, "kinds", "id", "marker") if marker != MARKER_NONE}
    rows = _columns(archive, "events", "kind", "received")
    for line, (kind, received) in zip(_flat(archive, EVENTS), rows, strict=True):
        if kind not in markers and (piece := piece_of(text_of(line))).data is not None:
            yield piece, int(received)


def _columns(archive: Archive, table: str, *names: str) -> Iterator[list[Any]]:
    """Yield these columns of a table's rows."""
    places = [next(list(one.columns) for one in BASE_TABLES if one.name == table).index(name) for name in names]
    for line in _flat(archive, table_member(table)):
        row = msgspec.json.decode(line)
        yield [row[place] for place in places]


def _flat(archive: Archive, member: str) -> Iterator[bytes]:
    for lines in archive.lines(member):
        yield from lines


_FORMS = {
    "har": _Form(_har, "no event holds a request and its response"),
    "jsonl": _Form(_jsonl, "nothing that can be read as an event"),
}

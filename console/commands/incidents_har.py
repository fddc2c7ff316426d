"""`export --har`: requests and responses as HAR, made of a bundle, so that they are redacted and looked through like one."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from console.areas.incidents.core.bundle.lines import text_of
from console.areas.incidents.core.bundle.members import EVENTS, table_member
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.har_writing import to_har
from console.areas.incidents.core.redaction import Profile
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.exporting import export_bundle
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.commands.contract_files import write_whole
from console.commands.incidents_running import Running
from console.model.dialects import piece_of
from console.model.event import Event
from console.model.reader import read_event
from console.store.bundled import EVENTS as EVENT_ROWS


def export_har(store: Path, selection: Selection, profile: Profile, out: Path, work: Running) -> int:
    """Write the HAR file; returns how many entries it has. Raises as `export_bundle` does."""
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        bundle = Path(folder) / "har.vcb"
        export_bundle(store, selection, profile, bundle, progress=work.progress, cancelled=work.cancelled)
        with Archive(bundle) as archive:
            text = to_har(_events(archive))
    entries = len(json.loads(text)["log"]["entries"])
    if not entries:
        raise ExportRefused(f"no event holds a request and its response: {selection.words()}; nothing was written")
    write_whole(out, text)
    return entries


def _events(archive: Archive) -> Iterator[Event]:
    """Yield the bundle's events in order; what is no event by itself (gaps, quarantine) is left out."""
    received = list(EVENT_ROWS.columns).index("received")
    rows = _flat(archive, table_member(EVENT_ROWS.name))
    for line, row in zip(_flat(archive, EVENTS), rows, strict=True):
        piece = piece_of(text_of(line))
        if piece.data is not None:
            yield read_event(piece, int(msgspec.json.decode(row)[received]))


def _flat(archive: Archive, member: str) -> Iterator[bytes]:
    for lines in archive.lines(member):
        yield from lines

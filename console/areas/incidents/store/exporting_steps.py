"""The steps of one export, in order: redact and spool all rows, learn what was masked, sweep, look, write."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO

from console.areas.incidents.core.bundle.manifest import Manifest, Masked, Member, write_manifest
from console.areas.incidents.core.bundle.members import EVENTS, MANIFEST, MAX_NAME, REPORT, named_file, table_member
from console.areas.incidents.core.bundle.png import bare_png
from console.areas.incidents.core.redaction import Hit, Report
from console.areas.incidents.store.archive import PARTIAL, ArchiveWriter, Spool
from console.areas.incidents.store.archive_leftovers import locked_folder
from console.areas.incidents.store.exporting_manifest import Asked, Written, described, masked_facts
from console.areas.incidents.store.exporting_masked import MaskedTable
from console.areas.incidents.store.exporting_passes import Passes
from console.areas.incidents.store.exporting_plan import Planned, batches, source_facts
from console.areas.incidents.store.exporting_pool import Pool
from console.areas.incidents.store.exporting_refusal import refuse_hits
from console.areas.incidents.store.exporting_tasks import Ask, Form, Packed, SweepPiece, TextBatch, Texts, Told
from console.areas.incidents.store.importing import import_bundle
from console.store.database import open_reader

PATHS_TOLD = (500, 200, 50, 0)
ROOM_TO_GROW = 8 * 1024
"""For what sweeping masks beyond redaction, which the manifest tells of too."""

ReportMaker = Callable[[sqlite3.Connection], str]
"""Makes the HTML report from a store that holds the redacted rows only."""


@dataclass(slots=True)
class ExportSteps:
    """What the steps share; `seen(events)` is told how many events went through a step, `more(events)` how many more will
    beyond once each; both may raise."""

    connection: sqlite3.Connection
    pool: Pool
    spool: Spool
    tables: list[Planned]
    seen: Callable[[int], None]
    more: Callable[[int], None]
    titles: dict[str, str] = field(default_factory=dict)
    redacted: Report = field(default_factory=Report)
    masked: MaskedTable = field(init=False)
    passes: Passes = field(init=False)

    def __post_init__(self) -> None:
        self.masked = MaskedTable(self.connection)
        plans = {table_member(one.table.name): one.plan for one in self.tables}
        self.passes = Passes(self.pool, self.spool, self.masked, plans, self.seen, self.more)

    def redact_rows(self) -> None:
        """Redact all rows of all tables into the spool."""
        tasks = chain.from_iterable(batches(self.connection, one) for one in self.tables)
        for packed in self.pool.run(tasks):
            assert isinstance(packed, Packed)
            self.masked.add(packed.masked)
            for member, piece, rows in packed.pieces:
                self.spool.add(member, piece, rows)
                self.seen(rows if member == EVENTS else 0)

    def write(self, file: IO[bytes], asked: Asked, report: ReportMaker | None) -> tuple[Manifest, Report]:
        """Write all members, then the manifest; returns it, and what was masked. Raises ExportRefused."""
        texts = self._texts(asked)
        self._learn()
        pictures = {f"picture {number}": bare_png(raw) for number, (_, raw) in enumerate(asked.pictures)}
        texts = self.passes.settle(texts, pictures)
        archive = ArchiveWriter(file, self._room(asked, texts, report is not None))
        self._write_rows(archive)
        self._write_notes(archive, texts)
        self._write_pictures(archive, pictures, texts)
        manifest, said = self._finish(archive, asked, texts)
        if report is not None:
            html = self._report(Path(file.name), report)
            self._add(archive, REPORT, "text", html.encode())
            manifest, said = self._finish(archive, asked, texts)
        self.passes.looked(MANIFEST, "bytes", write_manifest(manifest))
        return manifest, said

    def _texts(self, asked: Asked) -> dict[str, str]:
        """Return the single texts that leave, by place, redacted once."""
        selection = asked.selection
        texts = {"title": asked.title, "filter": selection.filter}
        texts |= {f"correlation {number}": one for number, one in enumerate(selection.correlations)}
        texts |= {f"source {number}": one.name for number, one in enumerate(source_facts(self.connection))}
        for number, (title, markdown) in enumerate(asked.notes):
            texts |= {f"note title {number}": title, f"note {number}": markdown}
        texts |= {f"picture title {number}": title for number, (title, _) in enumerate(asked.pictures)}
        [answer] = self.pool.run([TextBatch(list(texts.items()))])
        assert isinstance(answer, Texts)
        return dict(zip(texts, answer.texts, strict=True))

    def _learn(self) -> None:
        """Tell everybody what was masked by anybody."""
        for told in self.pool.each(Ask()):
            assert isinstance(told, Told)
            self.masked.add(told.masked)
            self.redacted.merge(told.report)
        self.passes.learn()

    def _write_rows(self, archive: ArchiveWriter) -> None:
        plans = self.passes.plans
        hits: list[Hit] = []
        for member, pieces in sorted(self.spool.members.items(), key=lambda one: one[0] != EVENTS):
            form: Form = "events" if member == EVENTS else "rows"
            tasks = (SweepPiece(member, form, self.spool.read(piece), piece.rows, plans.get(member)) for piece in pieces)
            archive.add(member, self._swept(member, tasks, hits))
        refuse_hits(hits)

    def _swept(self, member: str, tasks: Iterator[SweepPiece], hits: list[Hit]) -> Iterator[tuple[bytes, bytes, int]]:
        lines = 0
        for swept in self.pool.run(tasks):
            hits += [hit._replace(line=hit.line + lines) for hit in swept.hits]
            lines += swept.rows
            self.seen(swept.rows if member == EVENTS else 0)
            yield swept.content, swept.packed, swept.rows

    def _write_notes(self, archive: ArchiveWriter, texts: dict[str, str]) -> None:
        number = 0
        while (markdown := texts.get(f"note {number}")) is not None:
            title = texts[f"note title {number}"]
            name = named_file("notes", title, ".md", set(archive.members))
            self.titles[name] = title
            self._add(archive, name, "text", markdown.encode("utf-8", "replace"), is_settled=True)
            number += 1

    def _write_pictures(self, archive: ArchiveWriter, pictures: dict[str, bytes], texts: dict[str, str]) -> None:
        for number, raw in enumerate(pictures.values()):
            title = texts[f"picture title {number}"]
            name = named_file("pictures", title, ".png", set(archive.members))
            self.titles[name] = title
            self._add(archive, name, "bytes", raw, is_settled=True)

    def _add(self, archive: ArchiveWriter, member: str, form: Form, content: bytes, *, is_settled: bool = False) -> None:
        """Add a small member, swept and looked through."""
        swept = self.passes.looked(member, form, content, is_settled=is_settled)
        archive.add(member, iter([(swept.content, swept.packed, 0)]))

    def _report(self, bundle: Path, report: ReportMaker) -> str:
        """Make the report, which needs memory: what the processes counted is kept, and what was masked is learned anew."""
        self.redacted = self._said()
        with self.pool.resting():
            html = _report_of(bundle, report)
        self.passes.learn()
        return html

    def _said(self) -> Report:
        """Return what was masked so far, in all processes."""
        said = Report()
        said.merge(self.redacted)
        for told in self.pool.each(Ask()):
            assert isinstance(told, Told)
            said.merge(told.report)
        return said

    def _finish(self, archive: ArchiveWriter, asked: Asked, texts: dict[str, str]) -> tuple[Manifest, Report]:
        """Write the manifest; of masked paths it tells as many as it has room for."""
        said = self._said()
        for paths in PATHS_TOLD:
            manifest = self._manifest(asked, texts, dict(archive.members), masked_facts(said, paths))
            raw = write_manifest(manifest)
            if len(raw) <= archive.room:
                break
        archive.finish(raw)
        return manifest, said

    def _manifest(self, asked: Asked, texts: dict[str, str], members: dict[str, Member], masked: Masked) -> Manifest:
        tables = [one.table for one in self.tables if table_member(one.table.name) in members]
        return described(self.connection, tables, asked, texts, Written(members, self.titles, masked))

    def _room(self, asked: Asked, texts: dict[str, str], has_report: bool) -> int:
        """Return how long the manifest can become: its hashes are known only when what stands behind it is written."""
        small = len(asked.notes) + len(asked.pictures) + has_report
        names = [*self.spool.members, *(f"{number:0>{MAX_NAME}}" for number in range(small))]
        longest = Member("0" * 64, "0" * 64, 2**33, 2**33)
        draft = self._manifest(asked, texts, dict.fromkeys(names, longest), masked_facts(self._said(), PATHS_TOLD[0]))
        titles = sum(MAX_NAME + 6 * len(text) for place, text in texts.items() if " title " in place)
        return len(write_manifest(draft)) + titles + ROOM_TO_GROW


def _report_of(bundle: Path, report: ReportMaker) -> str:
    """Make the report from what a stranger would open: the bundle as it is so far."""
    with locked_folder(bundle.parent, f"{bundle.name}-", PARTIAL) as folder:
        db = folder / "bundle.db"
        import_bundle(bundle, db)
        connection = open_reader(db)
        try:
            return report(connection)
        finally:
            connection.close()

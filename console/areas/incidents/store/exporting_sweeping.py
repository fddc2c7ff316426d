"""The second half of an export's work: take out of each piece what was masked elsewhere, and look through it once more."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from console.areas.incidents.core.bundle.lines import line_of, text_of
from console.areas.incidents.core.redaction import FinalSearch, Hit, Masked, Profile, Report, Sweep
from console.areas.incidents.core.redaction.needles import Needles
from console.areas.incidents.store.archive import pack, unpack
from console.areas.incidents.store.exporting_redacting import apart, as_text
from console.areas.incidents.store.exporting_tasks import Settings, SweepPiece, Swept, TextBatch, Texts, Told
from console.store.bundling import decode_values, encode_row

_NO_LIMIT = 2**31
NO_RULES = Profile()
NOTHING = Needles(Masked())
"""To look for nothing where nothing was found and nothing changed."""


class Sweeping:
    """What was masked anywhere, or a part of it, ready to be looked for. `report` is added to."""

    def __init__(self, masked: Masked, settings: Settings, report: Report | None = None) -> None:
        self._masked, self._profile, self._key = masked, settings.profile, settings.key
        self._needles = Needles(masked)
        self._sweep = Sweep(masked, self._needles)
        self._sweep.report = report if report is not None else self._sweep.report

    def told(self) -> Told:
        """Return what was masked here beyond redaction."""
        return Told(self._sweep.report, Masked())

    def texts(self, batch: TextBatch) -> Texts:
        """Sweep single texts, and look for what is left."""
        texts = [self._sweep.text(text, place) for place, text in batch.texts]
        search = FinalSearch(self._masked, NO_RULES, self._needles, most=_NO_LIMIT)
        for (place, _), text in zip(batch.texts, texts, strict=True):
            search.feed(place, text.encode("utf-8", "surrogatepass"))
        return Texts(texts, tuple(search.hits()))

    def piece(self, task: SweepPiece) -> Swept:
        content, packed = unpack(task.packed), task.packed if task.is_last else b""
        found = self._needles.find(content)
        if found and task.form != "bytes":
            swept = self._swept_content(content, [one.start for one in found], task)
            if swept != content:
                content, packed = swept, pack(swept)
        hits = self._look(task, content, self._needles if found else NOTHING)
        return Swept(content if task.is_last else b"", packed, task.rows, hits)

    def _swept_content(self, content: bytes, places: Sequence[int], task: SweepPiece) -> bytes:
        if task.form == "text":
            return self._sweep.text(content.decode(), task.member).encode()
        lines = content.split(b"\n")
        ends = list(accumulate(len(line) + 1 for line in lines))
        for number in {bisect_right(ends, place) for place in places}:
            lines[number] = self._swept_line(lines[number], task)
        return b"\n".join(lines)

    def _swept_line(self, line: bytes, task: SweepPiece) -> bytes:
        if task.plan is None:
            return line_of(self._sweep.text(text_of(line), task.member))
        values = decode_values(line)
        for position, kind, place, distinct in task.plan.columns:
            value = values[position]
            if isinstance(value, str):
                swept = self._sweep.text(value, place)
                swept = swept if kind == "json" else as_text(value, swept)
                values[position] = apart(self._key, value, swept) if distinct else swept
            elif isinstance(value, bytes):
                values[position] = self._sweep.blob(value, place) or b""
        return encode_row(tuple(values))

    def _look(self, task: SweepPiece, content: bytes, needles: Needles) -> tuple[Hit, ...]:
        """Return what stands in a piece and must not; lines are counted from the piece's start."""
        if needles.is_empty and not task.is_last:
            return ()
        hits = self._hits(task, content, needles)
        if not hits or task.form != "rows":
            return tuple(hits)
        lines = content.split(b"\n")
        suspect = {hit.line: _without_numbers(lines[hit.line - 1]) for hit in hits}
        telling = {number: self._hits(task, line, needles) for number, line in suspect.items()}
        return tuple(hit for hit in hits if telling[hit.line])

    def _hits(self, task: SweepPiece, content: bytes, needles: Needles) -> list[Hit]:
        search = FinalSearch(self._masked, self._profile if task.is_last else NO_RULES, needles, most=_NO_LIMIT)
        search.feed(task.member, content)
        return search.hits()


def _without_numbers(line: bytes) -> bytes:
    """Return a row without its numbers: the console's own ids and times may look like the id of a user."""
    return encode_row(tuple(None if isinstance(value, int | float) else value for value in decode_values(line)))

"""The second half of an export's work: take out of each piece what was masked elsewhere, and look through it once more."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from console.areas.incidents.core.bundle.lines import line_of, text_of
from console.areas.incidents.core.redaction import FinalSearch, Hit, Masked, Sweep
from console.areas.incidents.core.redaction.needles import Needles
from console.areas.incidents.store.archive import pack, unpack
from console.areas.incidents.store.exporting_redacting import apart, as_text
from console.areas.incidents.store.exporting_tasks import Settings, SweepPiece, Swept, TextBatch, Told
from console.store.bundling import decode_values, encode_row

_NO_LIMIT = 2**31


class Sweeping:
    """What was masked anywhere, ready to be looked for."""

    def __init__(self, masked: Masked, settings: Settings) -> None:
        self._masked, self._profile, self._key = masked, settings.profile, settings.key
        self._needles = Needles(masked)
        self._sweep = Sweep(masked, self._needles)

    def told(self) -> Told:
        """Return what was masked here beyond redaction."""
        return Told(self._sweep.report, Masked())

    def texts(self, batch: TextBatch) -> list[str]:
        """Sweep single texts."""
        return [self._sweep.text(text, place) for place, text in batch.texts]

    def piece(self, task: SweepPiece) -> Swept:
        content, packed = unpack(task.packed), task.packed
        if task.form != "bytes" and (found := self._needles.find(content)):
            swept = self._swept_content(content, [one.start for one in found], task)
            if swept != content:
                content, packed = swept, pack(swept)
        return Swept(content, packed, task.rows, self._look(task, content))

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

    def _look(self, task: SweepPiece, content: bytes) -> tuple[Hit, ...]:
        """Return what stands in a piece and must not; lines are counted from the piece's start."""
        hits = self._hits(task.member, content)
        if not hits or task.form != "rows":
            return tuple(hits)
        lines = content.split(b"\n")
        suspect = {hit.line: _without_numbers(lines[hit.line - 1]) for hit in hits}
        telling = {number: self._hits(task.member, line) for number, line in suspect.items()}
        return tuple(hit for hit in hits if telling[hit.line])

    def _hits(self, member: str, content: bytes) -> list[Hit]:
        search = FinalSearch(self._masked, self._profile, self._needles, most=_NO_LIMIT)
        search.feed(member, content)
        return search.hits()


def _without_numbers(line: bytes) -> bytes:
    """Return a row without its numbers: the console's own ids and times may look like the id of a user."""
    return encode_row(tuple(None if isinstance(value, int | float) else value for value in decode_values(line)))

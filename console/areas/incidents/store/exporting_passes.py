"""Sweeps an export with all that was masked. Of much, one part after the other is looked for, so that the memory stays.

What one part's sweep changed is gone through again with all parts: a replacement may set apart what was one word before.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from console.areas.incidents.core.bundle.members import EVENTS
from console.areas.incidents.core.redaction import Hit
from console.areas.incidents.store.archive import Spool, pack
from console.areas.incidents.store.exporting_masked import PART, MaskedTable
from console.areas.incidents.store.exporting_pool import Pool
from console.areas.incidents.store.exporting_refusal import ExportRefused, refuse_hits
from console.areas.incidents.store.exporting_tasks import Form, Learn, SweepPiece, Swept, TablePlan, TextBatch, Texts

MOST_ROUNDS = 4

_Pending = dict[str, list[int]]
"""By member, the numbers of its pieces that are to be swept."""


@dataclass(slots=True)
class Passes:
    """`seen(events)` is told how many events went through a step, `more(events)` how many more will; both may raise."""

    pool: Pool
    spool: Spool
    masked: MaskedTable
    plans: Mapping[str, TablePlan]
    seen: Callable[[int], None]
    more: Callable[[int], None]
    _parts: int = field(default=1, init=False)

    def learn(self) -> None:
        """Tell the processes what was masked; of much they hold one part at a time, from here on."""
        self._parts = max(1, -(-self.masked.count() // PART))
        if self._parts == 1:
            [only] = self.masked.parts()
            self.pool.each(Learn(only))

    def settle(self, texts: dict[str, str], pictures: Mapping[str, bytes]) -> dict[str, str]:
        """Sweep what is in the spool when that takes several parts, and single texts by place; returns these.

        `pictures` are looked through. Raises ExportRefused where anything is left.
        """
        pending: _Pending = {member: list(range(len(pieces))) for member, pieces in self.spool.members.items()}
        if self._parts == 1:
            pending.clear()  # swept when they are written
        for _ in range(MOST_ROUNDS):
            changed: dict[str, set[int]] = {}
            before = texts
            if self._parts > 1:
                self.more(self._parts * self._events(pending))
            for _ in self._each_part():
                texts = self._swept_texts(texts)
                self._sweep(pending, changed)
                for name, raw in pictures.items():
                    self._one(SweepPiece(name, "bytes", pack(raw), is_last=False))
            if texts == before and not changed:
                return texts
            pending = {member: sorted(numbers) for member, numbers in changed.items()}
            pictures = {}
        raise ExportRefused("what was masked at one place could not be taken out at all others; nothing was written")

    def looked(self, member: str, form: Form, content: bytes, *, is_settled: bool = False) -> Swept:
        """Sweep a small member, unless `settle` did that, and look through it. Raises ExportRefused."""
        packed = pack(content)
        for _ in range(MOST_ROUNDS if self._parts > 1 and not is_settled else 0):
            before = packed
            for _ in self._each_part():
                packed = self._one(SweepPiece(member, form, packed, is_last=False)).packed or packed
            if packed == before:
                break
        return self._one(SweepPiece(member, form, packed))

    def _each_part(self) -> Iterator[None]:
        if self._parts == 1:
            yield
            return
        for part in self.masked.parts():
            self.pool.each(Learn(part))
            yield

    def _one(self, task: SweepPiece) -> Swept:
        [swept] = self.pool.run([task])
        assert isinstance(swept, Swept)
        refuse_hits(swept.hits)
        return swept

    def _swept_texts(self, texts: dict[str, str]) -> dict[str, str]:
        [swept] = self.pool.run([TextBatch(list(texts.items()))])
        assert isinstance(swept, Texts)
        refuse_hits(swept.hits)
        return dict(zip(texts, swept.texts, strict=True))

    def _sweep(self, pending: _Pending, changed: dict[str, set[int]]) -> None:
        """Sweep pieces with the part that the processes hold; what changed takes the place of what was."""
        places = [(member, number) for member, numbers in pending.items() for number in numbers]
        tasks = (self._task(member, number) for member, number in places)
        hits: list[Hit] = []
        for (member, number), swept in zip(places, self.pool.run(tasks), strict=True):
            assert isinstance(swept, Swept)
            if swept.hits:
                lines = sum(piece.rows for piece in self.spool.members[member][:number])
                hits += [hit._replace(line=hit.line + lines) for hit in swept.hits]
            if swept.packed:
                self.spool.replace(member, number, swept.packed)
                changed.setdefault(member, set()).add(number)
            self.seen(swept.rows if member == EVENTS else 0)
        refuse_hits(hits)

    def _task(self, member: str, number: int) -> SweepPiece:
        piece = self.spool.members[member][number]
        form: Form = "events" if member == EVENTS else "rows"
        return SweepPiece(member, form, self.spool.read(piece), piece.rows, self.plans.get(member), is_last=False)

    def _events(self, pending: _Pending) -> int:
        pieces = self.spool.members.get(EVENTS, [])
        return sum(pieces[number].rows for number in pending.get(EVENTS, ()))

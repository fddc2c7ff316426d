"""One place while it is judged: its slot, the slot above, and how findings about it are put."""

from __future__ import annotations

from dataclasses import dataclass

from console.areas.contracts.core.drift.chance import OBSERVED
from console.areas.contracts.core.drift.finding import BREAKING, Finding
from console.areas.contracts.core.drift.parts import BODY, PARAMS, REQUEST
from console.areas.contracts.core.drift.slot import Slot, Tally
from console.reporter.contracts.paths import text_of

FORGOTTEN_MS = 48 * 3_600_000
"""What was last seen longer ago than the hourly buckets reach is no longer how it is."""


@dataclass(frozen=True, slots=True)
class Side:
    """Whose statistics are judged: the direction, the moment, and the version that promised, "" where none did."""

    direction: str
    now_ms: int
    version: str
    n: int
    last_ms: int

    @property
    def reader(self) -> str:
        """Who has to read what is observed."""
        return "the service" if self.direction == REQUEST else "callers"


@dataclass(slots=True)
class Place:
    """`steps` lead to it from the root; `above` is what holds it, None for the root. `can_lack`: it may be absent at all."""

    side: Side
    steps: tuple[str | int, ...]
    slot: Slot
    above: Slot | None

    @property
    def path(self) -> str:
        """The path as text; parameters stand by their names alone."""
        steps = self.steps
        if self.side.direction == REQUEST and steps[:1] == (PARAMS,):
            steps = steps[1:]
        return text_of(steps)

    @property
    def is_part(self) -> bool:
        """Whether it is the whole of the parameters or of the body, which an event may leave out."""
        return self.side.direction == REQUEST and (not self.steps or self.steps in ((PARAMS,), (BODY,)))

    @property
    def is_property(self) -> bool:
        """Whether it has a name, and is no item and no value of a map."""
        return bool(self.steps) and isinstance(self.steps[-1], str)

    @property
    def last_ms(self) -> int:
        """When there was last anything here."""
        return max((tally.last_ms for tally in self.slot.types.values()), default=self.side.last_ms)

    @property
    def events(self) -> int:
        """How many events there were in which the place could have held something."""
        above = self.above
        if above is None:
            return self.side.n
        return above.list_events if self.slot is above.items else above.events

    @property
    def birth(self) -> int:
        """The first event that had something here, from 1 on; 0 for none."""
        return min((tally.first for tally in self.slot.types.values()), default=0)

    @property
    def events_per_object(self) -> float:
        """By how much counts are to be multiplied, so that what stands beside each other in one event counts as one."""
        above, slot = self.above, self.slot
        if above is None:
            return 1.0
        objects = slot.n if slot is above.items or slot is above.star else max(above.objects, slot.n)
        return min(1.0, self.events / objects) if objects else 1.0

    def is_forgotten(self, last_ms: int) -> bool:
        """Whether what was last seen then no longer counts."""
        return self.side.now_ms - last_ms > FORGOTTEN_MS

    def breaks(self, got: str, wanted: str) -> str:
        """Return the rule by which something outside of the contract is BREAKING."""
        if self.side.direction == REQUEST:
            return f"callers send what the service does not promise to take: {self.path} {got}, the contract has {wanted}"
        return f"the service answers what callers were not promised: {self.path} {got}, the contract has {wanted}"

    def fact(self, kind: str, rule: str, tally: Tally, expected: str, observed: str, keyword: str) -> Finding:
        """Return the finding of something that broke the contract and was seen to."""
        return self.finding(kind, BREAKING, rule, OBSERVED, self.slot.n, tally, expected, observed, keyword)

    def finding(
        self,
        kind: str,
        severity: str,
        rule: str,
        chance: str,
        n: int,
        tally: Tally,
        expected: str,
        observed: str,
        keyword: str,
    ) -> Finding:
        """Return a finding about this place."""
        is_unbumped = severity == BREAKING and bool(self.side.version)
        return Finding(
            kind, self.path, severity, is_unbumped, rule, chance, n, expected, observed,
            tally.first_ms, tally.last_ms, tuple(tally.examples), keyword,
        )  # fmt: skip

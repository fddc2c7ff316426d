"""What is known of one source across its connections, and the effects with which the protocol answers."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from console.ingest.coverage import EpochCoverage
from console.ingest.frames import Frame
from console.model.dialects import Piece
from console.model.event import Event
from console.model.facts import (
    Arrived,
    CoverageLost,
    CoverageRegained,
    Fact,
    GapFilled,
    GapFound,
    Quarantined,
    StreamPosition,
)
from console.model.reader import read_event

RAW_KEPT = 65_536
OWN_EPOCHS = ("local:", "file:")
"""How epochs begin that this side made up, where the source has none."""


@dataclass(slots=True)
class Send:
    text: str


@dataclass(slots=True)
class Close:
    code: int
    reason: str


@dataclass(slots=True)
class Changed:
    """The state of the link in one word (see `SourceStatus.state`), and in words for people."""

    state: str
    detail: str


@dataclass(slots=True)
class CommandAnswered:
    """A `cmd_ack` came for a command that was sent earlier."""

    frame: Frame


Effect = Send | Close | Changed | CommandAnswered | Fact


def count_arrived(facts: Iterable[Fact]) -> int:
    """Return how many events the facts hold."""
    return sum(len(fact.events) for fact in facts if isinstance(fact, Arrived))


@dataclass(slots=True)
class Counters:
    """What a source has brought since it was attached, as handed to the store."""

    received: int = 0
    quarantined: int = 0
    degraded: int = 0
    duplicates: int = 0
    gaps: int = 0
    gap_events: int = 0
    unknown_intervals: int = 0


@dataclass(slots=True)
class Stream:
    """What is known of one source across connections."""

    source: str
    epochs: dict[str, EpochCoverage] = field(default_factory=dict)
    epoch: str | None = None
    """The producer's newest epoch that we know; the cursor is its coverage's `next`."""
    counters: Counters = field(default_factory=Counters)
    service: str = ""
    instance: str = ""
    last_heard_ms: int | None = None
    lost_key: str | None = None
    was_naive: bool = False
    """An earlier run of the console received bare events: what came since then is unknown."""
    poison: tuple[str, int, int] = ("", -1, 0)
    announced: dict[str, int] = field(default_factory=dict)

    @classmethod
    def restored(cls, source: str, positions: Sequence[StreamPosition]) -> "Stream":
        """Go on where the store left off."""
        stream = cls(source)
        for position in positions:
            stream.epochs[position.epoch] = EpochCoverage.restored(position)
        framed = [position.epoch for position in positions if not position.epoch.startswith(OWN_EPOCHS)]
        stream.epoch = framed[-1] if framed else None
        stream.was_naive = bool(positions) and positions[-1].epoch.startswith(OWN_EPOCHS[0])
        return stream

    def coverage(self, epoch: str) -> EpochCoverage:
        return self.epochs.setdefault(epoch, EpochCoverage())

    def offer(self, epoch: str, first: int, pieces: Sequence[Piece], now_ms: int) -> list[Effect]:
        """Account for pieces numbered from `first` on: facts for holes, filled gaps, events, the unreadable."""
        if not pieces:
            return []
        accepted = self.coverage(epoch).offer(first, first + len(pieces) - 1)
        self.counters.duplicates += accepted.duplicates
        facts: list[Effect] = [self._gap(epoch, low, high, "missing", now_ms) for low, high in accepted.holes]
        for run in accepted.runs:
            if run.fills:
                facts.append(GapFilled(self.source, epoch, run.first, run.last))
                self.counters.gap_events -= run.last - run.first + 1
            facts += self._read(epoch, run.first, pieces[run.first - first : run.last - first + 1], now_ms)
        return facts

    def declare(self, epoch: str, first: int, last: int, reason: str, now_ms: int) -> list[Effect]:
        """Account for a gap: facts for the parts that nothing was known of."""
        if last < first:
            return []
        return [self._gap(epoch, low, high, reason, now_ms) for low, high in self.coverage(epoch).declare(first, last)]

    def lose_coverage(self, reason: str, from_ms: int, to_ms: int) -> list[Effect]:
        """Open an interval of which nobody knows what it held, unless one is open."""
        if self.lost_key is not None:
            return []
        self.lost_key = uuid.uuid4().hex
        self.counters.unknown_intervals += 1
        return [CoverageLost(self.source, self.lost_key, from_ms, to_ms, reason)]

    def regain_coverage(self, now_ms: int) -> list[Effect]:
        if self.lost_key is None:
            return []
        key, self.lost_key = self.lost_key, None
        return [CoverageRegained(self.source, key, now_ms)]

    def _gap(self, epoch: str, first: int, last: int, reason: str, now_ms: int) -> GapFound:
        self.counters.gaps += 1
        self.counters.gap_events += last - first + 1
        return GapFound(self.source, epoch, first, last, reason, now_ms)

    def _read(self, epoch: str, first: int, pieces: Sequence[Piece], now_ms: int) -> list[Effect]:
        facts: list[Effect] = []
        events: list[Event] = []
        start = first
        for seq, piece in enumerate(pieces, first):
            if piece.data is not None:
                event = read_event(piece, now_ms, self.service or self.source)
                if event.degraded:
                    self.counters.degraded += 1
                events.append(event)
                continue
            if events:
                facts.append(Arrived(self.source, epoch, start, events, now_ms))
                events = []
            start = seq + 1
            raw = piece.text.encode("utf-8", "surrogateescape")
            reason = (piece.note or "unreadable")[:500]
            facts.append(Quarantined(self.source, epoch, seq, reason, raw[:RAW_KEPT], len(raw), now_ms))
            self.counters.quarantined += 1
        if events:
            facts.append(Arrived(self.source, epoch, start, events, now_ms))
        self.counters.received += len(pieces)
        return facts

"""What ingest found out, in order, for the writer to make durable: past tense, one source each."""

from dataclasses import dataclass, field

from console.model.event import Event


@dataclass(slots=True)
class Arrived:
    """Events with consecutive sequence numbers `first`, `first + 1`, … of one epoch."""

    source: str
    epoch: str
    first: int
    events: list[Event]
    received_ms: int
    characters: int = -1
    """Length of all texts, for whoever bounds memory."""

    def __post_init__(self) -> None:
        if self.characters < 0:
            self.characters = sum([len(event.text) for event in self.events])

    @property
    def last(self) -> int:
        return self.first + len(self.events) - 1


@dataclass(slots=True)
class Quarantined:
    """Something with sequence number `seq` that was no JSON object; `raw` may be cut, `size` is what arrived."""

    source: str
    epoch: str
    seq: int
    reason: str
    raw: bytes
    size: int
    received_ms: int


@dataclass(slots=True)
class GapFound:
    """Sequence numbers `first` to `last`, both included, will not come."""

    source: str
    epoch: str
    first: int
    last: int
    reason: str
    received_ms: int


@dataclass(slots=True)
class GapFilled:
    """Sequence numbers that were counted as a gap have come after all; the events themselves follow."""

    source: str
    epoch: str
    first: int
    last: int


@dataclass(slots=True)
class CoverageLost:
    """From `from_ms` on nobody knows what the source emitted; `to_ms` is set when it is heard again."""

    source: str
    key: str
    from_ms: int
    to_ms: int
    reason: str


@dataclass(slots=True)
class CoverageRegained:
    """The interval opened under `key` ended at `to_ms`."""

    source: str
    key: str
    to_ms: int


@dataclass(slots=True)
class SourceAttached:
    """A source was added: its row is written before any of its facts. `url` holds no credentials."""

    source: str
    url: str
    transport: str
    at_ms: int


Fact = Arrived | Quarantined | GapFound | GapFilled | CoverageLost | CoverageRegained | SourceAttached


@dataclass(slots=True)
class StreamPosition:
    """What the store holds of one epoch: the half-open range [start, next) minus `gaps` (inclusive pairs)."""

    epoch: str
    start: int
    next: int
    gaps: list[tuple[int, int]] = field(default_factory=list)

"""The consumer's side of `debugstream.v1` as a state machine without I/O.

It is told what happened on the connection and answers with effects: frames to send, facts to store, a close.
One `Stream` lives as long as its source and survives reconnects; a `Session` is one connection.
"""

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.ingest.coverage import EpochCoverage
from console.ingest.frames import (
    CLOSE_MALFORMED,
    CLOSE_VERSION,
    CREDIT,
    SUBPROTOCOL,
    VERSION,
    Frame,
    MalformedFrame,
    decode_frame,
    encode,
    salvage_batch,
    supported_range,
)
from console.model.dialects import Piece, piece_of, split_message
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
POISON_CLOSES = 2
"""After so many closes for one event at one cursor it is skipped, else it would break the link for ever."""


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
    poison: tuple[str, int, int] = ("", -1, 0)
    announced: dict[str, int] = field(default_factory=dict)

    @classmethod
    def restored(cls, source: str, positions: Sequence[StreamPosition]) -> "Stream":
        """Go on where the store left off."""
        stream = cls(source)
        for position in positions:
            stream.epochs[position.epoch] = EpochCoverage.restored(position)
        framed = [position.epoch for position in positions if ":" not in position.epoch]
        stream.epoch = framed[-1] if framed else None
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


class Session:
    """One connection of a stream: `on_*` methods return the effects, in order."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.framed = False
        self.greeted = False
        self.epoch: str | None = None
        self.outstanding = 0
        self.credit_left = CREDIT
        self._lowest_credit = CREDIT
        self.closing: Close | None = None
        self.retry_ms: float | None = None
        self._skip_to: int | None = None

    def on_open(self, subprotocol: str | None, now_ms: int) -> list[Effect]:
        """The connection stands; the mode is decided here and nowhere else."""
        self.framed = subprotocol == SUBPROTOCOL
        if self.framed:
            return [Changed("connecting", "waiting for hello")]
        stream = self.stream
        if stream.epoch is None or not stream.epoch.startswith("local:"):
            stream.epoch = f"local:{uuid.uuid4().hex}"
        self.epoch = stream.epoch
        return [*stream.regain_coverage(now_ms), Changed("live", "receiving bare events (no resume)")]

    def on_text(self, text: str, now_ms: int) -> list[Effect]:
        """A text message came."""
        self.stream.last_heard_ms = now_ms
        if not self.framed:
            return self._offer_naive(split_message(text), now_ms)
        try:
            frame = decode_frame(text)
        except MalformedFrame as error:
            return self._malformed(text, str(error), now_ms)
        handler = _HANDLERS.get(frame.op)
        if handler is None:
            return []  # a newer minor of the protocol may say more than we know
        if not self.greeted and frame.op not in ("hello", "error", "bye"):
            return self._close(CLOSE_MALFORMED, f"{frame.op} before hello")
        return handler(self, frame, now_ms)

    def on_binary(self, data: bytes, now_ms: int) -> list[Effect]:
        """A binary message came: the protocol has none, so it is read only where that is surely right."""
        self.stream.last_heard_ms = now_ms
        if self.framed:
            return self._close(CLOSE_MALFORMED, f"a binary message of {len(data)} bytes")
        pieces = self._pieces_of_bytes(data)
        noted = [
            piece._replace(note="; ".join(filter(None, (piece.note, "arrived as a binary message")))) for piece in pieces
        ]
        return self._offer_naive(noted, now_ms)

    def on_data(self, data: bytes, now_ms: int) -> list[Effect]:
        """Bytes of a transport that should be UTF-8 text but does not promise it (SSE)."""
        self.stream.last_heard_ms = now_ms
        return self._offer_naive(self._pieces_of_bytes(data), now_ms)

    def _pieces_of_bytes(self, data: bytes) -> list[Piece]:
        try:
            return split_message(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            text = data[:RAW_KEPT].decode("utf-8", "surrogateescape")
            return [Piece(text, None, f"not UTF-8 at byte {error.start}")]

    def on_close(self, code: int, reason: str, now_ms: int) -> list[Effect]:
        """The connection is gone, whoever closed it. `code` 1009 is our own refusal of a message's size."""
        stream = self.stream
        if not self.framed:
            words = f"connection closed ({code}{': ' + reason if reason else ''})"
            return stream.lose_coverage(words, stream.last_heard_ms or now_ms, now_ms)
        if code in (1009, CLOSE_MALFORMED) and self.epoch is not None:
            return self._count_poison(code, reason, now_ms)
        return []

    def committed(self, upto: int, events: int) -> list[Effect]:
        """`events` more events of this connection's epoch, up to number `upto`, are durable."""
        self.outstanding = max(0, self.outstanding - events)
        if not self.framed or self.closing is not None:
            return []
        credit = self.credit_left = max(0, CREDIT - self.outstanding)
        return [Send(encode({"op": "ack", "epoch": self.epoch, "upto": upto, "credit": credit}))]

    def command(self, key: str, name: str, deadline_ms: int, args: dict[str, object]) -> list[Effect]:
        """Ask the producer to do something; the answer comes as CommandAnswered."""
        return [Send(encode({"op": "cmd", "key": key, "name": name, "deadline_ms": deadline_ms, "args": args}))]

    def _offer_naive(self, pieces: list[Piece], now_ms: int) -> list[Effect]:
        assert self.epoch is not None
        coverage = self.stream.coverage(self.epoch)
        coverage.begin(1)
        self.outstanding += len(pieces)
        return self.stream.offer(self.epoch, coverage.next, pieces, now_ms)

    def _hello(self, frame: Frame, now_ms: int) -> list[Effect]:
        offered = supported_range(frame)
        if offered is None or not offered[0] <= VERSION <= offered[1]:
            theirs = list(offered) if offered else "unknown"
            words = f"no common version: you speak {theirs}, this console {[VERSION, VERSION]}"
            return self._close(CLOSE_VERSION, words)
        if not frame.epoch:
            return self._close(CLOSE_MALFORMED, "hello without an epoch")
        stream = self.stream
        self.greeted = True
        stream.service, stream.instance = frame.service[:200] or stream.service, frame.instance[:200]
        self.epoch = frame.epoch
        effects: list[Effect] = []
        if stream.epoch is not None and stream.epoch != frame.epoch:
            effects += self._leave_epoch(stream.epoch, now_ms)
        effects += stream.regain_coverage(now_ms)
        stream.epoch = frame.epoch
        known = stream.epochs.get(frame.epoch)
        resume = {"op": "resume", "v": VERSION, "epoch": None, "after": None, "credit": CREDIT}
        if known is not None and known.start is not None:
            resume |= {"epoch": frame.epoch, "after": known.next - 1}
        stream.announced[frame.epoch] = frame.next
        return [*effects, Send(encode(resume)), Changed("replaying", f"resuming {frame.service or 'stream'}")]

    def _leave_epoch(self, old: str, now_ms: int) -> list[Effect]:
        """The producer's buffer was lost: what it had announced is a gap of known length, what else it held unknown."""
        stream = self.stream
        coverage = stream.coverage(old)
        announced = stream.announced.get(old, 0)
        effects: list[Effect] = []
        if announced > coverage.next > 0:
            effects += stream.declare(old, coverage.next, announced - 1, "new_epoch", now_ms)
        last_heard = stream.last_heard_ms if stream.last_heard_ms is not None else now_ms
        return [*effects, *stream.lose_coverage("new_epoch: the producer restarted", last_heard, now_ms)]

    def _welcome(self, frame: Frame, now_ms: int) -> list[Effect]:
        assert self.epoch is not None
        coverage = self.stream.coverage(self.epoch)
        effects: list[Effect] = []
        if frame.from_:
            if coverage.start is None:
                coverage.begin(frame.from_)
            elif frame.from_ > coverage.next:
                effects += self.stream.declare(self.epoch, coverage.next, frame.from_ - 1, "evicted", now_ms)
        return effects

    def _gap(self, frame: Frame, now_ms: int) -> list[Effect]:
        epoch = frame.epoch or self.epoch
        assert epoch is not None
        if not 0 < frame.from_ <= frame.to:
            return self._close(CLOSE_MALFORMED, f"a gap from {frame.from_} to {frame.to}")
        return self.stream.declare(epoch, frame.from_, frame.to, frame.reason[:100] or "unnamed", now_ms)

    def _batch(self, frame: Frame, now_ms: int) -> list[Effect]:
        if frame.events is None or not frame.epoch or frame.first < 1:
            return self._close(CLOSE_MALFORMED, "a batch without events, epoch or first")
        return self._take(frame.epoch, frame.first, [piece_of(str(raw, "utf-8")) for raw in frame.events], now_ms)

    def _take(self, epoch: str, first: int, pieces: list[Piece], now_ms: int) -> list[Effect]:
        if epoch == self.epoch:
            self.outstanding += len(pieces)
            self.credit_left -= len(pieces)
            self._lowest_credit = min(self._lowest_credit, self.credit_left)
            self.stream.announced[epoch] = max(self.stream.announced.get(epoch, 0), first + len(pieces))
        return self.stream.offer(epoch, first, pieces, now_ms)

    def _live(self, frame: Frame, now_ms: int) -> list[Effect]:
        return [*self._tail(frame, now_ms), Changed("live", "live")]

    def _heartbeat(self, frame: Frame, now_ms: int) -> list[Effect]:
        if frame.epoch and frame.epoch != self.epoch:
            return self._close(CLOSE_MALFORMED, "a heartbeat of another epoch than hello's")
        return self._tail(frame, now_ms)

    def _tail(self, frame: Frame, now_ms: int) -> list[Effect]:
        """A quiet stream says what its next number is: anything between ours and that was lost on the way.

        Not while credit ran short since the last heartbeat: then the producer may be holding them back.
        """
        assert self.epoch is not None
        self.stream.announced[self.epoch] = max(self.stream.announced.get(self.epoch, 0), frame.next)
        coverage = self.stream.coverage(self.epoch)
        held_back, self._lowest_credit = self._lowest_credit <= 0, self.credit_left
        if frame.next <= 0 or held_back:
            return []
        coverage.begin(frame.next)
        if frame.next > coverage.next:
            return self.stream.declare(self.epoch, coverage.next, frame.next - 1, "missing", now_ms)
        return []

    def _error(self, frame: Frame, now_ms: int) -> list[Effect]:
        words = f"{frame.code}: {frame.reason}"[:300]
        effects: list[Effect] = [Changed("live" if self.greeted and not frame.fatal else "waiting", words)]
        if frame.code == "EVENT_TOO_LARGE" and frame.seq and self.epoch is not None:
            effects += self.stream.declare(self.epoch, frame.seq, frame.seq, "too_large", now_ms)
        return effects

    def _bye(self, frame: Frame, now_ms: int) -> list[Effect]:
        if 0 < frame.retry_ms <= 60_000 and math.isfinite(frame.retry_ms):
            self.retry_ms = frame.retry_ms
        return [Changed("waiting", f"the producer said bye: {frame.reason[:200]}")]

    def _command_answer(self, frame: Frame, now_ms: int) -> list[Effect]:
        return [CommandAnswered(frame)]

    def _close(self, code: int, reason: str) -> list[Effect]:
        self.closing = Close(code, reason.encode()[:120].decode("utf-8", "ignore"))
        return [self.closing]

    def _malformed(self, text: str, reason: str, now_ms: int) -> list[Effect]:
        """Keep what can be read of a broken batch; then close, so that the producer sends the rest again."""
        effects: list[Effect] = []
        salvaged = salvage_batch(text) if self.greeted else None
        if salvaged is not None and salvaged[2]:
            epoch, first, texts = salvaged
            effects += self._take(epoch, first, [piece_of(item) for item in texts[:-1]], now_ms)
            self._broken = (first + len(texts) - 1, texts[-1])
        else:
            self._broken = (0, text)
        return [*effects, *self._close(CLOSE_MALFORMED, reason)]

    _broken: tuple[int, str] = (0, "")

    def _count_poison(self, code: int, reason: str, now_ms: int) -> list[Effect]:
        """Count closes at one cursor; the second skips the event that stands there."""
        assert self.epoch is not None
        stream = self.stream
        coverage = stream.coverage(self.epoch)
        if coverage.start is None:
            coverage.begin(max(1, stream.announced.get(self.epoch, 1) if code == 1009 else 1))
        epoch, cursor, closes = stream.poison
        closes = closes + 1 if (epoch, cursor) == (self.epoch, coverage.next) else 1
        stream.poison = (self.epoch, coverage.next, closes)
        if closes < POISON_CLOSES:
            return []
        if code == 1009:
            return stream.declare(self.epoch, coverage.next, coverage.next, "too_large", now_ms)
        piece = Piece(self._broken[1][:RAW_KEPT], None, f"broke the frame it came in: {reason}")
        return stream.offer(self.epoch, coverage.next, [piece], now_ms)


_HANDLERS = {
    "hello": Session._hello,
    "welcome": Session._welcome,
    "gap": Session._gap,
    "batch": Session._batch,
    "live": Session._live,
    "hb": Session._heartbeat,
    "error": Session._error,
    "bye": Session._bye,
    "cmd_ack": Session._command_answer,
}

"""The consumer's side of `debugstream.v1` as a state machine without I/O.

It is told what happened on the connection and answers with effects: frames to send, facts to store, a close.
A `Stream` (see `console.ingest.stream`) lives as long as its source; a `Session` is one connection.
"""

import math
import uuid
from collections.abc import Sequence

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
from console.ingest.stream import RAW_KEPT, Changed, Close, CommandAnswered, Effect, Send, Stream
from console.model.dialects import Piece, piece_of, split_message
from console.model.facts import Arrived, Fact, Quarantined

POISON_CLOSES = 2
"""After so many closes for one event at one cursor it is skipped, else it would break the link for ever."""


class Session:
    """One connection of a stream: `on_*` methods return the effects, in order."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.framed = False
        self.greeted = False
        self.takes_commands = False
        self.epoch: str | None = None
        self.outstanding = 0
        self.closing: Close | None = None
        self.retry_ms: float | None = None
        self._quiet = True
        self._oldest = 1
        self._acknowledged = 0
        self._resumed_after = 0
        self._broken: str | None = None

    def on_open(self, subprotocol: str | None, now_ms: int) -> list[Effect]:
        """The connection stands; the mode is decided here and nowhere else."""
        self.framed = subprotocol == SUBPROTOCOL
        if self.framed:
            return [Changed("connecting", "waiting for hello")]
        stream = self.stream
        effects: list[Effect] = []
        if stream.epoch is None or not stream.epoch.startswith("local:"):
            if stream.epoch is not None or stream.was_naive:
                since = stream.last_heard_ms if stream.last_heard_ms is not None else now_ms
                effects += stream.lose_coverage("bare events have no resume: what came before is unknown", since, now_ms)
            stream.epoch = f"local:{uuid.uuid4().hex}"
        self.epoch = stream.epoch
        return [*effects, *stream.regain_coverage(now_ms), Changed("live", "receiving bare events (no resume)")]

    def on_text(self, text: str, now_ms: int) -> list[Effect]:
        """A text message came."""
        effects = self._on_frame(text, now_ms) if self.framed else self._offer_naive(split_message(text), now_ms)
        self.stream.last_heard_ms = now_ms  # afterwards: a hello asks how long the stream was away
        return effects

    def _on_frame(self, text: str, now_ms: int) -> list[Effect]:
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
            self._broken = data[:RAW_KEPT].decode("utf-8", "surrogateescape")
            return self._close(CLOSE_MALFORMED, f"a binary message of {len(data):,} bytes")
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
        if self.epoch is not None and (code == 1009 or (code == CLOSE_MALFORMED and self._broken is not None)):
            return self._count_poison(code, reason, now_ms)
        return []

    def committed(self, facts: Sequence[Fact]) -> list[Effect]:
        """Facts of this stream are durable: acknowledge what they hold of this connection's epoch."""
        took = 0
        for fact in facts:
            if isinstance(fact, Arrived) and fact.epoch == self.epoch:
                took += len(fact.events)
                self._acknowledged = max(self._acknowledged, fact.last)
            elif isinstance(fact, Quarantined) and fact.epoch == self.epoch:
                took += 1
                self._acknowledged = max(self._acknowledged, fact.seq)
        self.outstanding = max(0, self.outstanding - took)
        return self._acknowledge() if took else []

    def _acknowledge(self) -> list[Effect]:
        if not self.framed or self.closing is not None:
            return []
        self._quiet = False
        # Credit counts from `upto` on: a window that moves with what is durable.
        return [Send(encode({"op": "ack", "epoch": self.epoch, "upto": self._acknowledged, "credit": CREDIT}))]

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
        self.takes_commands = isinstance(frame.caps, list) and "cmd" in frame.caps
        stream.service, stream.instance = frame.service[:200] or stream.service, frame.instance[:200]
        self.epoch = frame.epoch
        effects: list[Effect] = []
        if stream.epoch is not None and stream.epoch != frame.epoch:
            effects += self._leave_epoch(stream.epoch, now_ms)
        effects += stream.regain_coverage(now_ms)
        stream.epoch = frame.epoch
        known = stream.epochs.get(frame.epoch)
        resume = {"op": "resume", "v": VERSION, "epoch": None, "after": None, "credit": CREDIT}
        resume_after = 0
        if known is not None and known.start is not None:
            resume_after = known.next - 1
            resume |= {"epoch": frame.epoch, "after": resume_after}
        stream.announced[frame.epoch] = frame.next
        self._oldest = max(1, frame.oldest)
        self._acknowledged = self._resumed_after = resume_after
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
        if frame.to is None and epoch != self.epoch:
            return []  # the old epoch's end is unknown: hello has said so already
        if frame.to is None:
            lost = self.stream.lose_coverage(frame.reason[:100] or "unnamed", now_ms, now_ms)
            return [*lost, *self.stream.regain_coverage(now_ms)]
        if not 0 < frame.from_ <= frame.to:
            return self._close(CLOSE_MALFORMED, f"a gap from {frame.from_} to {frame.to}")
        return self.stream.declare(epoch, frame.from_, frame.to, frame.reason[:100] or "unnamed", now_ms)

    def _batch(self, frame: Frame, now_ms: int) -> list[Effect]:
        if frame.events is None or not frame.epoch or frame.first < 1:
            self._broken = ""
            return self._close(CLOSE_MALFORMED, "a batch without events, epoch or first")
        return self._take(frame.epoch, frame.first, [piece_of(str(raw, "utf-8")) for raw in frame.events], now_ms)

    def _take(self, epoch: str, first: int, pieces: list[Piece], now_ms: int) -> list[Effect]:
        stream = self.stream
        before = stream.counters.duplicates
        effects = stream.offer(epoch, first, pieces, now_ms)
        if epoch != self.epoch:
            return effects
        self._quiet = False
        stream.announced[epoch] = max(stream.announced.get(epoch, 0), first + len(pieces))
        duplicates = stream.counters.duplicates - before
        self.outstanding += len(pieces) - duplicates
        if duplicates:
            # No commit will follow for them: without this the window would stand still before them.
            self._acknowledged = max(self._acknowledged, min(first + len(pieces) - 1, self._resumed_after))
            effects += self._acknowledge()
        return effects

    def _live(self, frame: Frame, now_ms: int) -> list[Effect]:
        return [*self._tail(frame, now_ms), Changed("live", "live")]  # the replay is done: all below `next` was sent

    def _heartbeat(self, frame: Frame, now_ms: int) -> list[Effect]:
        if frame.epoch and frame.epoch != self.epoch:
            return self._close(CLOSE_MALFORMED, "a heartbeat of another epoch than hello's")
        was_quiet, self._quiet = self._quiet, True
        return self._tail(frame, now_ms) if was_quiet and not self.outstanding else []

    def _tail(self, frame: Frame, now_ms: int) -> list[Effect]:
        """A quiet stream says what its next number is: anything between ours and that was lost on the way.

        Only after two heartbeats with no batch and no acknowledgement between them: until then the producer may be
        holding events back for want of credit, or have them in a batch that it is still filling.
        """
        assert self.epoch is not None
        self.stream.announced[self.epoch] = max(self.stream.announced.get(self.epoch, 0), frame.next)
        coverage = self.stream.coverage(self.epoch)
        if frame.next <= 0:
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
            pieces = [piece_of(item) for item in texts]
            self._broken = None if pieces[-1].data is not None else texts[-1]  # None: only its other fields are wrong
            effects += self._take(epoch, first, pieces if self._broken is None else pieces[:-1], now_ms)
            if self._broken is None and text.rstrip().removesuffix("}").rstrip().endswith("]"):
                return effects  # all of it could be read (NaN, say, which no strict JSON has): nothing to ask for again
        else:
            self._broken = text
        return [*effects, *self._close(CLOSE_MALFORMED, reason)]

    def _count_poison(self, code: int, reason: str, now_ms: int) -> list[Effect]:
        """Count closes at one cursor; the second skips the event that stands there."""
        assert self.epoch is not None
        stream = self.stream
        coverage = stream.coverage(self.epoch)
        if coverage.start is None:
            coverage.begin(self._oldest)
        epoch, cursor, closes = stream.poison
        closes = closes + 1 if (epoch, cursor) == (self.epoch, coverage.next) else 1
        stream.poison = (self.epoch, coverage.next, closes)
        if closes < POISON_CLOSES:
            return []
        if code == 1009:
            return stream.declare(self.epoch, coverage.next, coverage.next, "too_large", now_ms)
        piece = Piece((self._broken or "")[:RAW_KEPT], None, f"broke the frame it came in: {reason}")
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

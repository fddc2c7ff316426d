"""The producer's side of `debugstream.v1` as a state machine: frames in, frames out, no sockets and no clock.

One `Producer` serves one connection. The transport feeds it what arrives (`receive`), asks what may be sent
(`ready`), and does both in one thread.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from console.reporter.commands import Command, CommandAnswer
from console.reporter.encoding import MAX_DEPTH, MAX_EVENT_BYTES, to_plain
from console.reporter.ring import Ring

PROTOCOL: Final = "debugstream.v1"
VERSIONS: Final = (1, 1)
MAX_FRAME_BYTES: Final = 4 * 1024 * 1024
BATCH_EVENTS: Final = 500
BATCH_BYTES: Final = 256 * 1024
BATCH_WAIT_MS: Final = 50
HEARTBEAT_MS: Final = 10_000
_MAX_INTEGER: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection with this WebSocket close code; the reason fits a close frame (123 bytes)."""

    code: int
    reason: str


class MalformedFrameError(ValueError):
    """A frame that breaks the protocol; its text is the reason of close 4400."""


class Producer:
    """One consumer's cursor and credit over a ring that others fill."""

    def __init__(self, ring: Ring, *, service: str, instance: str, now_ms: int, hb_ms: int = HEARTBEAT_MS) -> None:
        self._ring = ring
        self._service = service
        self._instance = instance
        self._hb_ms = hb_ms
        self._last_sent_ms = now_ms
        self.streaming = False
        self.cursor = 0  # the next sequence number to send
        self.acknowledged = 0
        self._credit = 0
        self._in_flight: deque[tuple[int, int]] = deque()  # (last seq, events) of batches not acknowledged
        self._unacknowledged = 0
        self._replay_end: int | None = None  # `live` is due once the cursor gets here

    def greet(self) -> bytes:
        """Return the opening `hello`."""
        limits = {"frame": MAX_FRAME_BYTES, "event": MAX_EVENT_BYTES, "depth": MAX_DEPTH, "batch": BATCH_EVENTS}
        about = {"service": self._service, "instance": self._instance, "epoch": self._ring.epoch}
        range_ = {"oldest": self._ring.oldest, "next": self._ring.next}
        caps = ["resume", "batch", "cmd"]
        return _frame("hello", v=list(VERSIONS), **about, **range_, caps=caps, limits=limits, hb_ms=self._hb_ms)

    def receive(self, text: str | bytes, now_ms: int) -> list[bytes | Close | Command]:
        """Take one message of the consumer and return what it calls for. Never raises."""
        try:
            return self._receive(text, now_ms)
        except MalformedFrameError as error:
            return [Close(4400, _short(f"malformed frame: {error}"))]

    def _receive(self, text: str | bytes, now_ms: int) -> list[bytes | Close | Command]:
        if isinstance(text, bytes):
            raise MalformedFrameError("binary; every frame is a text message")
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise MalformedFrameError(f"not JSON ({type(error).__name__})") from error
        if not isinstance(frame, dict) or not isinstance(frame.get("op"), str):
            raise MalformedFrameError("no JSON object with a text `op`")
        op = frame["op"]
        if op == "resume":
            return self._on_resume(frame)
        if not self.streaming:
            raise MalformedFrameError(f"{op!r} before `resume`")
        if op == "ack":
            return self._on_ack(frame)
        if op == "cmd":
            return [_read_command(frame, now_ms)]
        return [_frame("error", code="UNKNOWN_OP", fatal=False, reason=f"this producer knows no op {op[:40]!r}")]

    def _on_resume(self, frame: dict[str, Any]) -> list[bytes | Close | Command]:
        if self.streaming:
            raise MalformedFrameError("`resume` came twice")
        low, high = _version_range(frame.get("v"))
        if high < VERSIONS[0] or low > VERSIONS[1]:
            ours = f"{VERSIONS[0]} to {VERSIONS[1]}"
            return [Close(4406, _short(f"no common version: the producer speaks {ours}, the consumer {low} to {high}"))]
        epoch = frame.get("epoch")
        if epoch is not None and not isinstance(epoch, str):
            raise MalformedFrameError("`epoch` is neither text nor null")
        after = 0 if frame.get("after") is None else _count(frame, "after")
        self._credit = _count(frame, "credit")
        self.streaming = True
        return [*self._resume_at(epoch, after)]

    def _resume_at(self, epoch: str | None, after: int) -> list[bytes]:
        ring = self._ring
        oldest, next_ = ring.oldest, ring.next
        notes: list[bytes] = []
        mode = "replay"
        if epoch is None:
            after = 0
        elif epoch != ring.epoch:
            # How much of the old epoch was lost is unknown: the buffer is gone.
            notes.append(_frame("gap", epoch=epoch, **{"from": after + 1}, to=None, reason="new_epoch"))
            mode, after = "new_epoch", 0
        elif after >= next_:
            reason = f"the cursor {after} is ahead of what this epoch has emitted ({next_ - 1})"
            notes.append(_frame("error", code="CURSOR_AHEAD", seq=after, fatal=False, reason=reason))
            after = next_ - 1
        self.acknowledged = after
        self.cursor = max(after + 1, oldest)
        if self.cursor > after + 1:
            notes.append(self._gap(after + 1, self.cursor - 1))
        if mode == "replay" and self.cursor == next_:
            mode = "live"
        self._replay_end = next_
        return [
            _frame("welcome", v=1, mode=mode, **{"from": self.cursor}, to=next_ - 1),
            *notes,
            *self._live_if_due(),
        ]

    def _on_ack(self, frame: dict[str, Any]) -> list[bytes | Close | Command]:
        upto, credit = _count(frame, "upto"), _count(frame, "credit")
        if frame.get("epoch") != self._ring.epoch:
            reason = "this acknowledges another epoch; it was ignored"
            return [_frame("error", code="WRONG_EPOCH", fatal=False, reason=reason)]
        if upto >= self.cursor:
            raise MalformedFrameError(f"acknowledges {upto}, but only {self.cursor - 1} was sent")
        self.acknowledged = max(self.acknowledged, upto)
        self._credit = credit
        while self._in_flight and self._in_flight[0][0] <= upto:
            self._unacknowledged -= self._in_flight.popleft()[1]
        if self._in_flight:
            last, count = self._in_flight[0]  # a part of a batch may be acknowledged
            left = min(count, last - upto)
            self._in_flight[0] = (last, left)
            self._unacknowledged -= count - left
        return []

    @property
    def allowance(self) -> int:
        """How many more events may be sent now: the last granted credit less what is under way."""
        return max(0, self._credit - self._unacknowledged) if self.streaming else 0

    @property
    def backlog(self) -> int:
        """How many events could be sent now."""
        return min(self._ring.next - self.cursor, self.allowance)

    def ready(self, now_ms: int) -> list[bytes]:
        """Return the next frames: a gap of what was evicted, one batch, `live`; a heartbeat when it is quiet."""
        frames: list[bytes] = []
        allowance = self.allowance
        if allowance and self._ring.next > self.cursor:
            first, events = self._ring.read(self.cursor, min(allowance, BATCH_EVENTS), BATCH_BYTES)
            if first > self.cursor:
                frames.append(self._gap(self.cursor, first - 1))
            self.cursor = first + len(events)
            if events:
                frames.append(self._batch(first, events))
            frames += self._live_if_due()
        elif now_ms - self._last_sent_ms >= self._hb_ms:
            frames.append(_frame("hb", epoch=self._ring.epoch, next=self._ring.next))
        if frames:
            self._last_sent_ms = now_ms
        return frames

    def wait_ms(self, now_ms: int) -> int:
        """Return how long nothing needs to be sent if nothing happens: the time to the next heartbeat."""
        return max(0, self._last_sent_ms + self._hb_ms - now_ms)

    def answer(self, key: str, answer: CommandAnswer) -> bytes:
        """Return the `cmd_ack` of a command."""
        try:
            return _frame("cmd_ack", key=key, state=answer.state, result=answer.result or {}, reason=answer.reason)
        except (TypeError, ValueError, RecursionError) as error:
            reason = f"the command was {answer.state}, but its result is not JSON: {error}"
            return _frame("cmd_ack", key=key, state=answer.state, result={}, reason=reason)

    def farewell(self, reason: str, retry_ms: int) -> bytes:
        """Return the closing `bye`."""
        return _frame("bye", reason=reason, retry_ms=retry_ms)

    def _batch(self, first: int, events: list[bytes]) -> bytes:
        self._in_flight.append((self.cursor - 1, len(events)))
        self._unacknowledged += len(events)
        head = f'{{"op":"batch","epoch":"{self._ring.epoch}","first":{first},"events":['
        return head.encode() + b",".join(events) + b"]}"  # the ring's own text: an event is encoded once

    def _gap(self, first: int, last: int) -> bytes:
        return _frame("gap", epoch=self._ring.epoch, **{"from": first}, to=last, reason="evicted")

    def _live_if_due(self) -> list[bytes]:
        if self._replay_end is None or self.cursor < self._replay_end:
            return []
        self._replay_end = None
        return [_frame("live", next=self.cursor)]


def _read_command(frame: dict[str, Any], now_ms: int) -> Command:
    key, name, args = frame.get("key"), frame.get("name"), frame.get("args", {})
    if not isinstance(key, str) or not 0 < len(key) <= 200:
        raise MalformedFrameError("a command's `key` is a text of 1 to 200 characters")
    if not isinstance(name, str) or not isinstance(args, dict):
        raise MalformedFrameError("a command has a text `name` and an object `args`")
    return Command(key, name, args, _count(frame, "deadline_ms"), now_ms)


def _version_range(value: object) -> tuple[int, int]:
    if isinstance(value, int) and not isinstance(value, bool):
        return value, value
    if isinstance(value, list) and len(value) == 2 and all(type(item) is int for item in value):
        return value[0], value[1]
    raise MalformedFrameError("`v` is neither a version nor a range of two")


def _count(frame: dict[str, Any], name: str) -> int:
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_INTEGER:
        raise MalformedFrameError(f"`{name}` is no integer from 0 to 2^53-1")
    return value


def _frame(op: str, **fields: Any) -> bytes:
    text = json.dumps({"op": op, **fields}, separators=(",", ":"), ensure_ascii=False, default=to_plain)
    return text.encode("utf-8", "replace")


def _short(reason: str) -> str:
    return reason.encode()[:120].decode("utf-8", "ignore")

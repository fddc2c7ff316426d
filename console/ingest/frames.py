"""The frames of `debugstream.v1`: decoding with exact event texts, and the limits that are checked on the way.

A batch is decoded without looking inside its events: each keeps the bytes it came with.
"""

import json
import re
from typing import Any

import msgspec

from console.model.decoding import MAX_DEPTH
from console.model.dialects import salvage_items

SUBPROTOCOL = "debugstream.v1"
VERSION = 1
FRAME_BYTES = 4 * 1024 * 1024
MAX_SEQ = 2**53 - 1
EPOCH_LENGTH = 200
CREDIT = 8_000
"""Events that a producer may have under way: enough for 40,000 events/s at 200 ms from sending to commit."""
BATCH_EVENTS = 500
LIMITS = {"frame": FRAME_BYTES, "event": 1024 * 1024, "depth": MAX_DEPTH, "batch": BATCH_EVENTS}

CLOSE_MALFORMED, CLOSE_TOKEN, CLOSE_ORIGIN, CLOSE_VERSION, CLOSE_TOO_LARGE, CLOSE_TOO_FAST = (
    4400, 4401, 4403, 4406, 4413, 4429,
)  # fmt: skip


class Frame(msgspec.Struct, omit_defaults=True):
    """Any frame that a producer sends; fields that its `op` does not have keep their defaults."""

    op: str
    v: Any = None
    service: str = ""
    instance: str = ""
    caps: Any = None
    epoch: str | None = None
    oldest: int = 0
    next: int = 0
    first: int = 0
    events: list[msgspec.Raw] | None = None
    mode: str = ""
    from_: int = msgspec.field(name="from", default=0)
    to: int | None = 0
    """None in a gap: nobody knows how far it reaches."""
    reason_: str | None = msgspec.field(name="reason", default=None)
    hb_ms: float = 0
    code: str = ""
    seq: int | None = None
    fatal: bool = False
    retry_ms: float = 0
    key: str = ""
    state: str = ""
    result: Any = None

    @property
    def reason(self) -> str:
        """Why, in words; an answer that needs none may say null."""
        return self.reason_ or ""


class MalformedFrame(ValueError):
    """A frame that is none; the text says why."""


_frames = msgspec.json.Decoder(Frame)


def decode_frame(text: str) -> Frame:
    """Decode one frame. Raises MalformedFrame."""
    try:
        frame = _frames.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise MalformedFrame(f"not a frame of {SUBPROTOCOL}: {error}") from error
    numbers = ("first", frame.first), ("next", frame.next), ("from", frame.from_), ("to", frame.to), ("seq", frame.seq)
    for name, number in (*numbers, ("oldest", frame.oldest)):
        if number is not None and not 0 <= number <= MAX_SEQ:
            raise MalformedFrame(f"{name} is {number}, not a sequence number")
    if frame.epoch is not None and len(frame.epoch) > EPOCH_LENGTH:
        raise MalformedFrame(f"an epoch of {len(frame.epoch):,} characters; {EPOCH_LENGTH} are allowed")
    return frame


def supported_range(frame: Frame) -> tuple[int, int] | None:
    """Return the protocol versions that a hello offers, None when it says nothing readable."""
    if not isinstance(frame.v, list) or len(frame.v) != 2 or not all(isinstance(bound, int) for bound in frame.v):
        return None
    low, high = frame.v
    return low, high


_BATCH_HEAD = re.compile(r'\s*\{\s*"op"\s*:\s*"batch"\s*,\s*"epoch"\s*:\s*"([^"\\]{1,200})"\s*,\s*"first"\s*:\s*(\d{1,16})'
                         r'\s*,\s*"events"\s*:\s*\[')  # fmt: skip


def salvage_batch(text: str) -> tuple[str, int, list[str]] | None:
    """Return (epoch, first, event texts) of a batch that breaks off or breaks JSON somewhere in its events.

    The last text is the unreadable rest. None when not even its head can be read.
    """
    head = _BATCH_HEAD.match(text)
    if head is None or not 1 <= int(head.group(2)) <= MAX_SEQ:
        return None
    return head.group(1), int(head.group(2)), list(salvage_items(text, head.end()))


def encode(frame: dict[str, Any]) -> str:
    """Encode a frame for sending."""
    return json.dumps(frame, separators=(",", ":"))

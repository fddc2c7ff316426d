"""Frames between peers: length, checksum, a JSON header and the update's bytes."""

import asyncio
import json
import struct
import zlib
from typing import Any

_HEAD = struct.Struct(">IIH")  # bytes after the head, their CRC-32, bytes of the header
MAX_BYTES = 1024 * 1024


class FrameBroken(Exception):
    """The bytes are no frame: the checksum or a length does not fit. `raw` holds the first of them."""

    def __init__(self, message: str, raw: bytes) -> None:
        super().__init__(message)
        self.raw = raw[:64]


def encode_frame(header: dict[str, Any], payload: bytes) -> bytes:
    """One frame, ready to be sent."""
    text = json.dumps(header).encode()
    body = text + payload
    return _HEAD.pack(len(body), zlib.crc32(body), len(text)) + body


def damage(frame: bytes, at: int) -> bytes:
    """The same frame with one byte changed behind its head, as a bad link would."""
    index = _HEAD.size + at % (len(frame) - _HEAD.size)
    return frame[:index] + bytes([frame[index] ^ 0x5A]) + frame[index + 1 :]


async def read_frame(reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """The next frame. Raises `FrameBroken`, or `IncompleteReadError` when the connection ends."""
    size, checksum, header_size = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    if size > MAX_BYTES:
        raise FrameBroken(f"a frame of {size} bytes, {MAX_BYTES} are allowed", b"")
    body = await reader.readexactly(size)
    actual = zlib.crc32(body)
    if actual != checksum:
        raise FrameBroken(f"checksum {actual:08x}, the frame says {checksum:08x}", body)
    if header_size > size:
        raise FrameBroken(f"a header of {header_size} bytes in a frame of {size}", body)
    return json.loads(body[:header_size]), body[header_size:]

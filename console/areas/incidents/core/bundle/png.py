"""PNG pictures without what cameras and tools write beside the picture: times, texts, places."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = 13
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"pHYs", b"IDAT", b"IEND"})


def bare_png(raw: bytes) -> bytes:
    """Return a PNG with only the chunks that its drawing needs. Raises ValueError when it is no whole PNG."""
    if not raw.startswith(SIGNATURE):
        raise ValueError("a picture is no PNG")
    parts, place, last = [SIGNATURE], len(SIGNATURE), b""
    while last != b"IEND":
        head = raw[place : place + 8]
        if len(head) < 8:
            raise ValueError("a picture breaks off")
        size, last = struct.unpack(">L4s", head)
        chunk = raw[place : place + 12 + size]
        if len(chunk) != 12 + size or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:]):
            raise ValueError("a picture is damaged")
        if (place == len(SIGNATURE)) != (last == b"IHDR") or (last == b"IHDR" and size != _HEADER_BYTES):
            raise ValueError("a picture has no header, or more than one")
        if last in _KEPT:
            parts.append(chunk)
        place += len(chunk)
    return b"".join(parts)

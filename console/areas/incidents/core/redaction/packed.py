"""What was packed with gzip or zlib, opened as far as it is of a size that one packs."""

import zlib

MOST = 1 << 20
"""Bytes that are unpacked of one text; what is packed in more is looked into so far."""
_RATIO = 1_000
_GZIP = b"\x1f\x8b\x08"
_ZLIB = 0x78


def is_packed(raw: bytes) -> bool:
    """Tell whether bytes begin as gzip or zlib do. Plain deflate begins with anything, and is not tried."""
    return raw[:3] == _GZIP or (len(raw) > 2 and raw[0] == _ZLIB and (raw[0] * 256 + raw[1]) % 31 == 0)


def unpacked(raw: bytes) -> bytes:
    """Return what is packed, at most 1 MB and 1,000 times as much; empty when it is no such thing."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, min(MOST, _RATIO * len(raw)))
    except zlib.error:
        return b""

"""What readers of other files hand over: candidates for events, each with the place that it came from."""

from typing import NamedTuple

from console.model.dialects import Piece

MAX_TEXT = 16 * 1024 * 1024
"""A longer event is not taken; it is quarantined, which keeps its beginning and says how long it was."""


class FileRefused(ValueError):
    """A file that cannot be read as what it seems to be; the text says where and why."""


class Found(NamedTuple):
    """One piece of a file. `size` is the length of the whole in bytes, of which `piece.text` may be only the beginning."""

    place: str
    piece: Piece
    size: int


def found(place: str, piece: Piece) -> Found:
    """Return a piece with its place, which stands in the reason of one that is no event."""
    size = len(piece.text) if piece.text.isascii() else len(piece.text.encode("utf-8", "surrogatepass"))
    if size > MAX_TEXT:
        reason = f"{place}: {size:,} bytes, longer than {MAX_TEXT:,}"
        return Found(place, Piece(piece.text[:MAX_TEXT], None, reason), size)
    if piece.data is None:
        return Found(place, Piece(piece.text, None, f"{place}: {piece.note}"), size)
    return Found(place, piece, size)

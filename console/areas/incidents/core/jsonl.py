"""JSONL: events of any dialect, one a line, or several as a message holds them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from console.areas.incidents.core.found import MAX_TEXT, Found, found
from console.model.dialects import Piece, split_message


class Line(NamedTuple):
    """A line of a file. `size` is its length in bytes, of which `start` may be only the beginning."""

    number: int
    start: bytes
    size: int


def read_jsonl(lines: Iterable[Line]) -> Iterator[Found]:
    """Yield the events of each line in order; what is none says its line and the reason. Empty lines are skipped."""
    for line in lines:
        place = f"line {line.number:,}"
        if line.size > len(line.start):
            reason = f"{place}: {line.size:,} bytes, longer than {MAX_TEXT:,}"
            yield Found(place, Piece(line.start.decode("utf-8", "replace"), None, reason), line.size)
            continue
        try:
            pieces = split_message(line.start.decode("utf-8"))
        except UnicodeDecodeError as error:
            text = line.start.decode("utf-8", "surrogateescape")
            yield Found(place, Piece(text, None, f"{place}: not UTF-8 at byte {error.start + 1:,}"), line.size)
            continue
        for number, piece in enumerate(pieces, 1):
            yield found(place if len(pieces) == 1 else f"{place}, item {number:,}", piece)

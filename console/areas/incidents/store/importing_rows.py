"""Lines of a bundle as rows: types checked, events joined with their texts, texts made ready for the search index."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from console.areas.incidents.core.bundle.lines import text_of
from console.areas.incidents.core.bundle.members import EVENTS
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.importing_schema import Expected
from console.model.dialects import piece_of
from console.model.reader import read_event
from console.store.bundling import BadRow, Row, decode_row
from console.store.rows import MARKER_NONE
from console.store.searchindex import PART_EVENTS, kind_token

BATCH = 2_000
BATCH_CHARACTERS = 2 * 1024 * 1024
MOST_PARTS = 4_000
"""Of the search index, each of 250,000 ids: a store of a billion events has as many. Ids strewn further are no real ones."""


class Batch(NamedTuple):
    """Events in order of id: their rows, (id, text), and (id, words) for the search index."""

    rows: list[Row]
    texts: list[tuple[int, str]]
    searched: list[tuple[int, str]]
    last_id: int


def decoded_rows(table: Expected, lines: Sequence[bytes], before: int) -> list[Row]:
    """Return the rows of these lines, `before` of which came already. Raises BundleRefused."""
    rows: list[Row] = []
    for line in lines:
        try:
            rows.append(decode_row(line, table.columns))
        except BadRow as error:
            raise BundleRefused(table.member, f"line {before + len(rows) + 1:,}: {error}") from error
    return rows


def event_batches(archive: Archive, table: Expected, markers: Mapping[int, int]) -> Iterator[Batch]:
    """Yield the events with their texts; `markers` by kind. Raises BundleRefused."""
    place = {column.name: position for position, column in enumerate(table.columns)}
    reader = _EventReader(table, (place["id"], place["kind"], place["received"]), markers)
    texts = _single(archive.lines(EVENTS))
    lines = _single(archive.lines(table.member))
    size = 0
    for line in lines:
        text = next(texts, None)
        if text is None:
            raise BundleRefused(EVENTS, "it has fewer lines than there are events")
        reader.add(line, text)
        size += len(text)
        if len(reader.rows) >= BATCH or size >= BATCH_CHARACTERS:
            yield reader.take()
            size = 0
    if next(texts, None) is not None:
        raise BundleRefused(EVENTS, "it has more lines than there are events")
    if reader.rows:
        yield reader.take()


def _single(parts: Iterator[list[bytes]]) -> Iterator[bytes]:
    for part in parts:
        yield from part


class _EventReader:
    """Joins rows and texts."""

    def __init__(self, table: Expected, places: tuple[int, int, int], markers: Mapping[int, int]) -> None:
        self.rows: list[Row] = []
        self._table, self._places, self._markers = table, places, markers
        self._texts: list[tuple[int, str]] = []
        self._searched: list[tuple[int, str]] = []
        self._last_id = self._line = 0
        self._parts: set[int] = set()

    def add(self, line: bytes, text_line: bytes) -> None:
        self._line += 1
        try:
            row = decode_row(line, self._table.columns)
        except BadRow as error:
            raise BundleRefused(self._table.member, f"line {self._line:,}: {error}") from error
        event_id, kind, received = (row[place] for place in self._places)
        assert isinstance(event_id, int)
        assert isinstance(kind, int)
        assert isinstance(received, int)
        if not self._last_id < event_id < 2**53:
            raise BundleRefused(self._table.member, f"line {self._line:,}: the ids do not rise")
        self._last_id = event_id
        text = self._text(text_line)
        self.rows.append(row)
        self._texts.append((event_id, text))
        if self._markers.get(kind) == MARKER_NONE:
            self._search(event_id, kind, received, text)

    def take(self) -> Batch:
        batch = Batch(self.rows, self._texts, self._searched, self._last_id)
        self.rows, self._texts, self._searched = [], [], []
        return batch

    def _text(self, line: bytes) -> str:
        try:
            return text_of(line)
        except (ValueError, msgspec.MsgspecError) as error:
            raise BundleRefused(EVENTS, f"line {self._line:,}: {error}") from error

    def _search(self, event_id: int, kind: int, received: int, text: str) -> None:
        """As ingest makes it of arriving events."""
        part = event_id // PART_EVENTS
        if part not in self._parts:
            self._parts.add(part)
            if len(self._parts) > MOST_PARTS:
                raise BundleRefused(self._table.member, f"line {self._line:,}: the ids lie too far apart")
        piece = piece_of(text)
        if piece.data is not None:
            self._searched.append((event_id, f"{read_event(piece, received).search}\n{kind_token(kind)}"))

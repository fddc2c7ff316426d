"""The full-text index: FTS5 tables over ranges of event ids, written in the events' own transaction.

Contentless (the text is not kept twice), and in parts of 250,000 ids: SQLite before 3.43 cannot delete from a
contentless index, but a part whose events are gone is simply dropped.
"""

import sqlite3
from collections.abc import Sequence

PART_EVENTS = 250_000


class SearchIndex:
    """Adds texts to the part of their id; creates parts as ids rise."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.reload()

    def reload(self) -> None:
        self._parts = {row[0] for row in self._connection.execute("SELECT part FROM search_parts")}

    def add(self, texts: Sequence[tuple[int, str]]) -> None:
        """Index (event id, text) pairs of rising ids."""
        start = 0
        while start < len(texts):
            part = texts[start][0] // PART_EVENTS
            end = start
            while end < len(texts) and texts[end][0] // PART_EVENTS == part:
                end += 1
            self._ensure(part)
            self._connection.executemany(f"INSERT INTO search_{part} (rowid, text) VALUES (?,?)", texts[start:end])
            start = end

    def _ensure(self, part: int) -> None:
        if part in self._parts:
            return
        self._connection.execute(
            f"CREATE VIRTUAL TABLE search_{part} USING fts5(text, content='', columnsize=0, tokenize='unicode61')"
        )
        self._connection.execute(
            "INSERT INTO search_parts VALUES (?,?,?)", (part, part * PART_EVENTS, (part + 1) * PART_EVENTS - 1)
        )
        self._parts.add(part)

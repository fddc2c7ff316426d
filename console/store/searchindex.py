"""The full-text index: FTS5 tables over ranges of event ids, written in the events' own transaction.

Contentless (the text is not kept twice), and in parts of 250,000 ids: SQLite before 3.43 cannot delete from a
contentless index, but a part whose events are gone is simply dropped.
"""

import sqlite3
from collections.abc import Sequence

from console.store.bulk import insert_at_once

PART_EVENTS = 250_000
KIND_MARK = "\ue000"
"""A private-use character, which FTS5's tokenizer takes for a letter and no event's text is likely to hold."""


def kind_token(kind: int) -> str:
    """Return the word under which the index knows a kind: so that it can answer "these words, of these kinds, without
    those words" by itself, where handing over all rows of a frequent word would take a second."""
    return f"{KIND_MARK}{kind}"


class SearchIndex:
    """Adds texts to the part of their id; creates parts as ids rise."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.reload()

    def reload(self) -> None:
        self._parts = {row[0] for row in self._connection.execute("SELECT part FROM search_parts")}

    def add(self, texts: Sequence[tuple[int, str]]) -> None:
        """Index (event id, text) pairs of rising ids; each text ends with its `kind_token`."""
        start = 0
        while start < len(texts):
            part = texts[start][0] // PART_EVENTS
            end = start
            while end < len(texts) and texts[end][0] // PART_EVENTS == part:
                end += 1
            self._ensure(part)
            # One statement for all: each statement opens a savepoint, at which FTS5 writes out what it has gathered.
            insert_at_once(self._connection, f"INSERT INTO search_{part} (rowid, text)", texts[start:end])
            start = end

    def _ensure(self, part: int) -> None:
        if part in self._parts:
            return
        self._connection.execute(
            f"CREATE VIRTUAL TABLE search_{part} USING fts5(text, content='', columnsize=0, tokenize='unicode61')"
        )
        # Bigger pages and later merges: a quarter less work for each event, at the same speed of searching.
        for setting, value in (("pgsz", 16_000), ("automerge", 8)):
            self._connection.execute(f"INSERT INTO search_{part} (search_{part}, rank) VALUES (?,?)", (setting, value))
        self._connection.execute(
            "INSERT INTO search_parts VALUES (?,?,?)", (part, part * PART_EVENTS, (part + 1) * PART_EVENTS - 1)
        )
        self._parts.add(part)

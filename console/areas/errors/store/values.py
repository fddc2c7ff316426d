"""Numbers for facet values, so that a member's row is thirteen integers; and how often each is used."""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import repeat

from console.areas.errors.store.traits import FACETS
from console.store.bulk import insert_rows

MAX_VALUES = 10_000
"""More distinct values of one facet share `(other)`: an id in the wrong place must not fill the disk."""
OTHER = "(other)"

_PLACES = range(len(FACETS))


def add_facets(connection: sqlite3.Connection, rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Add to the counts of values in groups: rows of facet, group, value, number (below 0 to take away)."""
    insert_rows(connection, "INSERT INTO errors_facet", rows, " ON CONFLICT DO UPDATE SET n = n + excluded.n")


def add_values(connection: sqlite3.Connection, totals: Mapping[int, int]) -> None:
    """Add to the counts of values in all groups."""
    head = "WITH added (value_id, more) AS ("
    insert_rows(
        connection, head, list(totals.items()), ") UPDATE errors_value SET n = n + more FROM added WHERE id = value_id"
    )


class Values:
    """Finds or makes the numbers, and counts them. `forget` when what is in memory may not be what is stored."""

    def __init__(self, limit: int = MAX_VALUES) -> None:
        self._limit = limit
        self._known: tuple[dict[str, int], ...] = tuple({"": 0} for _ in FACETS)
        self._sizes: dict[int, int] = {}
        self._added: dict[tuple[int, int, int], int] = {}

    def forget(self) -> None:
        self._known = tuple({"": 0} for _ in FACETS)
        self._sizes.clear()
        self._added.clear()

    def of(self, connection: sqlite3.Connection, texts: Sequence[str]) -> list[int]:
        """Return the ids of one event's values, 0 for what is empty."""
        ids = [known.get(text) for known, text in zip(self._known, texts, strict=True)]
        if None in ids:
            return [self._find(connection, facet, text) for facet, text in enumerate(texts)]
        return ids  # type: ignore[return-value]

    def count(self, group_id: int, ids: Sequence[int]) -> None:
        """Note one more event of the group with these values; written by `flush`."""
        added = self._added
        for key in zip(_PLACES, repeat(group_id), ids):
            if key[2]:
                added[key] = added.get(key, 0) + 1  # a Counter costs twice as much where most keys are new

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write what was counted."""
        totals: dict[int, int] = {}
        for (_, _, value_id), n in self._added.items():
            totals[value_id] = totals.get(value_id, 0) + n
        add_facets(connection, [(*key, n) for key, n in self._added.items()])
        add_values(connection, totals)
        self._added.clear()

    def _find(self, connection: sqlite3.Connection, facet: int, text: str) -> int:
        known = self._known[facet]
        if text in known:
            return known[text]
        if len(known) > 2 * self._limit:  # values that share a number are many
            known.clear()
            known[""] = 0
        number = known[text] = self._stored(connection, facet, text)
        return number

    def _stored(self, connection: sqlite3.Connection, facet: int, text: str) -> int:
        row = connection.execute("SELECT id FROM errors_value WHERE facet = ? AND text = ?", (facet, text)).fetchone()
        if row:
            return int(row[0])
        if facet not in self._sizes:
            counted = connection.execute("SELECT count(*) FROM errors_value WHERE facet = ?", (facet,))
            self._sizes[facet] = int(counted.fetchone()[0])
        if self._sizes[facet] >= self._limit and text != OTHER:
            return self._stored(connection, facet, OTHER)
        self._sizes[facet] += 1
        insert = "INSERT INTO errors_value (facet, text) VALUES (?, ?)"
        return int(connection.execute(insert, (facet, text)).lastrowid or 0)

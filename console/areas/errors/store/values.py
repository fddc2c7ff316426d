"""Numbers for facet values, so that a member's row is thirteen integers; and how often each is used."""

import sqlite3
from collections import Counter
from collections.abc import Sequence

from console.areas.errors.store.traits import FACETS

MAX_VALUES = 10_000
"""More distinct values of one facet share `(other)`: an id in the wrong place must not fill the disk."""
OTHER = "(other)"

ADD_FACET = "INSERT INTO errors_facet VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET n = n + excluded.n"
ADD_VALUE = "UPDATE errors_value SET n = n + ? WHERE id = ?"


class Values:
    """Finds or makes the numbers, and counts them. `forget` when what is in memory may not be what is stored."""

    def __init__(self, limit: int = MAX_VALUES) -> None:
        self._limit = limit
        self._known: tuple[dict[str, int], ...] = tuple({"": 0} for _ in FACETS)
        self._sizes: dict[int, int] = {}
        self._added: Counter[tuple[int, int, int]] = Counter()

    def forget(self) -> None:
        self._known = tuple({"": 0} for _ in FACETS)
        self._sizes.clear()
        self._added.clear()

    def of(self, connection: sqlite3.Connection, texts: Sequence[str]) -> list[int]:
        """Return the ids of one event's values, 0 for what is empty."""
        ids = []
        for facet, (known, text) in enumerate(zip(self._known, texts, strict=True)):
            number = known.get(text)
            ids.append(self._find(connection, facet, text) if number is None else number)
        return ids

    def count(self, group_id: int, ids: Sequence[int]) -> None:
        """Note one more event of the group with these values; written by `flush`."""
        added = self._added
        for facet, value_id in enumerate(ids):
            if value_id:
                added[facet, group_id, value_id] += 1

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write what was counted."""
        totals: Counter[int] = Counter()
        for (_, _, value_id), n in self._added.items():
            totals[value_id] += n
        connection.executemany(ADD_FACET, [(*key, n) for key, n in self._added.items()])
        connection.executemany(ADD_VALUE, [(n, value_id) for value_id, n in totals.items()])
        self._added.clear()

    def _find(self, connection: sqlite3.Connection, facet: int, text: str) -> int:
        known = self._known[facet]
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

"""Numbers for (service, operation) pairs, so that the aggregates need not repeat their text."""

import sqlite3

MAX_SERIES = 5_000
"""More pairs than this share one series: an id inside an operation's name must not fill the disk."""
OTHER = "(other)"


class SeriesIds:
    """Finds or makes the numbers. `forget` when some that were made may have been undone."""

    def __init__(self, limit: int = MAX_SERIES) -> None:
        self._limit = limit
        self._known: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        self._known.clear()

    def of(self, connection: sqlite3.Connection, service: str, operation: str = "") -> int:
        """Return the number of a pair; the empty operation stands for the service as a whole."""
        key = (service, operation)
        number = self._known.get(key)
        if number is None:
            if len(self._known) > 2 * self._limit:  # names that share a series are many
                self._known.clear()
            number = self._known[key] = self._stored(connection, _storable(service), _storable(operation))
        return number

    def _stored(self, connection: sqlite3.Connection, service: str, operation: str) -> int:
        row = connection.execute(
            "SELECT id FROM performance_series WHERE service = ? AND operation = ?", (service, operation)
        ).fetchone()
        if row:
            return int(row[0])
        (count,) = connection.execute("SELECT count(*) FROM performance_series").fetchone()
        if count >= self._limit and service != OTHER:
            return self.of(connection, OTHER, operation and OTHER)
        insert = "INSERT INTO performance_series (service, operation) VALUES (?, ?)"
        return int(connection.execute(insert, (service, operation)).lastrowid or 0)


def _storable(text: str) -> str:
    """Return a text that SQLite takes: lone surrogates cannot be encoded."""
    return text[:200].encode("utf-8", "replace").decode("utf-8")

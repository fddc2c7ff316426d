"""Numbers for (service, operation) pairs, so that the aggregates need not repeat their text."""

import sqlite3

MAX_SERIES = 5_000
"""More pairs than this share one series: an id inside an operation's name must not fill the disk."""
OTHER = "(other)"


class SeriesIds:
    """Finds or makes the numbers for the length of one batch; nothing is kept that a rollback could undo."""

    def __init__(self, connection: sqlite3.Connection, limit: int = MAX_SERIES) -> None:
        self._connection = connection
        self._limit = limit
        self._known: dict[tuple[str, str], int] = {}

    def of(self, service: str, operation: str = "") -> int:
        """Return the number of a pair; the empty operation stands for the service as a whole."""
        key = (service, operation)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = self._stored(_storable(service), _storable(operation))
        return number

    def _stored(self, service: str, operation: str) -> int:
        row = self._connection.execute(
            "SELECT id FROM performance_series WHERE service = ? AND operation = ?", (service, operation)
        ).fetchone()
        if row:
            return int(row[0])
        (count,) = self._connection.execute("SELECT count(*) FROM performance_series").fetchone()
        if count >= self._limit and service != OTHER:
            return self.of(OTHER, operation and OTHER)
        insert = "INSERT INTO performance_series (service, operation) VALUES (?, ?)"
        return int(self._connection.execute(insert, (service, operation)).lastrowid or 0)


def _storable(text: str) -> str:
    """Return a text that SQLite takes: lone surrogates cannot be encoded."""
    return text[:200].encode("utf-8", "replace").decode("utf-8")

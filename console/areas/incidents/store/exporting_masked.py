"""All that an export masked, each value once: in temporary tables of its connection, so on the disk where it is much.

SQLite's temporary files have no name and are gone with the process, however it ends.
"""

import sqlite3
from array import array
from collections.abc import Iterator

from console.areas.incidents.core.redaction import Masked
from console.areas.incidents.core.redaction.masked import MOST_ALLOWED, Known

PART = 40_000
"""So many values are looked for at once: about 25 MB in each process, of however many there are."""


class MaskedTable:
    """Fed with what the processes masked; read in parts when all of it is known."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            """CREATE TEMP TABLE bundle_masked (value BLOB PRIMARY KEY, replacement TEXT NOT NULL, whole INTEGER NOT NULL)
               WITHOUT ROWID"""
        )
        connection.execute("CREATE TEMP TABLE bundle_allowed (hash INTEGER PRIMARY KEY)")

    def add(self, masked: Masked) -> None:
        """Take over what was masked somewhere; of a value that is here already the first replacement stays."""
        if masked.values:
            rows = ((_raw(value), *known) for value, known in sorted(masked.values.items()))
            self._connection.executemany("INSERT OR IGNORE INTO temp.bundle_masked VALUES (?,?,?)", rows)
        if masked.allowed:
            self._connection.executemany(
                "INSERT OR IGNORE INTO temp.bundle_allowed VALUES (?)", [(one - 2**63,) for one in masked.allowed]
            )

    def parts(self, size: int = 0) -> Iterator[Masked]:
        """Yield the values, so many at a time, each time with all that is allowed; at least one part, which may be empty."""
        found = self._connection.execute("SELECT hash FROM temp.bundle_allowed ORDER BY hash LIMIT ?", (MOST_ALLOWED,))
        allowed = array("Q", (one + 2**63 for (one,) in found))
        last, size = b"", size or PART
        while True:
            rows = self._connection.execute(
                "SELECT value, replacement, whole FROM temp.bundle_masked WHERE value > ? ORDER BY value LIMIT ?",
                (last, size),
            ).fetchall()
            if rows or not last:
                values = {_text(value): Known(replacement, bool(whole)) for value, replacement, whole in rows}
                yield Masked(values, allowed)
            if len(rows) < size:
                return
            last = rows[-1][0]

    def count(self) -> int:
        """Return how many values there are."""
        return int(self._connection.execute("SELECT count(*) FROM temp.bundle_masked").fetchone()[0])


def _raw(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")

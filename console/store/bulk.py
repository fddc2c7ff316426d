"""Insert many rows with few statements.

Python's `sqlite3` gives up the interpreter lock for each step and must win it back after, which beside a busy
event loop costs far more than the row. A statement with 512 rows of VALUES is one step.
"""

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any

SIZES = (512, 64, 8, 1)
"""Few different texts, so that the connection's cache of prepared statements holds them."""
PADDED_SIZES = (8, 64, 256, 1024, 2048, 4096, 8192)
"""SQLite takes 32,766 parameters in one statement."""


def insert_rows(connection: sqlite3.Connection, head: str, rows: Sequence[tuple[Any, ...]], tail: str = "") -> None:
    """Insert rows of one width; `head` is the statement up to and without VALUES, `tail` what follows the rows.

    Any statement may be given that holds a list of VALUES once. Raises as `execute` does.
    """
    if not rows:
        return
    one = f"({','.join('?' * len(rows[0]))})"
    start = 0
    for size in SIZES:
        sql = f"{head} VALUES {','.join([one] * size)}{tail}"
        while len(rows) - start >= size:
            connection.execute(sql, list(chain.from_iterable(rows[start : start + size])))
            start += size


def insert_at_once(connection: sqlite3.Connection, head: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of one width, whose first value is never NULL, with one statement (or one for each 8,192 rows).

    Statements have one of few sizes; rows of NULLs fill them up and are left out. A statement for each number of rows
    would be compiled anew nearly every time, and the cache of prepared statements would hold a hundred megabytes.
    """
    width = len(rows[0]) if rows else 0
    for start in range(0, len(rows), PADDED_SIZES[-1]):
        part = rows[start : start + PADDED_SIZES[-1]]
        size = next(size for size in PADDED_SIZES if size >= len(part))
        values = list(chain.from_iterable(part))
        values += [None] * (size * width - len(values))
        one = f"({','.join('?' * width)})"
        columns = ",".join(f"column{number}" for number in range(1, width + 1))
        sql = f"{head} SELECT {columns} FROM (VALUES {','.join([one] * size)}) WHERE column1 IS NOT NULL"
        connection.execute(sql, values)

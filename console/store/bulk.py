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
MOST_VALUES = 32_000
"""SQLite takes 32,766 parameters in one statement."""


def insert_rows(
    connection: sqlite3.Connection, head: str, rows: Sequence[tuple[Any, ...]], sizes: Sequence[int] | None = SIZES
) -> None:
    """Insert rows of one width; `head` is the statement up to and without VALUES. Raises as `execute` does.

    `sizes` are the numbers of rows that a statement may have, falling to 1; None is as many as there are.
    """
    if not rows:
        return
    one = f"({','.join('?' * len(rows[0]))})"
    start = 0
    most = MOST_VALUES // len(rows[0])
    for size in sizes if sizes is not None else (most, len(rows) % most, 1):
        if size <= 0:
            continue
        sql = f"{head} VALUES {','.join([one] * size)}"
        while len(rows) - start >= size:
            connection.execute(sql, list(chain.from_iterable(rows[start : start + size])))
            start += size

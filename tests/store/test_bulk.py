"""Many rows with few statements: every row once, in order, whatever their number."""

import sqlite3

import pytest

from console.store import bulk


@pytest.mark.parametrize("insert", [bulk.insert_rows, bulk.insert_at_once])
@pytest.mark.parametrize("number", [0, 1, 7, 8, 9, 65, 513, 2_049, 8_192, 8_200])
def test_every_row_is_inserted_once(insert: object, number: int) -> None:
    connection = sqlite3.connect(":memory:")  # noqa: TID251 - no file, no modes
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
    rows = [(i, f"text {i}" if i % 3 else None) for i in range(number)]
    insert(connection, "INSERT INTO t (id, text)", rows)  # type: ignore[operator]
    assert connection.execute("SELECT * FROM t ORDER BY id").fetchall() == rows
    connection.close()


def test_few_different_statements_serve_any_number_of_rows() -> None:
    connection = sqlite3.connect(":memory:")  # noqa: TID251 - no file, no modes
    connection.execute("CREATE TABLE t (id INTEGER, text TEXT)")
    seen: set[int] = set()
    connection.set_trace_callback(lambda sql: seen.add(sql.count("(") if sql.startswith("INSERT") else 0))
    for number in range(1, 300):
        bulk.insert_at_once(connection, "INSERT INTO t (id, text)", [(i, "") for i in range(number)])
    assert len(seen) <= len(bulk.PADDED_SIZES)
    connection.close()


@pytest.mark.parametrize("number", [1, 9, 600])
def test_a_tail_follows_the_rows_of_each_statement(number: int) -> None:
    connection = sqlite3.connect(":memory:")  # noqa: TID251 - no file, no modes
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)")
    rows = [(i, i + 1) for i in range(number)]
    for _ in range(2):
        bulk.insert_rows(connection, "INSERT INTO t", rows, " ON CONFLICT DO UPDATE SET n = n + excluded.n")
    bulk.insert_rows(connection, "WITH a (i, m) AS (", rows, ") UPDATE t SET n = n - m FROM a WHERE id = i")
    assert connection.execute("SELECT * FROM t ORDER BY id").fetchall() == rows
    connection.close()

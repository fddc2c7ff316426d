"""Rows as lines: whatever SQLite can give back comes back, and nothing else is taken."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.store.bundled import BASE_TABLES, LEFT_OUT
from console.store.bundling import LARGEST, BadRow, Column, Row, decode_row, encode_row
from console.store.database import open_exporter, open_reader, snapshot
from console.store.filter import parse_filter
from console.store.migrations import create_store
from console.store.search import count, matching_ids
from tests.store_filling import START_MS, fill_store, sample_events

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: dict[str, st.SearchStrategy[int | float | str | bytes]] = {
    "INTEGER": st.integers(-(2**63), 2**63 - 1),
    "REAL": st.floats(allow_nan=False, allow_infinity=False),
    "TEXT": TEXTS,
    "BLOB": st.binary(),
}
COLUMNS = st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=6)


@given(COLUMNS.flatmap(lambda kinds: st.tuples(st.just(kinds), st.tuples(*(st.none() | VALUES[kind] for kind in kinds)))))
def test_rows_come_back(drawn: tuple[list[str], Row]) -> None:
    kinds, row = drawn
    line = encode_row(row)
    assert b"\n" not in line
    again = decode_row(line, [Column(str(place), kind, False) for place, kind in enumerate(kinds)])
    assert again == row
    assert [type(one) for one in again] == [type(one) for one in row]


def test_infinities_become_the_largest_numbers() -> None:
    line = encode_row((math.inf, -math.inf, 1, b"x"))
    assert decode_row(line, columns("REAL", "REAL", "INTEGER", "BLOB")) == (LARGEST, -LARGEST, 1, b"x")


def columns(*affinities: str, needed: bool = True) -> Sequence[Column]:
    return [Column(f"c{place}", affinity, needed) for place, affinity in enumerate(affinities)]


@given(st.binary(max_size=200) | st.recursive(st.none() | st.booleans() | st.floats() | TEXTS, st.lists).map(
    lambda value: json.dumps(value).encode()))  # fmt: skip
def test_garbage_is_a_bad_row_and_nothing_else(line: bytes) -> None:
    kinds = columns("INTEGER", "TEXT")
    try:
        row = decode_row(line, kinds)
    except BadRow:
        return
    assert [type(value) for value in row] == [int, str]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"[1]", "1 values, 2 columns"),
        (b'[null,"a"]', "c0 is missing"),
        (b'["1","a"]', "c0 is no INTEGER"),
        (b'[1,{"b64":"YQ=="}]', "c1 is no TEXT"),
        (b'[9223372036854775808,"a"]', "does not fit 64 bits"),
        (b'{"a":1}', "not a list"),
    ],
)
def test_what_is_wrong_is_said(line: bytes, words: str) -> None:
    with pytest.raises(BadRow, match=words):
        decode_row(line, columns("INTEGER", "TEXT"))


def test_every_table_of_the_store_is_bundled_or_left_out_for_a_reason(tmp_path: Path) -> None:
    create_store(tmp_path / "a.db")
    connection = open_reader(tmp_path / "a.db")
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    bundled = {table.name: table for table in BASE_TABLES}
    assert names - {"_sqlite_migrations", "sqlite_stat1", "sqlite_sequence"} == set(bundled) | set(LEFT_OUT)
    for name, table in bundled.items():
        assert {row[1] for row in connection.execute(f"PRAGMA table_info({name})")} == set(table.columns), name
    connection.close()


def test_an_exporter_has_temporary_tables_and_changes_nothing(tmp_path: Path) -> None:
    fill_store(tmp_path / "a.db", sample_events(20))
    connection = open_exporter(tmp_path / "a.db")
    with snapshot(connection):
        connection.execute("CREATE TEMP TABLE bundle_event (id INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO temp.bundle_event SELECT id FROM events")
        assert connection.execute("SELECT count(*) FROM temp.bundle_event").fetchone() == (20,)
        with pytest.raises(Exception, match="readonly"):
            connection.execute("DELETE FROM events")
    connection.close()


@pytest.mark.parametrize("text", ["", "level:error", "duplicate", "-duplicate", "duration>50 OR category:api", "nowhere"])
def test_ids_of_matches_are_those_that_are_counted(tmp_path: Path, text: str) -> None:
    fill_store(tmp_path / "a.db", sample_events(200))
    connection = open_reader(tmp_path / "a.db")
    for since, until in ((None, None), (START_MS + 3_000, START_MS + 9_000)):
        node = parse_filter(text)
        matching = matching_ids(connection, node, since_ms=since, until_ms=until, now_ms=START_MS)
        found = connection.execute(matching.sql, matching.params).fetchall()
        assert len(found) == len(set(found)) == count(connection, node, since_ms=since, until_ms=until, now_ms=START_MS)
    connection.close()

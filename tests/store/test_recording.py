"""Gaps shrink, split and vanish as late events come; coverage intervals open and close."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.facts import Arrived, CoverageLost, CoverageRegained, GapFilled, GapFound, SourceAttached
from console.store.database import open_writer
from console.store.identity import stream_positions
from console.store.migrations import migrate
from console.store.recording import Recorder
from tests.store_filling import START_MS, sample_events


def recorder(path: Path | str) -> Recorder:
    connection = open_writer(Path(path))
    migrate(connection)
    return Recorder(connection, {}, lambda: START_MS, lambda text: None)


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recorder]:
    made = recorder(tmp_path / "console.db")
    yield made
    made.connection.close()


def rows(connection: sqlite3.Connection, sql: str) -> list[Any]:
    return connection.execute(sql).fetchall()


def gap_rows(connection: sqlite3.Connection) -> list[Any]:
    """Return (from, to, words) of each gap with the row that marks it; both must be there."""
    return rows(
        connection,
        "SELECT from_seq, to_seq, message FROM gaps g LEFT JOIN events e ON e.id = g.event_id ORDER BY from_seq",
    )


def markers(connection: sqlite3.Connection) -> int:
    return int(rows(connection, "SELECT count(*) FROM events JOIN kinds k ON k.id = kind WHERE k.marker = 1")[0][0])


@pytest.mark.parametrize(
    ("first", "last", "left"),
    [
        (12, 15, [(10, 11), (16, 19)]),
        (10, 12, [(13, 19)]),
        (17, 19, [(10, 16)]),
        (10, 19, []),
        (5, 30, []),
        (1, 9, [(10, 19)]),
        (20, 25, [(10, 19)]),
    ],
)
def test_a_gap_that_fills_shrinks_with_its_row(recording: Recorder, first: int, last: int, left: list[Any]) -> None:
    recording.record([GapFound("server", "e", 10, 19, "evicted", START_MS)])
    recording.record([GapFilled("server", "e", first, last)])
    found = gap_rows(recording.connection)
    assert [(a, b) for a, b, _ in found] == left
    assert markers(recording.connection) == len(left)
    for a, b, words in found:
        n = b - a + 1
        assert words == f"{n} event{'s' if n > 1 else ''} missing from server: evicted"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30), st.integers(0, 8)), max_size=12))
def test_any_gaps_and_fillings_leave_exactly_what_is_missing(tmp_path_factory, steps) -> None:
    recording = recorder(tmp_path_factory.mktemp("gaps") / "console.db")
    missing: set[int] = set()
    for found, first, more in steps:
        wanted = set(range(first, first + more + 1))
        if found and not wanted & missing:
            recording.record([GapFound("server", "e", first, first + more, "evicted", START_MS)])
            missing |= wanted
        elif not found:
            recording.record([GapFilled("server", "e", first, first + more)])
            missing -= wanted
    kept = [seq for a, b, words in gap_rows(recording.connection) for seq in range(a, b + 1) if words]
    assert sorted(kept) == sorted(missing)
    assert markers(recording.connection) == len(gap_rows(recording.connection))
    recording.connection.close()


def test_coverage_opens_and_closes(recording: Recorder) -> None:
    recording.record([CoverageLost("server", "k1", START_MS, START_MS, "closed"),
                      CoverageLost("pwa", "k1", START_MS + 5, START_MS + 5, "never attached")])  # fmt: skip
    recording.record([CoverageRegained("server", "k1", START_MS + 900)])
    recording.record([CoverageRegained("server", "k1", START_MS + 999), CoverageRegained("network", "k9", 1)])
    assert rows(recording.connection, "SELECT from_ts, to_ts, reason FROM coverage ORDER BY id") == [
        (START_MS, START_MS + 900, "closed"), (START_MS + 5, START_MS + 5, "never attached")]  # fmt: skip
    assert rows(recording.connection, "SELECT count(*) FROM events JOIN kinds k ON k.id = kind WHERE k.marker = 2") == [(2,)]


def test_a_transaction_that_fails_leaves_no_trace_and_can_be_tried_again(recording: Recorder) -> None:
    facts = [GapFound("server", "e", 1, 2, "evicted", START_MS), Arrived("server", "e", 3, sample_events(5), START_MS)]
    recording.connection.execute(
        "CREATE TRIGGER no BEFORE INSERT ON payloads WHEN new.id > 3 BEGIN SELECT RAISE(ABORT,'no'); END"
    )
    with pytest.raises(sqlite3.IntegrityError):
        recording.record(facts)
    for table in ("events", "payloads", "gaps", "sources", "streams", "kinds", "activity", "search_parts"):
        assert rows(recording.connection, f"SELECT count(*) FROM {table}") == [(0,)], table
    recording.connection.execute("DROP TRIGGER no")
    assert recording.record(facts) == 6
    assert rows(recording.connection, "SELECT group_concat(id) FROM events") == [("1,2,3,4,5,6",)]


def test_where_ingest_resumes(recording: Recorder) -> None:
    recording.record([SourceAttached("server", "ws://x", "websocket", START_MS)])
    assert stream_positions(recording.connection, "server") == []
    recording.record(
        [Arrived("server", "a", 5, sample_events(3), START_MS), GapFound("server", "a", 8, 9, "evicted", START_MS)]
    )
    recording.record(
        [Arrived("server", "b", 1, sample_events(1), START_MS), Arrived("pwa", "a", 9, sample_events(1), START_MS)]
    )
    first, second = stream_positions(recording.connection, "server")
    assert (first.epoch, first.start, first.next, first.gaps) == ("a", 5, 10, [(8, 9)])
    assert (second.epoch, second.start, second.next, second.gaps) == ("b", 1, 2, [])

"""Old events go, pinned ones stay, sums stay right, the file shrinks, and ingest goes on in between."""

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.model.facts import Arrived, GapFound, Quarantined
from console.store import retention, searchindex
from console.store.database import open_reader
from console.store.filter import parse_filter
from console.store.reading import summary
from console.store.retention import Limits, count_over, retain, shrink, used_bytes
from console.store.search import count, page
from console.store.writer import Writer
from tests.store_filling import START_MS, sample_events

NOW_MS = START_MS + 1_000 * 100


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "console.db"


@pytest.fixture
def writer(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setattr(searchindex, "PART_EVENTS", 250)
    monkeypatch.setattr(retention, "CHUNK", 100)
    writer = Writer(path)
    writer.submit(Arrived("server", "e", 1, sample_events(1_000), START_MS))
    yield writer
    writer.close()


def call(writer: Writer, function: Any) -> Any:
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    writer.call(function, answers.put)
    answer = answers.get(timeout=20)
    if isinstance(answer, Exception):
        raise answer
    return answer


def retain_all(writer: Writer, limits: Limits, now_ms: int = NOW_MS) -> int:
    total = 0
    while gone := call(writer, lambda c: retain(c, limits, now_ms)):
        assert gone <= 100
        total += gone
    return total


def kept(path: Path) -> list[int]:
    connection = open_reader(path)
    ids = [row[0] for row in connection.execute("SELECT id FROM events ORDER BY id")]
    for table, column in (("payloads", "id"), ("degraded", "event_id")):
        assert connection.execute(
            f"SELECT count(*) FROM {table} WHERE {column} NOT IN (SELECT id FROM events)"
        ).fetchone() == (0,)
    by_kind = "SELECT ts / 10000, kind, count(*) FROM events JOIN kinds k ON k.id = kind WHERE k.marker = 0 GROUP BY 1, 2"
    assert sorted(connection.execute("SELECT * FROM activity")) == sorted(connection.execute(by_kind))
    connection.close()
    return ids


def test_by_age(writer: Writer, path: Path) -> None:
    assert retain_all(writer, Limits(max_age_ms=30_000)) == 700
    assert kept(path) == list(range(701, 1_001))
    assert retain_all(writer, Limits(max_age_ms=30_000)) == 0


def test_by_count_with_pins_and_markers(writer: Writer, path: Path) -> None:
    writer.submit(GapFound("server", "e", 2_000, 2_004, "evicted", START_MS + 5))
    call(writer, lambda c: c.execute("INSERT INTO pins VALUES (3, 'keep', 0)"))
    retain_all(writer, Limits(max_events=400))
    left = kept(path)
    assert left[0] == 3
    assert left[1:] == list(range(602, 1_001)), "the pinned event counts, the gap's row went with its time"
    connection = open_reader(path)
    held = summary(connection)
    assert (held.events, held.gaps, held.gap_events) == (400, 1, 5)
    assert page(connection, parse_filter("is:pinned"), now_ms=NOW_MS).rows[0].id == 3
    connection.close()


def test_search_after_retention_finds_what_is_left_and_parts_are_dropped(writer: Writer, path: Path) -> None:
    retain_all(writer, Limits(max_events=300))
    connection = open_reader(path)
    assert [row[0] for row in connection.execute("SELECT part FROM search_parts ORDER BY part")] == [2, 3, 4]
    assert connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search\\_0%' ESCAPE '\\'").fetchall() == []
    everything = count(connection, parse_filter(""), now_ms=NOW_MS)
    assert everything == 300
    word = count(connection, parse_filter("duplicate"), now_ms=NOW_MS)
    assert 0 < word < 300
    assert count(connection, parse_filter("-duplicate"), now_ms=NOW_MS) == everything - word
    connection.close()


def test_by_bytes_and_the_file_gets_smaller(writer: Writer, path: Path) -> None:
    call(writer, lambda c: c.execute("UPDATE payloads SET text = text || hex(zeroblob(4000))"))
    before = call(writer, used_bytes)
    retain_all(writer, Limits(max_bytes=before // 2))
    assert call(writer, used_bytes) <= before // 2
    assert 0 < len(kept(path)) < 700
    while call(writer, shrink):
        pass
    assert call(writer, lambda c: c.execute("PRAGMA freelist_count").fetchone()[0]) == 0
    writer.close()
    assert path.stat().st_size <= before // 2 + 16_384


def test_quarantined_bytes_go_with_their_row(writer: Writer, path: Path) -> None:
    writer.submit(Quarantined("server", "e", 1_001, "no object", b"x" * 100, 100, START_MS + 7))
    writer.submit(Quarantined("server", "e", 1_002, "no object", b"y" * 100, 100, NOW_MS))
    retain_all(writer, Limits(max_age_ms=30_000))
    connection = open_reader(path)
    assert connection.execute("SELECT seq FROM quarantine").fetchall() == [(1_002,)]
    connection.close()


def test_events_keep_coming_in_between_and_ids_are_not_used_again(writer: Writer, path: Path) -> None:
    limits = Limits(max_events=50)
    seq = 1_001
    for _ in range(12):
        call(writer, lambda c: retain(c, limits, NOW_MS))
        writer.submit(Arrived("server", "e", seq, sample_events(10, start_ms=NOW_MS + seq * 100), NOW_MS))
        seq += 10
    retain_all(writer, limits)
    assert kept(path) == list(range(1_071, 1_121))
    retain_all(writer, Limits(max_events=0))
    writer.close()
    again = Writer(path)
    again.submit(Arrived("server", "e", seq, sample_events(1), NOW_MS))
    again.close()
    assert kept(path) == [1_121]


def test_the_preview_counts_what_would_go(writer: Writer, path: Path) -> None:
    limits = [
        (Limits(), 0),
        (Limits(max_events=400), 600),
        (Limits(max_age_ms=50_000), 500),
        (Limits(max_age_ms=50_000, max_events=400), 600),
        (Limits(max_events=5_000, max_bytes=10**12), 0),
    ]
    for limit, wanted in limits:
        over = call(writer, lambda c, limit=limit: count_over(c, limit, NOW_MS))
        assert abs(over - wanted) <= 100, limit  # ages are told apart by ten seconds
        assert over >= 0
    assert call(writer, lambda c: count_over(c, Limits(max_bytes=1), NOW_MS)) >= 999

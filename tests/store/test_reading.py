"""Counts, summaries and single events agree with what is in the store."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.model.facts import CoverageLost, Fact, GapFound, Quarantined
from console.store import reading
from console.store.database import open_reader
from console.store.filter import parse_filter
from console.store.reading import activity, field_values, last_event_id, load_event, marker_counts, summary
from tests.store.filter_oracle import matches, tell_rows
from tests.store_filling import START_MS, fill_store, read_text, sample_events

EVENTS = sample_events(600, step_ms=217)
END_MS = START_MS + 600 * 217
EXTRA: tuple[Fact, ...] = (
    GapFound("server", "epoch-1", 700, 709, "evicted", START_MS + 5_000),
    GapFound("server", "epoch-1", 800, 800, "too_large", END_MS + 50_000),
    CoverageLost("server", "k", START_MS + 20_000, START_MS + 21_000, "closed"),
    Quarantined("server", "epoch-1", 900, "not JSON", b"oops", 4, START_MS + 30_000),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reading") / "console.db"
    fill_store(path, EVENTS, extra=EXTRA)
    return path


@pytest.fixture
def connection(path: Path) -> Iterator[object]:
    connection = open_reader(path)
    yield connection
    connection.close()


BY_KIND = ("", "level:error", "-type:performance service:server", "is:gap", "since:2026-11-23T13:53:30Z")
BY_EVENT = ("duplicate", "-duplicate", "duration>50", "service:pwa OR attempt", "correlation:corr-7")


@pytest.mark.parametrize("fine_events", [0, 200_000])
@pytest.mark.parametrize("text", [*BY_KIND, *BY_EVENT])
def test_activity_counts_what_a_plain_evaluation_counts(connection, monkeypatch, fine_events: int, text: str) -> None:
    monkeypatch.setattr(reading, "FINE_EVENTS", fine_events)
    node = parse_filter(text)
    rows = tell_rows(connection, {index: event.search for index, event in enumerate(EVENTS, 1)})
    rolled_up = fine_events == 0 and text in BY_KIND
    rng = random.Random(text)
    for _ in range(6):
        since = START_MS + rng.randrange(-5_000, 60_000)
        until = since + rng.randrange(1, 90_000)
        found = activity(connection, node, since_ms=since, until_ms=until, bins=rng.choice((1, 7, 300)), now_ms=END_MS)
        edges = found.edges_ms
        width, bins = edges[1] - edges[0], len(edges) - 1
        if rolled_up:  # whole buckets, so what shares the last one with `until` is counted too
            assert width % 10_000 == edges[0] % 10_000 == 0
            until = -(-until // 10_000) * 10_000
        counted = Counter(
            (row.values["severity"], min((row.key[0] - edges[0]) // width, bins - 1))
            for row in rows
            if not row.values["marker"] and edges[0] <= row.key[0] < until and matches(node, row, END_MS)
        )
        told = {(severity, i): n for severity, series in found.counts.items() for i, n in enumerate(series) if n}
        assert told == counted
        assert all(len(series) == bins for series in found.counts.values())


def test_activity_over_everything_counts_every_event_once_on_both_ways(connection, monkeypatch) -> None:
    for fine_events in (0, 200_000):
        monkeypatch.setattr(reading, "FINE_EVENTS", fine_events)
        for bins in (1, 10, 500):
            found = activity(
                connection, parse_filter(""), since_ms=START_MS - 1, until_ms=END_MS + 1, bins=bins, now_ms=END_MS
            )
            assert sum(map(sum, found.counts.values())) == len(EVENTS)


def test_activity_tells_the_holes_of_its_range(connection) -> None:
    found = activity(connection, parse_filter(""), since_ms=START_MS, until_ms=END_MS, bins=10, now_ms=END_MS)
    assert found.gaps == [
        (START_MS + 5_000, START_MS + 5_000, 10, "server: evicted"),
        (START_MS + 20_000, START_MS + 21_000, None, "server: closed"),
    ]


def test_an_event_comes_back_with_its_text(connection) -> None:
    for index in (0, 299, 599):
        detail = load_event(connection, index + 1)
        assert detail is not None
        assert (detail.payload, detail.epoch, detail.seq, detail.row.message) == (
            EVENTS[index].text, "epoch-1", index + 1, EVENTS[index].message)  # fmt: skip
    assert load_event(connection, 99_999) is None
    gap = load_event(connection, 601)
    assert gap is not None
    assert (gap.row.event_type, gap.epoch, gap.row.message) == ("gap", None, "10 events missing from server: evicted")


def test_the_summary_adds_up(connection, path: Path) -> None:
    found = summary(connection)
    assert (found.events, found.gaps, found.gap_events, found.unknown_intervals, found.quarantined) == (600, 2, 11, 1, 1)
    assert found.degraded == 0
    assert found.last_id == last_event_id(connection) == 604
    assert found.bytes == path.stat().st_size
    assert dict(marker_counts(connection)) == {1: 2, 2: 1, 3: 1}


def test_values_for_completion_most_frequent_first_without_markers(connection) -> None:
    found = field_values(connection)
    seen = Counter(event.service for event in EVENTS)
    assert found["service"] == sorted(seen, key=lambda name: (-seen[name], name))
    assert found["source"] == ["server"]
    assert "gap" not in found["type"]
    assert set(found["category"]) == {"DATABASE_ERROR", "SYNC_CONFLICT", "api"}


def test_a_degraded_event_says_why(tmp_path: Path) -> None:
    fill_store(tmp_path / "d.db", [read_text('{"eventType":"info","timestamp":"odd","service":"s","data":{}}')])
    connection = open_reader(tmp_path / "d.db")
    detail = load_event(connection, 1)
    assert detail is not None
    assert "odd" in (detail.degraded or "")
    assert summary(connection).degraded == 1
    connection.close()

import itertools
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.areas.trace.core.ids import ID_KEYS, ids_of
from console.areas.trace.store import (
    MAX_COUNTED,
    MAX_EVENTS,
    MIGRATIONS,
    TraceRefused,
    load_trace,
    loading,
    projection,
    recent_traces,
)
from console.model.event import Event
from console.model.facts import GapFound
from console.store.database import open_plain, open_reader
from console.store.filter import parse_filter
from console.store.projection import StoredEvent
from console.store.retention import delete_events
from tests.areas.trace.samples import failed, push, said, timed, told, trace_store
from tests.store_filling import START_MS, fill_store, read_text, sample_events

NOW_MS = START_MS + 100_000
Open = Callable[[list[Event]], sqlite3.Connection]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Fill a store and read it."""
    made: list[sqlite3.Connection] = []

    def open_it(events: list[Event]) -> sqlite3.Connection:
        made.append(open_reader(trace_store(tmp_path / f"store{len(made)}.db", events)))
        return made[-1]

    yield open_it
    for connection in made:
        connection.close()


def messages(connection: sqlite3.Connection, asked: str) -> list[str]:
    return [one.event.message for one in load_trace(connection, asked).as_told.placed]


def test_a_trace_is_found_by_any_id_and_by_any_event(opened: Open) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    connection = opened(
        [
            said(1, "pwa", "a", correlationId="c", requestId="r"),
            said(2, "server", "b", requestId="r", flowId="f"),
            said(3, "network", "c", flowId="f", request={"headers": {"traceparent": parent}}),
            said(4, "network", "d", traceId="4bf92f3577b34da6a3ce929d0e0e4736"),
            said(5, "pwa", "unrelated", correlationId="other"),
            said(6, "pwa", "without any id"),
        ]
    )
    for asked in ("r", "f", "event:2", "event:3"):
        assert messages(connection, asked) == ["a", "b", "c", "d"], asked
    assert messages(connection, "event:6") == ["without any id"]
    trace = load_trace(connection, "r")
    assert trace.extent.found == 4
    assert set(trace.extent.ids) == {"c", "r", "f", "4bf92f3577b34da6a3ce929d0e0e4736"}
    assert [lane.service for lane in trace.as_told.lanes] == ["pwa", "server", "network"]


def test_ids_are_followed_only_so_far(opened: Open) -> None:
    chain = [said(i, "server", f"m{i}", requestId=f"r{i}", flowId=f"r{i + 1}") for i in range(8)]
    connection = opened(chain)
    trace = load_trace(connection, "r0")
    assert [one.event.message for one in trace.as_told.placed] == ["m0", "m1", "m2"]
    assert (trace.extent.ids, trace.extent.open_ids) == (("r0", "r1", "r2"), 1)
    assert messages(connection, "event:5") == ["m1", "m2", "m3", "m4", "m5", "m6", "m7"]


def test_an_id_that_too_many_share_is_not_followed(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_SHARED", 30)
    shared = [said(i, "server", f"m{i}", requestId="host", flowId=f"f{i // 2}") for i in range(40)]
    connection = opened([*shared, said(90, "pwa", "by link", correlationId="x", flowId="f3")])
    trace = load_trace(connection, "f3")
    assert [one.event.message for one in trace.as_told.placed] == ["m6", "m7", "by link"]
    assert trace.extent.refused == ("host",)
    assert "host" not in trace.extent.ids
    with pytest.raises(TraceRefused, match="shared by more than"):
        load_trace(connection, "host")


@pytest.mark.parametrize("asked", ["nothing", "event:99", "event:0", "", "event:x", "%", "'"])
def test_what_is_not_there_is_refused_in_words(opened: Open, asked: str) -> None:
    with pytest.raises(TraceRefused, match="kept"):
        load_trace(opened([said(1, "pwa", "a", correlationId="c")]), asked)


def test_a_gap_is_no_event_of_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "gap.db"
    fill_store(path, [said(1, "pwa", "a")], extra=[GapFound("server", "epoch-1", 10, 20, "evicted", START_MS)])
    connection = open_reader(path)
    with pytest.raises(TraceRefused, match="gap"):
        load_trace(connection, "event:2")
    assert messages(connection, "event:1") == ["a"]  # this store has no links, as an older console left it
    connection.close()


def test_a_large_trace_is_cut_around_what_was_asked_for(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_EVENTS", 10)
    connection = opened([said(i, "server", f"m{i}", correlationId="c") for i in range(40)])
    first, around = load_trace(connection, "c"), load_trace(connection, "event:31")
    assert [one.event.id for one in first.as_told.placed] == list(range(1, 11))
    ids = [one.event.id for one in around.as_told.placed]
    assert ids == list(range(ids[0], ids[0] + 10))
    assert ids[0] <= 31 <= ids[-1]
    for trace in (first, around):
        assert (trace.extent.found, trace.extent.cut) == (40, True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dictionaries(st.sampled_from(ID_KEYS), st.sampled_from("abcdef")), min_size=1, max_size=12),
    st.sampled_from("abcdef"),
)
def test_a_trace_is_what_three_steps_of_a_plain_search_find(tmp_path: Path, found: list[dict[str, str]], asked: str) -> None:
    path = tmp_path / f"{next(_numbers)}.db"
    connection = open_reader(trace_store(path, [said(i, "s", f"m{i}", **ids) for i, ids in enumerate(found)]))
    known, members = {asked}, set()
    for _ in range(3):
        members |= {f"m{i}" for i, ids in enumerate(found) if known & set(ids.values())}
        known |= {one for i, ids in enumerate(found) if f"m{i}" in members for one in ids.values()}
    try:
        assert set(messages(connection, asked)) == members
    except TraceRefused:
        assert not members
    connection.close()


_numbers = itertools.count()


def test_links_hold_only_what_the_events_table_does_not(opened: Open) -> None:
    connection = opened([said(1, "pwa", "a", correlationId="c"), said(2, "pwa", "b", correlationId="c", requestId="r")])
    assert connection.execute("SELECT trace_id, event_id FROM trace_links").fetchall() == [("r", 2)]


def test_recorded_reports_are_linked_by_each_of_their_ids(opened: Open, fixtures: Path) -> None:
    reports = [
        report
        for line in (fixtures / "vivim-error-posts.jsonl").read_text("utf-8").splitlines()
        for report in json.loads(line)["body"]["reports"]
    ]
    connection = opened([read_text(json.dumps(report)) for report in reports])
    with_ids = [report for report in reports if ids_of(report)]
    assert len(with_ids) >= 30
    for report in with_ids:
        for one in ids_of(report):
            assert report["message"][:100] in {message[:100] for message in messages(connection, one)}


def test_prune_forgets_links_of_events_that_are_gone(tmp_path: Path) -> None:
    path = trace_store(tmp_path / "p.db", [said(i, "pwa", "a", correlationId="c", requestId=f"r{i}") for i in range(6)])
    connection = open_plain(path)
    connection.execute("INSERT INTO pins VALUES (1, '', 0)")
    delete_events(connection, [2, 3, 5])
    projection().prune(connection, START_MS + 3)
    assert connection.execute("SELECT event_id FROM trace_links ORDER BY 1").fetchall() == [(1,), (4,), (5,), (6,)]
    assert messages(connection, "c") == ["a"] * 3
    with pytest.raises(TraceRefused):
        load_trace(connection, "r4")
    delete_events(connection, [4, 6])
    projection().prune(connection, START_MS + 9)
    assert connection.execute("SELECT event_id FROM trace_links").fetchall() == [(1,)]
    connection.close()


def test_recent_traces_tell_what_they_are(opened: Open) -> None:
    connection = opened([*push("one", 0), *push("two", 1_000), said(2_000, "pwa", "alone", correlationId="single")])
    found = recent_traces(connection, None, None, now_ms=NOW_MS)
    assert [trace.trace_id for trace in found] == ["single", "two", "one"]
    one = found[2]
    assert (one.words, one.services, one.events, one.failed, one.severity) == (
        "duplicate key",
        ("pwa", "server"),
        5,
        2,
        "high",
    )
    assert (one.start_ms, one.end_ms, one.duration_ms) == (START_MS, START_MS + 51, 51)
    assert [trace.trace_id for trace in recent_traces(connection, None, None, now_ms=NOW_MS, singles=False)] == [
        "two",
        "one",
    ]
    within = recent_traces(connection, START_MS, START_MS + 500, now_ms=NOW_MS)
    assert [trace.trace_id for trace in within] == ["one"]
    assert len(recent_traces(connection, None, None, now_ms=NOW_MS, limit=2)) == 2


def test_recent_traces_of_a_filter_are_whole(opened: Open) -> None:
    connection = opened([*push("one", 0), said(900, "pwa", "fine", correlationId="two"), said(901, "server", "no id")])
    found = recent_traces(connection, None, None, parse_filter("level:error service:server"), now_ms=NOW_MS)
    assert [(trace.trace_id, trace.events) for trace in found] == [("one", 5)]
    assert recent_traces(connection, None, None, parse_filter("nowhere"), now_ms=NOW_MS) == []


def test_a_huge_trace_is_not_counted_to_its_end(opened: Open) -> None:
    connection = opened([said(i, "server", f"m{i}", correlationId="c") for i in range(MAX_COUNTED + 20)])
    (found,) = recent_traces(connection, None, None, now_ms=NOW_MS)
    assert (found.events, found.more) == (MAX_COUNTED, True)


def test_loading_is_quick(opened: Open) -> None:
    """A coarse guard: the budget is 150 ms for 5,000 events (see the benchmark)."""
    calls = itertools.chain.from_iterable(
        (timed(i * 10 + 9, "pwa", 9, correlationId="c", requestId=f"r{i}"),
         timed(i * 10 + 500, "server", 5, correlationId="c", requestId=f"r{i}"),
         failed(i * 10 + 499, "server", "no", requestId=f"r{i}")) for i in range(MAX_EVENTS // 3)
    )  # fmt: skip
    connection = opened(list(calls))
    took = []
    for _ in range(3):
        start = time.process_time()
        trace = load_trace(connection, "c")
        took.append(time.process_time() - start)
    assert len(trace.as_told.placed) == MAX_EVENTS // 3 * 3
    assert len(trace.pairs) == MAX_EVENTS // 3
    assert min(took) < 0.6


def test_the_fold_costs_little() -> None:
    """A coarse guard: the budget is 0.9 µs an event; this fails when every event is read through."""
    connection = open_plain(Path(":memory:"))
    for _, statements in MIGRATIONS:
        for statement in statements:
            connection.execute(statement)
    events = [StoredEvent(i, 1, 1, START_MS, event) for i, event in enumerate(sample_events(2_000), 1)]
    took = []
    for _ in range(5):
        start = time.process_time()
        projection().on_events(connection, events)
        took.append(time.process_time() - start)
    connection.close()
    assert min(took) / len(events) < 6e-6


def test_hostile_payloads_stay_data(opened: Open) -> None:
    hostile = "\x1b[31m<b>\u202eevil</b>" + "x" * 100_000
    data = {"message": hostile, "requestId": hostile, "flowId": "f", "operation": "GET /" + "a/" * 50_000}
    connection = opened([told("error", 1, "<i>svc</i>", {**data, "flowSteps": [hostile] * 500})])
    trace = load_trace(connection, "f")
    assert trace.as_told.lanes[0].service == "<i>svc</i>"
    assert len(trace.as_told.placed[0].event.endpoint) <= 2_010
    assert max(len(step.step) for step in trace.as_told.steps) <= 200

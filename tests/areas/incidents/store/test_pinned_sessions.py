"""Retention never touches what a pinned session holds, and all else goes as before, also what areas keep of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.areas.incidents.store.reading import load_session, sessions
from console.store.retention import Limits, count_over
from tests.areas.errors.error_store import failure
from tests.areas.sync.store.issues import conflict
from tests.areas.test_bundled import linked
from tests.areas.whole_store import WholeStore
from tests.store_filling import START_MS, read_text, sample_events

HOUR_MS = 3_600_000


@pytest.fixture
def three(tmp_path: Path) -> Iterator[WholeStore]:
    """Three sessions an hour apart, each with 100 samples, 10 errors, a conflict and an event with further ids."""
    store = WholeStore(tmp_path / "whole.db")
    for number in range(3):
        store.now_ms = start_ms = START_MS + number * HOUR_MS
        store.attach("server")
        texts = [conflict(number, at_ms=start_ms + 50), linked(number, start_ms)]
        errors = [failure(f"save{number}", start_ms + i) for i in range(10)]
        store.arrive([*sample_events(100, number, start_ms), *errors, *(read_text(text, start_ms) for text in texts)])
        store.now_ms += 60_000
        store.attach()
    store.now_ms = START_MS + 3 * HOUR_MS
    assert [one.events for one in sessions(store.connection)] == [112, 112, 112]
    yield store
    store.close()


def in_session(whole: WholeStore, number: int) -> set[int]:
    first, last = load_session(whole.connection, number).ids
    return {one for one in whole.ids() if first <= one <= last}


def test_age_takes_all_but_the_pinned_session(three: WholeStore) -> None:
    three.do("incidents", "session", id=1, pinned=True)
    for age_ms, over in ((90 * 60_000, 112), (3 * HOUR_MS - 30_000, 0), (2 * HOUR_MS + 1_000, 0)):
        assert count_over(three.connection, Limits(max_age_ms=age_ms), three.now_ms) == over
    assert three.retain(max_age_ms=90 * 60_000) == 112
    assert [len(in_session(three, number)) for number in (1, 3)] == [112, 112]
    assert [(one.id, one.events) for one in sessions(three.connection)] == [(3, 112), (1, 112)], "the empty one is forgotten"
    three.do("incidents", "session", id=1, pinned=False)
    assert three.retain(max_age_ms=90 * 60_000) == 112
    assert [one.id for one in sessions(three.connection)] == [3]


def test_areas_forget_what_went_behind_a_pinned_session_and_keep_what_is_of_it(three: WholeStore) -> None:
    before = {table: of_hours(three, table) for table in ("performance_rate", "performance_duration", "performance_gauge")}
    samples = of_hours(three, "sync_sample")
    three.do("incidents", "session", id=1, pinned=True)
    three.retain(max_age_ms=90 * 60_000)
    for table, hours in before.items():
        assert of_hours(three, table) == {0: hours[0], 2: hours[2]}, table
    assert of_hours(three, "sync_sample") == {0: samples[0], 2: samples[2]}
    ask = three.one
    assert ask("SELECT count(*) FROM errors_member WHERE event_id NOT IN (SELECT id FROM events)") == 0
    assert ask("SELECT count(*) FROM errors_member") == ask("SELECT sum(kept) FROM errors_group")
    assert three.all("SELECT DISTINCT event_id FROM trace_links WHERE event_id NOT IN (SELECT id FROM events)") == []
    assert len(three.all("SELECT DISTINCT event_id FROM trace_links")) == 2
    assert three.all("SELECT entity_id FROM sync_issue WHERE entity_id > '' ORDER BY 1") == [("c-0",), ("c-1",), ("c-2",)], (
        "open issues stay"
    )


def of_hours(whole: WholeStore, table: str) -> dict[int, int]:
    return dict(whole.all(f"SELECT (bucket_ms - ?) / {HOUR_MS}, count(*) FROM {table} GROUP BY 1", START_MS - 600_000))


def test_the_sums_of_a_pinned_recording_stay(tmp_path: Path) -> None:
    store = WholeStore(tmp_path / "whole.db")
    store.attach("file")
    store.arrive(sample_events(100, start_ms=START_MS - 20 * 24 * HOUR_MS, step_ms=1_000))
    store.do("incidents", "session_start")
    store.arrive(sample_events(100, start_ms=START_MS - 10 * 24 * HOUR_MS, step_ms=1_000))
    sums = store.one("SELECT count(*) FROM performance_duration WHERE bucket_ms < ?", START_MS - 15 * 24 * HOUR_MS)
    store.do("incidents", "session", id=1, pinned=True)
    assert store.retain(max_age_ms=HOUR_MS) == 100
    assert store.one("SELECT count(*) FROM performance_duration") == sums > 20
    store.close()


def test_a_settled_issue_stays_with_the_session_that_told_of_it(three: WholeStore) -> None:
    three.recorder.transact(lambda c: c.execute("UPDATE sync_issue SET state = 'resolved'"))
    three.do("incidents", "session", id=1, pinned=True)
    three.retain(max_age_ms=90 * 60_000)
    assert three.all("SELECT entity_id FROM sync_issue WHERE entity_id > '' ORDER BY 1") == [("c-0",), ("c-2",)]


def test_count_and_bytes_are_of_what_is_not_pinned(three: WholeStore) -> None:
    three.do("incidents", "session", id=1, pinned=True)
    assert count_over(three.connection, Limits(max_events=100), three.now_ms) == 124
    three.retain(max_events=100)
    assert [len(in_session(three, number)) for number in (1, 3)] == [112, 100]
    assert three.retain(max_events=100) == 0
    assert load_session(three.connection, 3).events == 100
    assert load_session(three.connection, 3).arrived == 112
    three.retain(max_bytes=1)
    assert len(in_session(three, 1)) == len(three.ids()) == 112


def test_a_session_that_lasts_and_is_pinned_keeps_what_comes(three: WholeStore) -> None:
    three.attach("server")
    three.do("incidents", "session", id=4, pinned=True)
    three.arrive(sample_events(30, start_ms=START_MS))
    three.retain(max_events=1)
    assert len(in_session(three, 4)) == 30
    assert len(three.ids()) == 31


def test_a_named_session_is_remembered_without_its_events(three: WholeStore) -> None:
    three.do("incidents", "session", id=1, name="the outage")
    three.retain(max_age_ms=90 * 60_000)
    session = load_session(three.connection, 1)
    assert (session.events, session.arrived, session.oldest_ms, session.errors) == (0, 112, None, 0)
    assert session.range_ms == (START_MS, START_MS + 60_000)


def test_an_event_pinned_alone_stays_in_its_session(three: WholeStore) -> None:
    three.recorder.transact(lambda c: c.execute("INSERT INTO pins VALUES (5, '', 0)"))
    three.retain(max_age_ms=90 * 60_000)
    assert [(one.id, one.events) for one in sessions(three.connection)] == [(3, 112), (1, 1)]

"""Sessions begin and end with what is attached, know their events, and can be named, pinned, noted and deleted."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.areas import area_migrations, area_projections
from console.areas.errors.store.reading import list_groups
from console.areas.incidents.store import deleting
from console.areas.incidents.store.notes import load_note, notes
from console.areas.incidents.store.projection import projection
from console.areas.incidents.store.reading import SessionRow, load_session, session_of_event, sessions
from console.ingest.address import parse_source
from console.store.database import open_reader
from tests.areas.errors.error_store import EVER, failure
from tests.areas.sync.store.issues import conflict
from tests.areas.whole_store import WholeStore
from tests.ingest.collecting import collecting, count_events, until
from tests.store_filling import START_MS, read_text, sample_events


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[WholeStore]:
    store = WholeStore(tmp_path / "whole.db")
    yield store
    store.close()


def only(whole: WholeStore) -> SessionRow:
    (session,) = sessions(whole.connection)
    return session


def test_one_session_lasts_from_the_first_source_to_the_last(whole: WholeStore) -> None:
    whole.attach("pwa")
    whole.arrive(sample_events(10))
    whole.now_ms += 1_000
    whole.attach("pwa", "server")
    whole.arrive(sample_events(5))
    whole.attach("server")
    whole.arrive(sample_events(5))
    session = only(whole)
    assert (session.is_open, session.sources, session.ids) == (True, ("pwa", "server"), (1, 2**63 - 1))
    whole.now_ms += 1_000
    whole.attach()
    session = only(whole)
    assert (session.from_ms, session.to_ms, session.ids) == (START_MS, START_MS + 2_000, (1, 20))
    assert (session.arrived, session.events) == (20, 20)
    whole.arrive(sample_events(3))
    whole.attach("network")
    whole.arrive(sample_events(2))
    newest, _ = sessions(whole.connection)
    assert (newest.sources, newest.first_id, newest.events) == (("network",), 24, 2)
    assert [session_of_event(whole.connection, one) for one in (20, 21, 24)] == [1, None, 2]


def test_a_session_counts_its_events_and_errors_and_knows_how_far_back_it_tells(whole: WholeStore) -> None:
    whole.now_ms = START_MS + 3_600_000
    whole.attach("server")
    whole.arrive([failure("save", START_MS), failure("load", START_MS + 5), *sample_events(0)])
    session = only(whole)
    assert (session.errors, session.oldest_ms) == (2, START_MS)
    assert session.range_ms == (START_MS, START_MS + 5), "all of it was before: a recording"
    whole.arrive([failure("save", START_MS + 3_600_000)])
    assert only(whole).range_ms == (START_MS, START_MS + 3_600_000)
    whole.arrive([failure("save", 5)])
    assert only(whole).range_ms[0] == session.from_ms - 86_400_000, "a wrong clock does not make it last for years"


def test_a_session_that_brought_nothing_is_forgotten_unless_it_has_a_name(whole: WholeStore) -> None:
    whole.attach("server")
    whole.attach()
    assert sessions(whole.connection) == ()
    whole.attach("server")
    whole.do("incidents", "session_start", name="empty on purpose")
    whole.attach()
    assert [one.name for one in sessions(whole.connection)] == ["empty on purpose"]


def test_the_session_of_a_process_that_died_ends_when_its_sources_were_heard_last(whole: WholeStore) -> None:
    whole.attach("server")
    whole.now_ms += 5_000
    whole.arrive(sample_events(4))
    whole.now_ms += 1_000_000
    whole.folds["incidents"] = projection()
    whole.attach()
    session = only(whole)
    assert (session.to_ms, session.ids) == (START_MS + 5_000, (1, 4))
    whole.attach("server")
    assert [one.is_open for one in sessions(whole.connection)] == [True, False]


def test_a_person_begins_and_ends_sessions_between_two_tries(whole: WholeStore) -> None:
    with pytest.raises(ValueError, match="no source is attached"):
        whole.do("incidents", "session_start")
    whole.attach("server", "pwa")
    whole.arrive(sample_events(3))
    second = whole.do("incidents", "session_start", name="after the fix")["id"]
    whole.arrive(sample_events(2))
    assert [(one.name, one.events, one.sources) for one in sessions(whole.connection)] == [
        ("after the fix", 2, ("pwa", "server")),
        ("", 3, ("pwa", "server")),
    ]
    assert whole.do("incidents", "session_end") == {"id": second}
    whole.arrive(sample_events(2))
    with pytest.raises(LookupError, match="no session is open"):
        whole.do("incidents", "session_end")
    whole.attach("server")
    assert len(sessions(whole.connection)) == 2, "another source coming or going begins none"
    whole.do("incidents", "session_start")
    assert load_session(whole.connection, 3).sources == ("server",)


def test_name_note_and_pin(whole: WholeStore) -> None:
    whole.attach("server")
    whole.arrive(sample_events(1))
    whole.do("incidents", "session", id=1, name="payment outage", note="# what *happened*", pinned=True)
    session = only(whole)
    assert (session.name, session.note, session.is_pinned) == ("payment outage", "# what *happened*", True)
    whole.do("incidents", "session", id=1, pinned=False)
    assert (only(whole).is_pinned, only(whole).name) == (False, "payment outage")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"id": 1}, "give a"),
        ({"id": True, "name": "x"}, "whole number"),
        ({"id": 1, "name": 5}, "must be text"),
        ({"id": 1, "name": "x" * 201}, "201 characters"),
        ({"id": 1, "pinned": 1}, "true or false"),
        ({"id": 9, "name": "x"}, "no session 9"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(whole: WholeStore, args: dict[str, Any], words: str) -> None:
    whole.attach("server")
    with pytest.raises((ValueError, LookupError), match=words):
        whole.do("incidents", "session", **args)


def test_deleting_a_session_takes_its_events_out_of_all_areas(whole: WholeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "_NEXT", deleting._NEXT.replace(str(deleting.CHUNK), "7"))
    whole.attach("server")
    whole.arrive([failure("save", START_MS + i) for i in range(20)] + [failure("load", START_MS + 100)])
    whole.do("incidents", "session_start")
    whole.arrive([failure("save", START_MS + 1_000 + i) for i in range(5)])
    whole.arrive([read_text(conflict(1, at_ms=START_MS + 1_100)), read_text(conflict(1, at_ms=START_MS + 1_200))])
    whole.recorder.transact(lambda c: c.execute("INSERT INTO pins VALUES (4, 'keep', 0)"))
    with pytest.raises(ValueError, match="still open"):
        whole.do("incidents", "session_delete", id=2)
    assert whole.do("incidents", "session_delete", id=1) == {"deleted": 20, "kept": 1}
    assert whole.ids() == [4, *range(22, 29)]
    assert [one.id for one in sessions(whole.connection)] == [2]
    (row,) = list_groups(whole.connection, EVER).rows
    assert (row.kept, row.total) == (6, 25), "the other group is gone, this one remembers how many came"
    assert whole.one("SELECT count(*) FROM errors_member WHERE event_id NOT IN (SELECT id FROM events)") == 0
    assert whole.one("SELECT sum(n) FROM activity") == 8
    whole.attach()
    assert whole.do("incidents", "session_delete", id=2) == {"deleted": 7, "kept": 0}
    assert whole.all("SELECT issue_id, event_id FROM sync_issue_event") == [(1, 28)], (
        "an open issue keeps its newest telling"
    )
    whole.attach("server")
    whole.arrive(sample_events(1))
    assert whole.ids() == [4, 29], "no id is given out twice"


def test_deleting_a_session_takes_the_sums_of_its_time(whole: WholeStore) -> None:
    whole.attach("server")
    whole.arrive(sample_events(200, start_ms=START_MS, step_ms=1_000))
    whole.do("incidents", "session_start")
    kept = START_MS + 190_000
    whole.arrive(sample_events(200, start_ms=kept, step_ms=1_000))
    before = whole.all("SELECT * FROM performance_rate WHERE level_ms = 10000 AND bucket_ms >= ?", kept + 20_000)
    whole.do("incidents", "session_delete", id=1)
    for table in ("performance_rate", "performance_duration", "performance_gauge"):
        assert whole.one(f"SELECT min(bucket_ms) FROM {table} WHERE level_ms = 10000") == kept - kept % 10_000, table
    assert whole.all("SELECT * FROM performance_rate WHERE level_ms = 10000 AND bucket_ms >= ?", kept + 20_000) == before


def test_what_comes_into_a_step_that_was_deleted_counts_alone(whole: WholeStore) -> None:
    whole.attach("server")
    whole.arrive(sample_events(50, step_ms=10))
    whole.do("incidents", "session_start")
    whole.do("incidents", "session_delete", id=1)
    assert whole.all("SELECT * FROM performance_rate") == whole.all("SELECT * FROM performance_duration") == []
    late = [one for one in sample_events(50, step_ms=10) if one.duration_ms is not None][:1]
    whole.arrive(late)
    assert whole.all("SELECT events FROM performance_rate") == [(1,)]
    assert whole.all("SELECT n, max_ms FROM performance_duration") == [(1, late[0].duration_ms)]


def test_deleting_works_in_parts_that_tell_how_far_they_are(whole: WholeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "_NEXT", deleting._NEXT.replace(str(deleting.CHUNK), "4"))
    whole.attach("server")
    whole.arrive(sample_events(10))
    whole.attach()
    told, args = [], {"id": 1}
    while "again" in (result := deleting.session_delete(whole.connection, args, 0)):
        told.append(result["progress"])
        args = result["again"]
    assert told == [[4, 10], [8, 10], [10, 10]]
    assert result == {"deleted": 10, "kept": 0}


def test_a_pinned_session_is_not_deleted(whole: WholeStore) -> None:
    whole.attach("server")
    whole.arrive(sample_events(3))
    whole.attach()
    whole.do("incidents", "session", id=1, pinned=True)
    with pytest.raises(ValueError, match="unpin it first"):
        whole.do("incidents", "session_delete", id=1)
    assert len(whole.ids()) == 3


def test_notes_are_written_changed_and_deleted(whole: WholeStore) -> None:
    first = whole.do("incidents", "note", title="What we know", markdown="* it fails")["id"]
    second = whole.do("incidents", "note", title="Next", markdown="look at `console://errors/3`")["id"]
    whole.do("incidents", "note", id=first, title="What we know", markdown="* it is fixed")
    assert [(one.id, one.markdown) for one in notes(whole.connection)] == [
        (1, "* it is fixed"),
        (2, "look at `console://errors/3`"),
    ]
    with pytest.raises(ValueError, match="wants a title"):
        whole.do("incidents", "note", title=" ", markdown="x")
    whole.do("incidents", "note_delete", id=second)
    for name, args in (("note", {"id": second, "title": "x"}), ("note_delete", {"id": second})):
        with pytest.raises(LookupError, match="no note 2"):
            whole.do("incidents", name, **args)
    with pytest.raises(LookupError, match="no note 2"):
        load_note(whole.connection, second)


def test_the_collector_tells_of_what_is_attached(tmp_path: Path) -> None:
    texts = tmp_path / "events.jsonl"
    texts.write_text("".join(event.text + "\n" for event in sample_events(5)), encoding="utf-8")
    path = tmp_path / "console.db"

    async def work() -> None:
        options = {"projections": area_projections(), "migrations": area_migrations()}
        async with collecting(path, texts.as_uri(), **options) as collector:
            await until(lambda: count_events(path) == 5)
            await collector.attach(parse_source("src", texts.as_uri(), None))  # its token was changed, say
            await collector.attach(parse_source("again", texts.as_uri(), None))
            await collector.attach(parse_source("src", texts.as_uri(), None))
            await until(lambda: count_events(path) == 10)
            await collector.detach("src")
            assert open_sessions(path) == [True]
            await collector.detach("again")
            await collector.call(lambda connection: None)
            assert open_sessions(path) == [False]
            await collector.attach(parse_source("src", texts.as_uri(), None))
            await collector.call(
                lambda connection: connection.execute("UPDATE incidents_session SET name = 'x' WHERE id = 2")
            )
            assert open_sessions(path) == [True, False]

    asyncio.run(work())
    assert open_sessions(path) == [False, False], "the end of the process ends the session"
    connection = open_reader(path)
    newest, oldest = sessions(connection)
    assert (oldest.sources, oldest.events, oldest.ids) == (("src", "again"), 10, (1, 10))
    assert newest.first_id == 11
    connection.close()


def open_sessions(path: Path) -> list[bool]:
    connection = open_reader(path)
    try:
        return [one.is_open for one in sessions(connection)]
    finally:
        connection.close()

"""Groups as the writer keeps them and as a view reads them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.areas.errors.core import grouping as rules
from console.areas.errors.store import MIGRATIONS, assignment, identify, listing, projection
from console.areas.errors.store.answers import GroupQuestion, GroupRow
from console.areas.errors.store.reading import (
    find_group,
    group_events,
    group_of_event,
    grouping_state,
    list_groups,
    load_group,
    neighbour,
)
from console.store.database import open_reader
from console.store.rows import Position
from tests.areas.errors.error_store import EVER, ErrorStore, check, failure, harmless
from tests.store_filling import START_MS, fill_store, read_text

MINUTE = 60_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ErrorStore]:
    store = ErrorStore(tmp_path / "store.db")
    yield store
    store.close()


def by_culprit(store: ErrorStore) -> dict[str, GroupRow]:
    return {row.culprit.split()[0]: row for row in store.groups().rows}


def test_one_place_in_the_code_is_one_group_whatever_else_varies(store: ErrorStore) -> None:
    store.arrive(
        harmless(), failure("save", START_MS, version="1.0", user="ada"), failure("load", START_MS + 1, severity="low")
    )
    store.arrive(
        failure("save", START_MS + 5, version="1.1", user="bob", severity="critical", service="pwa", message="bang")
    )
    groups = by_culprit(store)
    assert {name: row.count for name, row in groups.items()} == {"save": 2, "load": 1}
    save = groups["save"]
    assert (save.severity, save.first_ms, save.last_ms, save.total) == ("critical", START_MS, START_MS + 5, 2)
    assert (save.services, save.users, save.versions) == (("pwa", "server"), 2, ("1.0", "1.1"))
    assert (save.status, save.note, save.is_new, sum(save.spark)) == ("pending", "", False, 2)
    assert group_of_event(store.connection, 1) is None, "what is no error is in no group"
    assert group_of_event(store.connection, 4) == save.id
    check(store)


def test_recorded_traffic_is_grouped_and_every_error_is_in_a_group(tmp_path: Path, fixtures: Path) -> None:
    events = [read_text(line) for line in (fixtures / "vivim-debug-stream.jsonl").read_text().splitlines()]
    for line in (fixtures / "vivim-error-posts.jsonl").read_text().splitlines():
        body = json.loads(line)["body"]
        reports = (json.loads(body) if isinstance(body, str) else body)["reports"]
        events += [read_text(json.dumps(report)) for report in reports]
    faults: list[str] = []
    path = tmp_path / "store.db"
    fill_store(
        path, events, projections=[("errors", projection())], migrations=[("errors", MIGRATIONS)], on_fault=faults.append
    )
    assert faults == []
    connection = open_reader(path)
    groups = list_groups(connection, EVER)
    assert groups.events == sum(rules.is_error(event.event_type, event.level) for event in events)
    assert 10 < groups.total < 100
    for row in groups.rows:
        detail = load_group(connection, row.id, 0, 2**45)
        assert detail is not None
        assert detail.row == replace(row, spark=detail.row.spark)
        assert detail.parts
        assert all(row.kept == sum(v.n for v in facet.values) + facet.others + facet.without for facet in detail.facets)
    connection.close()


def test_the_range_the_words_and_the_statuses_choose(store: ErrorStore) -> None:
    store.arrive(*(failure(name, START_MS + place * MINUTE) for place, name in enumerate(("save", "save", "load", "sync"))))
    save, load = by_culprit(store)["save"].id, by_culprit(store)["load"].id
    store.do("status", groups=[load], status="ignored", note="known, a weak disk")

    def ask(since: int, until: int, **more: object) -> list[int]:
        question = GroupQuestion(START_MS + since * MINUTE, START_MS + until * MINUTE, **more)  # type: ignore[arg-type]
        return [row.id for row in list_groups(store.connection, question).rows]

    everything = EVER.statuses
    assert ask(0, 1) == [save]
    assert ask(1, 1) == []
    assert ask(2, 3) == []
    assert ask(2, 3, statuses=everything) == [load]
    assert ask(0, 9, statuses=everything, words="SERVER save") == [save]
    assert ask(0, 9, statuses=everything, words="weak disk") == [load]
    assert ask(0, 9, statuses=everything, words="nowhere") == []
    assert ask(0, 9, statuses=everything, groups=frozenset({load, 99})) == [load]
    assert ask(0, 9, statuses=everything, groups=frozenset({save}), limit=1) == [save], "others take no place of it"
    assert ask(0, 9, groups=frozenset()) == []
    listed = list_groups(store.connection, GroupQuestion(START_MS, START_MS + 9 * MINUTE, limit=1, seen_before_ms=START_MS))
    assert (len(listed.rows), listed.total, listed.events, listed.hidden_by_status) == (1, 2, 3, {"ignored": 1})
    assert listed.by_status == {"pending": 2}, "also of those beyond the limit"
    assert listed.rows[0].is_new


@pytest.mark.parametrize(
    ("order", "names"),
    [("last", "sync load save"), ("first", "sync load save"), ("count", "save sync load"), ("severity", "load sync save"),
     ("trend", "sync load save")],
)  # fmt: skip
def test_orders(store: ErrorStore, order: str, names: str) -> None:
    store.arrive(
        *(failure("save", START_MS + i) for i in range(3)),
        failure("load", START_MS + 50, severity="critical"),
        failure("sync", START_MS + 99),
        failure("sync", START_MS + 100),
    )
    question = GroupQuestion(START_MS, START_MS + 101, order=order)
    assert [row.culprit.split()[0] for row in list_groups(store.connection, question).rows] == names.split()


def test_counts_of_many_events_come_from_whole_minutes(store: ErrorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = START_MS - START_MS % (60 * MINUTE)
    store.arrive(*(failure("save", whole + i * MINUTE) for i in range(120)))
    for span, bins in ((120 * MINUTE, 24), (72 * 60 * MINUTE, 1)):
        question = GroupQuestion(whole, whole + span)
        exact = list_groups(store.connection, question).rows[0]
        with monkeypatch.context() as few:
            few.setattr(listing, "EXACT_EVENTS", 10)
            rolled_up = list_groups(store.connection, question).rows[0]
        assert rolled_up == exact
        assert sum(1 for n in exact.spark if n) == bins
        assert exact.count == 120


def test_a_resolved_group_that_comes_back_is_regressed_but_not_by_a_replay(store: ErrorStore) -> None:
    store.arrive(failure("save", START_MS), failure("load", START_MS))
    save = by_culprit(store)["save"].id
    store.do("status", groups=store.ids(), status="resolved", note="fixed in 1.1")
    store.arrive(failure("save", START_MS + 1), failure("load", START_MS + 2))
    assert {row.status for row in store.groups().rows} == {"resolved"}
    store.arrive(failure("save", store.now_ms + 1), failure("save", store.now_ms + 2))
    assert {name: row.status for name, row in by_culprit(store).items()} == {"save": "regressed", "load": "resolved"}
    detail = load_group(store.connection, save, 0, 2**45)
    assert detail is not None
    assert [(row.what, row.who) for row in detail.audit] == [("regressed", ""), ("status", "ada")]
    assert detail.row.note == "fixed in 1.1"
    store.do("status", groups=[save], status="resolved")
    assert by_culprit(store)["save"].note == "fixed in 1.1", "without a new note the old one stays"


def test_a_status_that_was_rolled_back_is_not_remembered(store: ErrorStore) -> None:
    store.arrive(failure("save", START_MS))
    store.do("status", groups=store.ids(), status="resolved")
    store.fail_to_arrive(failure("save", store.now_ms + 1), failure("load", store.now_ms + 1))
    assert by_culprit(store)["save"].status == "resolved"
    store.arrive(failure("save", store.now_ms + 5), failure("load", store.now_ms + 5))
    assert by_culprit(store)["save"].status == "regressed"
    check(store)


def test_events_of_a_group_page_and_step_in_order(store: ErrorStore) -> None:
    times = [5, 1, 3, 3, 2]
    store.arrive(*(failure("save", START_MS + ms) for ms in times), failure("load", START_MS + 3))
    group_id = by_culprit(store)["save"].id
    ordered = [2, 5, 3, 4, 1]
    assert [row.id for row in group_events(store.connection, group_id)] == ordered
    assert [row.id for row in group_events(store.connection, group_id, limit=2)] == [4, 1]
    assert [row.id for row in group_events(store.connection, group_id, before=Position(START_MS + 3, 4), limit=2)] == [5, 3]
    assert [row.id for row in group_events(store.connection, group_id, after=Position(START_MS + 3, 3), limit=1)] == [4]
    walked, event_id = [], 2
    while event_id:
        walked.append(event_id)
        event_id = neighbour(store.connection, event_id, 1) or 0
    assert walked == ordered
    assert neighbour(store.connection, 1, -2) == 3
    assert neighbour(store.connection, 2, -1) is None
    assert neighbour(store.connection, 999, 1) is None
    assert neighbour(store.connection, 6, 1) is None, "alone in its group"


def test_a_group_is_found_by_number_and_by_a_unique_prefix(store: ErrorStore) -> None:
    store.arrive(failure("save"), failure("load", fingerprint="fp1"))
    one, two = store.groups().rows
    assert find_group(store.connection, str(one.id)) == one.id
    assert find_group(store.connection, two.fingerprint[:6]) == two.id
    assert find_group(store.connection, f" {two.fingerprint} ") == two.id
    store.connection.execute("UPDATE errors_group SET fingerprint = 'ab' || fingerprint")
    for text, words in (("ab", "several"), ("xyz", "no error group"), ("", "give the number"), ("99", "no error group")):
        with pytest.raises(LookupError, match=words):
            find_group(store.connection, text)


def test_what_cannot_be_grouped_is_in_a_group_that_says_why(store: ErrorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> object:
        raise RecursionError("too deep")

    monkeypatch.setattr(identify, "judge", fail)
    store.arrive(failure("save"), failure("load"))
    (row,) = store.groups().rows
    assert (row.fingerprint, row.count) == ("ungroupable", 2)
    assert "too deep" in row.rule


def test_odd_values_are_stored_and_shown(store: ErrorStore) -> None:
    odd = {
        "errorId": "x",
        "category": "a\ud800b",
        "timestamp": START_MS,
        "message": "\ud800",
        "severity": "odd",
        "user": {"id": "u\ud800"},
        "environment": {"version": 3, "environment": ["x"]},
        "request": "GET /",
        "response": 7,
    }
    other = {"level": "error", "context": {"userId": 9_007_199_254_740_993, "statusCode": True}}
    store.arrive(read_text(json.dumps(odd)), read_text(json.dumps(other)))
    assert store.groups().events == 2
    check(store)


def test_too_many_groups_share_one(store: ErrorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "MAX_GROUPS", 2)
    store.arrive(*(failure(name) for name in ("save", "load", "sync", "merge", "save")))
    assert {row.fingerprint[:8]: row.count for row in store.groups().rows if row.fingerprint == "too-many-groups"} == {
        "too-many": 2
    }
    check(store)


def test_a_store_from_before_the_groups_asks_to_be_regrouped(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    fill_store(path, [failure("save"), failure("load")])
    store = ErrorStore(path)
    assert "older than the groups" in grouping_state(store.connection).regroup_reason
    store._next_seq = 10
    store.arrive(failure("save", START_MS + 1))
    assert "older than the groups" in grouping_state(store.connection).regroup_reason
    assert store.groups().events == 1
    assert store.do("regroup")["events"] == 3
    assert grouping_state(store.connection).regroup_reason == ""
    assert {name: row.count for name, row in by_culprit(store).items()} == {"save": 2, "load": 1}
    check(store)
    store.close()


def test_harmless_events_before_the_first_error_ask_for_nothing(store: ErrorStore) -> None:
    store.arrive(harmless(), harmless())
    assert grouping_state(store.connection).regroup_reason == ""
    store.arrive(harmless(), failure("save"))
    assert grouping_state(store.connection).regroup_reason == ""


def test_an_empty_store_asks_for_nothing(store: ErrorStore) -> None:
    assert grouping_state(store.connection).regroup_reason == ""
    assert list_groups(store.connection, EVER).rows == ()
    assert load_group(store.connection, 1, 0, 1) is None
    assert store.do("regroup") == {"events": 0, "groups": 0, "moved": 0, "progress": [0, 0]}

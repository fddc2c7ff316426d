"""What a person decides about groups, and taking it back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.areas.errors.store import assignment
from console.areas.errors.store.answers import GroupDetail, SplitRule
from console.areas.errors.store.reading import group_of_event, grouping_state, load_group
from tests.areas.errors.error_store import START_MS, ErrorStore, check, failure, versions


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ErrorStore]:
    store = ErrorStore(tmp_path / "store.db")
    store.arrive(failure("save", START_MS), failure("load", START_MS + 1), failure("sync", START_MS + 2))
    yield store
    check(store)
    store.close()


def group(store: ErrorStore, event_id: int) -> int:
    found = group_of_event(store.connection, event_id)
    assert found is not None
    return found


def detail(store: ErrorStore, group_id: int) -> GroupDetail:
    found = load_group(store.connection, group_id, 0, 2**45)
    assert found is not None
    return found


def test_statuses_are_set_for_many_and_taken_back_together(store: ErrorStore) -> None:
    assert store.do("status", groups=store.ids(), status="workaround", note="restart it")["changed"] == 3
    assert {(row.status, row.note, row.who) for row in store.groups().rows} == {("workaround", "restart it", "ada")}
    assert store.do("undo", who="bob") == {"undone": ["workaround: restart it"], "next": ""}
    assert {(row.status, row.note, row.who, row.changed_ms) for row in store.groups().rows} == {("pending", "", "", 0)}
    history = detail(store, store.ids()[0]).audit
    assert [(row.who, row.what, row.undone) for row in history] == [("bob", "undo", False), ("ada", "status", True)]


def test_merged_groups_are_one_for_later_events_too(store: ErrorStore) -> None:
    save, load, sync = (group(store, event_id) for event_id in (1, 2, 3))
    assert store.do("merge", into=save, groups=[load])["moved"] == 1
    store.arrive(failure("load", START_MS + 9, severity="critical"))
    assert group(store, 4) == save
    merged = detail(store, load)
    assert (merged.row.id, merged.row.count, merged.row.severity) == (save, 3, "critical")
    assert [alias[0] for alias in merged.aliases] == [load]
    assert store.do("merge", into=load, groups=[sync, save])["group"] == save, "a merged group stands for where it is"
    assert store.ids() == [save]
    assert store.do("status", groups=[load, sync], status="resolved")["changed"] == 1
    store.do("undo", steps=2)
    assert (group(store, 3), group(store, 4)) == (sync, save)
    store.do("undo")
    assert [group(store, event_id) for event_id in (1, 2, 3, 4)] == [save, load, sync, load]
    assert detail(store, load).row.severity == "critical"


def test_merging_what_was_merged_into_others_leads_in_one_step(store: ErrorStore) -> None:
    save, load, sync = (group(store, event_id) for event_id in (1, 2, 3))
    store.do("merge", into=load, groups=[sync])
    store.do("merge", into=save, groups=[load])
    assert detail(store, sync).row.id == save
    assert {alias[0] for alias in detail(store, save).aliases} == {load, sync}
    store.do("undo")
    assert {alias[0] for alias in detail(store, load).aliases} == {sync}


def test_split_by_each_value_or_by_one(store: ErrorStore) -> None:
    store.arrive(*versions(["1.1", "1.1", "2.0"]))
    save = group(store, 1)
    result = store.do("split", group=save, facet="version", value="2.0")
    assert (result["moved"], len(result["groups"])) == (1, 1)
    child = detail(store, group(store, 6))
    assert child.row.title.endswith("· version 2.0")
    assert child.parent is not None
    assert child.parent[0] == save
    assert detail(store, save).splits == (SplitRule("version", "2.0"),)
    assert store.do("split", group=save, facet="version")["moved"] == 3
    store.arrive(*versions(["2.0", "1.1", "3.0", ""]))
    assert group(store, 7) == group(store, 6)
    assert group(store, 8) == group(store, 4)
    assert group(store, 9) not in (save, group(store, 8))
    assert group(store, 10) == save, "without a version it stays"
    store.do("undo", steps=2)
    assert {group(store, event_id) for event_id in (1, *range(4, 11))} == {save}


def test_split_by_message(store: ErrorStore) -> None:
    store.arrive(failure("save", message="Time-out of peer 7 while saving"), failure("save", message="disk full"))
    save = group(store, 1)
    (child,) = store.do("split", group=save, message="TIME-OUT*saving")["groups"]
    store.arrive(failure("save", message="a time-out when SAVING it"), failure("save", message="saving: time-out"))
    assert [group(store, event_id) for event_id in (4, 5, 6, 7)] == [child, save, child, save]


def test_a_child_starts_with_the_state_of_its_parent_and_may_be_merged_back(store: ErrorStore) -> None:
    store.arrive(*versions(["2.0"]))
    save = group(store, 1)
    store.do("status", groups=[save], status="ignored", note="noise")
    (child,) = store.do("split", group=save, facet="version", value="2.0")["groups"]
    assert (detail(store, child).row.status, detail(store, child).row.note) == ("ignored", "noise")
    store.do("merge", into=save, groups=[child])
    store.arrive(*versions(["2.0"]))
    assert group(store, 5) == save
    store.do("undo")
    assert group(store, 5) == child


def test_too_many_branches_stay_together(store: ErrorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "MAX_BRANCHES", 3)
    store.arrive(*versions([f"v{n}" for n in range(6)]))
    assert len(store.do("split", group=group(store, 1), facet="version")["groups"]) == 3


def test_the_producers_fingerprint_can_be_used_by_service(store: ErrorStore) -> None:
    store.arrive(failure("save", fingerprint="fp1", service="pwa"), failure("load", fingerprint="fp1", service="pwa"))
    store.do("status", groups=[group(store, 1)], status="ignored")
    assert store.do("producer", service="pwa", use=True) == {"regroup": True}
    assert store.do("producer", service="pwa", use=True) == {"regroup": False}
    state = grouping_state(store.connection)
    assert ("fingerprint" in state.regroup_reason, state.producer) == (True, {"pwa": True})
    store.arrive(failure("sync", fingerprint="fp1", service="pwa"), failure("sync", fingerprint="fp1", service="server"))
    assert detail(store, group(store, 6)).row.fingerprint == "producer:fp1"
    assert group(store, 7) == group(store, 3)
    store.do("regroup")
    assert group(store, 4) == group(store, 5) == group(store, 6)
    assert detail(store, group(store, 1)).row.status == "ignored"
    assert store.do("producer", service="pwa", use=None) == {"regroup": True}
    store.do("regroup")
    assert [group(store, event_id) for event_id in (4, 5, 6)] == [group(store, event_id) for event_id in (1, 2, 3)]
    with pytest.raises(LookupError, match="before a regroup"):
        store.do("undo")


@pytest.mark.parametrize(
    ("name", "args", "words"),
    [
        ("status", {"groups": [1], "status": "regressed"}, "must be one of"),
        ("status", {"groups": [1], "status": ["resolved"]}, "must be one of"),
        ("status", {"groups": [], "status": "resolved"}, "list of 1"),
        ("status", {"groups": [True], "status": "resolved"}, "whole number"),
        ("status", {"groups": [2**70], "status": "resolved"}, "whole number"),
        ("status", {"groups": [99], "status": "resolved"}, "no error group 99"),
        ("status", {"groups": [1], "status": "resolved", "note": 5}, "must be text"),
        ("status", {"groups": [1], "status": "resolved", "who": None}, "must be text"),
        ("merge", {"into": 1, "groups": [1]}, "one group already"),
        ("merge", {"into": "1", "groups": [1]}, "whole number"),
        ("merge", {"into": 1, "groups": [99]}, "no error group"),
        ("split", {"group": 1, "facet": "colour"}, "must be one of"),
        ("split", {"group": 1}, "either"),
        ("split", {"group": 1, "facet": "version", "message": "x"}, "either"),
        ("split", {"group": 1, "message": " ** "}, "more than"),
        ("split", {"group": 1, "facet": "browser"}, "no event"),
        ("split", {"group": 1, "message": "nowhere"}, "no event"),
        ("undo", {}, "nothing to undo"),
        ("undo", {"steps": 0}, "whole number"),
        ("producer", {"use": "yes"}, "true, false"),
        ("regroup", {"who": 7}, "must be text"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    store: ErrorStore, name: str, args: dict[str, Any], words: str
) -> None:
    before = dump(store)
    with pytest.raises((ValueError, LookupError), match=words):
        store.do(name, **args)
    assert dump(store) == before


def dump(store: ErrorStore) -> dict[str, list[Any]]:
    """Return all rows of the area's tables."""
    ask = store.connection.execute
    tables = [name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'errors_%'")]
    assert len(tables) > 8
    return {name: ask(f"SELECT * FROM {name}").fetchall() for name in tables}

"""Issues are read from what services really send; told by several they are one; their life follows its rules."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from console.areas.sync.core.issue import KINDS, Issue, issue_of_finding, issues_of, resolution_of
from console.areas.sync.core.tracking import (
    SETTLING_MS,
    WINDOW_MS,
    Action,
    ActionRefused,
    State,
    Tracked,
    act,
    find_same,
    is_resolved_by,
    open_issue,
    tell,
)
from tests.areas.sync.core.replicating import NAMES, World
from tests.areas.sync.core.values import json_values
from tests.store_filling import read_text

FIXTURES = Path(__file__).parents[3] / "fixtures"
STREAM = [json.loads(line) for line in (FIXTURES / "vivim-debug-stream.jsonl").read_text().splitlines()]
POSTS = [json.loads(line) for line in (FIXTURES / "vivim-error-posts.jsonl").read_text().splitlines()]
REPORTS = [report for post in POSTS for report in post["body"]["reports"]]


def read(event: dict[str, Any]) -> tuple[list[Issue], Any]:
    read = read_text(json.dumps(event), 1_795_442_300_000)
    return issues_of(event, read.service, read.ts_ms), resolution_of(event, read.service, read.ts_ms)


def test_every_recorded_stream_issue_is_read_with_its_sides() -> None:
    issues = [issue for event in STREAM for issue in read(event)[0]]
    assert len(issues) == 98
    assert {issue.kind for issue in issues} == set(KINDS) - {"validation_failed"}
    assert all(issue.entity_id and issue.source and issue.target and issue.uid for issue in issues)
    first = issues[0]
    assert (first.kind, first.entity_type, first.entity_id) == ("conflict", "message", "message_31")
    assert (first.source, first.target, first.versions) == ("network", "server", ("1", "5"))
    assert first.fields == ("title", "participants", "archived")
    assert first.remote["title"] == "Weekly sync (moved)"
    divergence = next(issue for issue in issues if issue.kind == "divergence")
    assert divergence.fields == ("count",)
    assert divergence.words == "divergence of user user_34: count"


def test_posts_about_the_same_issues_are_the_same_issues() -> None:
    events = sorted([*STREAM, *REPORTS], key=lambda event: read_text(json.dumps(event), 1_795_442_300_000).ts_ms)
    tracked: dict[str, list[Tracked]] = {}
    tellings = resolved = 0
    for event in events:
        issues, resolution = read(event)
        for issue in issues:
            tellings += 1
            known = tracked.setdefault(issue.entity_id, [])
            same = find_same(issue, known)
            if same is None:
                known.append(open_issue(issue))
            else:
                known[known.index(same)] = tell(same, issue)
        if resolution is not None:
            known = tracked[resolution.entity_id]
            resolved += any(is_resolved_by(one, resolution) for one in known)
            for place, one in enumerate(known):
                if is_resolved_by(one, resolution):
                    known[place] = act(one, Action.RESOLVE, resolution.ts_ms, resolution.service)
    every = [one for known in tracked.values() for one in known]
    posted = sum(bool(read(report)[0]) for report in REPORTS)
    assert posted == 98
    assert tellings == 98 + posted
    assert len(every) <= 98
    assert sum(one.count for one in every) == tellings
    assert resolved == 30
    assert all(one.issue.fields or one.issue.kind == "order_violation" for one in every)


def test_a_report_with_a_sync_section_is_read() -> None:
    report = {
        "errorId": "e1", "timestamp": 1, "category": "CRDT_CONFLICT", "severity": "medium", "message": "concurrent writes",
        "source": {"service": "network"},
        "sync": {"entityType": "conversation", "entityId": "c1", "operation": "merge", "replica": "peer-a",
                 "baseState": {"t": 0},
                 "localVersion": 3, "remoteVersion": 2, "localState": {"t": 1}, "remoteState": {"t": 2},
                 "conflictingFields": ["t"]},
    }  # fmt: skip
    (issue,) = issues_of(report, "network", 5)
    assert (issue.kind, issue.source, issue.versions, issue.fields) == ("conflict", "peer-a", ("2", "3"), ("t",))
    assert (issue.base, issue.local, issue.remote) == ({"t": 0}, {"t": 1}, {"t": 2})
    assert issues_of({"eventType": "error", "data": report}, "network", 5)[0].key == issue.key
    mirrored = {**report, "sync": {**report["sync"], "localVersion": 2, "remoteVersion": 3}}  # type: ignore[dict-item]
    assert issues_of(mirrored, "server", 5)[0].key == issue.key
    assert issues_of({**report, "category": "DATABASE_ERROR", "sync": {"replica": "x"}}, "network", 5) == []


@pytest.mark.parametrize(
    ("category", "kind"),
    [("SYNC_TIMEOUT", "missing_data"), ("VERSION_MISMATCH", "validation_failed"), ("SYNC_CONFLICT", "conflict")],
)
def test_categories_without_an_issue_of_their_own(category: str, kind: str) -> None:
    (issue,) = issues_of(
        {"category": category, "message": "m", "sync": {"entityType": "acu", "entityId": "a1"}}, "server", 1
    )
    assert (issue.kind, issue.words) == (kind, "m")


@given(json_values())
def test_anything_is_read_without_raising(value: Any) -> None:
    for data in (
        value,
        {"eventType": "sync_update", "data": {"issue": value}},
        {"category": "SYNC_CONFLICT", "sync": value},
    ):
        for issue in issues_of(data, "server", 1):
            assert issue.key
        resolution_of(data, "server", 1)


def issue(ts_ms: int = 0, service: str = "server", **more: Any) -> Issue:
    return Issue("conflict", "message", "m1", service, ts_ms, **more)


def test_a_bare_telling_joins_the_one_with_details_only_near_in_time() -> None:
    detailed = open_issue(issue(local_version="1", remote_version="5", fields=("title",)))
    assert find_same(issue(WINDOW_MS, "pwa"), [detailed]) is detailed
    assert find_same(issue(WINDOW_MS + 1, "pwa"), [detailed]) is None
    assert find_same(issue(1, local_version="5", remote_version="1", fields=("title",)), [detailed]) is detailed
    assert find_same(issue(1, local_version="2", remote_version="5", fields=("title",)), [detailed]) is None
    assert find_same(issue(1, fields=("body",)), [detailed]) is None
    bare = tell(open_issue(issue(0, "pwa")), issue(5, "server", local={"t": 1}, fields=("t",), details={"x": 1}))
    assert (bare.services, bare.count, bare.issue.fields, bare.issue.details) == (("pwa", "server"), 2, ("t",), {"x": 1})


def test_the_life_of_an_issue() -> None:
    tracked = open_issue(issue())
    tracked = act(tracked, Action.START, 10, "dev", "server wins")
    tracked = act(tracked, Action.FAIL, 20, "server", "stale")
    assert tracked.state is State.OPEN
    tracked = act(act(tracked, Action.START, 30, "dev"), Action.RESOLVE, 40, "server")
    assert tracked.is_settled
    assert tell(tracked, issue(40 + SETTLING_MS)).state is State.RESOLVED
    tracked = tell(tracked, issue(41 + SETTLING_MS))
    assert tracked.state is State.REOPENED
    tracked = act(tracked, Action.REJECT, 60_000, "dev", "as intended")
    assert tell(tracked, issue(900_000)).state is State.REJECTED
    tracked = act(tracked, Action.REOPEN, 900_001, "dev")
    assert [step.state.value for step in tracked.history] == [
        "open", "resolving", "open", "resolving", "resolved", "reopened", "rejected", "reopened",
    ]  # fmt: skip


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", list(Action))
def test_actions_are_taken_or_refused_and_never_lost(state: State, action: Action) -> None:
    tracked = open_issue(issue())
    for step in {State.OPEN: (), State.RESOLVING: (Action.START,), State.RESOLVED: (Action.RESOLVE,),
                 State.REJECTED: (Action.REJECT,), State.REOPENED: (Action.RESOLVE, Action.REOPEN)}[state]:  # fmt: skip
        tracked = act(tracked, step, 1, "dev")
    assert tracked.state is state
    settled = state in (State.RESOLVED, State.REJECTED)
    allowed = {Action.START: state in (State.OPEN, State.REOPENED), Action.FAIL: state is State.RESOLVING,
               Action.REOPEN: settled, Action.RESOLVE: not settled, Action.REJECT: not settled}[action]  # fmt: skip
    if allowed:
        after = act(tracked, action, 2, "dev", "why")
        assert (after.history[-1].note, len(after.history)) == ("why", len(tracked.history) + 1)
    else:
        with pytest.raises(ActionRefused, match=state.value):
            act(tracked, action, 2, "dev")


def test_history_is_bounded_and_keeps_its_beginning() -> None:
    tracked = open_issue(issue())
    for at in range(300):
        tracked = act(act(tracked, Action.RESOLVE, at, "a"), Action.REOPEN, at, "b")
    assert len(tracked.history) == 200
    assert (tracked.history[0].by, tracked.history[-1].at_ms) == ("server", 299)


def test_a_found_conflict_becomes_an_issue_with_both_values() -> None:
    world = World(NAMES[:2])
    world.set("server", "topic", "a")
    world.set("pwa", "topic", "b")
    (found,) = world.findings
    made = issue_of_finding(found, "conversation", "c1")
    assert {made.local["fields.topic"], made.remote["fields.topic"]} == {"a", "b"}
    assert (made.kind, made.fields, {made.source, made.target}) == ("conflict", ("fields.topic",), {"server", "pwa"})


def test_a_resolution_that_names_fields_is_about_issues_of_these_fields() -> None:
    told = {"operation": "resolved", "entityType": "conversation", "entityId": "c1", "fields": ["title", 7, {}]}
    resolution = resolution_of({"eventType": "sync_update", "data": told}, "pwa", 2_000)
    assert resolution is not None
    assert resolution.fields[:2] == ("title", "7")
    about = {name: open_issue(Issue("conflict", "conversation", "c1", "pwa", 1_000, fields=fields)) for name, fields in (
        ("title", ("title",)), ("found", ("fields.title",)), ("topic", ("topic",)), ("untold", ())
    )}  # fmt: skip
    settled = {name for name, tracked in about.items() if is_resolved_by(tracked, resolution)}
    assert settled == {"title", "found", "untold"}

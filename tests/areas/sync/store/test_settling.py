"""What a person decides about issues is kept, sent, answered, taken back, and recorded."""

from pathlib import Path
from typing import Any

import pytest

from console.areas.sync.store.answers import STATES, QueueFilter
from console.areas.sync.store.histories import audit, entity_history
from console.areas.sync.store.reading import dry_run, load_conflict, queue, rules, similar_issues
from console.areas.sync.store.recorded import recorded_resolutions
from console.store.outbox import find
from tests.areas.sync.store.issues import BASE, LOCAL, REMOTE, conflict, desk, fill
from tests.store_filling import START_MS

MERGED = {**BASE, "title": "plan of may", "archived": True, "version": 3}


@pytest.fixture
def db(tmp_path: Path) -> Path:
    texts = [conflict(n, at_ms=START_MS + n) for n in (1, 2, 3)]
    return fill(tmp_path / "store.db", [*texts, conflict(4, local={**LOCAL, "title": BASE["title"], "version": 1})])


def decide(table: Any, issue: int) -> None:
    table.do("choose", issue=issue, path=["title"], choice="local")
    done = table.do("choose", issue=issue, path=["version"], choice="remote")
    assert done["complete"]


def test_a_conflict_opens_with_what_the_merge_settles_and_what_is_left(db: Path) -> None:
    with desk(db) as table:
        seen = load_conflict(table.connection, 1)
        assert (seen.issue.kind, seen.issue.entity_id, seen.issue.state, seen.issue.severity) == (
            "conflict",
            "c-1",
            "open",
            "high",
        )
        assert [one.path for one in seen.settlement.open] == [("title",), ("version",)]
        assert (seen.base, seen.local, seen.remote) == (BASE, LOCAL, REMOTE)
        assert seen.target == "pwa"
        assert seen.contract is None
        assert seen.similar == 3
        assert [row.entity_id for row in similar_issues(table.connection, 1)] == ["c-2", "c-3"], (
            "the fourth has another shape"
        )
        assert audit(table.connection) == (), "opening changes nothing"


def test_decisions_are_kept_step_by_step_and_taken_back(db: Path) -> None:
    with desk(db) as table:
        done = table.do("choose", issue=1, path=["title"], choice="edit", value="plan and map")
        assert (done["decided"], done["places"], done["complete"]) == (1, 2, False)
    with desk(db) as table:  # another process, later
        seen = load_conflict(table.connection, 1)
        assert seen.settlement.result["title"] == "plan and map"
        assert {"op": "replace", "path": "/title", "value": "plan and map"} in seen.remote_patch
        assert (seen.issue.decided, seen.issue.places) == (1, 2)
        assert table.do("undo", issue=1)["decided"] == 0
        with pytest.raises(LookupError, match="no decision"):
            table.do("undo", issue=1)
        assert [entry.what for entry in audit(table.connection, 1)] == ["undo", "choose"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"path": ["nowhere"], "choice": "local"}, "nothing is decided"),
        ({"path": ["title"], "choice": "best"}, "must be one of"),
        ({"path": ["title"], "choice": "edit"}, "an edit needs one"),
        ({"path": ["title"], "choice": "local", "value": 1}, "belongs to an edit"),
        ({"path": "title", "choice": "local"}, "must be a list"),
        ({"path": [5], "choice": "local"}, "cannot be read"),
        ({"path": ["title"], "choice": "local", "hunk": 7}, "cannot be chosen"),
        ({"path": ["title"], "choice": "local", "hunk": True}, "whole number"),
        ({"path": ["title"], "choice": "local", "issue": "1"}, "id of an issue"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_words(db: Path, args: dict[str, Any], words: str) -> None:
    with desk(db) as table, pytest.raises(ValueError, match=words):
        table.do("choose", **{"issue": 1, **args})


def test_only_what_is_complete_is_sent_and_with_what_was_expected(db: Path) -> None:
    with desk(db) as table:
        with pytest.raises(ValueError, match="2 places of the conflict still wait"):
            table.do("send", issue=1)
        decide(table, 1)
        sent = table.do("send", issue=1, note="agreed with Ben")
        row = find(table.connection, sent["key"])
        assert row is not None
        assert (row.state, row.source, row.name) == ("queued", "pwa", "conflict.resolve")
        assert row.args["issueId"] == "issue-1"
        assert (row.args["strategy"], row.args["resolvedBy"], row.args["note"]) == ("manual", "user", "agreed with Ben")
        assert row.args["expected"].items() >= {"localVersion": 2, "remoteVersion": 3}.items()
        assert len(row.args["expected"]["localHash"]) == 64
        assert row.args["result"] == MERGED
        assert load_conflict(table.connection, 1).issue.state == "resolving"
        with pytest.raises(ValueError, match="on its way"):
            table.do("choose", issue=1, path=["title"], choice="remote")
        with pytest.raises(ValueError, match="on its way"):
            table.do("send", issue=1)


@pytest.mark.parametrize(
    ("state", "result", "reason"),
    [("applied", {"version": 4}, ""), ("duplicate", {"version": 4}, "answered before: applied"), ("duplicate", {}, "")],
)
def test_applied_ends_it_with_the_new_version(db: Path, state: str, result: Any, reason: str) -> None:
    with desk(db) as table:
        decide(table, 1)
        table.say(table.do("send", issue=1)["key"], state, result, reason)
        seen = load_conflict(table.connection, 1)
        assert (seen.issue.state, seen.issue.answer) == ("resolved", state)
        assert ("version 4" in seen.history[-1].note) is bool(result)
        assert seen.commands[0].result == result


@pytest.mark.parametrize("state", ["stale", "duplicate"])
def test_stale_keeps_what_did_not_change_and_asks_the_rest_again(db: Path, state: str) -> None:
    with desk(db) as table:
        decide(table, 1)
        current = {"local": LOCAL, "remote": {**REMOTE, "version": 5}}
        reason = "the row has moved" if state == "stale" else "answered before: stale, the row has moved"
        table.say(table.do("send", issue=1)["key"], state, {"current": current}, reason)
        seen = load_conflict(table.connection, 1)
        assert (seen.issue.state, seen.issue.remote_version) == ("open", "5")
        assert seen.remote == current["remote"]
        assert [one.path for one in seen.settlement.open] == [("version",)], "title is as it was: that decision stands"
        assert "asked again: version" in seen.history[-1].note
        table.do("choose", issue=1, path=["version"], choice="remote")
        again = find(table.connection, table.do("send", issue=1)["key"])
        assert again is not None
        assert again.args["expected"]["remoteVersion"] == 5


def test_stale_with_both_sides_as_decided_is_the_end(db: Path) -> None:
    with desk(db) as table:
        decide(table, 1)
        table.say(table.do("send", issue=1)["key"], "stale", {"current": {"local": MERGED, "remote": MERGED}})
        assert load_conflict(table.connection, 1).issue.state == "resolved"


@pytest.mark.parametrize("result", [None, 5, {"current": None}, {"current": {"local": None}}, {"current": {"remote": [1]}}])
def test_a_stale_answer_of_any_form_opens_the_issue(db: Path, result: Any) -> None:
    with desk(db) as table:
        decide(table, 1)
        table.say(table.do("send", issue=1)["key"], "stale", result)
        assert load_conflict(table.connection, 1).issue.state == "open"


@pytest.mark.parametrize(
    ("state", "reason"), [("rejected", "not yours"), ("expired", "too late"), ("duplicate", "answered before: rejected, no")]
)
def test_refused_opens_it_again_with_the_reason_and_the_decisions(db: Path, state: str, reason: str) -> None:
    with desk(db) as table:
        decide(table, 1)
        table.say(table.do("send", issue=1)["key"], state, None, reason)
        seen = load_conflict(table.connection, 1)
        assert seen.issue.state == "open"
        assert reason in seen.history[-1].note
        assert seen.settlement.is_complete


def test_without_a_source_that_takes_commands_it_is_recorded_for_export(db: Path) -> None:
    with desk(db, takes=()) as table:
        decide(table, 1)
        assert table.do("send", issue=1, note="by hand")["state"] == "recorded"
        seen = load_conflict(table.connection, 1)
        assert (seen.issue.state, seen.issue.answer, seen.target) == ("resolved", "recorded", "")
        (told,) = recorded_resolutions(table.connection)
        assert told.pop("resolvedAt").endswith("Z")
        assert told == {
            "issueId": "issue-1", "strategy": "manual", "resolvedState": MERGED, "resolvedBy": "user", "note": "by hand",
        }  # fmt: skip


@pytest.mark.parametrize(("strategy", "title"), [("server_wins", "road map"), ("client_wins", "plan of may")])
def test_a_strategy_takes_one_side_whole(db: Path, strategy: str, title: str) -> None:
    with desk(db) as table:
        row = find(table.connection, table.do("resolve", issue=1, strategy=strategy)["key"])
        assert row is not None
        assert (row.args["strategy"], row.args["result"]["title"]) == (strategy, title)


def test_a_merge_is_sent_only_without_conflicts(db: Path) -> None:
    with desk(db) as table:
        with pytest.raises(ValueError, match="2 conflicts cannot be merged"):
            table.do("resolve", issue=1, strategy="merge")
        row = find(table.connection, table.do("resolve", issue=4, strategy="merge")["key"])
        assert row is not None
        assert row.args["result"] == {**REMOTE, "archived": True}


def test_reject_says_why_and_reopen_brings_it_back(db: Path) -> None:
    with desk(db) as table:
        with pytest.raises(ValueError, match="say why"):
            table.do("reject", issue=1, note=" ")
        key = table.do("reject", issue=1, note="a test account")["key"]
        assert load_conflict(table.connection, 1).issue.state == "rejected"
        table.say(key, "rejected", None, "unknown strategy")
        assert load_conflict(table.connection, 1).issue.state == "rejected", (
            "it was closed here; the service's word is recorded"
        )
        with pytest.raises(ValueError, match="reopen it first"):
            table.do("choose", issue=1, path=["title"], choice="local")
        assert table.do("reopen", issue=1)["state"] == "reopened"
        decide(table, 1)
        with pytest.raises(ValueError, match="cannot take reopen"):
            table.do("reopen", issue=1)


def test_similar_conflicts_are_one_step(db: Path) -> None:
    with desk(db) as table:
        decide(table, 1)
        done = table.do("similar", issue=1, others=[2, 3])
        assert (done["applied"], done["complete"]) == ([2, 3], [2, 3])
        assert load_conflict(table.connection, 3).settlement.result == MERGED
        assert table.do("undo_bulk")["undone"] == [2, 3]
        assert load_conflict(table.connection, 3).issue.decided == 0
        assert load_conflict(table.connection, 1).issue.decided == 2, "the model stays decided"
        with pytest.raises(LookupError, match="no step"):
            table.do("undo_bulk")


def test_similar_stops_at_the_first_that_refuses(db: Path) -> None:
    with desk(db) as table:
        table.do("resolve", issue=2, strategy="server_wins")
        decide(table, 1)
        done = table.do("similar", issue=1, others=[3, 2, 4])
        assert done["applied"] == [3]
        assert done["stopped"]["issue"] == 2
        assert "on its way" in done["stopped"]["reason"]


RULES = [
    {"entity_type": "conversation", "path": "title", "strategy": "client_wins"},
    {"entity_type": "conv*", "path": "version", "strategy": "server_wins"},
]


def test_rules_are_tried_before_they_settle(db: Path) -> None:
    with desk(db) as table:
        assert dry_run(table.connection).settled == (4,), "without a rule the merge alone settles what it can"
        table.do("rules", rules=RULES)
        assert rules(table.connection) == RULES
        table.do("choose", issue=3, path=["title"], choice="remote")
        trial = table.do("automatic", dry_run=True)
        assert trial["words"] == "would settle 3 of 4, this 1 remains, because somebody has begun to decide it by hand"
        assert queue(table.connection, QueueFilter(states=("resolving",))).total == 0
        done = table.do("automatic")
        assert (set(done["settled"]), done["remaining"][0][0]) == ({1, 2, 4}, 3)
        command = load_conflict(table.connection, 1).commands[0]
        row = find(table.connection, command.key)
        assert row is not None
        assert (row.args["result"], row.args["resolvedBy"]) == (MERGED, "system")


def test_rules_settle_a_long_queue_in_parts_that_are_one_step(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.areas.sync.store.bulk.PART", 1)
    with desk(db) as table:
        table.do("rules", rules=RULES)
        done = table.do("automatic")
        assert (set(done["settled"]), done["words"]) == ({1, 2, 3, 4}, "settled 4 of 4")
        assert set(table.do("undo_bulk")["undone"]) == {1, 2, 3, 4}
        for given in (5, {}, {"waiting": ["1"], "settled": [], "remaining": [], "batch": 1}):
            with pytest.raises(ValueError, match="under_way"):
                table.do("automatic", under_way=given)


def test_what_rules_settled_is_taken_back_until_it_is_sent(db: Path) -> None:
    with desk(db) as table:
        table.do("rules", rules=RULES)
        table.do("automatic")
        key = load_conflict(table.connection, 2).commands[0].key
        table.say(key, "applied", {"version": 4})
        done = table.do("undo_bulk")
        assert set(done["undone"]) == {1, 3, 4}
        assert done["kept"][0][0] == 2
        seen = load_conflict(table.connection, 1)
        assert (seen.issue.state, seen.issue.decided, seen.issue.answer, seen.commands) == ("open", 0, "", ())
        assert load_conflict(table.connection, 2).issue.state == "resolved"


@pytest.mark.parametrize("strategy", ["manual", "rejected"])
def test_manual_never_settles_and_rejected_rejects(db: Path, strategy: str) -> None:
    with desk(db) as table:
        table.do("rules", rules=[{"entity_type": "*", "path": "**", "strategy": strategy}])
        table.do("automatic")
        states = {row.state for row in queue(table.connection, QueueFilter(states=STATES)).rows}
        assert states == {"open" if strategy == "manual" else "rejected"}
        if strategy == "rejected":
            assert len(table.do("undo_bulk")["undone"]) == 4
            assert {row.state for row in queue(table.connection).rows} == {"reopened"}


@pytest.mark.parametrize(
    "given", [None, [5], [{}], [{"entity_type": "a", "path": "b", "strategy": "best"}],
              [{"entity_type": "a", "path": "b\\", "strategy": "merge"}],
              [{"entity_type": "a", "path": "", "strategy": "merge"}]],
)  # fmt: skip
def test_rules_that_are_none_are_refused(db: Path, given: Any) -> None:
    with desk(db) as table, pytest.raises(ValueError, match="rule"):
        table.do("rules", rules=given)


def test_the_record_is_append_only_and_tells_everything(db: Path) -> None:
    with desk(db) as table:
        decide(table, 1)
        table.say(table.do("send", issue=1, note="why")["key"], "applied", {"version": 4})
        entries = audit(table.connection, 1)
        assert [entry.what for entry in entries] == ["answer", "send", "choose", "choose"]
        assert entries[0].answer == {"state": "applied", "result": {"version": 4}, "reason": ""}
        assert entries[1].patch is not None
        assert entries[1].hashes is not None
        assert set(entries[1].hashes) == {"base", "local", "remote"}
        assert entries[3].decision == {"path": ["title"], "hunk": None, "choice": "local"}
        for sql in ("UPDATE sync_audit SET who = 'eve'", "DELETE FROM sync_audit"):
            with pytest.raises(Exception, match="append-only"):
                table.connection.execute(sql)
        history = entity_history(table.connection, "conversation", "c-1")
        assert {entry.what for entry in history} == {"issue", "step", "choose", "send", "answer"}
        assert [entry.at_ms for entry in history] == sorted((entry.at_ms for entry in history), reverse=True)

"""`sync` and `conflicts` as a person or a script runs them, with the store free and with another process writing it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import console.ingest.spool
from console.areas import area_migrations, area_projections
from console.cli import app
from console.commands import sync_settling
from console.store.database import open_reader
from console.store.outbox import note_source
from tests.areas.sync.store.issues import LOCAL, conflict, desk, event
from tests.commands.test_errors import ingesting
from tests.store_filling import START_MS, fill_store, read_text

AREAS = {"projections": area_projections, "migrations": area_migrations}


LOCAL_SIDE = LOCAL | {"version": 1}
"""So that only the title is in conflict."""


def fill(path: Path, texts: list[str]) -> Path:
    events = [read_text(text, START_MS + number) for number, text in enumerate(texts)]
    fill_store(path, events, "pwa", **{name: make() for name, make in AREAS.items()})
    return path


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Two conflicts of which a source takes resolutions, and digests of two replicas that differ."""
    row = {"entityType": "row", "entityId": "c-1", "version": 1, "contentHash": "a"}
    later = event(START_MS, "server", **{**row, "replica": "database", "version": 2, "contentHash": "b"})
    path = fill(
        tmp_path / "console.db",
        [conflict(1, local=LOCAL_SIDE), conflict(2, local=LOCAL_SIDE), event(START_MS, **row), later],
    )
    with desk(path):
        pass
    return path


def run(db: Path, *arguments: str, code: int = 0) -> str:
    """Run a command; returns what it printed, for the pipe and for the person."""
    done = CliRunner().invoke(app, [*arguments, "--db", str(db)])
    assert done.exit_code == code, done.output
    return done.output


def shown(db: Path, issue: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(db, "conflicts", "show", str(issue), "--json"))
    return found


def sent(db: Path) -> list[dict[str, Any]]:
    """The arguments of all commands that wait to be sent, the oldest first."""
    connection = open_reader(db)
    try:
        return [json.loads(row[0]) for row in connection.execute("SELECT args FROM outbox ORDER BY rowid")]
    finally:
        connection.close()


def test_the_list_holds_what_is_unsettled_and_filters(db: Path) -> None:
    lines = run(db, "conflicts", "list").splitlines()
    assert len(lines) == 3
    assert "conversation c-1  title" in lines[0]
    assert lines[-1] == "2 issues open/reopened/resolving"
    rows = [json.loads(line) for line in run(db, "conflicts", "list", "--json", "--entity", "conversation/c-2").splitlines()]
    assert [(row["entity_id"], row["state"], row["fields"]) for row in rows] == [("c-2", "open", ["title"])]
    assert run(db, "conflicts", "list", "--kind", "divergence").startswith("0 issues")
    assert run(db, "conflicts", "list", "--words", "c-1", "--limit", "1").count("conversation") == 1
    assert "--state takes" in run(db, "conflicts", "list", "--state", "done", code=2)


def test_show_tells_both_sides_and_what_is_left_to_decide(db: Path) -> None:
    text = run(db, "conflicts", "show", "1")
    for words in ("issue 1  conflict  conversation c-1", "its resolution goes to pwa", 'local  "plan of may"',
                  'remote "road map"', "1 place still to decide: title", "history:"):  # fmt: skip
        assert words in text
    found = shown(db)
    assert found["base"]["title"] == "plan"
    assert [one["name"] for one in found["open"]] == ["title"]
    assert found["is_complete"] is False
    assert "there is no sync issue 99" in run(db, "conflicts", "show", "99", code=2)


def test_choices_decide_and_send(db: Path) -> None:
    said = run(db, "conflicts", "resolve", "1", "--choose", 'title=edit:"a=b: \\u00fc"', "--note", "agreed")
    assert said == "issue 1: queued to pwa\n"
    (args,) = sent(db)
    assert args["result"] == {"title": "a=b: ü", "archived": True, "tags": ["a"], "version": 3}
    assert (args["issueId"], args["strategy"], args["note"]) == ("issue-1", "manual", "agreed")
    assert shown(db)["state"] == "resolving"
    assert "its answer comes first" in run(db, "conflicts", "resolve", "1", "--strategy", "server_wins", code=2)


@pytest.mark.parametrize(
    ("choice", "words"),
    [("nothing=local", "names no place of it; it has title"), ("title=edit:{", "that is no JSON"),
     ("title=upside", "choice"), ("title", "names no place")],
)  # fmt: skip
def test_a_wrong_choice_changes_nothing(db: Path, choice: str, words: str) -> None:
    assert words in run(db, "conflicts", "resolve", "1", "--choose", "title=local", "--choose", choice, code=2)
    assert sent(db) == []
    assert shown(db)["state"] == "open"


def test_an_undecided_conflict_is_not_sent_and_the_next_one_is_still_settled(db: Path) -> None:
    run(db, "conflicts", "resolve", "2", "--choose", "title=remote")
    said = run(db, "conflicts", "resolve", "1", "2", code=2)
    assert "issue 1: 1 place of the conflict still wait" in said
    assert "issue 2: the resolution of issue 2 is on its way" in said
    assert len(sent(db)) == 1


def test_strategies_settle_a_queue_from_a_script(db: Path) -> None:
    ids = [str(json.loads(line)["id"]) for line in run(db, "conflicts", "list", "--json").splitlines()]
    lines = run(db, "conflicts", "resolve", *ids, "--strategy", "server_wins", "--json").splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["queued", "queued"]
    assert {args["result"]["title"] for args in sent(db)} == {"road map"}


def test_a_rejection_needs_a_reason(db: Path) -> None:
    assert "needs a --note" in run(db, "conflicts", "resolve", "1", "--strategy", "reject", code=2)
    assert run(db, "conflicts", "resolve", "1", "--strategy", "reject", "--note", "theirs") == "issue 1: rejected\n"
    assert shown(db)["state"] == "rejected"


def test_wrong_options_are_named(db: Path) -> None:
    assert "--strategy 'best'" in run(db, "conflicts", "resolve", "1", "--strategy", "best", code=2)
    both = ("--strategy", "merge", "--choose", "title=local")
    assert "either" in run(db, "conflicts", "resolve", "1", *both, code=2)


def test_waiting_ends_with_the_answer_or_with_none(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = run(db, "conflicts", "resolve", "1", "--strategy", "client_wins", "--wait", "0.01", code=1)
    assert silent == "issue 1: queued to pwa: no answer within 0.01 s\n"

    def answer(_: float) -> None:
        with desk(db) as service:
            key = service.one("SELECT key FROM outbox WHERE state = 'queued' ORDER BY rowid DESC")
            service.say(key, "applied", {"version": 4})

    monkeypatch.setattr(sync_settling.time, "sleep", answer)
    answered = run(db, "conflicts", "resolve", "2", "--strategy", "client_wins", "--wait", "5s", "--json")
    assert json.loads(answered)["state"] == "applied"
    assert shown(db, 2)["state"] == "resolved"


def test_without_a_source_that_takes_commands_it_is_recorded(tmp_path: Path) -> None:
    path = fill(tmp_path / "alone.db", [conflict(1, local=LOCAL_SIDE)])
    with desk(path, takes=()) as writing:
        note_source(writing.connection, "pwa", False)
    assert "no source of it takes commands" in run(path, "conflicts", "resolve", "1", "--strategy", "client_wins")
    assert shown(path)["state"] == "resolved"


def test_a_dry_run_says_what_remains_and_changes_nothing(db: Path) -> None:
    assert json.loads(run(db, "conflicts", "dry-run", "--json"))["settled"] == []
    with desk(db) as person:
        person.do("rules", rules=[{"entity_type": "conversation", "path": "title", "strategy": "server_wins"}])
    text = run(db, "conflicts", "dry-run")
    assert "would settle 2 of 2" in text
    assert json.loads(run(db, "conflicts", "dry-run", "--json"))["settled"] == [1, 2]
    assert sent(db) == []


def test_status_tells_replicas_entities_and_issues(db: Path) -> None:
    text = run(db, "sync", "status")
    assert "pwa" in text.splitlines()[0] + text.splitlines()[1]
    assert "silent" in text
    assert "1 entities with digests, 1 not in sync" in text
    assert "row c-1:" in text
    assert text.splitlines()[-1] == "2 unsettled issues: 2 conflict"
    told = json.loads(run(db, "sync", "status", "--json"))
    assert {row["service"] for row in told["replicas"]} == {"pwa", "server"}
    assert told["unsettled"] == {"conflict": 2}
    assert told["entities"][0]["standing"] == "behind"


def test_a_store_that_cannot_be_used_is_an_exit_code(tmp_path: Path) -> None:
    assert "no such store" in run(tmp_path / "none.db", "conflicts", "resolve", "1", code=3)
    run(tmp_path / "none.db", "conflicts", "list", code=3)
    old = tmp_path / "old.db"
    fill_store(old, [])
    assert "knows no sync issues yet" in run(old, "sync", "status", code=3)


def test_control_characters_of_what_was_told_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = fill(tmp_path / "console.db", [conflict(1, entityId="c\x1b[31m\u202e", local={"title": "\x07"})])
    for arguments in (("list",), ("show", "1")):
        text = run(path, "conflicts", *arguments)
        assert "\x1b" not in text
        assert "\x07" not in text


def test_what_writes_the_store_is_asked_and_answers(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.ingest.spool, "POLL_S", 0.01)
    with ingesting(db):
        assert run(db, "conflicts", "resolve", "1", "--choose", "title=local") == "issue 1: queued to pwa\n"
        assert "on its way" in run(db, "conflicts", "resolve", "1", code=2)
    assert sent(db)[0]["result"]["title"] == "plan of may"

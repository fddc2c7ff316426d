"""`sessions` as a person or a script runs it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.areas import area_migrations, area_projections
from console.cli import app
from console.commands import changing
from console.store.database import open_plain, open_reader
from console.store.writer import Writer
from tests.areas.errors.error_store import failure
from tests.commands.incident_store import Run, fill_sessions
from tests.store_filling import START_MS, fill_store, sample_events

MINUTE = 60_000
BETWEEN = START_MS + 30 * MINUTE
FIRST = [failure("save", START_MS + 10_000 * i) for i in range(1, 40)] + [failure("load", START_MS + 10_000)]
SECOND = [failure("save", BETWEEN + 10_000)] + [failure("sync \x1b[31m", BETWEEN + 10_000 * i) for i in range(1, 50)]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "console.db"
    runs = [Run(FIRST, START_MS, START_MS + 10 * MINUTE), Run(SECOND, BETWEEN, BETWEEN + 10 * MINUTE)]
    fill_sessions(path, [*runs, Run([failure("late", BETWEEN + 20 * MINUTE)], BETWEEN + 20 * MINUTE, None)])
    return path


def run(db: Path, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["sessions", *arguments, "--db", str(db)])
    assert done.exit_code == code, done.output
    return done.output


def listed(db: Path) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, run(db, "list", "--json").splitlines())}


def count(db: Path) -> int:
    connection = open_reader(db)
    (n,) = connection.execute("SELECT count(*) FROM events").fetchone()
    connection.close()
    return int(n)


def test_the_list_has_the_newest_first(db: Path) -> None:
    *rows, summary = run(db, "list").splitlines()
    assert [row.split()[0] for row in rows] == ["3", "2", "1"]
    assert " open " in rows[0]
    assert summary == "3 sessions"
    facts = listed(db)
    assert [(facts[n]["events"], facts[n]["errors"]) for n in (1, 2, 3)] == [(40, 40), (50, 50), (1, 1)]
    assert (facts[3]["is_open"], facts[3]["to_ms"], facts[2]["sources"]) == (True, None, ["server"])
    assert run(db, "list", "--limit", "1").splitlines()[-1] == "1 session"


def test_one_session_is_shown(db: Path) -> None:
    text = run(db, "show", "2")
    assert text.startswith("session 2\n")
    assert "50 events, 50 errors" in text
    assert "sources: server" in text
    assert json.loads(run(db, "show", "2", "--json"))["id"] == 2
    assert "there is no session 9" in run(db, "show", "9", code=2)


def test_pin_and_unpin_say_and_keep_it(db: Path) -> None:
    assert run(db, "pin", "1", "--note", "before the \x1b[31mfix") == "session 1 pinned\n"
    assert (listed(db)[1]["is_pinned"], listed(db)[1]["note"]) == (True, "before the \x1b[31mfix")
    text = run(db, "show", "1")
    assert "pinned: no limit deletes its events" in text
    assert "\x1b" not in text + run(db, "list")
    assert run(db, "list").splitlines()[-1] == "3 sessions, 1 pinned"
    assert "is pinned" in run(db, "delete", "1", "--yes", code=2)
    assert json.loads(run(db, "unpin", "1", "--json")) == {"id": 1}
    assert (listed(db)[1]["is_pinned"], listed(db)[1]["note"]) == (False, "before the \x1b[31mfix")
    assert "there is no session 9" in run(db, "pin", "9", code=2)


def test_delete_takes_the_events_along(db: Path) -> None:
    assert run(db, "delete", "1", "--yes") == "session 1 deleted with 40 events\n"
    assert set(listed(db)) == {2, 3}
    assert count(db) == 51
    assert "open" in run(db, "delete", "3", "--yes", code=2)


def test_delete_asks_before_and_a_pipe_cannot_answer(db: Path) -> None:
    assert "cannot be taken back" in run(db, "delete", "1", code=2)
    assert "there is no session 9" in run(db, "delete", "9", code=2)
    assert count(db) == 91


def test_pinned_events_outlive_their_session(db: Path) -> None:
    connection = open_plain(db)
    connection.execute("INSERT INTO pins (event_id, note, pinned) SELECT min(id), '', 1 FROM events")
    connection.close()
    assert run(db, "delete", "1", "--yes").endswith("deleted with 39 events; pinned by themselves and kept: 1 event\n")


def test_compare_says_new_gone_and_changed(db: Path) -> None:
    text = run(db, "compare", "1", "2")
    assert "before  session 1" in text
    assert "\x1b" not in text
    assert "3 groups differ, 0 are alike" in text
    facts = json.loads(run(db, "compare", "1", "2", "--json"))
    kinds = {one["kind"]: one for one in facts["groups"]}
    assert set(kinds) == {"new", "gone", "less"}
    assert (kinds["new"]["after"]["events"], kinds["new"]["is_certain"]) == (49, True)
    assert kinds["less"]["is_certain"]
    assert not kinds["gone"]["is_certain"]
    gone = next(line for line in text.splitlines() if line.startswith("gone"))
    assert "may be chance" in gone
    assert "another one" in run(db, "compare", "1", "1", code=2)
    assert "there is no session 9" in run(db, "compare", "1", "9", code=2)


def test_stores_that_cannot_be_used(tmp_path: Path) -> None:
    assert "no such store" in run(tmp_path / "none.db", "list", code=3)
    assert "no such store" in run(tmp_path / "none.db", "pin", "1", code=3)
    old = tmp_path / "old.db"
    fill_store(old, sample_events(3))
    assert "knows no sessions yet" in run(old, "list", code=3)


def test_a_store_that_another_process_writes(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "TAKE_S", 0.1)
    writer = Writer(db, projections=area_projections(), migrations=area_migrations())
    try:
        assert "nothing was changed" in run(db, "pin", "1", code=1)
        assert "3 sessions" in run(db, "list")
    finally:
        writer.close()
    assert not listed(db)[1]["is_pinned"]

"""`errors` as a person or a script runs it, with the store free and with another process writing it."""

import asyncio
import getpass
import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import console.ingest.spool
from console.areas import area_commands, area_migrations, area_projections
from console.cli import app
from console.commands import changing
from console.ingest.process import run_ingest
from console.store.database import open_plain, open_reader
from console.store.writer import Writer
from tests.areas.errors.error_store import failure
from tests.ingest.processes import console as console_process
from tests.ingest.processes import run_console
from tests.store_filling import START_MS, fill_store

EVENTS = [
    failure("save", START_MS, version="1.0", user="ada"),
    failure("save", START_MS + 1, version="2.0", user="bob", message="boom \x1b[31m<b>red</b>"),
    failure("load", START_MS + 2, severity="critical"),
    failure("sync", START_MS + 3),
]


def areas() -> dict[str, Any]:
    return {"projections": area_projections(), "migrations": area_migrations()}


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "console.db"
    fill_store(path, EVENTS, **areas())
    return path


def run(db: Path, *arguments: str, code: int = 0) -> str:
    """Run a command; returns what it printed, for the pipe and for the person."""
    done = CliRunner().invoke(app, ["errors", *arguments, "--db", str(db)])
    assert done.exit_code == code, done.output
    return done.output


def listed(db: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    """Return the groups that the list prints, by the function that failed."""
    rows = [json.loads(line) for line in run(db, "list", "--json", *arguments).splitlines()]
    return {row["culprit"].split()[0]: row for row in rows}


def test_the_list_is_what_is_shown_when_nothing_is_asked(db: Path) -> None:
    text = CliRunner().invoke(app, ["errors", "--db", str(db)]).output
    assert text == run(db, "list")
    assert CliRunner().invoke(app, ["errors", "--db", str(db), "show", "1"]).output == run(db, "show", "1")
    *rows, summary = text.splitlines()
    assert len(rows) == 3
    assert [re.split(r"\s{2,}", row.strip())[1] for row in rows] == ["high", "critical", "high"]
    assert summary == "3 groups pending/regressed, 4 events"
    assert list(listed(db, "--order", "count", "--limit", "1")) == ["save"]
    assert list(listed(db, "--words", "LOAD store")) == ["load"]
    assert listed(db, "--since", "1h") == {}
    assert "--order" in run(db, "list", "--order", "size", code=2)
    assert "--status takes" in run(db, "list", "--status", "done", code=2)
    assert "--since" in run(db, "list", "--since", "soon", code=2)


def test_show_explains_a_group(db: Path) -> None:
    save = listed(db)["save"]
    text = run(db, "show", save["fingerprint"][:8])
    for words in ("group 1", "AbortError", "in save", "one group by", "in-app frames", "2 events (2 kept)", "2 users",
                  "version      1.0 50 %, 2.0 50 %", "newest events:"):  # fmt: skip
        assert words in text
    assert "\x1b" not in text, "what came from outside is made visible"
    newest = text.index("boom \\x1b[31m<b>red</b>")
    assert text.index("newest events:") < newest
    found = json.loads(run(db, "show", str(save["id"]), "--json"))
    assert [event["id"] for event in found["events"]] == [2, 1]
    assert found["row"]["count"] == 2
    assert "no error group" in run(db, "show", "99", code=2)


def test_decisions_are_written_shown_and_taken_back(db: Path) -> None:
    groups = listed(db)
    save, load, sync = (str(groups[name]["id"]) for name in ("save", "load", "sync"))
    assert run(db, "resolve", save, groups["load"]["fingerprint"][:9], "--note", "fixed in 1.1") == "2 groups changed\n"
    assert "1 group pending/regressed, 1 event; not shown: 2 resolved (--status)" in run(db)
    resolved = listed(db, "--status", "resolved")
    assert {(row["note"], row["who"]) for row in resolved.values()} == {("fixed in 1.1", getpass.getuser())}
    assert f"{getpass.getuser()}: resolved: fixed in 1.1" in run(db, "show", save)
    assert run(db, "undo") == "taken back: resolved: fixed in 1.1\n"
    for command, status in (("ignore", "ignored"), ("workaround", "workaround"), ("reopen", "pending")):
        run(db, command, sync)
        assert listed(db, "--status", "all")["sync"]["status"] == status
    assert run(db, "merge", save, load, sync) == "2 events moved into group 1\n"
    assert list(listed(db)) == ["save"]
    assert "also" in run(db, "show", load)
    assert run(db, "split", save, "--facet", "version", "--value", "2.0").startswith("1 event moved into 1 group: ")
    assert run(db, "undo", "--steps", "2").startswith("taken back: split")
    assert run(db, "regroup") == "4 events grouped into 3 groups; 0 moved\n"
    assert json.loads(run(db, "producer", "--use", "--service", "server", "--json")) == {"regroup": True}
    assert "run: vivim-console errors regroup" in run(db)
    assert "nothing to undo" in run(db, "undo", code=2)
    assert "either" in run(db, "split", save, code=2)


def test_a_store_without_groups_says_how_to_make_them(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    assert "no such store" in run(path, code=3)
    assert "no such store" in run(path, "regroup", code=3)
    assert not path.exists()
    fill_store(path, EVENTS)
    assert "errors regroup" in run(path, code=3)
    assert run(path, "regroup") == "4 events grouped into 3 groups; 0 moved\n"
    assert len(listed(path)) == 3
    connection = open_plain(path)
    connection.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', '0999_x', 'now')")
    connection.close()
    assert "newer console" in run(path, code=3)
    assert "newer console" in run(path, "regroup", code=3)


def test_what_writes_the_store_is_asked_and_answers(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.ingest.spool, "POLL_S", 0.01)
    with ingesting(db):
        assert run(db, "resolve", "1", "--note", "from beside") == "1 group changed\n"
        assert listed(db, "--status", "resolved")["save"]["note"] == "from beside"
        assert run(db, "regroup") == "4 events grouped into 3 groups; 0 moved\n"
        assert "one group already" in run(db, "merge", "1", "1", code=2)
    assert list(db.with_name("console.db.requests").iterdir()) == []


def test_nobody_answers(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "TAKE_S", 0.05)
    writer = Writer(db, **areas())
    said = run(db, "resolve", "1", code=1)
    writer.close()
    assert "did not answer" in said
    assert "withdrawn" in said
    assert list(db.with_name("console.db.requests").iterdir()) == []
    connection = open_reader(db)
    assert connection.execute("SELECT count(*) FROM errors_audit").fetchone() == (0,)
    connection.close()


class ingesting:  # noqa: N801 - a context manager
    """The window's ingest process, in a thread."""

    def __init__(self, db: Path) -> None:
        self._db = db
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._reader = asyncio.StreamReader()
        ready = self._ready

        class Out:
            def write(self, line: bytes) -> int:
                if b'"ready"' in line:
                    ready.set()
                return len(line)

            def flush(self) -> None:
                """Nothing is held back."""

        out: Any = Out()
        await run_ingest(self._db, **areas(), area_commands=area_commands(), out=out, commands=self._reader)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._ready.wait(20)

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._reader.feed_eof)
        self._thread.join(20)
        assert not self._thread.is_alive()


async def test_collect_answers_too(db: Path) -> None:
    async with console_process("collect", "--db", db, "--source", "nobody=ws://127.0.0.1:9") as collecting:
        assert collecting.stdout is not None
        await collecting.stdout.readline()  # it holds the store now
        code, out, err = await run_console("errors", "ignore", "1", "--json", "--db", db)
        assert code == 0, err
        assert json.loads(out)["changed"] == 1
        collecting.terminate()
        await collecting.communicate()
    assert listed(db, "--status", "ignored")["save"]["count"] == 2


HELP = """
import sys
sys.argv[1:] = ["errors", "--help"]
from console.__main__ import main
try:
    main()
except SystemExit:
    print(*sorted(sys.modules), sep=chr(10))
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert "Groups of errors" in done.stdout
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "name", ["PySide6", "console.commands.errors", "console.areas.errors", "sqlite_utils", "websockets"]
)
def test_help_loads_nothing_heavy(loaded: set[str], name: str) -> None:
    assert "console.cli" in loaded
    assert name not in loaded

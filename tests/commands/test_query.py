"""`query`, `sources` and `--version` as a person or a script runs them: real processes where it matters."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.commands.query import run_query, run_sources
from console.model.facts import GapFound, Quarantined
from console.store.database import open_plain
from console.store.migrations import V_EVENTS_COLUMNS
from tests.store_filling import START_MS, fill_store, sample_events

EVENTS = sample_events(300)
EXTRA = (GapFound("server", "epoch-1", 400, 409, "evicted", START_MS + 50),
         Quarantined("server", "epoch-1", 410, "not JSON", b"oops", 4, START_MS + 60))  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "console.db"
    fill_store(path, EVENTS, extra=EXTRA)
    return path


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_json_has_every_column_oldest_first_with_the_payload_as_json(path: Path, capsys) -> None:
    assert run_query(path, "", None, "json", 20) == 0
    found = [json.loads(line) for line in lines(capsys)]
    assert [record["seq"] for record in found] == list(range(281, 301))
    assert tuple(found[0]) == V_EVENTS_COLUMNS
    assert found[0]["payload"] == EVENTS[280].data


def test_csv_and_text(path: Path, capsys) -> None:
    assert run_query(path, "level:error", None, "csv", 1_000) == 0
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert tuple(header) == V_EVENTS_COLUMNS
    assert [row[-1] for row in rows] == [event.text for event in EVENTS if event.level == "error"]
    assert run_query(path, "level:error", None, "text", 1) == 0
    newest = [event for event in EVENTS if event.level == "error"][-1]
    said = lines(capsys)
    assert len(said) == 1
    assert newest.message in said[0]


@pytest.mark.parametrize(("text", "markers"), [("", 0), ("is:gap", 1), ("is:gap OR is:quarantined", 2), ("-is:gap", 0),
                                               ("is:quarantined,gap", 2), ("is: gap", 1)])  # fmt: skip
def test_rows_that_are_no_events_come_only_when_asked_for(path: Path, capsys, text: str, markers: int) -> None:
    assert run_query(path, text, None, "json", 1_000) in (0, 2)
    kinds = [json.loads(line)["event_type"] for line in lines(capsys)]
    if kinds:
        assert sum(kind in ("gap", "quarantined") for kind in kinds) == markers


def test_a_wrong_filter_points_at_its_fault(path: Path, capsys) -> None:
    assert run_query(path, "service:server severty:high", None, "text", 10) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("query: service:server severty:high")
    assert "^" in said[1]


def test_no_store_and_a_newer_store(tmp_path: Path, capsys) -> None:
    for run in (lambda p: run_query(p, "", None, "text", 1), lambda p: run_sources(p, False)):
        assert run(tmp_path / "none.db") == 3
    newer = tmp_path / "newer.db"
    fill_store(newer, EVENTS[:1])
    connection = open_plain(newer)
    connection.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('store', '0999_x', 'now')")
    connection.close()
    assert run_query(newer, "", None, "text", 1) == 3
    assert run_sources(newer, False) == 3
    assert "newer console" in capsys.readouterr().err


def test_sql_reads(path: Path, capsys) -> None:
    assert run_query(path, "", "SELECT count(*) AS n, min(seq) AS low FROM v_events", "json", 10) == 0
    assert lines(capsys) == ['{"n": 300, "low": 1}']
    assert run_query(path, "", "SELECT id FROM v_events ORDER BY id", "text", 3) == 0
    output = capsys.readouterr()
    assert output.out == "1\n2\n3\n"
    assert "more rows" in output.err


@pytest.mark.parametrize("sql", ["DELETE FROM events", "ATTACH 'x.db' AS x", "PRAGMA writable_schema=1", "SELEC 1", "",
                                 "SELECT 1; DROP TABLE events", "VACUUM INTO 'copy.db'", "SELECT load_extension('x')",
                                 "CREATE TEMP TABLE t (x)", "SELECT * FROM nothing"])  # fmt: skip
def test_sql_cannot_write_and_its_errors_are_usage(path: Path, capsys, sql: str) -> None:
    before = path.read_bytes()
    assert run_query(path, "", sql, "text", 10) == 2
    assert capsys.readouterr().err.startswith("query: ")
    assert path.read_bytes() == before
    assert not Path("x.db").exists()
    assert not Path("copy.db").exists()


def test_sources(path: Path, capsys) -> None:
    assert run_sources(path, True) == 0
    record: dict[str, Any] = json.loads(lines(capsys)[0])
    assert (record["name"], record["events"], record["gap_events"], record["quarantined"]) == ("server", 300, 10, 1)
    assert run_sources(path, False) == 0
    assert "300 events" in lines(capsys)[0]


def test_head_may_close_the_pipe(path: Path) -> None:
    sql = "SELECT p.payload FROM v_events p, v_events q"
    command = [sys.executable, "-m", "console", "query", "--sql", sql, "--db", str(path), "--limit", "50000"]
    query = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert query.stdout is not None
    assert query.stderr is not None
    assert query.stdout.readline()
    query.stdout.close()
    assert "Broken" not in query.stderr.read()
    query.stderr.close()
    assert query.wait(30) == 0


@pytest.mark.parametrize(
    ("code", "banned"),
    [
        (
            "import sys; sys.argv[1:] = ['--version']; from console.__main__ import main; main()",
            ("typer", "PySide6", "console.cli"),
        ),
        ("import console.commands.collect", ("PySide6", "pyqtgraph")),
        ("import console.commands.query", ("PySide6", "pyqtgraph")),
        ("import console.commands.doctor", ("PySide6", "pyqtgraph")),
    ],
)
def test_commands_load_only_what_they_need(code: str, banned: tuple[str, ...]) -> None:
    check = f"{code}\nimport sys; print([name for name in {banned!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"

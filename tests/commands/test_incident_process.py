"""The window's child for work on bundles: a job in, lines out, and the end of its input means cancel."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.areas.incidents.store.importing import stored_manifest
from console.store.database import open_reader
from tests.areas.whole_store import WholeStore
from tests.store_filling import sample_events

COMMAND = [sys.executable, "-m", "console", "incident-process"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    store = WholeStore(tmp_path / "home.db")
    store.attach("server")
    store.arrive(sample_events(300))
    store.close()
    return store.path


def run(job: Any, *, close: bool = False) -> tuple[int, list[dict[str, Any]]]:
    """Do a job with its input left open until it ends, or closed at once; returns the exit code and what it said."""
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write((job if isinstance(job, str) else json.dumps(job)).encode() + b"\n")
    process.stdin.flush()
    if close:
        process.stdin.close()
    lines = [json.loads(line) for line in process.stdout]
    if not close:
        process.stdin.close()
    errors = process.stderr.read().decode()
    process.stdout.close()
    process.stderr.close()
    assert errors == ""
    return process.wait(), lines


def export(home: Path, out: Path, **more: Any) -> dict[str, Any]:
    job = {"do": "export", "store": str(home), "out": str(out), "replace": False, "selection": {}, "profiles": []}
    return {**job, "title": "T", "notes": [], "pictures": [], "report": False, **more}


def test_an_export_is_told_of_and_opens_again(home: Path, tmp_path: Path) -> None:
    code, lines = run(export(home, tmp_path / "one.vcb", notes=[["Note", "see"]], report=True))
    assert code == 0, lines
    assert {line["type"] for line in lines[:-1]} == {"progress"}
    assert lines[-1]["type"] == "done"
    assert lines[-1]["result"]["manifest"]["counts"]["events"] == 300
    assert lines[-1]["result"]["bytes"] == (tmp_path / "one.vcb").stat().st_size
    code, lines = run({"do": "verify", "path": str(tmp_path / "one.vcb")})
    assert (code, lines[-1]["result"]["manifest"]["title"]) == (0, "T")
    code, lines = run({"do": "open", "path": str(tmp_path / "one.vcb"), "db": str(tmp_path / "new.db")})
    assert (code, lines[-1]["result"]["kind"]) == (0, "bundle")
    connection = open_reader(tmp_path / "new.db")
    assert stored_manifest(connection) is not None
    connection.close()


def test_the_end_of_its_input_cancels(home: Path, tmp_path: Path) -> None:
    code, lines = run(export(home, tmp_path / "one.vcb"), close=True)
    assert code == 1
    assert "cancelled" in lines[-1]["words"]
    assert not (tmp_path / "one.vcb").exists()


def test_a_file_that_is_no_bundle_opens_with_its_bounds(tmp_path: Path, fixtures: Path) -> None:
    code, lines = run({"do": "open", "path": str(fixtures / "vivim-error-posts.jsonl"), "db": str(tmp_path / "new.db")})
    result = lines[-1]["result"]
    assert (code, result["kind"], result["quarantined"]) == (0, "posts", 0)
    assert 0 < result["from_ms"] < result["to_ms"]


def test_what_a_dead_window_left_is_removed_and_nothing_else(tmp_path: Path, fixtures: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = [f"vivim-incident-{number}-abc" for number in (os.getpid(), os.getppid(), dead.pid)]
    folders = [tmp_path / name for name in (*names, f"vivim-incident-{dead.pid}", f"other-{dead.pid}-abc")]
    for folder in folders:
        folder.mkdir()
        (folder / "incident.db").write_text("x", "utf-8")
    source = fixtures / "vivim-error-posts.jsonl"
    code, _ = run({"do": "open", "path": str(source), "db": str(folders[0] / "new.db")})
    assert code == 0
    assert [folder.exists() for folder in folders] == [True, True, False, True, True]


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("no json", "no job that is known"),
        ({"do": "dance"}, "no job that is known"),
        ([], "no job that is known"),
        ({"do": "verify", "path": "/nowhere/x.vcb"}, "/nowhere/x.vcb: No such file or directory"),
        ({"do": "open", "path": "/dev/null", "db": "/tmp/never.db"}, "no file"),
    ],
)
def test_what_cannot_be_done_is_said(job: Any, words: str) -> None:
    code, lines = run(job)
    assert code == 1
    assert words in lines[-1]["words"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"selection": {"filter": "level:("}}, ""),
        ({"selection": {"ids": "x"}}, "Expected"),
        ({"selection": {"until_ms": 0}}, "nothing in the store matches"),
        ({"profiles": ["[keys]\nsecret = 3"]}, "line 2"),
        ({"pictures": [["p", "bm8gcG5n"]]}, "no PNG"),
        ({"out": "/nowhere/x.vcb"}, "/nowhere"),
    ],
)
def test_what_cannot_be_exported_is_said_and_nothing_is_written(
    home: Path, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    code, lines = run({**export(home, tmp_path / "one.vcb"), **changes})
    assert code == 1
    assert words in lines[-1]["words"]
    assert [path.suffix for path in tmp_path.iterdir() if path.suffix not in (".db", ".db-wal", ".db-shm", ".lock")] == []


def test_a_file_that_is_there_is_replaced_only_when_told(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.vcb"
    out.write_text("mine", "utf-8")
    code, lines = run(export(home, out))
    assert (code, out.read_text("utf-8")) == (1, "mine")
    assert "is there already" in lines[-1]["words"]
    code, _ = run(export(home, out, replace=True))
    assert (code, out.read_bytes()[:2]) == (0, b"PK")


@pytest.mark.parametrize("how", [["--open"], ["open"], []])
def test_a_file_can_be_named_in_three_ways(how: list[str]) -> None:
    command = [sys.executable, "-m", "console", *how, "/nowhere/x.vcb"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "/nowhere/x.vcb: No such file" in done.stderr

import json
import subprocess
import sys
from pathlib import Path

import pytest

from console.commands.trace import run_trace
from tests.areas.trace.samples import push, said, trace_store
from tests.store_filling import START_MS


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    late = said(400, "network", "\x1b[31m<b>late\u202e", correlationId="skewed")
    return trace_store(tmp_path_factory.mktemp("trace") / "store.db", [*push("plain"), *push("skewed", 0, 5_000), late])


def test_text_shows_lanes_clocks_silence_and_the_first_failure(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_trace(path, "skewed", False, False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "trace skewed"
    assert lines[1] == "6 events · 3 services · 400 ms · 2 failed · clocks corrected"
    assert "  server   clock +5000 ms ± 11, 1 pair  (2 events, 1 failed)" in lines
    assert "  network  clock unknown  (1 events)" in lines
    (first,) = [line for line in lines if "FIRST FAILURE" in line]
    assert "duplicate key" in first
    assert first.split()[:2] == ["+30.0", "ms"]
    (follows,) = [line for line in lines if "◀ follows" in line]
    assert "push failed" in follows
    assert lines[-2].strip() == "⋮ 349 ms with nothing reported"
    assert lines[-1].endswith("␛[31m<b>late⟨U+202E⟩")


def test_as_told_leaves_the_clocks_alone(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_trace(path, "skewed", False, True) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith("5.04 s · 2 failed · clocks as told")
    (first,) = [line for line in lines if "FIRST FAILURE" in line]
    assert "push failed" in first


def test_json_has_all_facts(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_trace(path, "event:7", True, False) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["asked"], found["ids"], found["found"], found["cut"]) == ("event:7", ["skewed"], 6, False)
    assert found["corrected"] is True
    assert found["first_failure"] == 7
    assert found["consequences"] == {"10": "same request"}
    server = next(one for one in found["services"] if one["service"] == "server")
    assert (server["offset_ms"], server["pairs"], server["failed"]) == (5_000, 1, 1)
    assert [one["id"] for one in found["events"]] == [9, 6, 8, 7, 10, 11]
    first = next(one for one in found["events"] if one["id"] == 7)
    assert (first["ts_ms"], first["start_ms"]) == (START_MS + 5_030, START_MS + 30)
    assert {"request", "processing", "database", "response", "error"} == {step["step"] for step in found["steps"]}
    assert found["silences"][0]["duration_ms"] == 349
    assert found["pairs"] == [{"client": 9, "server": 8, "offset_ms": 5_000, "slack_ms": 10}]


def test_what_cannot_be_shown_is_said(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_trace(path, "nothing\x1b", False, False) == 1
    assert capsys.readouterr().err.startswith("trace: No event with the id nothing␛ is kept")
    assert run_trace(tmp_path / "none.db", "x", True, False) == 3
    assert "no such store" in capsys.readouterr().err


def test_the_command_line_knows_it_and_loads_no_qt(path: Path) -> None:
    code = (
        "import sys; from console.cli import app;"
        "app(['trace', 'plain', '--json', '--db', sys.argv[1]], standalone_mode=False);"
        "print([name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    facts, loaded = done.stdout.splitlines()
    assert json.loads(facts)["ids"] == ["plain"]
    assert loaded == "[]"

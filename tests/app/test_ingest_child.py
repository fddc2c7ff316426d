"""The ingest process from the window's side, with a tiny process in its place."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.app.ingest_child import IngestChild

SCRIPT = """
import json, sys
def say(**message): print(json.dumps(message), flush=True)
say(type="ready", db="x")
for line in sys.stdin:
    command = json.loads(line)
    if command["cmd"] == "die":
        sys.stderr.write("it hurts\\n")
        sys.exit(7)
    if command["cmd"] == "babble":
        print("no json", flush=True)
        say(type="fault", text="disk full")
        say(type="tick", last_id=41)
        say(type="changed", area="sync")
        say(type="tick", last_id=42)
    say(type="answer", id=command["id"], ok=command["cmd"] != "pin", error="no such event", echo=command)
"""


@pytest.fixture
def child(qapp: Any, tmp_path: Path) -> Iterator[IngestChild]:
    script = tmp_path / "fake.py"
    script.write_text(SCRIPT)
    made = IngestChild([sys.executable, "-S", str(script)], backoff_ms=(20, 40))
    yield made
    made.stop()


def test_commands_wait_for_ready_and_get_their_answers(qtbot: Any, child: IngestChild) -> None:
    answers: list[Any] = []
    child.send({"cmd": "pin", "event": 3, "note": ""}, answers.append)
    child.start()
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=10_000)
    child.send({"cmd": "shrink"}, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=10_000)
    assert [answer["ok"] for answer in answers] == [False, True]
    assert answers[0]["echo"]["event"] == 3


def test_ticks_faults_and_nonsense_are_told_apart(qtbot: Any, child: IngestChild) -> None:
    ticks: list[int] = []
    faults: list[str] = []
    child.ticked.connect(ticks.append)
    child.fault.connect(faults.append)
    changed: list[str] = []
    child.changed.connect(changed.append)
    with qtbot.waitSignal(child.ready, timeout=10_000):
        child.start()
    child.send({"cmd": "babble"})
    qtbot.waitUntil(lambda: ticks == [41, 42], timeout=10_000)
    assert any("no json" in fault for fault in faults)
    assert "disk full" in faults
    assert changed == ["sync"]


def test_it_starts_again_says_so_and_attaches_again(qtbot: Any, child: IngestChild) -> None:
    with qtbot.waitSignal(child.ready, timeout=10_000):
        child.start()
    attached: list[Any] = []
    child.send({"cmd": "attach", "name": "server", "url": "ws://127.0.0.1:1"}, attached.append)
    child.send({"cmd": "attach", "name": "gone", "url": "ws://127.0.0.1:2"})
    child.send({"cmd": "detach", "name": "gone"})
    qtbot.waitUntil(lambda: bool(attached), timeout=10_000)
    unanswered: list[Any] = []
    lost: list[str] = []
    child.lost.connect(lost.append)
    with qtbot.waitSignals([child.lost, child.ready], timeout=10_000, order="strict"):
        child.send({"cmd": "die"}, unanswered.append)
    (words,) = lost
    assert "exit code 7" in words
    assert "it hurts" in words
    assert "starts again in 0.02 s" in words
    assert unanswered == [{"ok": False, "error": "ingest ended before it answered"}]
    assert list(child._attached) == ["server"]
    answers: list[Any] = []
    child.send({"cmd": "shrink"}, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    assert answers[0]["echo"]["id"] >= 6  # one id went to the attach that was repeated


def test_stop_closes_its_input_and_starts_nothing(qtbot: Any, child: IngestChild) -> None:
    with qtbot.waitSignal(child.ready, timeout=10_000):
        child.start()
    process = child._process
    assert process is not None
    lost: list[str] = []
    child.lost.connect(lost.append)
    child.stop()
    assert process.exitCode() == 0
    assert lost == []


def test_a_deaf_process_is_killed(qtbot: Any, qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.app.ingest_child.KILL_AFTER_MS", 100)
    script = tmp_path / "deaf.py"
    script.write_text('import time\nprint(\'{"type":"ready"}\', flush=True)\ntime.sleep(60)\n')
    child = IngestChild([sys.executable, "-S", str(script)])
    with qtbot.waitSignal(child.ready, timeout=10_000):
        child.start()
    child.stop()
    assert child._process is None or child._process.state() == child._process.ProcessState.NotRunning


def test_a_command_that_is_missing_is_said(qtbot: Any, qapp: Any) -> None:
    child = IngestChild(["/nonexistent/python"], backoff_ms=(60_000,))
    with qtbot.waitSignal(child.lost, timeout=10_000) as caught:
        child.start()
    assert "could not be started" in caught.args[0]
    child.stop()

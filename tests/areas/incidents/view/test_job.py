"""Work in a process of its own: told, cancelled, refused, or broken, and always with an end that is said once."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from console.areas.incidents.view.job import Job

TELL = "import json,sys; job=json.loads(sys.stdin.readline()); say=lambda m: print(json.dumps(m), flush=True);"


class Ended:
    """A job, and what it said at its end."""

    def __init__(self, code: str, *, command: list[str] | None = None) -> None:
        self.ends: list[tuple[str, Any]] = []
        self.steps: list[tuple[int, int]] = []
        self.job = Job({"do": "x"}, command=command or [sys.executable, "-c", TELL + code])
        self.job.progressed.connect(lambda done, total: self.steps.append((done, total)))
        self.job.done.connect(lambda found: self.ends.append(("done", found)))
        self.job.failed.connect(lambda words: self.ends.append(("failed", words)))
        self.job.cancelled.connect(lambda: self.ends.append(("cancelled", None)))
        self.job.start()


@pytest.fixture
def jobs() -> Iterator[list[Ended]]:
    made: list[Ended] = []
    yield made
    for one in made:
        one.job.stop()


def run(qtbot: QtBot, jobs: list[Ended], code: str, **options: Any) -> Ended:
    ended = Ended(code, **options)
    jobs.append(ended)
    qtbot.waitUntil(lambda: bool(ended.ends), timeout=20_000)
    return ended


def test_it_gets_its_work_and_tells_of_steps_and_result(qtbot: QtBot, jobs: list[Ended]) -> None:
    ended = run(qtbot, jobs, "say({'type':'progress','done':1,'total':2}); say({'type':'done','result':job})")
    assert ended.steps == [(1, 2)]
    assert ended.ends == [("done", {"do": "x"})]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("say({'type':'failed','words':'events.ndjson: its hash is wrong'})", "events.ndjson: its hash is wrong"),
        ("raise SystemExit('boom')", "exit code 1): boom"),
        ("print('no json')", "exit code 0): no json"),
        ("import os; os.kill(os.getpid(), 9)", "without an answer"),
    ],
)
def test_what_goes_wrong_is_said(qtbot: QtBot, jobs: list[Ended], code: str, words: str) -> None:
    (end,) = run(qtbot, jobs, code).ends
    assert end[0] == "failed"
    assert words in end[1]


def test_a_program_that_is_not_there_is_said(qtbot: QtBot, jobs: list[Ended], tmp_path: Path) -> None:
    (end,) = run(qtbot, jobs, "", command=[str(tmp_path / "none")]).ends
    assert end[0] == "failed"
    assert "could not be started" in end[1]


def test_cancel_is_the_end_of_its_input(qtbot: QtBot, jobs: list[Ended]) -> None:
    ended = Ended(
        "say({'type':'progress','done':1,'total':2}); sys.stdin.read(); say({'type':'failed','words':'cancelled'})"
    )
    jobs.append(ended)
    qtbot.waitUntil(lambda: bool(ended.steps), timeout=20_000)
    ended.job.cancel()
    qtbot.waitUntil(lambda: bool(ended.ends), timeout=20_000)
    assert ended.ends == [("cancelled", None)]


def test_what_was_done_before_it_heard_of_the_cancel_is_done(qtbot: QtBot, jobs: list[Ended]) -> None:
    ended = Ended("say({'type':'progress','done':1,'total':2}); sys.stdin.read(); say({'type':'done','result':{}})")
    jobs.append(ended)
    qtbot.waitUntil(lambda: bool(ended.steps), timeout=20_000)
    ended.job.cancel()
    qtbot.waitUntil(lambda: bool(ended.ends), timeout=20_000)
    assert ended.ends == [("done", {})]


def test_one_that_does_not_hear_is_killed(qtbot: QtBot, jobs: list[Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.areas.incidents.view.job.KILL_AFTER_MS", 100)
    ended = Ended("say({'type':'progress','done':1,'total':2}); import time; time.sleep(600)")
    jobs.append(ended)
    qtbot.waitUntil(lambda: bool(ended.steps), timeout=20_000)
    ended.job.cancel()
    qtbot.waitUntil(lambda: bool(ended.ends), timeout=20_000)
    assert ended.ends == [("cancelled", None)]


def test_the_real_child_verifies_what_is_no_bundle(qtbot: QtBot, jobs: list[Ended], tmp_path: Path) -> None:
    path = tmp_path / "no.vcb"
    path.write_text("nothing", "utf-8")
    job = Job({"do": "verify", "path": str(path)})
    with qtbot.waitSignal(job.failed, timeout=30_000) as failed:
        job.start()
    assert "bundle" in failed.args[0]
    assert json.dumps(failed.args[0])

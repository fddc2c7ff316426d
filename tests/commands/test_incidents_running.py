"""Exports and imports that are ended half way, and files that open the window."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.areas import area_migrations
from tests.commands.incident_commands import export, names, run
from tests.store_filling import fill_store, sample_events


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.db"
    fill_store(path, sample_events(20_000, step_ms=1), migrations=area_migrations())
    return path


@pytest.fixture(scope="module")
def big_bundle(big: Path) -> Path:
    bundle = big.with_name("big.vcb")
    export(big, bundle)
    return bundle


def test_a_full_disk_leaves_nothing(big: Path, tmp_path: Path) -> None:
    script = """import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
from console.cli import app
app(sys.argv[1:])"""
    command = [sys.executable, "-c", script, "export", "--db", str(big), "--out", str(tmp_path / "i.vcb")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50)
    assert done.returncode == 3, done.stderr
    assert "File too large; nothing was written" in done.stderr
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_an_export_and_leaves_nothing(big: Path, tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "console", "export", "--db", str(big), "--out", str(tmp_path / "i.vcb")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("20,000 events, about ")
    os.killpg(process.pid, number)
    said, errors = process.communicate(timeout=50)
    assert process.returncode == 1, errors
    assert "the export was cancelled; nothing of it is left" in errors
    assert "Traceback" not in errors
    assert said == ""
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_an_import_and_leaves_nothing(big_bundle: Path, tmp_path: Path, number: signal.Signals) -> None:
    master, terminal = os.openpty()
    command = [sys.executable, "-m", "console", "import", str(big_bundle), "--db", str(tmp_path / "n.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, text=True, start_new_session=True) as process:
        os.close(terminal)
        shown = os.read(master, 100).decode()
        os.killpg(process.pid, number)
        said, _ = process.communicate(timeout=50)
        shown += read_all(master)
    assert "import: " in shown
    assert " of 20,000, " in shown
    assert "the import was cancelled; nothing of it is left" in shown
    assert (process.returncode, said, names(tmp_path)) == (1, "", [])


def read_all(master: int) -> str:
    """Return what a terminal still has to show; its other end is closed."""
    shown = b""
    try:
        while part := os.read(master, 65_536):
            shown += part
    except OSError:  # Linux tells the end of a terminal so
        pass
    finally:
        os.close(master)
    return shown.decode()


@pytest.mark.parametrize(
    ("arguments", "theme"), [(("i.vcb",), ""), (("--theme", "dark", "I.HAR"), "dark"), (("open", "any.thing"), "")]
)
def test_a_file_in_the_place_of_a_command_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], theme: str
) -> None:
    import console.commands.incidents_window as window

    monkeypatch.chdir(tmp_path)
    (tmp_path / arguments[-1]).write_text("{}")
    opened: list[Any] = []
    monkeypatch.setattr(window, "window_problem", lambda: None)
    monkeypatch.setattr("console.app.application.run", lambda options: opened.append(options) or 0)
    run(*arguments)
    assert [(options.incident, options.theme) for options in opened] == [(Path(arguments[-1]), theme or None)]


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    assert "No such file" in run(tmp_path / "none.vcb", code=3)
    (tmp_path / "i.vcb").touch()
    assert "--theme 'pink'" in run("--theme", "pink", tmp_path / "i.vcb", code=2)
    assert "No such command" in run("i.txt", code=2)

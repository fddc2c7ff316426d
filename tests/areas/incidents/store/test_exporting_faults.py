"""An export that is killed, that runs out of disk, or whose processes die: whole or not at all, and it is said."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from console.areas.incidents.store import archive_leftovers, exporting, exporting_steps
from console.areas.incidents.store.archive import PARTIAL, written_whole
from console.areas.incidents.store.archive_leftovers import locked_folder
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.store.database import open_reader
from tests.areas.incidents.store.bundles import (
    export,
    leftovers,
)

KILLED = """
import os, signal, sys
from pathlib import Path
from console.areas.incidents.store import exporting
from tests.areas.incidents.store.bundles import export

def die(done, total):
    if done >= total * float(sys.argv[3]):
        print(os.getpid(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    exporting.FEW = 0
    export(Path(sys.argv[1]), Path(sys.argv[2]), progress=die, workers=int(sys.argv[4]))
"""


@pytest.mark.parametrize(("share", "workers"), [(0.1, 0), (1.0, 0), (0.1, 2), (0.7, 2)])
def test_a_killed_export_leaves_nothing_under_the_name_and_no_process(
    store: Path, tmp_path: Path, share: float, workers: int
) -> None:
    import psutil

    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    folder = tmp_path / "out"
    folder.mkdir()
    command = [sys.executable, str(script), str(store), str(folder / "a.vcb"), str(share), str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (folder / "a.vcb").exists()
    ours = [one for one in psutil.process_iter(["cmdline"]) if str(script) in (one.info["cmdline"] or [])]
    psutil.wait_procs(ours, timeout=10)
    left = leftovers(folder)
    assert all(name.startswith(".a.vcb.") for name in left)
    assert set(export(store, folder / "another.vcb").cleared) == set(left)
    assert leftovers(folder) == ["another.vcb"]


def test_a_report_that_was_being_made_is_cleared_away_too(store: Path, tmp_path: Path) -> None:
    left = tmp_path / f".a.vcb.x1{PARTIAL}-x2{PARTIAL}"
    (left / ".bundle.db-x3.partial").mkdir(parents=True)
    (left / "lock").touch()
    (left / "bundle.db").touch()
    assert export(store, tmp_path / "b.vcb").cleared == (left.name,)
    assert leftovers(tmp_path) == ["b.vcb"]


def test_what_another_export_writes_and_what_is_not_ours_stays(store: Path, tmp_path: Path) -> None:
    ours = tmp_path / "out"
    ours.mkdir()
    (ours / ".notes.txt.partial").touch()
    (ours / f".linked{PARTIAL}").symlink_to(store)
    with written_whole(ours / "a.vcb") as file, locked_folder(ours, ".a.vcb.x-", PARTIAL) as folder:
        file.write(b"under way")
        there = leftovers(ours)
        assert export(store, ours / "b.vcb").cleared == ()
        assert leftovers(ours) == sorted([*there, "b.vcb"])
        assert folder.exists()
    assert (ours / "a.vcb").read_bytes() == b"under way"
    assert store.exists()


def test_a_file_that_was_cleared_away_before_its_lock_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    make = tempfile.mkstemp

    def taken_at_once(*where: Any) -> tuple[int, str]:
        handle, name = make(*where)
        made.append(Path(name))
        if len(made) == 1:
            made[0].unlink()
        return handle, name

    monkeypatch.setattr(archive_leftovers.tempfile, "mkstemp", taken_at_once)
    with written_whole(tmp_path / "a.vcb") as file:
        file.write(b"whole")
    assert len(made) == 2
    assert (tmp_path / "a.vcb").read_bytes() == b"whole"


def test_a_folder_that_was_cleared_away_before_its_lock_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = archive_leftovers.fcntl.flock
    taken: list[str] = []

    def taken_at_once(file: Any, how: int) -> None:
        if not taken:
            taken.append(file.name)
            Path(file.name).unlink()
            Path(file.name).parent.rmdir()
        locked(file, how)

    monkeypatch.setattr(archive_leftovers.fcntl, "flock", taken_at_once)
    with locked_folder(tmp_path, ".a-", PARTIAL) as folder:
        assert (folder / "lock").exists()
        assert Path(taken[0]).parent != folder
    assert leftovers(tmp_path) == []


def test_what_another_person_left_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = tmp_path / f".a{PARTIAL}"
    left.mkdir()
    os.mkfifo(left / "lock")  # to open it would wait for ever
    monkeypatch.setattr(archive_leftovers.os, "getuid", lambda: left.stat().st_uid + 1)
    assert archive_leftovers.clear_leftovers(tmp_path, ".", PARTIAL) == []
    assert leftovers(tmp_path) == [left.name]


@pytest.mark.parametrize("room", [0, 4_000, 20_000, 60_000])
def test_a_full_disk_leaves_nothing(store: Path, tmp_path: Path, room: int) -> None:
    """The limit on a file's size stands in for it: it fails in the middle of a write as well."""
    out = tmp_path / "a.vcb"
    out.write_bytes(b"an older bundle")
    reader = open_reader(store)  # its shared memory is a file too, and there already
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            export(store, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
        reader.close()
    assert leftovers(tmp_path) == ["a.vcb"]
    assert out.read_bytes() == b"an older bundle"


def test_a_process_that_dies_is_said(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "FEW", 0)
    seen: list[int] = []

    def kill_one(done: int, total: int) -> None:
        import psutil

        if not seen:
            seen.append(done)
            for child in psutil.Process().children():
                if "spawn_main" in " ".join(child.cmdline()):
                    child.kill()
                    break

    with pytest.raises(ExportRefused, match="ended with code -9"):
        export(store, tmp_path / "a.vcb", workers=2, progress=kill_one)
    assert leftovers(tmp_path) == []


def test_a_fault_in_a_process_is_said(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "FEW", 0)
    broken = exporting_steps.TextBatch([("title", 5)])  # type: ignore[list-item]  # no text
    monkeypatch.setattr(exporting_steps, "TextBatch", lambda texts: broken)
    with pytest.raises(ExportRefused, match="redaction failed in TextBatch"):
        export(store, tmp_path / "a.vcb", workers=1)
    assert leftovers(tmp_path) == []


def test_a_bundle_is_never_larger_than_it_may_be(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.areas.incidents.store.archive.MAX_CONTENT", 50_000)
    with pytest.raises(ExportRefused, match="which nobody could open: choose less"):
        export(store, tmp_path / "a.vcb")
    assert leftovers(tmp_path) == []

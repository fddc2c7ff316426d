"""An export that is killed, that runs out of disk, or whose processes die: whole or not at all, and it is said."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from console.areas.incidents.store import exporting, exporting_steps
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
    export(store, folder / "a.vcb")
    assert leftovers(folder) == ["a.vcb"]


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

"""`bundle info`, `bundle verify` and `import` of what is no sound bundle, and exit codes where there is no room."""

import json
import os
import resource
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from console.store.database import open_reader
from tests.areas.incidents.store.bundles import export, make_store, members_of, repacked
from tests.commands.incident_commands import names, run


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("store") / "a.db", 60)


@pytest.fixture(scope="module")
def bundle(store: Path) -> Path:
    export(store, store.with_name("a.vcb"), title="All of it")
    return store.with_name("a.vcb")


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, which stands in for a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def verdict_of(path: Path) -> Any:
    """Return what `verify --json` says of a file that it refuses."""
    lines = run("bundle", "verify", path, "--json", code=1).splitlines()
    return json.loads(next(line for line in lines if line.startswith("{")))


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe.vcb")
    return tmp_path / "pipe.vcb"


def test_a_pipe_is_refused_at_once(pipe: Path, tmp_path: Path) -> None:
    for command in (("bundle", "info", pipe), ("bundle", "verify", pipe), ("import", pipe, "--db", tmp_path / "n.db")):
        assert "refused: it is no file, but a pipe" in run(*command, code=1)
    assert names(tmp_path) == ["pipe.vcb"]
    assert verdict_of(Path("/dev/zero")) == {"ok": False, "member": "", "reason": "it is no file, but a device"}


def test_a_folder_is_a_wrong_argument(tmp_path: Path) -> None:
    for command in (("bundle", "info", tmp_path), ("bundle", "verify", tmp_path), ("import", tmp_path, "--db", "n.db")):
        assert "is a directory" in " ".join(run(*command, code=2).split())


@pytest.mark.parametrize(
    ("change", "manifest"),
    [
        ({"notes/b.md": b"\xff"}, {}),
        ({"tables/pins.ndjson": b"[1]\n"}, {}),
        ({"report.html": b"<script>x</script>"}, {}),
        ({"pictures/x.png": b"GIF89a"}, {}),
        ({}, {"counts": {"events": 999_999}}),
        ({}, {"sources": []}),
        ({}, {"from_ms": 2**60}),
    ],
)
def test_verify_refuses_what_import_refuses(
    bundle: Path, tmp_path: Path, change: dict[str, bytes | None], manifest: dict[str, Any]
) -> None:
    path = repacked(bundle, tmp_path / "odd.vcb", change, lambda data: data.update(manifest))
    verdict = run("bundle", "verify", path, code=1).removeprefix("bundle: ")
    assert verdict == run("import", path, "--db", tmp_path / "n.db", code=1).removeprefix("import: ")
    facts = verdict_of(path)
    assert f"refused: {facts['member']}: {facts['reason']}" in verdict
    assert names(tmp_path) == ["odd.vcb"]


def test_what_is_sound_leaves_nothing_behind(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    members = len(members_of(bundle)) + 1
    assert run("bundle", "verify", bundle).startswith(f"{bundle}: sound; {members} members, ")
    assert names(tmp_path) == []


@pytest.mark.parametrize("lost", [1, 5, 30, 80])
def test_a_damaged_list_of_members_is_said_in_words(bundle: Path, tmp_path: Path, lost: int) -> None:
    raw = bundle.read_bytes()
    (tmp_path / "a.vcb").write_bytes(raw[:-lost] + raw[len(raw) - lost + 1 :])
    said = " ".join(run("bundle", "verify", tmp_path / "a.vcb", code=1).split())
    assert "the list of members at the end of the file is missing or damaged, so that nobody can tell which member" in said


@pytest.mark.parametrize("size", [0, 4_000, 20_000, 50_000])
@pytest.mark.parametrize("form", [(), ("--har",), ("--jsonl",), ("--html",)])
def test_no_room_for_an_export_is_exit_code_3(store: Path, tmp_path: Path, form: tuple[str, ...], size: int) -> None:
    with closing(open_reader(store)), room(size):  # the shared memory of its readers is a file too, and there already
        assert "export: " in run("export", "--db", store, "--out", tmp_path / "x.vcb", *form, code=3)
    assert names(tmp_path) == []


@pytest.mark.parametrize("size", [0, 4_000, 200_000])
def test_no_room_for_an_import_or_a_check_is_exit_code_3(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with room(size):
        run("import", bundle, "--db", tmp_path / "n.db", code=3)
        run("bundle", "verify", bundle, code=3)
    assert names(tmp_path) == []

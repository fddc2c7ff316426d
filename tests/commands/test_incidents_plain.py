"""HAR and JSONL: what leaves is masked as in a bundle, whole or not there at all, and opens again."""

import json
from pathlib import Path

import pytest

from console.areas import area_migrations, area_projections
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.store.exporting import ExportCancelled
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.commands.incidents_plain import export_plain
from console.model.facts import Quarantined
from console.store.writer import Writer
from tests.commands.incident_commands import SECRET, export, names, run
from tests.commands.incident_store import Run, fill_sessions
from tests.commands.test_incident_process import run as run_process
from tests.commands.test_incidents import events_of, exchange
from tests.store_filling import START_MS, read_text, sample_events

PRETTY = {"eventType": "log", "level": "info", "timestamp": START_MS + 1_000, "message": "pretty\nprinted"}


class Working:
    """Lets the work go on, or cancels it when all events have gone through."""

    def __init__(self, *, cancel: bool = False) -> None:
        self._cancels, self._is_cancelled = cancel, False

    def progress(self, done: int, total: int) -> None:
        self._is_cancelled = self._cancels and done == total

    def cancelled(self) -> bool:
        return self._is_cancelled


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "console.db"
    pretty = read_text(json.dumps(PRETTY, indent=1), START_MS + 1_000)
    events = [*sample_events(20), *(exchange(n) for n in range(5)), pretty]
    fill_sessions(path, [Run(events, START_MS, START_MS + 200_000)])
    writer = Writer(path, projections=area_projections(), migrations=area_migrations())
    writer.submit(Quarantined("server", "epoch-1", 900, "no JSON", b"\xff broken", 8, START_MS + 3_000))
    writer.close()
    return path


def test_events_one_a_line_masked_and_read_again(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "e.jsonl"
    facts = export(db, out, "--jsonl")
    text = out.read_text(encoding="utf-8")
    assert SECRET not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) == facts["events"] == 26
    assert PRETTY in lines
    assert facts["bytes"] == out.stat().st_size
    assert names(tmp_path) == ["e.jsonl"]
    new = tmp_path / "new.db"
    run("import", out, "--db", new)
    assert sorted(map(json.dumps, events_of(new))) == sorted(map(json.dumps, lines))


@pytest.mark.parametrize("form", ["har", "jsonl"])
def test_cancelled_late_it_leaves_what_was_there(db: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "x"
    out.write_text("mine")
    with pytest.raises(ExportCancelled):
        export_plain(form, db, Selection(), default_profile(), out, Working(cancel=True))
    assert (out.read_text(), names(tmp_path)) == ("mine", ["x"])


def test_nothing_to_write_is_refused(db: Path, tmp_path: Path) -> None:
    events = Selection(until_ms=START_MS + 500)
    with pytest.raises(ExportRefused, match="no event holds a request and its response"):
        export_plain("har", db, events, default_profile(), tmp_path / "x.har", Working())
    assert names(tmp_path) == []


def test_both_at_once_and_what_they_cannot_hold_are_wrong(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "x"
    assert "not both" in run("export", "--db", db, "--out", out, "--har", "--jsonl", code=2)
    assert "JSONL file takes neither" in run("export", "--db", db, "--out", out, "--jsonl", "--title", "T", code=2)
    assert names(tmp_path) == []


@pytest.mark.parametrize(("form", "records"), [("har", 5), ("jsonl", 26)])
def test_the_window_s_child_makes_them_with_the_profile_of_the_window(
    db: Path, tmp_path: Path, form: str, records: int
) -> None:
    out = tmp_path / f"one.{form}"
    job = {"do": "export", "form": form, "store": str(db), "out": str(out), "replace": False, "selection": {}}
    code, lines = run_process({**job, "profiles": ['[paths]\nmask = ["data.operation"]']})
    assert code == 0, lines
    result = lines[-1]["result"]
    assert (result["form"], result["records"], result["bytes"]) == (form, records, out.stat().st_size)
    assert result["manifest"]["redaction"]["rules"]["path"] >= 5
    text = out.read_text(encoding="utf-8")
    assert SECRET not in text
    assert "acu.search" not in text

"""`export`, `import` and `bundle` as a person or a script runs them."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.areas import area_migrations, area_projections
from console.cli import app
from console.model.event import Event
from console.model.facts import CoverageLost, GapFound, Quarantined
from console.store.writer import Writer
from tests.areas.errors.error_store import failure
from tests.commands.incident_commands import SECRET, export, names, run
from tests.commands.incident_store import Run, fill_sessions
from tests.store_filling import START_MS, fill_store, read_text, sample_events

NEXT = START_MS + 3_600_000


def exchange(number: int) -> Event:
    """A request with its response, and a secret in its headers and its address."""
    report = {
        "eventType": "performance", "timestamp": START_MS + 120_000 + number, "service": "server",
        "data": {"operation": "acu.search", "correlationId": f"trip-{number}"},
        "request": {"method": "GET", "url": f"https://api.example/v1/acus?n={number}&token={SECRET}",
                    "headers": {"Authorization": f"Bearer {SECRET}", "Accept": "*/*"}},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"hits": [number]}},
        "performance": {"duration": 12.5},
    }  # fmt: skip
    return read_text(json.dumps(report), START_MS + 120_000 + number)


FIRST = [*sample_events(200), *(exchange(n) for n in range(5))]
SECOND = [failure("save", NEXT + 1_000 * n, message="boom \x1b[31m") for n in range(1, 11)]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("incidents") / "console.db"
    fill_sessions(path, [Run(FIRST, START_MS, START_MS + 200_000), Run(SECOND, NEXT, NEXT + 60_000)])
    return path


def events_of(db: Path) -> list[str]:
    done = CliRunner().invoke(app, ["query", "--json", "--limit", "5000", "--db", str(db)])
    return [json.loads(line)["payload"] for line in done.output.splitlines()]


def test_a_bundle_goes_out_and_comes_back_with_secrets_masked(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.vcb"
    facts = export(db, out, "--title", f"It fails, token={SECRET}")
    assert (facts["out"], facts["bytes"], facts["counts"]["events"]) == (str(out), out.stat().st_size, 215)
    assert facts["masked"]["total"] >= 10
    assert sum(facts["masked"]["rules"].values()) == facts["masked"]["total"]
    with zipfile.ZipFile(out) as archive:
        assert not [name for name in archive.namelist() if SECRET.encode() in archive.read(name)]
    new = tmp_path / "new.db"
    assert run("import", out, "--db", new) == f"{new}: 215 events from a bundle\n"
    before, after = events_of(db), events_of(new)
    assert len(before) == len(after) == 215
    assert sum(one == other for one, other in zip(before, after, strict=True)) == 210
    assert len(run("errors", "--json", "--db", new).splitlines()) == len(run("errors", "--json", "--db", db).splitlines())


@pytest.mark.parametrize(
    ("arguments", "events"),
    [
        (("type:performance duration:12.5",), 5),
        (("--correlation", "trip-1"), 1),
        (("--correlation", "trip-1", "--correlation", "trip-3"), 2),
        (("--correlation", "trip-1", "--around", "1s"), 5),
        (("--session", "2"), 10),
        (("--session", "2", "--correlation", "trip-1"), None),
        (("--session", "1", "--correlation", "trip-1"), 1),
        (("--since", "2020-01-01", "--until", "2020-01-02"), None),
        (("--until", "2100-01-01", "level:error", "--session", "2"), 10),
        (("--group", "9999"), None),
        (("--conflict", "9999"), None),
    ],
)
def test_what_goes_into_it(db: Path, tmp_path: Path, arguments: tuple[str, ...], events: int | None) -> None:
    out = tmp_path / "some.vcb"
    if events is None:
        assert "nothing in the store matches" in run("export", "--db", db, "--out", out, *arguments, code=1)
        assert names(tmp_path) == []
    else:
        assert export(db, out, *arguments)["counts"]["events"] == events


def test_a_group_by_its_number(db: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in run("errors", "--json", "--db", db).splitlines()]
    save = next(row for row in rows if row["culprit"].startswith("save"))
    chosen = next(row for row in rows if row["id"] != save["id"])
    assert export(db, tmp_path / "g.vcb", "--group", str(chosen["id"]))["counts"]["events"] == chosen["kept"]
    both = export(db, tmp_path / "b.vcb", "--group", str(chosen["id"]), "--group", str(save["id"]))
    assert both["counts"]["events"] == chosen["kept"] + save["kept"]


def test_the_size_and_what_is_masked_are_said_before(db: Path, tmp_path: Path) -> None:
    text = run("export", "--db", db, "--dry-run", "type:performance duration:12.5")
    assert text.startswith("5 events, about ")
    assert "in them: " in text
    assert "masked (" in text
    assert "request.headers.Authorization" in text
    facts = json.loads(run("export", "--db", db, "--dry-run", "--json", "type:performance duration:12.5"))
    assert (facts["events"], facts["sampled"]) == (5, 5)
    assert facts["masked"]["total"] == sum(one["times"] for one in facts["masked"]["paths"])
    assert run("export", "--db", db, "--out", tmp_path / "a.vcb").startswith("215 events, about ")


def test_notes_and_the_report_beside_the_bundle(db: Path, tmp_path: Path) -> None:
    note = tmp_path / "What I saw.md"
    note.write_text(f"# Saw\n<script>x</script> password={SECRET}", encoding="utf-8")
    facts = export(db, tmp_path / "i.vcb", "--html", "--note", note, "--title", "It <b>fails</b>", "--session", "2")
    assert facts["page"] == str(tmp_path / "i.html")
    page = (tmp_path / "i.html").read_text(encoding="utf-8")
    assert "It &lt;b&gt;fails&lt;/b&gt;" in page
    assert "<script" not in page
    assert SECRET not in page
    assert "What I saw" in page
    with zipfile.ZipFile(tmp_path / "i.vcb") as archive:
        assert archive.read("report.html").decode() == page
        assert SECRET not in archive.read("notes/What I saw.md").decode()


def test_a_profile_masks_more(db: Path, tmp_path: Path) -> None:
    profile = tmp_path / "p.toml"
    profile.write_text('[keys]\nsecret = ["operation"]\n', encoding="utf-8")
    facts = export(db, tmp_path / "i.vcb", "--profile", profile)
    assert any(one["path"].endswith("data.operation") for one in facts["masked"]["paths"])
    profile.write_text("[keys]\nsecrets = []\n", encoding="utf-8")
    assert "p.toml: line 2" in run("export", "--db", db, "--dry-run", "--profile", profile, code=2)


def test_har_of_what_holds_request_and_response(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "i.har"
    assert export(db, out, "--har")["entries"] == 5
    text = out.read_text(encoding="utf-8")
    assert SECRET not in text
    entries = json.loads(text)["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [200] * 5
    assert entries[0]["request"]["url"].startswith("https://api.example/v1/acus?n=0&token=")
    assert names(tmp_path) == ["i.har"]
    assert "no event holds a request" in run(
        "export", "--har", "--session", "2", "--db", db, "--out", tmp_path / "n.har", code=1
    )
    assert names(tmp_path) == ["i.har"]
    new = tmp_path / "har.db"
    assert run("import", out, "--db", new).endswith("events from a HAR file\n")
    assert len(events_of(new)) == 6


def test_other_files_become_stores(tmp_path: Path) -> None:
    lines = tmp_path / "e.jsonl"
    lines.write_text("".join(event.text + "\n" for event in sample_events(20)) + "no event\n", encoding="utf-8")
    facts = json.loads(run("import", lines, "--db", tmp_path / "n.db", "--json"))
    assert facts == {"db": str(tmp_path / "n.db"), "kind": "jsonl", "events": 20, "quarantined": 1}
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    assert "refused" in run("import", empty, "--db", tmp_path / "x.db", code=1)
    assert not (tmp_path / "x.db").exists()


def test_info_and_verify(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "i.vcb"
    export(db, out, "--session", "2", "--title", "It \x1b[2J fails")
    text = run("bundle", "info", out)
    assert text.splitlines()[0].startswith("It ")
    assert "10 events" in text
    assert "server (websocket): nothing is known to be missing" in text
    manifest = json.loads(run("bundle", "info", out, "--json"))
    assert (manifest["schema"], manifest["counts"]["events"]) == (1, 10)
    assert ": sound; " in run("bundle", "verify", out)
    facts = json.loads(run("bundle", "verify", out, "--json"))
    assert (facts["ok"], facts["members"]) == (True, len(manifest["members"]) + 1)


def test_a_session_names_the_bundle_when_nobody_does(db: Path, tmp_path: Path) -> None:
    export(db, tmp_path / "i.vcb", "--session", "2")
    assert run("bundle", "info", tmp_path / "i.vcb").startswith("Session 2\n")


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    db = tmp_path / "gaps.db"
    gap = GapFound("server", "epoch-1", 300, 309, "evicted", START_MS + 1_000)
    lost = CoverageLost("server", "k", START_MS + 2_000, START_MS + 3_000, "unknown")
    raw = Quarantined("server", "epoch-1", 310, "not JSON", f"password={SECRET}".encode(), 30, START_MS + 4_000)
    fill_store(db, sample_events(100), extra=(gap, lost, raw), projections=area_projections(), migrations=area_migrations())
    text = run("export", "--db", db, "--out", tmp_path / "i.vcb")
    assert "not all arrived where it was recorded: 10 events missing, coverage unknown 1 time" in text
    assert "1 gap with 10 events, coverage unknown 1 time" in run("bundle", "info", tmp_path / "i.vcb")


def test_a_changed_byte_is_refused_with_the_member(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "i.vcb"
    export(db, out)
    raw = bytearray(out.read_bytes())
    with zipfile.ZipFile(out) as archive:
        place = archive.getinfo("events.ndjson").header_offset + 60
    raw[place] ^= 1
    out.write_bytes(raw)
    assert "refused: events.ndjson: " in run("bundle", "verify", out, code=1)
    refused = json.loads(run("bundle", "verify", out, "--json", code=1).split("\n")[1])
    assert (refused["ok"], refused["member"]) == (False, "events.ndjson")
    assert "refused: events.ndjson: " in run("import", out, "--db", tmp_path / "n.db", code=1)
    assert names(tmp_path) == ["i.vcb"]


@pytest.mark.parametrize("command", [("bundle", "info"), ("bundle", "verify")])
def test_files_that_are_no_bundles(tmp_path: Path, command: tuple[str, str]) -> None:
    assert "No such file" in run(*command, tmp_path / "none.vcb", code=3)
    (tmp_path / "no.vcb").write_bytes(b"no bundle at all")
    assert "refused" in run(*command, tmp_path / "no.vcb", code=1)


def test_what_is_there_stays(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "i.vcb"
    out.write_text("mine")
    assert "is there already" in run("export", "--db", db, "--out", out, code=2)
    assert out.read_text() == "mine"
    export(db, out, "--replace")
    assert "is there already" in run("import", out, "--db", db, code=2)
    assert "there is no folder" in run("import", out, "--db", tmp_path / "none" / "n.db", code=2)
    (tmp_path / "p.html").write_text("mine")
    assert "is there already" in run("export", "--db", db, "--out", tmp_path / "p.vcb", "--html", code=2)
    assert not (tmp_path / "p.vcb").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "give --out FILE"),
        (("--out", "x.har", "--har", "--html"), "neither --html"),
        (("--out", "none/x.vcb"), "there is no folder"),
        (("--out", "x.html", "--html"), "is the name of the report"),
        (("--out", "x.vcb", "severty:high"), "severity"),
        (("--out", "x.vcb", "--since", "yesterday"), "--since 'yesterday'"),
        (("--out", "x.vcb", "--since", "1h level:error"), "give one time"),
        (("--out", "x.vcb", "--since", "1h", "--until", "2h"), "ends before it begins"),
        (("--out", "x.vcb", "--around", "near"), "--around 'near'"),
        (("--out", "x.vcb", "--session", "99"), "there is no session 99"),
        (("--out", "x.vcb", "--note", "none.md"), "No such file"),
        (("--out", "x.vcb", "--profile", "none.toml"), "No such file"),
    ],
)
def test_wrong_arguments_write_nothing(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert words in run("export", "--db", db, *arguments, code=2)
    assert names(tmp_path) == []


def test_stores_that_cannot_be_used(tmp_path: Path) -> None:
    assert "no such store" in run("export", "--db", tmp_path / "none.db", "--out", tmp_path / "x.vcb", code=3)
    (tmp_path / "text.db").write_text("no store")
    assert "is no store" in run("export", "--db", tmp_path / "text.db", "--dry-run", code=3)
    assert "No such file" in run("import", tmp_path / "none.vcb", "--db", tmp_path / "n.db", code=3)
    old = tmp_path / "old.db"
    fill_store(old, sample_events(3))
    assert "knows no sessions" in run("export", "--db", old, "--dry-run", "--session", "1", code=2)
    assert run("export", "--db", old, "--dry-run").startswith("3 events")
    assert "is of an older console" in run("export", "--db", old, "--out", tmp_path / "x.vcb", code=3)
    assert not (tmp_path / "x.vcb").exists()


def test_a_store_that_is_being_written_can_be_exported(db: Path, tmp_path: Path) -> None:
    writer = Writer(db, projections=area_projections(), migrations=area_migrations())
    try:
        assert export(db, tmp_path / "i.vcb")["counts"]["events"] == 215
    finally:
        writer.close()


@pytest.mark.parametrize("command", ["export", "import", "redact", "bundle info", "bundle verify", "sessions compare"])
def test_exit_codes_stand_in_the_help(command: str) -> None:
    text = " ".join(run(*command.split(), "--help").split())
    assert "Exit codes: 0 done, 1 " in text
    assert ", 2 wrong arguments, 3 " in text


@pytest.mark.parametrize("module", ["incidents", "incidents_import", "bundle", "redact", "sessions"])
def test_commands_load_no_qt(module: str) -> None:
    code = f"import console.commands.{module}, sys; print([n for n in ('PySide6', 'pyqtgraph') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""`contracts check`, `import` and `export` as a person or CI runs them."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.commands import changing
from console.commands.contract_files import example_files
from console.store.writer import Writer

SEARCH: dict[str, Any] = {
    "serviceName": "server",
    "endpoint": "/api/v1/acus/search",
    "method": "GET",
    "contractVersion": "1.0.0",
    "expectedParams": [{"name": "q", "type": "string"}],
    "expectedResponse": {"type": "object", "required": ["hits"], "properties": {"hits": {"type": "array"}}},
    "timeout": 300,
}


def changed(version: str, **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SEARCH), "contractVersion": version, **changes}


NULLABLE = {"type": "object", "required": ["hits"], "properties": {"hits": {"type": ["array", "null"]}}}
WIDER = changed("1.1.0", expectedParams=[{"name": "q", "type": "string"}, {"name": "k", "type": "integer"}])
BROKEN, BUMPED = changed("1.1.0", expectedResponse=NULLABLE), changed("2.0.0", expectedResponse=NULLABLE)


def write(path: Path, *contracts: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"contracts": contracts}), encoding="utf-8")
    return path


def run(*arguments: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["contracts", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write(tmp_path / "old.json", SEARCH)


def test_a_breaking_change_fails_ci_and_says_why(old: Path, tmp_path: Path) -> None:
    text = run("check", old, write(tmp_path / "new.json", BROKEN), code=1)
    assert "server GET /api/v1/acus/search" in text
    assert "BREAKING  response 2xx hits" in text
    assert "null" in text
    assert text.splitlines()[-1] == "1.0.0 → 1.1.0: 1 BREAKING; unbumped: no new major version"
    assert run("check", old, tmp_path / "new.json", "--fail-on", "none").endswith("no new major version\n")
    assert "unbumped" in run("check", old, tmp_path / "new.json", "--allow-bumped", code=1)


def test_a_new_major_version_passes_only_where_it_may(old: Path, tmp_path: Path) -> None:
    new = write(tmp_path / "new.json", BUMPED)
    assert "with a new major version" in run("check", old, new, code=1)
    assert "with a new major version" in run("check", old, new, "--allow-bumped")


def test_what_is_added_and_what_stays_pass(old: Path, tmp_path: Path) -> None:
    assert "1 ADDITIVE" in run("check", old, write(tmp_path / "new.json", WIDER))
    assert run("check", old, old) == "1.0.0 → 1.0.0: no change\n"


def test_machines_get_json_lines_or_one_sarif_log(old: Path, tmp_path: Path) -> None:
    new = write(tmp_path / "new.json", BROKEN)
    (line,) = run("check", old, new, "--json", code=1).splitlines()
    assert json.loads(line) | {"rule": "", "old": "", "new": ""} == {
        "service": "server", "method": "GET", "endpoint": "/api/v1/acus/search", "direction": "response", "status": "2xx",
        "path": "hits", "kind": "became-nullable", "verdict": "BREAKING", "rule": "", "old": "", "new": "",
    }  # fmt: skip
    log = json.loads(run("check", old, new, "--sarif", code=1))
    (result,) = log["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("became-nullable", "error")
    assert "new.json" in json.dumps(result["locations"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "broken.json:1"),
        ('{"contracts": [{"endpoint": "/a"}]}', "serviceName: is missing"),
        ('{"openapi": "2.0", "paths": {}}', "2.0"),
        ("", "broken.json"),
    ],
)
def test_an_unreadable_file_is_no_verdict(old: Path, tmp_path: Path, content: str, words: str) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(content, encoding="utf-8")
    text = run("check", old, broken, code=2)
    assert words in text
    assert "nothing was compared" in text
    assert "BREAKING" not in text


def test_files_that_are_not_there_or_no_text(old: Path, tmp_path: Path) -> None:
    assert "No such file" in run("check", old, tmp_path / "none.json", code=2)
    (tmp_path / "raw.json").write_bytes(b"\xff\xfe\x00")
    assert "no UTF-8" in run("check", old, tmp_path / "raw.json", code=2)
    assert "--fail-on" in run("check", old, old, "--fail-on", "sometimes", code=2)
    assert "either --json or --sarif" in run("check", old, old, "--json", "--sarif", code=2)


def test_import_keeps_versions_side_by_side_and_says_what_it_did(old: Path, tmp_path: Path) -> None:
    db = tmp_path / "console.db"
    assert "1 contract added" in run("import", old, "--db", db)
    assert "0 contracts added, 0 replaced, 1 there already" in run("import", old, "--db", db)
    assert "1 contract added" in run("import", write(tmp_path / "new.json", BROKEN), "--db", db)
    told = json.loads(run("export", "--all-versions", "--db", db))["contracts"]
    assert [one["contractVersion"] for one in told] == ["1.1.0", "1.0.0"]
    assert json.loads(run("export", "--db", db)) == {"contracts": [told[0]]}
    other = write(tmp_path / "other.json", changed("1.0.0", timeout=500))
    text = run("import", other, "--db", db, code=1)
    assert "other.json: server GET /api/v1/acus/search 1.0.0: version 1.0.0 is there with another content" in text
    assert "1 replaced" in run("import", other, "--replace", "--db", db)


def test_import_keeps_what_is_sound_and_says_where_the_rest_breaks(old: Path, tmp_path: Path) -> None:
    mixed = write(tmp_path / "mixed.json", {**SEARCH, "timeout": -1}, WIDER)
    text = run("import", mixed, tmp_path / "none.json", "--db", tmp_path / "console.db", code=1)
    assert "mixed.json:1: contracts[0].timeout: wants milliseconds above 0" in text
    assert "No such file" in text
    assert "1 contract added" in text


def test_import_says_when_the_process_that_writes_does_not_answer(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "console.db"
    run("import", old, "--db", db)
    monkeypatch.setattr(changing, "TAKE_S", 0.1)
    writer = Writer(db)
    try:
        done = run("import", write(tmp_path / "new.json", WIDER), "--db", db, code=1)
    finally:
        writer.close()
    assert "another process writes this store" in done
    assert "nothing was changed" in done


def test_the_examples_can_be_imported_and_exported_in_every_form(tmp_path: Path) -> None:
    db = tmp_path / "console.db"
    first = json.loads(run("import", "--examples", "--json", "--db", db))
    assert first["added"] >= 8
    assert first["problems"] == first["refused"] == 0
    assert all(path.is_file() for path in example_files())
    for form in ("json", "yaml", "openapi"):
        target = tmp_path / f"all.{form}"
        run("export", "--format", form, "--out", target, "--db", db)
        again = json.loads(run("import", target, "--json", "--db", tmp_path / f"{form}.db"))
        assert again["problems"] == 0
        assert again["added"] == len(json.loads(run("export", "--db", db))["contracts"])
    assert "there is none of nobody" in run("export", "--service", "nobody", "--db", db, code=1)


def test_check_against_the_store(old: Path, tmp_path: Path) -> None:
    db = tmp_path / "console.db"
    run("import", old, "--db", db)
    assert "1 BREAKING" in run("check", write(tmp_path / "new.json", BROKEN), "--db", db, code=1)
    assert "no such" in run("check", old, "--db", tmp_path / "none.db", code=3).lower()


def test_import_wants_something(tmp_path: Path) -> None:
    assert "at least one file" in run("import", "--db", tmp_path / "console.db", code=2)


def test_a_check_of_a_file_that_is_not_read_whole_says_what_it_stumbles_over(tmp_path: Path) -> None:
    twice = write(tmp_path / "twice.json", SEARCH, SEARCH, SEARCH)
    text = run("check", twice, twice, code=2)
    assert "contracts[1]: GET /api/v1/acus/search of server 1.0.0 stands twice; the first is read" in text
    assert "(and 1 more problem)" in text
    assert "exit code 2: nothing was compared (1 means refused changes, 0 none)" in text


def test_check_and_import_refuse_the_same_circle(tmp_path: Path) -> None:
    circle = {"A": {"allOf": [{"$ref": "#/components/schemas/B"}]}, "B": {"allOf": [{"$ref": "#/components/schemas/A"}]}}
    content = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "a", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": content}}}},
        "components": {"schemas": circle},
    }
    file = tmp_path / "circle.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert "refers to itself" in run("check", file, file, code=2)
    assert "refers to itself" in run("import", file, "--db", tmp_path / "a.sqlite", code=1)


def test_a_method_in_the_endpoint_is_taken_apart_on_import(tmp_path: Path) -> None:
    file, db = write(tmp_path / "a.json", {**SEARCH, "endpoint": "POST /big", "method": None}), tmp_path / "a.sqlite"
    run("import", file, "--db", db)
    assert "POST /big" in run("show", "POST /big", "--db", db)
    assert "/big" in run("show", "/big", "--db", db)

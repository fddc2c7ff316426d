"""Files of contracts: what each would change, what is wrong with them, and in which parts they are sent."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.areas.contracts.view import import_reading
from console.areas.contracts.view.commanding import COMMAND_BYTES
from console.areas.contracts.view.import_reading import Candidate, Preview, parts_of, read_files
from console.areas.contracts.view.import_words import Outcome, outcome_words
from console.reporter.contracts.contract import read_contract
from console.store.database import open_reader
from tests.areas.contracts.view.contract_store import MESSAGES, SEARCH, changed, make_store

OPENAPI = {
    "openapi": "3.1.0", "info": {"title": "circles", "version": "1.0.0"},
    "paths": {"/circles/{id}": {"get": {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "one", "content": {"application/json": {"schema": {"type": "object"}}}}}}}},
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_store(tmp_path / "contracts.db", SEARCH, MESSAGES)


def preview(path: Path, *files: Path) -> Preview:
    connection = open_reader(path)
    try:
        return read_files(connection, files)
    finally:
        connection.close()


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_each_contract_says_what_it_would_change(path: Path, tmp_path: Path) -> None:
    file = write(tmp_path, "all.json", [
        SEARCH, changed(SEARCH, contractVersion="3.0.0"), changed(MESSAGES, timeout=7), changed(SEARCH, endpoint="/new"),
    ])  # fmt: skip
    found = preview(path, file)
    assert [one.kind for one in found.candidates] == ["same", "version", "conflict", "new"]
    assert found.troubles == ()
    assert {one.origin for one in found.candidates} == {"file"}


def test_openapi_and_yaml_are_read_and_named(path: Path, tmp_path: Path) -> None:
    yaml = "serviceName: x\nendpoint: /a\ncontractVersion: 1.0.0\n"
    found = preview(path, write(tmp_path, "api.json", OPENAPI), write(tmp_path, "one.yaml", yaml))
    told = [(one.file, one.origin, one.contract.service, one.contract.endpoint) for one in found.candidates]
    assert told == [("api.json", "openapi", "circles", "/circles/{id}"), ("one.yaml", "file", "x", "/a")]


def test_what_is_wrong_says_file_line_and_place_and_the_rest_is_read(path: Path, tmp_path: Path) -> None:
    text = "serviceName: x\nendpoint: /a\ncontractVersion: 1.0.0\nexpectedResponse:\n  type: objekt\n"
    found = preview(path, write(tmp_path, "bad.yaml", text), write(tmp_path, "good.json", changed(SEARCH, endpoint="/new")))
    (trouble,) = found.troubles
    assert (trouble.file, trouble.line, trouble.place) == ("bad.yaml", 5, "expectedResponse.type")
    assert [one.contract.endpoint for one in found.candidates] == ["/new"]


def test_files_that_cannot_be_read_are_told(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"{\xff\xfe}")
    large = write(tmp_path, "large.json", " " * 2_000)
    monkeypatch.setattr(import_reading, "FILE_BYTES", 1_000)
    found = preview(path, tmp_path / "none.json", binary, large)
    assert [one.file for one in found.troubles] == ["none.json", "binary.json", "large.json"]
    assert "cannot be read: No such file" in found.troubles[0].what
    assert found.troubles[1].what == "is no UTF-8 text: byte 1"
    assert "too much" in found.troubles[2].what


def test_a_folder_stands_for_its_files(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    folder.mkdir()
    write(folder, "b.json", changed(SEARCH, endpoint="/b"))
    write(folder, "a.yml", "serviceName: x\nendpoint: /a\ncontractVersion: 1.0.0\n")
    write(folder, "notes.txt", "no contract")
    found = preview(path, folder)
    assert [one.contract.endpoint for one in found.candidates] == ["/a", "/b"]
    assert found.files == 2


def test_a_contract_in_two_files_counts_once(path: Path, tmp_path: Path) -> None:
    document = changed(SEARCH, endpoint="/things/:id")
    other = changed(SEARCH, endpoint="/things/{key}", timeout=1)
    found = preview(path, write(tmp_path, "a.json", document), write(tmp_path, "b.json", other))
    assert [one.file for one in found.candidates] == ["a.json"]
    assert "stands in another file too" in found.troubles[0].what


def test_a_contract_too_large_for_a_command_is_told(path: Path, tmp_path: Path) -> None:
    found = preview(path, write(tmp_path, "a.json", changed(SEARCH, endpoint="/big", title="x" * COMMAND_BYTES)))
    assert found.candidates == ()
    assert "more than" in found.troubles[0].what


def candidate(number: int, size: int = 100, origin: str = "file", kind: str = "new") -> Candidate:
    document = changed(SEARCH, endpoint=f"/things/{number}")
    return Candidate("a.json", origin, kind, read_contract(document), document, size)


def test_parts_are_small_alike_and_hold_everything_once() -> None:
    many = [candidate(number, 3_000, ("file", "openapi")[number % 2], ("new", "conflict")[number % 3 == 0])
            for number in range(300)]  # fmt: skip
    parts = parts_of(many)
    assert sorted(one.contract.endpoint for part in parts for one in part) == sorted(one.contract.endpoint for one in many)
    assert all(sum(one.bytes for one in part) <= import_reading.PART_BYTES for part in parts)
    assert all(len(part) <= import_reading.PART_COUNT for part in parts)
    assert all(len({(one.origin, one.kind == "conflict") for one in part}) == 1 for part in parts)


def test_a_large_contract_goes_alone() -> None:
    sizes = [[one.bytes for one in part] for part in parts_of([candidate(1), candidate(2, 800_000), candidate(3)])]
    assert sizes == [[100], [800_000], [100]]


def test_what_became_of_an_import_in_words() -> None:
    outcome = Outcome()
    outcome.add({"added": 1, "same": 2, "replaced": 1, "refused": []})
    outcome.add({"added": 1, "same": 0, "replaced": 0, "refused": [["server GET /a 1", "no\nway"]]})
    assert outcome.changed == 3
    assert (
        outcome_words(outcome) == "2 contracts imported, 1 replaced, 2 there already, 1 refused.\n✖ server GET /a 1: no↵way"
    )
    assert outcome_words(Outcome(failure="the writer is gone")) == (
        "0 contracts imported.\nThe rest was not imported: the writer is gone"
    )


def test_many_refusals_are_counted() -> None:
    outcome = Outcome(refused=[(f"c{number}", "no") for number in range(12)])
    assert outcome_words(outcome).endswith("✖ c9: no\n… and 2 others")

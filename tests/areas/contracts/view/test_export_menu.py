"""Exports: each form reads back as the same contracts, and a file is written whole or not at all."""

import json
import os
import stat
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from console.areas.contracts.core.documents import read_documents
from console.areas.contracts.view.export_menu import ask_place, export_menu, export_to
from console.areas.contracts.view.export_writing import Wanted, export, write_whole
from console.reporter.contracts.contract import read_contract
from console.store.database import open_reader
from tests.areas.contracts.view.contract_store import MESSAGES, SEARCH, ContractsShell, changed, make_store

NEXT = changed(SEARCH, contractVersion="2.1.0", timeout=2_000)
OTHER = changed(MESSAGES, serviceName="network")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_store(tmp_path / "contracts.db", SEARCH, NEXT, OTHER)


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    return host


def exported(path: Path, file: Path, wanted: Wanted) -> int:
    connection = open_reader(path)
    try:
        return export(connection, wanted, file)
    finally:
        connection.close()


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_all_versions_read_back_as_they_were(path: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"out.{form}"
    assert exported(path, file, Wanted(form, all_versions=True)) == 3  # type: ignore[arg-type]
    found = read_documents(file.read_text("utf-8"), file.name)
    assert found.problems == ()
    assert set(map(str, found.contracts)) == {str(read_contract(one)) for one in (SEARCH, NEXT, OTHER)}


def test_current_versions_of_one_service_are_exported(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    exported(path, file, Wanted("json", service="server"))
    assert [one["contractVersion"] for one in json.loads(file.read_text())["contracts"]] == ["2.1.0"]


def test_one_version_is_exported(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    exported(path, file, Wanted("json", version_id=1))
    assert [one["contractVersion"] for one in json.loads(file.read_text())["contracts"]] == ["2.0.0"]


def test_an_openapi_document_is_read_back(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    exported(path, file, Wanted("openapi"))
    found = read_documents(file.read_text("utf-8"), file.name)
    assert (found.kind, found.problems) == ("openapi", ())
    assert {one.version for one in found.contracts if one.method == "GET"} == {"2.1.0"}
    assert len(found.contracts) == 2


def test_nothing_to_export_writes_no_file(tmp_path: Path) -> None:
    path = make_store(tmp_path / "empty.db")
    with pytest.raises(LookupError, match="no contract to export"):
        exported(path, tmp_path / "out.json", Wanted("json"))
    with pytest.raises(LookupError, match="no version 7"):
        exported(path, tmp_path / "out.json", Wanted("json", version_id=7))
    assert not (tmp_path / "out.json").exists()


def test_a_file_is_replaced_at_once_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    file.write_text("old")
    file.chmod(0o600)
    write_whole(file, "new é\n")
    assert file.read_bytes() == "new é\n".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.json"]


def test_a_writing_that_fails_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "out.json"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_whole(file, "new")
    assert file.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["out.json"]


def test_the_menu_offers_what_there_is(path: Path, host: QWidget) -> None:
    shell = ContractsShell(path)
    texts = [action.text() for action in export_menu(shell, host, version_id=2, service="server").actions() if action.text()]
    assert texts == [
        "This version as JSON…", "This version as YAML…", "This version as OpenAPI 3.1…",
        "Current versions of server as JSON…", "Current versions of server as YAML…",
        "Current versions of server as OpenAPI 3.1…", "All versions of server as JSON…", "All versions of server as YAML…",
    ]  # fmt: skip
    assert len([action for action in export_menu(shell, host).actions() if action.text()]) == 5


def test_a_chosen_file_is_written_and_said(path: Path, host: QWidget, tmp_path: Path) -> None:
    shell, file = ContractsShell(path), tmp_path / "out.yaml"
    ask_place(shell, host, Wanted("yaml"))
    (chooser,) = host.findChildren(QFileDialog)
    chooser.fileSelected.emit(str(file))
    shell.deliver()
    assert shell.notes == [f"2 contracts written to {file}."]
    assert file.read_text().startswith("contracts:\n")
    chooser.reject()


def test_a_file_that_cannot_be_written_is_said(path: Path, host: QWidget, tmp_path: Path) -> None:
    shell = ContractsShell(path)
    export_to(shell, host, Wanted("json"), tmp_path / "none" / "out.json")
    shell.deliver()
    assert shell.notes[0].startswith("Not exported: [Errno 2]")

"""The doctor says what is wrong, where, and what to do; its exit code says whether anything is."""

import os
from pathlib import Path

import pytest

from console.commands import doctor
from console.commands.doctor import doctor_lines, run_doctor
from console.store.database import PAGE_SIZE, suspect_file
from tests.store_filling import fill_store, sample_events


@pytest.fixture(autouse=True)
def whole_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_loadable", lambda library: True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "console.db"
    fill_store(path, sample_events(500))
    return path


def wrong(path: Path) -> list[str]:
    return [line for line in doctor_lines(path) if line.startswith("✗")]


def test_a_sound_store(path: Path, capsys) -> None:
    assert run_doctor(path) == 0
    said = capsys.readouterr().out
    assert "500 events" in said
    assert "quick_check" in said
    assert "only you can read it" in said
    assert "SQLite" in said
    assert "websockets" in said


def test_no_store_yet_is_no_fault(tmp_path: Path) -> None:
    assert wrong(tmp_path / "none.db") == []


def test_damage_is_found(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :: PAGE_SIZE // 4] = b"\xff" * len(data[len(data) // 2 :: PAGE_SIZE // 4])
    data[-3 * PAGE_SIZE : -2 * PAGE_SIZE] = b"\xff" * PAGE_SIZE
    path.write_bytes(data)
    assert run_doctor(path) == 1
    assert wrong(path)


def test_a_note_of_damage_and_a_foreign_file(path: Path, tmp_path: Path) -> None:
    suspect_file(path).write_text("x")
    assert "met damage" in wrong(path)[0]
    (tmp_path / "notes.txt").write_text("hello")
    assert "no store" in wrong(tmp_path / "notes.txt")[0]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_store_that_others_can_read(path: Path) -> None:
    path.chmod(0o644)
    assert "chmod 600" in wrong(path)[0]


def test_missing_system_packages_are_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_loadable", lambda library: library not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    said = "\n".join(doctor_lines(path))
    assert "apt-get install libegl1" in said
    assert "apt-get install libxcb-cursor0" in said

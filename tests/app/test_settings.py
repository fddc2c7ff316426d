"""What is remembered comes back; a broken file costs nothing but itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.app.settings import VERSION, Settings


def test_values_come_back_and_the_file_is_the_owners(qapp: Any, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    settings = Settings(path)
    settings.set("a", {"b": [1, 2.5, None, "ü"]})
    settings.set("gone", 1)
    settings.set("gone", None)
    assert settings.close() == ""
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == {"version": VERSION, "values": {"a": {"b": [1, 2.5, None, "ü"]}}}
    assert Settings(path).get("a") == {"b": [1, 2.5, None, "ü"]}
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_changes_reach_the_disk_without_closing(qapp: Any, qtbot: Any, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.set("a", 1)
    qtbot.waitUntil(lambda: (tmp_path / "settings.json").exists())
    settings.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version":1}', '{"version":1,"values":7}', "[" * 100_000])
def test_a_damaged_file_is_set_aside_and_said(qapp: Any, tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    settings = Settings(path)
    assert "settings.damaged.json" in settings.problem
    assert (tmp_path / "settings.damaged.json").read_text() == text
    assert settings.get("a", 5) == 5


def test_a_newer_file_is_left_alone(qapp: Any, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"version": 99, "values": {"a": 1}}')
    settings = Settings(path)
    assert "newer console" in settings.problem
    settings.set("a", 2)
    settings.close()
    assert json.loads(path.read_text())["values"] == {"a": 1}


def test_what_json_cannot_hold_is_refused(qapp: Any, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    with pytest.raises(TypeError):
        settings.set("a", object())


def test_a_place_that_cannot_be_written_is_said(qapp: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "settings.json")
    settings.set("a", 1)
    assert "could not be written" in settings.close()

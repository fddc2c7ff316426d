"""The entry by which a desktop opens incidents: installed, removed, and what stands in it."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MIME = "application/x-vivim-incident"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="for Linux desktops")


def run(home: Path, *arguments: str) -> str:
    environment = {**os.environ, "XDG_DATA_HOME": str(home)}
    command = ["bash", str(ROOT / "packaging" / "desktop"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr


def test_it_opens_bundles_and_goes_away_again(tmp_path: Path) -> None:
    home = tmp_path / "data of mine"
    assert "double click" in run(home)
    entry = ConfigParser(interpolation=None, strict=True)
    entry.read(home / "applications" / "vivim-console.desktop", encoding="utf-8")
    section = entry["Desktop Entry"]
    assert section["exec"] == f'"{ROOT}/.venv/bin/vivim-console" %f'
    assert Path(section["icon"]).is_file()
    assert MIME in section["mimetype"].split(";")
    kinds = ElementTree.parse(home / "mime" / "packages" / "vivim-incident.xml").getroot()
    (kind,) = kinds.findall("{*}mime-type")
    assert kind.get("type") == MIME
    assert [glob.get("pattern") for glob in kind.findall("{*}glob")] == ["*.vcb"]
    run(home, "--remove")
    assert not (home / "applications" / "vivim-console.desktop").exists()
    assert not (home / "mime" / "packages" / "vivim-incident.xml").exists()

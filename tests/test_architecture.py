"""The layers of the house, checked by import-linter; and a proof for each contract that it can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the project in `folder`."""
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "", "COLUMNS": "200"},
    )


def test_all_contracts_are_kept() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


BREAKS = {
    "layers: imports go downwards only": ("console/model/clock.py", "import console.store.writer"),
    "areas do not know each other": ("console/areas/timeline/__init__.py", "import console.areas.sources.core"),
    "no Qt below the views": ("console/store/rows.py", "import PySide6.QtCore"),
    "declaring an area never loads its view": ("console/areas/performance/__init__.py", "import PySide6.QtWidgets"),
    "an area's core is pure": ("console/areas/sources/core.py", "import sqlite3"),
    "the reporter stands alone": ("console/reporter/ring.py", "import console.model.event"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "console", tmp_path / "console", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("contract", BREAKS)
def test_each_contract_can_be_broken(copy: Path, contract: str) -> None:
    file, line = BREAKS[contract]
    path = copy / file
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint_imports(copy)
    assert done.returncode != 0
    assert f"{contract} BROKEN" in done.stdout, done.stdout


def test_every_contract_has_its_proof() -> None:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == set(BREAKS)


def test_folders_without_packages_hold_no_init() -> None:
    assert not [*(ROOT / "packaging").rglob("__init__.py"), *(ROOT / "resources").rglob("__init__.py")]

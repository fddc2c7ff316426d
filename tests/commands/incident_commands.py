"""Run the commands about incidents as a person or a script does."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from console.cli import app

SECRET = "hunter2-4d1f9b7c-88aa"
"""Stands in events and notes; no command may print it."""


def run(*arguments: str | Path, code: int = 0, stdin: str | None = None) -> str:
    done = CliRunner().invoke(app, [*map(str, arguments)], input=stdin)
    assert done.exit_code == code, done.output
    assert SECRET not in done.output
    assert "\x1b" not in done.output
    return done.output


def export(db: Path, out: Path, *arguments: str | Path) -> dict[str, Any]:
    """Export, and return what is said of it."""
    facts: dict[str, Any] = json.loads(run("export", "--db", db, "--out", out, "--json", *arguments).splitlines()[-1])
    return facts


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())

"""Options that several commands share, and how their texts are read. Imports nothing heavy."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

FAULT, USAGE, STORE, NO_SOURCE = 1, 2, 3, 4

DbOption = Annotated[Path | None, typer.Option("--db", help="The store's file. Default: the console's own.", dir_okay=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]


def fail(code: int, text: str) -> NoReturn:
    """Say why, and end with an exit code."""
    typer.echo(text, err=True)
    raise typer.Exit(code)


def store_path(db: Path | None, name: str = "console.db") -> Path:
    """Return the store to use: the one given, or the console's own."""
    if db is not None:
        return db
    from platformdirs import user_data_path

    return user_data_path("vivim-console") / name


def seconds_of(text: str | None, option: str = "--for") -> float | None:
    """Read a time such as 30s, 5m, 1h or 7d."""
    if text is None:
        return None
    units = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
    number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
    value = _number(number) * units[unit]
    if not 0 < value < 1e10:
        fail(USAGE, f"{option} {text[:20]!r}: give a time such as 30s, 5m, 1h or 7d")
    return value


def parse_bytes(text: str | None) -> int | None:
    """Read a size such as 500MB or 2GB."""
    if text is None:
        return None
    units = {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}
    lower = text.lower()
    number, unit = (lower[:-2], units[lower[-2:]]) if lower[-2:] in units else (lower, 1)
    value = _number(number) * unit
    if not 0 < value < 1e15:
        fail(USAGE, f"--keep-size {text[:20]!r}: give a size such as 500MB or 2GB")
    return int(value)


def _number(text: str) -> float:
    """Return the number that a text is, 0 where it is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0

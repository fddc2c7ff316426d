"""Writes contracts to a file: whole or not at all. Runs off the main thread."""

import os
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from console.areas.contracts.core.exporting import openapi_text, to_json, to_yaml
from console.areas.contracts.store.reading import all_versions, load_version
from console.reporter.contracts.contract import Contract

Form = Literal["json", "yaml", "openapi"]


class Wanted(NamedTuple):
    """What is exported: one version, or the current or all versions of a service ("" for all services)."""

    form: Form
    version_id: int | None = None
    service: str = ""
    all_versions: bool = False


def contracts_of(connection: sqlite3.Connection, wanted: Wanted) -> list[Contract]:
    """Return the contracts that are asked for. Raises LookupError for a version that is gone."""
    if wanted.version_id is not None:
        return [load_version(connection, wanted.version_id).contract]
    rows = all_versions(connection, service=wanted.service, current_only=not wanted.all_versions)
    return [row.contract for row in rows]


def export(connection: sqlite3.Connection, wanted: Wanted, path: Path) -> int:
    """Write what is asked for; returns how many contracts. Raises OSError, LookupError, ValueError."""
    contracts = contracts_of(connection, wanted)
    if not contracts:
        raise LookupError("there is no contract to export")
    write_whole(path, _text(contracts, wanted))
    return len(contracts)


def write_whole(path: Path, text: str) -> None:
    """Put a text in the place of a file at once: who reads it meanwhile sees the old one or the new one. Raises OSError."""
    number, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _text(contracts: list[Contract], wanted: Wanted) -> str:
    if wanted.form == "openapi":
        return openapi_text(contracts, wanted.service or "Contracts")
    return to_json(contracts) if wanted.form == "json" else to_yaml(contracts)

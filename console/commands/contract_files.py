"""`contracts import` and `export`: contracts between files and the store."""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from console.areas import area_migrations
from console.areas.contracts.core.documents import Documents, read_documents
from console.areas.contracts.store.reading import all_versions
from console.commands.changing import NotDone, change
from console.commands.contracts import ask_contracts
from console.commands.opening import FAULT, STORE, USAGE, say
from console.commands.printing import many, out, put
from console.qt.resources import resource_files  # no Qt in it
from console.reporter.contracts.contract import Contract, write_contract
from console.store.database import StoreError
from console.store.migrations import create_store

EXAMPLES, SUFFIXES = "contracts", (".json", ".yaml", ".yml")
MOST_BYTES = 64 * 1024 * 1024
PART_BYTES = 256 * 1024


class Unreadable(Exception):
    """A file that cannot be read at all."""


def read_file(path: Path) -> Documents:
    """Read the contracts of a file. Raises Unreadable in words."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"{path}: is larger than {MOST_BYTES // 2**20} MiB")
        return read_documents(path.read_text(encoding="utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: is no UTF-8 text (byte {error.start:,})") from error
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from error


def run_import(path: Path, files: Sequence[Path], examples: bool, replace: bool, as_json: bool) -> int:
    """Keep the contracts of files, in a new store where there is none yet; returns the exit code."""
    if not path.exists() and (code := _make_store(path)):
        return code
    total = {"added": 0, "same": 0, "replaced": 0, "refused": 0, "problems": 0}
    for file in [*files, *(example_files() if examples else ())]:
        try:
            documents = read_file(file)
        except Unreadable as error:
            say(f"contracts: {error}")
            total["problems"] += 1
            continue
        for problem in documents.problems:
            say(f"{problem.where}: {problem.what}")
        total["problems"] += len(documents.problems)
        if code := _keep(path, file, documents, replace, total):
            return code
    if as_json:
        out(json.dumps(total))
    else:
        out(f"{many(total['added'], 'contract')} added, {total['replaced']:,} replaced, {total['same']:,} there already, "
            f"{total['refused']:,} refused; {many(total['problems'], 'problem')} in the files")  # fmt: skip
    return FAULT if total["refused"] or total["problems"] else 0


def _make_store(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        create_store(path, area_migrations())
    except (OSError, StoreError) as error:
        say(f"contracts: {path}: {error}")
        return STORE
    return 0


def _keep(path: Path, file: Path, documents: Documents, replace: bool, total: dict[str, int]) -> int:
    if not documents.contracts:
        return 0
    origin = "openapi" if documents.kind == "openapi" else "file"
    for part in _parts([write_contract(one) for one in documents.contracts]):
        try:
            result = change(path, "contracts", "import", {"documents": part, "origin": origin, "replace": replace})
        except NotDone as error:
            say(f"contracts: {error}")
            return error.code
        for name, words in result["refused"]:
            say(f"{file}: {name}: {words}")
        for key in ("added", "same", "replaced"):
            total[key] += result[key]
        total["refused"] += len(result["refused"])
    return 0


def _parts(documents: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the documents in commands that the process that writes takes, and is soon done with."""
    part: list[dict[str, Any]] = []
    room = PART_BYTES
    for document in documents:
        size = len(json.dumps(document))
        if part and size > room:
            yield part
            part, room = [], PART_BYTES
        part.append(document)
        room -= size
    yield part


def example_files() -> list[Path]:
    """Return the example contracts that ship with the console."""
    return resource_files(EXAMPLES, SUFFIXES)


def run_export(path: Path, service: str, all_of_them: bool, form: str, target: Path | None) -> int:
    """Write contracts to a file or print them; returns the exit code."""
    contracts: list[Contract] = []

    def ask(connection: sqlite3.Connection) -> int:
        rows = all_versions(connection, service=service, current_only=not all_of_them)
        contracts.extend(row.contract for row in rows)
        return 0

    if code := ask_contracts(path, ask):
        return code
    if not contracts:
        say(f"contracts: there is none{f' of {service}' if service else ''}; see: vivim-console contracts import --help")
        return FAULT
    try:
        text = _text(contracts, form, service)
    except ValueError as error:
        say(f"contracts: {error}")
        return FAULT
    if target is None:
        put(text)
        return 0
    try:
        write_whole(target, text)
    except OSError as error:
        say(f"contracts: {target}: {error.strerror or error}")
        return USAGE
    say(f"{many(len(contracts), 'contract')} in {target}")
    return 0


def _text(contracts: Sequence[Contract], form: str, service: str) -> str:
    from console.areas.contracts.core import exporting

    if form == "openapi":
        return exporting.openapi_text(contracts, service or "VIVIM")
    return exporting.to_yaml(contracts) if form == "yaml" else exporting.to_json(contracts)


def write_whole(target: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all. Raises OSError."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, prefix=target.name, delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(target)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise

"""Contracts out of files, and how each stands to those that are there. Runs off the main thread."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from console.areas.contracts.core.documents import Documents, read_documents
from console.areas.contracts.store.answers import VersionRow
from console.areas.contracts.store.endpoints import Name, name_of
from console.areas.contracts.store.reading import all_versions
from console.areas.contracts.store.versions import is_same
from console.areas.contracts.view.commanding import COMMAND_BYTES
from console.qt.resources import resource_files
from console.reporter.contracts.contract import Contract, write_contract

SUFFIXES = (".json", ".yaml", ".yml")
MOST_FILES = 1_000
FILE_BYTES = 64 * 1024 * 1024
PART_BYTES, PART_COUNT = 256 * 1024, 50
"""Of one command: small enough for the writer to answer soon, and for its line to be read."""
_EXAMPLES = "contracts"


class Candidate(NamedTuple):
    """A contract that may be imported. `kind` is new (endpoint), version, same, or conflict (it has other content)."""

    file: str
    origin: str
    kind: str
    contract: Contract
    document: dict[str, Any]
    bytes: int


class Trouble(NamedTuple):
    """What is wrong with a file; `line` counts from 1, None where it is not known."""

    file: str
    line: int | None
    place: str
    what: str


class Preview(NamedTuple):
    """What files hold."""

    candidates: tuple[Candidate, ...]
    troubles: tuple[Trouble, ...]
    files: int


def example_files() -> list[Path]:
    """Return the example contracts that ship with the console. Raises FileNotFoundError."""
    return resource_files(_EXAMPLES, SUFFIXES)


def read_files(connection: sqlite3.Connection, paths: Iterable[Path]) -> Preview:
    """Read files and folders of them; what cannot be read is said, the rest is read all the same."""
    troubles: list[Trouble] = []
    files = _files(paths, troubles)
    known = _known(connection)
    taken: set[tuple[Name, str]] = set()
    found: list[Candidate] = []
    for path in files:
        documents = _read(path, troubles)
        origin = "openapi" if documents.kind == "openapi" else "file"
        for contract in documents.contracts:
            candidate = _candidate(path.name, origin, contract, known)
            key = (_name(contract), contract.version)
            if key in taken:
                words = f"{contract.endpoint} {contract.version} stands in another file too; the first one counts"
                troubles.append(Trouble(path.name, None, "", words))
            elif candidate.bytes > COMMAND_BYTES:
                words = f"{contract.endpoint} has {candidate.bytes:,} bytes, more than {COMMAND_BYTES:,}"
                troubles.append(Trouble(path.name, None, "", words))
            else:
                taken.add(key)
                found.append(candidate)
        told = [Trouble(path.name, one.line, one.path, one.what) for one in documents.problems]
        troubles += sorted(told, key=lambda one: one.line or 0)
    return Preview(tuple(found), tuple(troubles), len(files))


def parts_of(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return candidates in parts for one command each: of one origin, replacing or not, and not too large."""
    ordered = sorted(candidates, key=lambda one: (one.origin, one.kind == "conflict"))
    parts: list[list[Candidate]] = []
    size = 0
    for one in ordered:
        alike = bool(parts) and (parts[-1][0].origin, parts[-1][0].kind == "conflict") == (
            one.origin,
            one.kind == "conflict",
        )
        if not alike or size + one.bytes > PART_BYTES or len(parts[-1]) >= PART_COUNT:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += one.bytes
    return parts


def _files(paths: Iterable[Path], troubles: list[Trouble]) -> list[Path]:
    """Return files, those in folders too (not below), at most so many."""
    found: list[Path] = []
    for path in paths:
        try:
            found += sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        except OSError as error:
            troubles.append(Trouble(path.name, None, "", f"cannot be read: {error.strerror or error}"))
    if len(found) > MOST_FILES:
        troubles.append(Trouble("", None, "", f"only the first {MOST_FILES:,} of {len(found):,} files are read"))
    return found[:MOST_FILES]


def _read(path: Path, troubles: list[Trouble]) -> Documents:
    try:
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise OSError(f"{size / 1e6:,.0f} MB are too much")
        return read_documents(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as error:
        troubles.append(Trouble(path.name, None, "", f"is no UTF-8 text: byte {error.start:,}"))
    except OSError as error:
        troubles.append(Trouble(path.name, None, "", f"cannot be read: {error.strerror or error}"))
    return Documents((), ())


def _known(connection: sqlite3.Connection) -> dict[Name, dict[str, VersionRow]]:
    known: dict[Name, dict[str, VersionRow]] = {}
    for row in all_versions(connection):
        known.setdefault(_name(row.contract), {})[row.version] = row
    return known


def _candidate(file: str, origin: str, contract: Contract, known: dict[Name, dict[str, VersionRow]]) -> Candidate:
    document = write_contract(contract)
    versions = known.get(_name(contract), {})
    row = versions.get(contract.version)
    if row is not None:
        kind = "same" if is_same(row.document, document) else "conflict"
    else:
        kind = "version" if versions else "new"
    return Candidate(file, origin, kind, contract, document, len(json.dumps(document)))


def _name(contract: Contract) -> Name:
    return name_of(contract.service, contract.method, contract.endpoint)

"""Contracts out of a file's text: the platform's own form or OpenAPI, as JSON or YAML.

What is broken is said with its line and place, and the rest is read all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, Literal, NamedTuple

from console.areas.contracts.core.openapi.reading import is_openapi, read_openapi
from console.areas.contracts.core.reading import Found, Read, check_schemas
from console.areas.contracts.core.source import Source, read_source
from console.areas.contracts.core.source_tokens import Path, line_of, path_text, steps
from console.reporter.contracts.contract import Contract, ContractError, read_contract
from console.reporter.contracts.matching import template_key

MOST_PROBLEMS = 500
_NAMED = 3


class Problem(NamedTuple):
    """What is wrong and where: `where` is `file:line: place`, as compilers write it; `line` counts from 1."""

    where: str
    what: str
    line: int | None = None
    path: str = ""


class Documents(NamedTuple):
    """The contracts in one text in their order, and what could not be read; `kind` is what the text holds."""

    contracts: tuple[Contract, ...]
    problems: tuple[Problem, ...]
    kind: Literal["contracts", "openapi"] = "contracts"


def read_documents(text: str, name: str) -> Documents:
    """Read what a file of this name holds. Never raises: bad content becomes problems.

    The platform's form is a contract, a list of them, or `{"contracts": [...]}`; a YAML file may hold several documents.
    A contract with a schema that cannot be used is left out, as is one that stands twice in the text.
    """
    source = read_source(text, name)
    found: list[Found] = []
    read: list[Read] = []
    for index, value in enumerate(source.values):
        parts = read_openapi(value, PurePath(name).stem) if is_openapi(value) else _read_plain(value)
        for one in parts:
            if isinstance(one, Found):
                found.append(one.below((index,)))
            else:
                read.append(one.below((index,)))
    kept, broken = check_schemas(read)
    unique, twice = _first_of_each(kept)
    found += broken + twice
    if not source.error and not read and not found:
        found.append(Found((), "holds no contract"))
    kind: Literal["contracts", "openapi"] = "openapi" if any(map(is_openapi, source.values)) else "contracts"
    return Documents(tuple(one.contract for one in unique), tuple(_problems(source, name, found)), kind)


def _read_plain(value: Any) -> Iterator[Read | Found]:
    if value is None:
        return  # an empty YAML document
    items, prefix = _items(value)
    if items is None:
        yield from _read_one(value, ())
        return
    for index, item in enumerate(items):
        yield from _read_one(item, (*prefix, index))


def _items(value: Any) -> tuple[list[Any] | None, Path]:
    if isinstance(value, list):
        return value, ()
    if isinstance(value, dict) and isinstance(value.get("contracts"), list):
        return value["contracts"], ("contracts",)
    return None, ()


def _read_one(item: Any, path: Path) -> Iterator[Read | Found]:
    try:
        yield Read(read_contract(item), path, {})
    except ContractError as error:
        yield Found((*path, *steps(error.path)), error.problem)


def _first_of_each(read: list[Read]) -> tuple[list[Read], list[Found]]:
    seen: dict[tuple[str, str, str, str], Read] = {}
    twice: list[Found] = []
    for one in read:
        contract = one.contract
        key = (contract.service, contract.method, template_key(contract.endpoint), contract.version)
        if key in seen:
            words = f"{contract.method} {contract.endpoint}".strip()
            twice.append(
                Found(one.path, f"{words} of {contract.service} {contract.version} stands twice; the first is read")
            )
        else:
            seen[key] = one
    return list(seen.values()), twice


def _problems(source: Source, name: str, found: list[Found]) -> Iterator[Problem]:
    shared = _shared(found)
    shown = list(shared)[:MOST_PROBLEMS]
    located = source.locate(shown_path for shown_path, _ in shown) if shown or source.has_doubles else None
    lines: Mapping[Path, int] = located.lines if located else {}
    if source.error:
        yield _problem(name, source.error.line, "", source.error.what)
    for path, line in located.doubles if located and source.has_doubles else ():
        yield _problem(name, line, path_text(path), "stands twice here; the last one is read")
    for path, what in shown:
        yield _problem(name, line_of(lines, path), path_text(path) if path else "", what + _of(shared[path, what]))
    if len(shared) > MOST_PROBLEMS:
        yield _problem(name, None, "", f"{len(shared) - MOST_PROBLEMS:,} more problems")


def _shared(found: list[Found]) -> dict[tuple[Path, str], list[str]]:
    """Bring together what is wrong with a part that several operations use."""
    shared: dict[tuple[Path, str], list[str]] = {}
    for one in found:
        shared.setdefault((one.path, one.what), []).extend([one.operation] if one.operation else [])
    return shared


def _of(operations: list[str]) -> str:
    names = list(dict.fromkeys(operations))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f" (left out: {', '.join(names[:_NAMED])}{more})" if names else ""


def _problem(name: str, line: int | None, path: str, what: str) -> Problem:
    where = ": ".join(part for part in (f"{name}:{line}" if line else name, path) if part)
    return Problem(where, what, line, path)

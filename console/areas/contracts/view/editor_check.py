"""What is wrong with a contract as it is typed, and how it stands to the versions there are. Runs off the main thread."""

import json
import re
import sqlite3
from typing import Any, Literal, NamedTuple

from console.areas.contracts.core.compatibility import compare
from console.areas.contracts.core.documents import read_documents
from console.areas.contracts.core.drift.versioning import next_version
from console.areas.contracts.core.source import Source, read_source
from console.areas.contracts.core.source_tokens import line_of, path_text
from console.areas.contracts.store.answers import VersionRow
from console.areas.contracts.store.reading import endpoint_id_of
from console.areas.contracts.store.versions import is_same, version_rows
from console.areas.contracts.view.commanding import COMMAND_BYTES
from console.areas.contracts.view.editor_hints import hints_of
from console.areas.contracts.view.version_words import changes_words
from console.qt.text import clip, visible
from console.reporter.contracts.contract import Contract, write_contract
from console.reporter.contracts.matching import version_key

Language = Literal["json", "yaml"]
_COLUMN = re.compile(r"\s*\(column (\d+)\)")
_WHAT_CHARS = 300


class Mark(NamedTuple):
    """Something to say about a place of the text; lines and columns count from 1. A hint does not keep from saving."""

    what: str
    line: int | None = None
    column: int | None = None
    path: str = ""
    is_hint: bool = False

    def words(self) -> str:
        """Return "✖ line 3, column 7, hits[].id: is missing"."""
        place = [f"line {self.line:,}"] if self.line else []
        place += [f"column {self.column:,}"] if self.column else []
        place += [clip(visible(self.path), 120)] if self.path and self.path != "$" else []
        head = f"{', '.join(place)}: " if place else ""
        return f"{'▲' if self.is_hint else '✖'} {head}{clip(visible(self.what), _WHAT_CHARS)}"


_SEVERAL = Mark("wants one contract, an object; several are brought in with Import")


class Standing(NamedTuple):
    """How a contract stands to those there are: `kind` is new, version, same or conflict. `number` is advised, or ""."""

    kind: str
    words: str
    number: str = ""


class Check(NamedTuple):
    """`contract` and `document` are None while something keeps it from being one."""

    marks: tuple[Mark, ...]
    contract: Contract | None
    document: dict[str, Any] | None
    standing: Standing | None = None

    @property
    def can_be_saved(self) -> bool:
        return self.document is not None and not any(not mark.is_hint for mark in self.marks)


def check_text(text: str, language: Language) -> Check:
    """Read a text as one contract and say all that is wrong with it."""
    if not text.strip():
        return Check((Mark("is empty"),), None, None)
    name = f"contract.{language}"
    documents, source = read_documents(text, name), read_source(text, name)
    marks = [_mark(problem.what, problem.line, problem.path) for problem in documents.problems]
    value = source.values[0] if len(source.values) == 1 else None
    if documents.kind == "openapi":
        return Check((Mark("is an OpenAPI document: bring it in with Import"),), None, None)
    if isinstance(value, dict) and "contracts" in value:
        return Check((_SEVERAL,), None, None)
    if not marks and (len(documents.contracts) != 1 or not isinstance(value, dict)):
        marks.append(_SEVERAL)
    if not marks and len(json.dumps(value)) > COMMAND_BYTES:
        marks.append(Mark(f"is too large: a contract may have {COMMAND_BYTES:,} bytes"))
    contract = documents.contracts[0] if not marks else None
    marks += _hints(source, value)
    return Check(tuple(marks), contract, value if contract is not None and isinstance(value, dict) else None)


def check_in_store(connection: sqlite3.Connection, text: str, language: Language) -> Check:
    """Read a text as one contract, and compare it with the versions of its endpoint that are there."""
    check = check_text(text, language)
    if check.contract is None:
        return check
    return check._replace(standing=standing_of(check.contract, _versions(connection, check.contract)))


def standing_of(contract: Contract, versions: list[VersionRow]) -> Standing:
    """Say how a contract stands to the versions of its endpoint, and which number its changes ask for."""
    if not versions:
        return Standing("new", "This endpoint has no contract yet.")
    number = visible(contract.version)
    same = next((row for row in versions if row.version == contract.version), None)
    if same is not None and is_same(same.document, write_contract(contract)):
        return Standing("same", f"Version {number} is there already with this very content.")
    others = [row for row in versions if row.version != contract.version]
    base = same or next((row for row in versions if row.is_current), None) or max(others, key=_key)
    changes = compare(base.contract, contract)
    wanted = next_version(base.version, [change.verdict for change in changes])
    taken = {row.version for row in versions}
    words = f"Against {visible(base.version)}: {changes_words(changes)}."
    if same is not None:
        suggested = wanted if wanted not in taken else ""
        return Standing("conflict", f"Version {number} is there with other content. {words}", suggested)
    needs = changes and version_key(contract.version) < version_key(wanted) and wanted not in taken
    advice = f" That asks for {visible(wanted)} or a higher number." if needs else ""
    return Standing("version", f"{words}{advice}", wanted if needs else "")


def with_version(text: str, language: Language, document: dict[str, Any], number: str) -> str | None:
    """Return the text with another version in it, all else as it stands; None where that cannot be done in place."""
    changed = {**document, "contractVersion": number}
    pattern = r'("contractVersion"\s*:\s*)"(?:[^"\\\n]|\\.)*"' if language == "json" else r"(^contractVersion\s*:\s*)[^#\n]*"
    for found in re.finditer(pattern, text, re.MULTILINE):
        attempt = text[: found.start()] + found[1] + json.dumps(number) + text[found.end() :]
        if read_source(attempt, f"contract.{language}").values == [changed]:
            return attempt
    return None


def _versions(connection: sqlite3.Connection, contract: Contract) -> list[VersionRow]:
    endpoint_id = endpoint_id_of(connection, contract.service, contract.method, contract.endpoint)
    return [] if endpoint_id is None else version_rows(connection, "v.endpoint_id = ?", (endpoint_id,))


def _key(row: VersionRow) -> Any:
    return version_key(row.version)


def _mark(what: str, line: int | None, path: str) -> Mark:
    column = _COLUMN.search(what)
    return Mark(_COLUMN.sub("", what), line, int(column[1]) if column else None, path)


def _hints(source: Source, value: Any) -> list[Mark]:
    hints = hints_of(value)
    if not hints:
        return []
    lines = source.locate((0, *hint.path) for hint in hints).lines
    return [Mark(hint.what, line_of(lines, (0, *hint.path)), None, path_text((0, *hint.path)), True) for hint in hints]

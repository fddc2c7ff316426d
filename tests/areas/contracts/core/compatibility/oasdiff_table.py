"""The table of oasdiff's own pairs, read: each pair as contracts, by way of the OpenAPI documents that it stands for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from console.areas.contracts.core.documents import read_documents
from console.reporter.contracts.contract import Contract

FOLDER = Path(__file__).with_name("oasdiff_pairs")


class Pair(NamedTuple):
    """`level` is oasdiff's: ERR, WARN, INFO, or none where its test wants nothing that breaks.

    `rule`: what its test expects to be told, "" where it names nothing. `at`, `old`, `new`: what changes, and where
    (README.md). `differs`, `apart`: the name of a reason, "" for none.
    """

    test: str
    level: str
    rule: str = ""
    at: str = ""
    old: Any = None
    new: Any = None
    version: str = "3.1.0"
    differs: str = ""
    apart: str = ""

    def contracts(self) -> tuple[tuple[Contract, ...], tuple[Contract, ...]]:
        """Return what the two documents promise."""
        return self._read(self.old), self._read(self.new)

    def _read(self, part: Any) -> tuple[Contract, ...]:
        head = {"openapi": self.version, "info": {"title": "Things", "version": "1.0.0"}}
        read = read_documents(json.dumps(head | _document(self.at, part)), "things.json")
        assert read.problems == ()
        return read.contracts


def pairs() -> list[Pair]:
    """Return all pairs, those that are not compared too."""
    found: list[Pair] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        found += [Pair(**one) for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return found


def _document(at: str, part: Any) -> dict[str, Any]:
    where, _, field = at.partition(".")
    content = {
        "content": {"application/json": {"schema": {"type": "object", "properties": {field: part}} if field else part}}
    }
    match where:
        case "body":
            return _posted({"requestBody": content})
        case "answer":
            return _posted({"responses": {"200": content}})
        case "parameter":
            param = {"name": "q", "in": "query", **part}
            return _posted({"parameters": [param]}, "/things/{q}" if param["in"] == "path" else "/things")
        case "operation":
            return _posted(part)
        case "paths":
            return {"paths": part}
        case "document":
            return dict(part)
    raise ValueError(at)


def _posted(operation: dict[str, Any], path: str = "/things") -> dict[str, Any]:
    return {"paths": {path: {"post": {"responses": {}, **operation}}}}

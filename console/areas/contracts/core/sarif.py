"""A SARIF 2.1.0 log, which code hosts and editors show beside the code: of changes, of drift, of violations.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, sections 3.14 to 3.28.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
TOOL = "vivim-console"
LEVELS = {
    "BREAKING": "error",
    "RISKY": "warning",
    "ADDITIVE": "note",
    "COSMETIC": "note",
    "STALE": "note",
    "VIOLATION": "error",
}
_FINGERPRINT = "contractPlace/v1"


@dataclass(frozen=True, slots=True)
class SarifResult:
    """One result. `rule` is a stable id such as `response-type-changed` or `timeout`, `rule_words` says what it means.

    `severity` is a class of findings, or VIOLATION. `path` is the place in the parameters or body ("$" the whole).
    `direction` and `status` tell results of one path apart. `count` is how often it occurred, None when that has no meaning.
    `file` and `line` lead to the contract in the repository that is checked. `properties` are shown as they are.
    """

    rule: str
    rule_words: str
    severity: str
    message: str
    service: str
    method: str
    endpoint: str
    path: str = "$"
    direction: str = ""
    status: str = ""
    version: str = ""
    count: int | None = None
    is_muted: bool = False
    file: str = ""
    line: int | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


def sarif_of(results: Iterable[SarifResult], tool_version: str) -> dict[str, Any]:
    """Return the log as a JSON object: one run, its rules in the order in which results name them."""
    rules: dict[str, dict[str, Any]] = {}
    rows: list[dict[str, Any]] = []
    for one in results:
        rules.setdefault(one.rule, {"id": one.rule, "shortDescription": {"text": one.rule_words or one.rule}})
        rows.append(_result(one, list(rules).index(one.rule)))
    driver = {"name": TOOL, "version": tool_version, "rules": list(rules.values())}
    return {"version": "2.1.0", "$schema": SCHEMA, "runs": [{"tool": {"driver": driver}, "results": rows}]}


def fingerprint(one: SarifResult) -> str:
    """Return what tells the result from others and stays the same from run to run: its place and rule, not its words."""
    parts = (one.service, one.method, one.endpoint, one.direction, one.status, one.path, one.rule)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _result(one: SarifResult, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": rule_index,
        "level": LEVELS.get(one.severity, "warning"),
        "message": {"text": one.message or one.rule_words or one.rule},
        "locations": [_location(one)],
        "fingerprints": {_FINGERPRINT: fingerprint(one)},
        "partialFingerprints": {_FINGERPRINT: fingerprint(one)},  # the ones that code hosts look at
        "properties": {"severity": one.severity, **_said(one), **one.properties},
    }
    if one.count is not None and one.count > 0:
        result["occurrenceCount"] = one.count
    if one.is_muted:
        result["suppressions"] = [{"kind": "external", "status": "accepted"}]
    return result


def _said(one: SarifResult) -> dict[str, str]:
    said = {"direction": one.direction, "status": one.status, "version": one.version}
    return {name: value for name, value in said.items() if value}


def _location(one: SarifResult) -> dict[str, Any]:
    endpoint = f"{one.method} {one.endpoint}".strip()
    whole = "/".join(part for part in (one.service, endpoint) if part)
    place: dict[str, Any] = {
        "logicalLocations": [
            {"name": one.path, "fullyQualifiedName": f"{whole} {one.path}", "kind": "member"},
            {"name": endpoint, "fullyQualifiedName": whole, "kind": "function"},
            {"name": one.service, "fullyQualifiedName": one.service, "kind": "module"},
        ]
    }
    if one.file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(one.file)}}
        if one.line is not None and one.line > 0:
            physical["region"] = {"startLine": one.line}
        place["physicalLocation"] = physical
    return place


def _uri(file: str) -> str:
    """Return a path as a URI reference; a colon in one would make what is before it a scheme (RFC 3986, 4.2)."""
    path = quote(file.replace("\\", "/"), safe="/._-~")
    return f"file:///{path.replace('%3A', ':', 1)}" if path[1:5] == "%3A/" else path
